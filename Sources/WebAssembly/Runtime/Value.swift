/// Values as the host sees them (Core 4.2.1).

/// A reference. What it refers to in a store's heap stays alive as long as the reference is kept.
public struct Reference: Hashable, Sendable {
  /// The engine's own bits, null being all zeros. A function's is the address of its record, an object's
  /// the address of the object; what the host passed in carries the host's number.
  public let bits: UInt64
  private let hold: ObjectHold?

  /// `bits` are a reference's: an address in them is that of an object alive.
  init(bits: UInt64) {
    self.bits = bits
    hold = HeapObject(bits).map(ObjectHold.init)
  }

  public static let null = Reference(bits: 0)

  /// A host object, known to the engine only by this number, of which 62 bits are kept.
  public static func extern(_ number: UInt64) -> Reference { Reference(bits: number << 2 | 2) }

  /// An integer without an object of its own, of which 31 bits are kept (4.2.1).
  public static func i31(_ value: UInt32) -> Reference { Reference(bits: I31.reference(value)) }

  public static func == (a: Reference, b: Reference) -> Bool { a.bits == b.bits }
  public func hash(into hasher: inout Hasher) { hasher.combine(bits) }

  public var isNull: Bool { bits == 0 }
  /// The number of a host object, nil for other references.
  public var externNumber: UInt64? { bits & 3 == 2 ? bits >> 2 : nil }

  /// What a reference refers to, whatever the type it was given as.
  public enum Kind: Hashable, Sendable {
    case null
    case function
    case structure
    case array
    case exception
    /// With the 31 bits, zero-extended.
    case i31(UInt32)
    /// With the host's number.
    case host(UInt64)
  }

  public var kind: Kind {
    switch ReferenceKinds(of: bits) {
    case .null: .null
    case .i31: .i31(I31.unsigned(bits))
    case .host: .host(bits >> 2)
    case .structure: .structure
    case .array: .array
    case .exception: .exception
    default: .function
    }
  }

  /// The heap with the object, nil when it is none.
  var heap: Heap? { hold?.heap }
}

/// A value of any type. Floats are kept as bits, so that a NaN's payload survives.
public enum Value: Hashable, Sendable {
  case i32(UInt32)
  case i64(UInt64)
  case f32(bits: UInt32)
  case f64(bits: UInt64)
  case v128(low: UInt64, high: UInt64)
  case reference(Reference, type: ValueType)

  public static func f32(_ value: Float) -> Value { .f32(bits: value.bitPattern) }
  public static func f64(_ value: Double) -> Value { .f64(bits: value.bitPattern) }
  public static func i32(_ value: Int32) -> Value { .i32(UInt32(bitPattern: value)) }
  public static func i64(_ value: Int64) -> Value { .i64(UInt64(bitPattern: value)) }

  /// A literal: `.i32(-1)`, `.i32(0xFFFF_FFFF)`. The number must fit into 32 bits, signed or unsigned.
  public static func i32(_ number: Int) -> Value {
    guard let bits = UInt32(exactly: number) ?? Int32(exactly: number).map({ UInt32(bitPattern: $0) }) else {
      preconditionFailure("\(number) does not fit into 32 bits")
    }
    return .i32(bits)
  }

  /// A literal: `.i64(-1)`.
  public static func i64(_ number: Int) -> Value { .i64(Int64(number)) }

  /// The number in an `i32`, read as signed; nil for other types.
  public var int32: Int32? { uint32.map { Int32(bitPattern: $0) } }
  /// The number in an `i32`, read as unsigned, such as an address; nil for other types.
  public var uint32: UInt32? { if case .i32(let bits) = self { bits } else { nil } }
  /// The number in an `i64`, read as signed; nil for other types.
  public var int64: Int64? { uint64.map { Int64(bitPattern: $0) } }
  /// The number in an `i64`, read as unsigned; nil for other types.
  public var uint64: UInt64? { if case .i64(let bits) = self { bits } else { nil } }
  /// The number in an `f32`; nil for other types.
  public var float: Float? { if case .f32(let bits) = self { Float(bitPattern: bits) } else { nil } }
  /// The number in an `f64`; nil for other types.
  public var double: Double? { if case .f64(let bits) = self { Double(bitPattern: bits) } else { nil } }

  public var type: ValueType {
    switch self {
    case .i32: .i32
    case .i64: .i64
    case .f32: .f32
    case .f64: .f64
    case .v128: .v128
    case .reference(_, let type): type
    }
  }

  /// The value's slots: the first, and the second of a vector.
  var slots: (UInt64, UInt64) {
    switch self {
    case .i32(let value): (UInt64(value), 0)
    case .i64(let value): (value, 0)
    case .f32(let bits): (UInt64(bits), 0)
    case .f64(let bits): (bits, 0)
    case .v128(let low, let high): (low, high)
    case .reference(let reference, _): (reference.bits, 0)
    }
  }

  init(_ type: ValueType, _ low: UInt64, _ high: UInt64 = 0) {
    switch type {
    case .i32: self = .i32(UInt32(truncatingIfNeeded: low))
    case .i64: self = .i64(low)
    case .f32: self = .f32(bits: UInt32(truncatingIfNeeded: low))
    case .f64: self = .f64(bits: low)
    case .v128: self = .v128(low: low, high: high)
    default: self = .reference(Reference(bits: low), type: type)
    }
  }

  /// The value that locals, globals and table elements of a defaultable type start with.
  static func zero(_ type: ValueType) -> Value { Value(type, 0) }
}
