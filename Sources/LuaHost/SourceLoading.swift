// Brings modules, and sources that are longer than the module's buffer, into the Lua state in pieces.

/// A Lua module that a script can `require`.
public struct LuaModuleSource: Hashable, Sendable {
  /// The name that `require` is given.
  public var name: String
  /// How messages call its file: `path.lua` in `path.lua:3: …`.
  public var file: String
  public var source: [UInt8]

  public init(name: String, file: String, source: [UInt8]) {
    self.name = name
    self.file = file
    self.source = source
  }
}

/// The short sources that `compute` runs to load longer ones, and the one that runs a step loaded so.
///
/// A first source makes a table of functions under a global name, which goes again with the last one. Those
/// between add pieces of text to a list, of which the functions make a module or a step. A module is
/// translated at once, a step only when it runs, so that its cost is that of a step. A build without
/// `require` gets one.
struct SourceLoading {
  /// What is loaded, for messages, and a source for `compute`.
  typealias Action = (subject: String, source: [UInt8])

  private let modules: [LuaModuleSource]
  /// The sources longer than the buffer, by the number of their step from 1 on.
  private let steps: [(number: Int, source: [UInt8])]
  private let bufferSize: Int

  /// The globals that there are while something is loaded, and until a loaded step runs.
  private static let loader = "touchstone_loader"
  private static func global(ofStep number: Int) -> String { "touchstone_step_\(number)" }

  /// Throws `sourceTooLong` where the buffer has no room to load in pieces.
  init(_ request: CaseRequest, bufferSize: Int) throws(CaseExecutionError) {
    self.bufferSize = bufferSize
    modules = request.modules
    var steps: [(number: Int, source: [UInt8])] = []
    for (index, step) in request.steps.enumerated() {
      guard let source = step.source, source.count > bufferSize else { continue }
      steps.append((index + 1, source))
    }
    self.steps = steps
    for (number, source) in steps { try Self.check(source, Self.subject(ofStep: number, source)) }
    for module in modules { try Self.check(module.source, Self.subject(of: module)) }
    guard !isEmpty, bufferSize < Self.prelude.count + 256 else { return }
    if let step = steps.first {
      throw .sourceTooLong(step: step.number, byteCount: step.source.count, bufferSize: bufferSize)
    }
    throw .loadingFailed(
      subject: Self.subject(of: modules[0]), reason: "the build's buffer holds only \(bufferSize) bytes")
  }

  /// The most bytes of one source that are loaded in pieces.
  private static let greatestByteCount = 16 << 20

  private static func check(_ source: [UInt8], _ subject: String) throws(CaseExecutionError) {
    guard source.count > greatestByteCount else { return }
    throw .loadingFailed(subject: subject, reason: "it may have at most \(greatestByteCount) bytes")
  }

  private static func subject(of module: LuaModuleSource) -> String { "the module \(module.name)" }
  private static func subject(ofStep number: Int, _ source: [UInt8]) -> String {
    "the source of step \(number), \(source.count) bytes,"
  }

  var isEmpty: Bool { modules.isEmpty && steps.isEmpty }

  /// The source that runs a step in place of one that was loaded.
  static func runner(ofStep number: Int) -> [UInt8] {
    let global = global(ofStep: number)
    return Array("local step = \(global) \(global) = nil return step()".utf8)
  }

  /// Hands out every source that has to be run, in order.
  func forEach<Failure: Error>(_ body: (Action) throws(Failure) -> Void) throws(Failure) {
    guard !isEmpty else { return }
    let everything =
      modules.first.map { Self.subject(of: $0) } ?? Self.subject(ofStep: steps[0].number, steps[0].source)
    try body((everything, Self.prelude))
    for module in modules {
      let subject = Self.subject(of: module)
      try add(module.source, subject, body)
      let call = "\(Self.loader).module(" + Self.quoted(module.name) + ", " + Self.quoted(module.file) + ")"
      try body((subject, Array(call.utf8)))
    }
    for (number, source) in steps {
      let subject = Self.subject(ofStep: number, source)
      try add(source, subject, body)
      try body(
        (subject, Array("\(Self.global(ofStep: number)) = \(Self.loader).step()".utf8)))
    }
    try body((everything, Array("\(Self.loader) = nil".utf8)))
  }

  /// Adds a text piece by piece, each as long as fits.
  private func add<Failure: Error>(
    _ text: [UInt8], _ subject: String, _ body: (Action) throws(Failure) -> Void
  ) throws(Failure) {
    let head = Array("\(Self.loader).add\"".utf8)
    var piece = head
    piece.reserveCapacity(bufferSize)
    for byte in text {
      // The longest escape, and the closing quote.
      if piece.count + 5 > bufferSize {
        piece.append(UInt8(ascii: "\""))
        try body((subject, piece))
        piece.removeAll(keepingCapacity: true)
        piece += head
      }
      Self.append(byte, to: &piece)
    }
    piece.append(UInt8(ascii: "\""))
    try body((subject, piece))
  }

  /// Appends a byte as it stands between quotes in Lua.
  private static func append(_ byte: UInt8, to text: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
    case 0x0A: text += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case 0..<0x20, 0x7F:
      text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
    default: text.append(byte)
    }
  }

  private static func quoted(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.utf8 { append(byte, to: &bytes) }
    return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
  }

  /// Uses nothing but what all builds have. A reader that hands out pieces lets go of them.
  private static let prelude = Array(
    """
    local load, error, type = load, error, type
    local pieces = {}
    local function taken() local all = pieces pieces = {} return all end
    local function compile(all, name)
    if type(load) ~= "function" then return nil, "this build has no load" end
    local position = 0
    return load(function()
    position = position + 1
    local piece = all[position]
    all[position] = false
    return piece or nil
    end, name, "t")
    end
    local preload = type(package) == "table" and package.preload
    if type(preload) ~= "table" or type(require) ~= "function" then
    local loaded, native = {}, require
    if type(preload) ~= "table" then preload = {} end
    for _, name in ipairs{"_G", "coroutine", "debug", "io", "math", "os", "string", "table", "utf8"} do
    loaded[name] = _G[name]
    end
    if type(package) ~= "table" then package = {config = "/\\n;\\n?\\n!\\n-\\n", path = "", cpath = ""} end
    package.loaded, package.preload = package.loaded or loaded, preload
    loaded = package.loaded
    loaded.package = package
    function require(name)
    if loaded[name] ~= nil then return loaded[name] end
    local loader = preload[name]
    if not loader then
    if native then return native(name) end
    error("module '" .. tostring(name) .. "' not found:\\n\\tno field package.preload['" .. tostring(name) .. "']", 2)
    end
    local value = loader(name, ":preload:")
    if value ~= nil then loaded[name] = value elseif loaded[name] == nil then loaded[name] = true end
    return loaded[name], ":preload:"
    end
    end
    touchstone_loader = {
    add = function(piece) pieces[#pieces + 1] = piece end,
    module = function(name, file)
    local chunk, message = compile(taken(), "@" .. file)
    preload[name] = function(name)
    if chunk then return chunk(name, file) end
    error("error loading module '" .. name .. "' from file '" .. file .. "':\\n\\t" .. message, 0)
    end
    end,
    step = function()
    local all = taken()
    return function()
    local chunk, message = compile(all, "=script")
    if chunk then return chunk() end
    error(message, 0)
    end
    end}
    """.utf8)
}
