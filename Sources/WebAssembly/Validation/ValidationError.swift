/// Why a well-formed module is not valid (Core 3).

public struct ValidationError: Error, Hashable, Sendable {
  /// The function, counted with the imported ones first; nil for what concerns the whole module.
  public let functionIndex: UInt32?
  /// Of the instruction, in the bytes that the module was decoded from; nil where there is none.
  public let offset: Int?
  /// One sentence that begins with the words of the specification's test scripts.
  public let message: String
  /// Whether it is the bytes that are no instructions, rather than the instructions that are ill-typed.
  public let isMalformed: Bool

  public init(functionIndex: UInt32? = nil, offset: Int? = nil, _ message: String, isMalformed: Bool = false)
  {
    self.functionIndex = functionIndex
    self.offset = offset
    self.message = message
    self.isMalformed = isMalformed
  }

  init(_ error: DecodeError, functionIndex: UInt32?) {
    self.init(functionIndex: functionIndex, offset: error.offset, error.message, isMalformed: true)
  }
}

extension ValidationError: CustomStringConvertible {
  public var description: String {
    var place: [String] = []
    if let functionIndex { place.append("in function \(functionIndex)") }
    if let offset { place.append("at byte 0x\(String(offset, radix: 16))") }
    return place.isEmpty ? message : "\(message) (\(place.joined(separator: " ")))"
  }
}

/// Why bytes cannot become a module that runs. What is malformed anywhere goes before what is invalid.
public enum ModuleError: Error, Hashable, Sendable {
  case malformed(DecodeError)
  case invalid(ValidationError)
  /// A limit on time, or an interruption, ended its decoding or validation.
  case limit(ExecutionLimit)

  public var message: String {
    switch self {
    case .malformed(let error): error.message
    case .invalid(let error): error.message
    case .limit(let limit): "\(limit)"
    }
  }

  init(_ error: ValidationError) {
    self =
      error.isMalformed
      ? .malformed(DecodeError(offset: error.offset ?? 0, error.message)) : .invalid(error)
  }
}

extension ModuleError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let error): "malformed module: \(error)"
    case .invalid(let error): "invalid module: \(error)"
    case .limit(.interrupted): "reading the module was interrupted"
    case .limit(let limit): "reading the module reached the limit of \(limit)"
    }
  }
}
