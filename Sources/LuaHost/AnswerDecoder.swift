// Decodes what `compute` left in the module's buffer.

/// The decoded answer of one call of `compute`.
public enum ComputeAnswer: Hashable, Sendable {
  /// The captured output, and the value that the chunk returned. When the answer cannot be decoded,
  /// the output is empty and the value holds the whole answer raw, its header included: of an answer
  /// that lies about one length, no length is trusted.
  case value(output: [UInt8], DecodedValue)
  /// The message of a Lua error.
  case error(message: [UInt8])
  /// The module claims an answer or a message that is longer than its buffer.
  case outsideBuffer(result: Int32)
}

/// Decodes the result of `compute` together with the bytes in the buffer.
public enum AnswerDecoder {
  /// The most bytes that an answer, or an error's message, may have: 4 MiB. What is longer is an outcome of
  /// its own, so that no module can make its host decode, keep and print as much as it likes.
  public static let greatestByteCount = 4 << 20

  /// How many bytes of the buffer belong to a result: the answer's when it is not negative, the error
  /// message's when it is; nil when that is more than the buffer holds.
  public static func byteCount(of result: Int32, bufferSize: Int) -> Int? {
    let count = result >= 0 ? Int(result) : -(Int(result) + 1)
    return count <= bufferSize ? count : nil
  }

  /// Decodes the answer. `buffer` holds at least the bytes that belong to the result, or, when they
  /// cannot be had, what there is of the buffer.
  public static func decode(result: Int32, buffer: [UInt8]) -> ComputeAnswer {
    guard let count = byteCount(of: result, bufferSize: buffer.count) else {
      return .outsideBuffer(result: result)
    }
    let bytes = buffer[..<count]
    return result < 0 ? .error(message: Array(bytes)) : decode(answer: bytes)
  }

  private static func decode(answer bytes: ArraySlice<UInt8>) -> ComputeAnswer {
    // An empty source is answered with nothing at all, not even a header.
    if bytes.isEmpty { return .value(output: [], .none) }
    let undecodable = ComputeAnswer.value(output: [], .raw(Array(bytes)))
    guard bytes.count >= 4 else { return undecodable }
    let outputCount: UInt32 = bytes.prefix(4).littleEndian()
    let content = bytes.dropFirst(4)
    guard Int(outputCount) <= content.count else { return undecodable }
    let value = DecodedValue(bytes: content.dropFirst(Int(outputCount)))
    if case .raw = value { return undecodable }
    return .value(output: Array(content.prefix(Int(outputCount))), value)
  }
}
