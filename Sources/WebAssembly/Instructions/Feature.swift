/// A part of the language beyond WebAssembly 1.0 that can be switched off by name.
public enum Feature: String, CaseIterable, Sendable, Hashable {
  case mutableGlobals = "mutable-globals"
  case signExtension = "sign-extension"
  case saturatingConversions = "saturating-float-to-int"
  case multiValue = "multi-value"
  case bulkMemory = "bulk-memory"
  case referenceTypes = "reference-types"
  case simd = "simd"
  case relaxedSIMD = "relaxed-simd"
  case tailCall = "tail-call"
  case extendedConst = "extended-const"
  case functionReferences = "function-references"
  case gc = "gc"
  case exceptions = "exception-handling"
  case legacyExceptions = "legacy-exceptions"
  case memory64 = "memory64"
  case multiMemory = "multi-memory"
  case branchHints = "branch-hinting"
  case customAnnotations = "custom-annotations"
  case threads = "threads"
  case wideArithmetic = "wide-arithmetic"
  case customPageSizes = "custom-page-sizes"
  case customDescriptors = "custom-descriptors"
}

/// Which features a module may use.
public struct FeatureSet: Sendable, Hashable {
  /// One bit a feature.
  @usableFromInline package var bits: UInt32

  public init(_ features: some Sequence<Feature> = []) {
    bits = 0
    for feature in features { insert(feature) }
  }

  @inlinable public func contains(_ feature: Feature) -> Bool { bits & Self.bit(feature) != 0 }
  public mutating func insert(_ feature: Feature) { bits |= Self.bit(feature) }
  @inlinable package mutating func insert(bits: UInt32) { self.bits |= bits }
  public mutating func remove(_ feature: Feature) { bits &= ~Self.bit(feature) }
  public func union(_ other: FeatureSet) -> FeatureSet {
    var set = self
    set.bits |= other.bits
    return set
  }

  /// Members in declaration order.
  public var members: [Feature] { Feature.allCases.filter(contains) }

  public static let webAssembly1: FeatureSet = []
  public static let webAssembly2 = FeatureSet([
    .mutableGlobals, .signExtension, .saturatingConversions, .multiValue, .bulkMemory, .referenceTypes,
    .simd,
  ])
  public static let webAssembly3 = webAssembly2.union(
    FeatureSet([
      .relaxedSIMD, .tailCall, .extendedConst, .functionReferences, .gc, .exceptions, .memory64,
      .multiMemory, .branchHints, .customAnnotations,
    ]))

  /// Everything that the engine knows.
  public static let all = FeatureSet(Feature.allCases)

  @usableFromInline package static func bit(_ feature: Feature) -> UInt32 {
    switch feature {
    case .mutableGlobals: 1 << 0
    case .signExtension: 1 << 1
    case .saturatingConversions: 1 << 2
    case .multiValue: 1 << 3
    case .bulkMemory: 1 << 4
    case .referenceTypes: 1 << 5
    case .simd: 1 << 6
    case .relaxedSIMD: 1 << 7
    case .tailCall: 1 << 8
    case .extendedConst: 1 << 9
    case .functionReferences: 1 << 10
    case .gc: 1 << 11
    case .exceptions: 1 << 12
    case .legacyExceptions: 1 << 13
    case .memory64: 1 << 14
    case .multiMemory: 1 << 15
    case .branchHints: 1 << 16
    case .customAnnotations: 1 << 17
    case .threads: 1 << 18
    case .wideArithmetic: 1 << 19
    case .customPageSizes: 1 << 20
    case .customDescriptors: 1 << 21
    }
  }
}

extension FeatureSet: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: Feature...) { self.init(elements) }
}
