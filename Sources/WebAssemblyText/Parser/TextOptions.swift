import WebAssembly

/// What the parser accepts, and what it keeps besides the module itself.
public struct TextOptions: Sendable, Hashable {
  /// Without `memory64` sizes are 32-bit numbers, without `customAnnotations` and `branchHints` the
  /// annotations that these bring are skipped like unknown ones. Everything else is left to validation.
  public var features: FeatureSet
  /// Whether identifiers and `@name` annotations become a name section.
  public var keepsNames: Bool

  public init(features: FeatureSet = .all, keepsNames: Bool = true) {
    self.features = features
    self.keepsNames = keepsNames
  }
}

extension TokenizedText {
  package init(_ bytes: [UInt8], options: TextOptions) {
    self = Lexer.tokenize(
      bytes, customAnnotations: options.features.contains(.customAnnotations),
      branchHints: options.features.contains(.branchHints))
  }
}
