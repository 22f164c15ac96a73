/// The types of values, packed so that comparing two of them is comparing two integers.
/// (Core 2.3.1–2.3.5)

/// What a reference may point to: an abstract kind, or a type that the module defines.
public struct HeapType: Hashable, Sendable, BitwiseCopyable {
  /// As in the binary format (5.3.3): negative for the abstract kinds, otherwise a type index, with bit 28
  /// set when the type is exact.
  public let rawValue: Int32

  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The type defined by the module at this index; exact when its strict subtypes are left out
  /// (custom descriptors). An index beyond `maximumTypeIndex` becomes that one, which no module defines.
  @inlinable public init(typeIndex: UInt32, isExact: Bool = false) {
    self.rawValue = Int32(bitPattern: min(typeIndex, Self.maximumTypeIndex) | (isExact ? 0x1000_0000 : 0))
  }

  @inlinable public static var maximumTypeIndex: UInt32 { 0x0FFF_FFFF }

  @inlinable public static var exn: HeapType { HeapType(rawValue: -0x17) }
  @inlinable public static var array: HeapType { HeapType(rawValue: -0x16) }
  @inlinable public static var `struct`: HeapType { HeapType(rawValue: -0x15) }
  @inlinable public static var i31: HeapType { HeapType(rawValue: -0x14) }
  @inlinable public static var eq: HeapType { HeapType(rawValue: -0x13) }
  @inlinable public static var any: HeapType { HeapType(rawValue: -0x12) }
  @inlinable public static var extern: HeapType { HeapType(rawValue: -0x11) }
  @inlinable public static var function: HeapType { HeapType(rawValue: -0x10) }
  @inlinable public static var none: HeapType { HeapType(rawValue: -0x0F) }
  @inlinable public static var noextern: HeapType { HeapType(rawValue: -0x0E) }
  @inlinable public static var nofunc: HeapType { HeapType(rawValue: -0x0D) }
  @inlinable public static var noexn: HeapType { HeapType(rawValue: -0x0C) }

  /// Below every heap type; occurs only while validating unreachable code (Core 3.1.1).
  @inlinable public static var bottom: HeapType { HeapType(rawValue: -0x20) }

  @inlinable public static func == (left: HeapType, right: HeapType) -> Bool {
    left.rawValue == right.rawValue
  }

  /// The index of the defined type, nil for an abstract heap type.
  @inlinable public var typeIndex: UInt32? {
    rawValue >= 0 ? UInt32(bitPattern: rawValue) & Self.maximumTypeIndex : nil
  }

  /// Whether only values of the defined type itself are meant, not of its subtypes.
  @inlinable public var isExact: Bool { rawValue >= 0x1000_0000 }

  /// Abstract heap types with their keyword in the text format (6.4.3).
  public static let abstractKinds: [(type: HeapType, keyword: String)] = [
    (.any, "any"), (.eq, "eq"), (.i31, "i31"), (.struct, "struct"), (.array, "array"), (.none, "none"),
    (.function, "func"), (.nofunc, "nofunc"), (.extern, "extern"), (.noextern, "noextern"),
    (.exn, "exn"), (.noexn, "noexn"),
  ]
}

extension HeapType: CustomStringConvertible {
  public var description: String {
    guard let typeIndex else { return Self.abstractKinds.first { $0.type == self }?.keyword ?? "bottom" }
    return isExact ? "(exact \(typeIndex))" : String(typeIndex)
  }
}

/// The type of a value: a number, a vector or a reference.
public struct ValueType: Hashable, Sendable, BitwiseCopyable {
  /// The binary format's byte for numbers and vectors; for references bit 31, bit 30 when nullable, and
  /// the heap type in the 30 bits below; 0 for the bottom type of unreachable code.
  public let rawValue: UInt32

  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  @inlinable public static func == (left: ValueType, right: ValueType) -> Bool {
    left.rawValue == right.rawValue
  }

  @inlinable public static var i32: ValueType { ValueType(rawValue: 0x7F) }
  @inlinable public static var i64: ValueType { ValueType(rawValue: 0x7E) }
  @inlinable public static var f32: ValueType { ValueType(rawValue: 0x7D) }
  @inlinable public static var f64: ValueType { ValueType(rawValue: 0x7C) }
  @inlinable public static var v128: ValueType { ValueType(rawValue: 0x7B) }
  /// Matches every type; occurs only while validating unreachable code (Core 3.1.1).
  @inlinable public static var bottom: ValueType { ValueType(rawValue: 0) }
  @inlinable public static var funcref: ValueType { reference(.function, nullable: true) }
  @inlinable public static var externref: ValueType { reference(.extern, nullable: true) }
  @inlinable public static var anyref: ValueType { reference(.any, nullable: true) }
  @inlinable public static var exnref: ValueType { reference(.exn, nullable: true) }

  @inlinable public static func reference(_ heapType: HeapType, nullable: Bool) -> ValueType {
    ValueType(
      rawValue: 0x8000_0000 | (nullable ? 0x4000_0000 : 0)
        | (UInt32(bitPattern: heapType.rawValue) & 0x3FFF_FFFF))
  }

  @inlinable public var isReference: Bool { rawValue & 0x8000_0000 != 0 }
  @inlinable public var isNullable: Bool { rawValue & 0xC000_0000 == 0xC000_0000 }
  /// One of `i32`, `i64`, `f32`, `f64`.
  @inlinable public var isNumber: Bool { rawValue >= 0x7C && rawValue <= 0x7F }
  @inlinable public var isVector: Bool { self == .v128 }

  /// What the reference points to; meaningless unless `isReference`.
  @inlinable public var heapType: HeapType {
    HeapType(rawValue: Int32(bitPattern: rawValue << 2) >> 2)
  }

  /// 64-bit slots that a value of this type takes on the value stack: two for a vector, else one.
  @inlinable public var slotCount: Int { self == .v128 ? 2 : 1 }

  /// Whether a local of this type starts with a value: all but non-nullable references (Core 2.3.5).
  @inlinable public var isDefaultable: Bool { !isReference || isNullable }
}

extension ValueType: CustomStringConvertible {
  public var description: String {
    switch self {
    case .i32: "i32"
    case .i64: "i64"
    case .f32: "f32"
    case .f64: "f64"
    case .v128: "v128"
    case .bottom: "bottom"
    default:
      if isNullable, let keyword = shorthand {
        keyword
      } else {
        "(ref \(isNullable ? "null " : "")\(heapType))"
      }
    }
  }

  /// The one-word form of a nullable abstract reference, such as `funcref` (6.4.5).
  public var shorthand: String? {
    guard isReference, isNullable, heapType.typeIndex == nil else { return nil }
    switch heapType {
    case .none: return "nullref"
    case .nofunc: return "nullfuncref"
    case .noextern: return "nullexternref"
    case .noexn: return "nullexnref"
    default: return "\(heapType)ref"
    }
  }
}
