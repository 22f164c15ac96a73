// Variants of goldens: `sort.lua-5.5.golden` beside `sort.golden`, for the builds that answer otherwise.
import LuaHost

package enum GoldenVariant {
  /// Whether a variant can have this name: `[a-z0-9][a-z0-9.-]*`.
  package static func isName(_ name: String) -> Bool { isName(name.utf8) }

  static func isName(_ name: some Collection<UInt8>) -> Bool {
    func isAlphanumeric(_ byte: UInt8) -> Bool { (97...122).contains(byte) || (48...57).contains(byte) }
    return name.first.map(isAlphanumeric) == true
      && name.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
  }

  /// The ways to read an id as another's id with a variant's name behind it.
  static func readings(of id: CaseID) -> [(id: CaseID, name: ArraySlice<UInt8>)] {
    let start = id.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
    return id.bytes.indices[start...].filter { $0 > start && id.bytes[$0] == UInt8(ascii: ".") }.compactMap {
      let name = id.bytes[($0 + 1)...]
      return isName(name) ? (CaseID(components: [Array(id.bytes[..<$0])]), name) : nil
    }
  }

  /// Refuses an id that is also the name of another's variant: their goldens would be one file.
  static func check(_ files: [FixtureFile]) throws(UsageError) {
    let suspects = files.filter { $0.id.bytes.contains(UInt8(ascii: ".")) }
    if suspects.isEmpty { return }
    let ids = Set(files.map(\.id))
    for file in suspects {
      guard let reading = readings(of: file.id).first(where: { ids.contains($0.id) }) else { continue }
      let name = String(decoding: reading.name, as: UTF8.self)
      throw UsageError(
        "the golden of \(file.id) would be the variant \(name) of that of \(reading.id); rename \(file.path)")
    }
  }

  /// The variants that goldens of these fixtures have.
  static func names(of files: [FixtureFile]) throws(FileError) -> [FixtureFile: Set<String>] {
    var found: [Path: [CaseID: Set<String>]] = [:]
    var names: [FixtureFile: Set<String>] = [:]
    // Neighbours mostly lie in the same directory.
    var last: (root: FixtureRoot, place: ArraySlice<UInt8>, variants: [CaseID: Set<String>])?
    for file in files {
      let name = file.id.bytes.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
      let place = file.id.bytes[..<name]
      if last.map({ $0.root != file.root || $0.place != place }) ?? true {
        let directory = file.golden.parent
        if found[directory] == nil { found[directory] = try variants(in: directory) }
        last = (file.root, place, found[directory] ?? [:])
      }
      guard let variants = last?.variants, !variants.isEmpty else { continue }
      if let variants = variants[CaseID(components: [Array(file.id.bytes[name...])])] {
        names[file] = variants
      }
    }
    return names
  }

  private static func variants(in directory: Path) throws(FileError) -> [CaseID: Set<String>] {
    guard try FileSystem.status(directory)?.kind == .directory else { return [:] }
    var variants: [CaseID: Set<String>] = [:]
    for name in try FileSystem.names(in: directory) where Path(bytes: name).hasSuffix(".golden") {
      // A plain golden has one dot.
      if name.firstIndex(of: UInt8(ascii: ".")) == name.count - FixtureWalk.goldenExtension.count { continue }
      for reading in readings(of: CaseID(components: [name.dropLast(FixtureWalk.goldenExtension.count)])) {
        variants[reading.id, default: []].insert(String(decoding: reading.name, as: UTF8.self))
      }
    }
    return variants
  }
}

extension CaseExecutorProvider {
  /// The name of the variant that the module's goldens have: `lua-5.5` when its `_VERSION` is `Lua 5.5`.
  package var goldenVariant: String? {
    let request = CaseRequest(
      steps: [.source(Array("return _VERSION".utf8))],
      limits: ExecutionLimits(fuel: 100_000_000, time: CaseSettings.defaultTimeout, memoryBytes: nil),
      interruption: Interruption())
    guard var executor = try? makeExecutor(memoryLimit: nil), let outcome = try? executor.run(request),
      case .value(.value(.string(let version)))? = outcome.steps.first?.result
    else { return nil }
    let name = String(decoding: version, as: UTF8.self).lowercased().replacing(" ", with: "-")
    return GoldenVariant.isName(name) ? name : nil
  }
}
