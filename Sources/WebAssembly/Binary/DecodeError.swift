/// Why bytes are not a module in the binary format (Core 5).

public struct DecodeError: Error, Hashable, Sendable {
  /// Where in the bytes.
  public let offset: Int
  /// One sentence that begins with the words of the specification's test scripts.
  public let message: String

  public init(offset: Int, _ message: String) {
    self.offset = offset
    self.message = message
  }
}

extension DecodeError: CustomStringConvertible {
  public var description: String { "\(message) (at byte 0x\(String(offset, radix: 16)))" }
}
