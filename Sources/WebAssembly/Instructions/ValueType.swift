/// The types of values, packed so that comparing two of them is comparing two integers.
/// (Core 2.3.1–2.3.5)

/// What a reference may point to: an abstract kind, or a type that the module defines.
public struct HeapType: Hashable, Sendable, BitwiseCopyable {
  /// As in the binary format (5.3.3): negative for the abstract kinds, a type index otherwise.
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// A type defined by the module at this index.
  public init(typeIndex: UInt32) { self.rawValue = Int32(truncatingIfNeeded: typeIndex) }

  public static let exn = HeapType(rawValue: -0x17)
  public static let array = HeapType(rawValue: -0x16)
  public static let `struct` = HeapType(rawValue: -0x15)
  public static let i31 = HeapType(rawValue: -0x14)
  public static let eq = HeapType(rawValue: -0x13)
  public static let any = HeapType(rawValue: -0x12)
  public static let extern = HeapType(rawValue: -0x11)
  public static let function = HeapType(rawValue: -0x10)
  public static let none = HeapType(rawValue: -0x0F)
  public static let noextern = HeapType(rawValue: -0x0E)
  public static let nofunc = HeapType(rawValue: -0x0D)
  public static let noexn = HeapType(rawValue: -0x0C)

  /// The index of the defined type, nil for an abstract heap type.
  public var typeIndex: UInt32? { rawValue >= 0 ? UInt32(rawValue) : nil }

  /// Abstract heap types with their keyword in the text format (6.4.3).
  public static let abstractKinds: [(type: HeapType, keyword: String)] = [
    (.any, "any"), (.eq, "eq"), (.i31, "i31"), (.struct, "struct"), (.array, "array"), (.none, "none"),
    (.function, "func"), (.nofunc, "nofunc"), (.extern, "extern"), (.noextern, "noextern"),
    (.exn, "exn"), (.noexn, "noexn"),
  ]
}

extension HeapType: CustomStringConvertible {
  public var description: String {
    Self.abstractKinds.first { $0.type == self }?.keyword ?? String(rawValue)
  }
}

/// The type of a value: a number, a vector or a reference.
public struct ValueType: Hashable, Sendable, BitwiseCopyable {
  /// The binary format's byte for numbers and vectors; for references bit 31, bit 30 when nullable, and
  /// the heap type in the 30 bits below; 0 for the bottom type of unreachable code.
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  public static let i32 = ValueType(rawValue: 0x7F)
  public static let i64 = ValueType(rawValue: 0x7E)
  public static let f32 = ValueType(rawValue: 0x7D)
  public static let f64 = ValueType(rawValue: 0x7C)
  public static let v128 = ValueType(rawValue: 0x7B)
  /// Matches every type; occurs only while validating unreachable code (Core 3.1.1).
  public static let bottom = ValueType(rawValue: 0)
  public static let funcref = reference(.function, nullable: true)
  public static let externref = reference(.extern, nullable: true)
  public static let anyref = reference(.any, nullable: true)
  public static let exnref = reference(.exn, nullable: true)

  public static func reference(_ heapType: HeapType, nullable: Bool) -> ValueType {
    ValueType(
      rawValue: 0x8000_0000 | (nullable ? 0x4000_0000 : 0)
        | (UInt32(bitPattern: heapType.rawValue) & 0x3FFF_FFFF))
  }

  public var isReference: Bool { rawValue & 0x8000_0000 != 0 }
  public var isNullable: Bool { rawValue & 0xC000_0000 == 0xC000_0000 }
  /// One of `i32`, `i64`, `f32`, `f64`.
  public var isNumber: Bool { rawValue >= 0x7C && rawValue <= 0x7F }
  public var isVector: Bool { self == .v128 }

  /// What the reference points to; meaningless unless `isReference`.
  public var heapType: HeapType {
    HeapType(rawValue: Int32(bitPattern: rawValue << 2) >> 2)
  }

  /// 64-bit slots that a value of this type takes on the value stack: two for a vector, else one.
  public var slotCount: Int { self == .v128 ? 2 : 1 }

  /// Whether a local of this type starts with a value: all but non-nullable references (Core 2.3.5).
  public var isDefaultable: Bool { !isReference || isNullable }
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
