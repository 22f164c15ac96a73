/// Exceptions (Core 4.2.11, 4.2.13): tags tell them apart, and one that was thrown carries values.

/// A tag: equal only to itself.
public final class Tag: Sendable {
  public let type: FunctionType
  let typeID: UInt32
  let engine: Engine

  /// A tag of the host's own, for stores of one engine.
  public convenience init(_ type: FunctionType, engine: Engine = .default) {
    self.init(type, typeID: engine.types.id(of: type), engine: engine)
  }

  init(_ type: FunctionType, typeID: UInt32, engine: Engine) {
    self.type = type
    self.typeID = typeID
    self.engine = engine
  }
}

/// An exception on its way. Reaches the host when nothing catches it.
public struct ThrownException: Error {
  public let tag: Tag
  /// The values in their slots.
  let payload: [UInt64]
  /// Keeps what the values refer to once the exception has left the store's code.
  private var held: [Value] = []

  init(tag: Tag, payload: [UInt64]) {
    self.tag = tag
    self.payload = payload
  }

  /// The exception as the host gets it.
  func leaving() -> ThrownException {
    var exception = self
    exception.held = values
    return exception
  }

  public var values: [Value] {
    var slot = 0
    return tag.type.parameters.map { type in
      defer { slot += type.slotCount }
      return Value(type, payload[slot], type == .v128 ? payload[slot + 1] : 0)
    }
  }
}

extension ThrownException: CustomStringConvertible {
  public var description: String { "unhandled exception with \(tag.type.parameters.count) values" }
}
