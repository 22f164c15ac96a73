import WebAssembly

/// Which features the folders of the official test suite are written for. Scripts assert that what later
/// versions allow is malformed or invalid, so that a folder passes only with its own.
public enum SuiteFeatures {
  /// Folders as the suite names them; the first one that occurs in a script's path decides.
  public static let folders: [(path: String, features: FeatureSet)] = [
    ("proposals/custom-descriptors", webAssembly3(.customDescriptors)),
    ("proposals/custom-page-sizes", webAssembly3(.customPageSizes)),
    ("proposals/wide-arithmetic", webAssembly3(.wideArithmetic)),
    // Written against WebAssembly 1.0: at most one table and one memory.
    ("proposals/threads", [.mutableGlobals, .signExtension, .saturatingConversions, .multiValue, .threads]),
    ("legacy", webAssembly3(.legacyExceptions)),
  ]

  /// The features for a script by its path; those of WebAssembly 3.0 outside of the folders above.
  public static func features(ofScript path: String) -> FeatureSet {
    let components = path.split(separator: "/").dropLast()
    for (folder, features) in folders {
      let wanted = folder.split(separator: "/")
      if components.indices.contains(where: { components[$0...].starts(with: wanted) }) { return features }
    }
    return .webAssembly3
  }

  private static func webAssembly3(_ feature: Feature) -> FeatureSet {
    FeatureSet.webAssembly3.union(FeatureSet([feature]))
  }
}
