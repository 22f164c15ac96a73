// File paths as the bytes that they are: a name need not be UTF-8.

/// A path below the root or the working directory.
package struct Path: Hashable, Sendable, CustomStringConvertible {
  /// Without a zero byte, and without a slash at the end unless it is the root.
  package let bytes: [UInt8]

  private static let slash = UInt8(ascii: "/")

  package init(bytes: some Sequence<UInt8>) {
    self.init(bytes: Array(bytes))
  }

  package init(bytes: [UInt8]) {
    // Nearly all are what they are to be.
    if bytes.last != Self.slash, !bytes.contains(0) {
      self.bytes = bytes
      return
    }
    var bytes = Array(bytes.prefix { $0 != 0 })
    while bytes.count > 1, bytes.last == Self.slash { bytes.removeLast() }
    self.bytes = bytes
  }

  package init(_ text: String) {
    self.init(bytes: text.utf8)
  }

  /// The path as text for people, with everything escaped that would not show.
  package var description: String { EscapedText.string(bytes) }

  package var isAbsolute: Bool { bytes.first == Self.slash }

  /// The names between the slashes.
  package var components: [[UInt8]] {
    bytes.split(separator: Self.slash).map(Array.init)
  }

  /// The last component; empty for the root.
  package var lastComponent: [UInt8] { components.last ?? [] }

  /// The path without its last component: `.` when there is only one, the root for the root.
  package var parent: Path {
    guard let slash = bytes.lastIndex(of: Self.slash) else { return Path(".") }
    return slash == 0 ? Path("/") : Path(bytes: bytes[..<slash])
  }

  /// The path of a relative path below this one.
  package func appending(_ relative: [UInt8]) -> Path {
    appending(relative, suffix: "")
  }

  /// The path of a relative path below this one, with bytes added to its last component.
  func appending(_ relative: [UInt8], suffix: StaticString) -> Path {
    var joined: [UInt8] = []
    joined.reserveCapacity(bytes.count + 1 + relative.count + suffix.utf8CodeUnitCount)
    if !bytes.isEmpty, bytes.count != 1 || bytes[0] != UInt8(ascii: ".") {
      joined += bytes
      if bytes.last != Self.slash { joined.append(Self.slash) }
    }
    joined += relative
    joined.append(literal: suffix)
    return Path(bytes: joined)
  }

  package func appending(_ relative: String) -> Path {
    appending(Array(relative.utf8))
  }

  /// The same path with bytes added to its last component.
  package func withSuffix(_ suffix: String) -> Path {
    var bytes = bytes
    bytes += suffix.utf8
    return Path(bytes: bytes)
  }

  /// Whether the last component ends so.
  package func hasSuffix(_ suffix: String) -> Bool {
    bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
  }

  /// The absolute path without `.` and `..`, read as text: links are not followed.
  package func normalized(workingDirectory: Path) -> Path {
    var components: [[UInt8]] = []
    for component in (isAbsolute ? [] : workingDirectory.components) + self.components {
      switch component {
      case [UInt8(ascii: ".")]: continue
      case Array("..".utf8): _ = components.popLast()
      default: components.append(component)
      }
    }
    var bytes: [UInt8] = []
    for component in components {
      bytes.append(Self.slash)
      bytes += component
    }
    return Path(bytes: bytes.isEmpty ? [Self.slash] : bytes)
  }

  /// The components below a directory; nil when this path does not lie in it. Both must be normalized.
  package func components(below directory: Path) -> [[UInt8]]? {
    let (own, other) = (components, directory.components)
    return own.starts(with: other) ? Array(own.dropFirst(other.count)) : nil
  }
}

extension Path: Comparable {
  package static func < (left: Path, right: Path) -> Bool {
    left.bytes.precedes(right.bytes)
  }
}
