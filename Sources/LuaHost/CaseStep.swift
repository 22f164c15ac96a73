// What a case does, step by step.

/// One step of a case.
public enum CaseStep: Hashable, Sendable {
  /// `compute` runs this Lua source.
  case source([UInt8])
  /// Another export is called.
  case call(ExportCall)
  /// The state after `init` is put back; external tables and the clock stay, as with a host that keeps them.
  case newInstance

  /// The Lua source, if it is one.
  public var source: [UInt8]? {
    if case .source(let source) = self { source } else { nil }
  }
}

/// A call of an exported function with integers.
public struct ExportCall: Hashable, Sendable {
  public var name: String
  /// An i32 is given signed or unsigned. `get_memory_stats` without arguments is given the module's buffer to
  /// write into, its first 12 bytes filled with 0xff.
  public var arguments: [Int64]

  public init(_ name: String, _ arguments: [Int64] = []) {
    self.name = name
    self.arguments = arguments
  }

  /// Whether it asks for the memory statistics, which are decoded.
  var wantsStatistics: Bool { name == MemoryStatistics.exportName && arguments.isEmpty }
}

/// What came of a call of an export that did not trap.
public enum CallAnswer: Hashable, Sendable {
  /// The results, an i32 signed; empty where the export has none.
  case values([Int64])
  case statistics(MemoryStatistics)
  /// The module exports no function of that name.
  case missing
}

/// What `get_memory_stats` writes.
public struct MemoryStatistics: Hashable, Sendable {
  public var bufferSize: UInt32
  /// Bytes of Lua's heap in use; 0 in builds that do not count.
  public var luaByteCount: UInt32
  /// Pages of 64 KiB of the memory.
  public var pageCount: UInt32

  static let exportName = "get_memory_stats"
  /// Three u32, little-endian.
  static let byteCount = 12

  public init(bufferSize: UInt32, luaByteCount: UInt32, pageCount: UInt32) {
    self.bufferSize = bufferSize
    self.luaByteCount = luaByteCount
    self.pageCount = pageCount
  }

  /// Reads the bytes that the export wrote.
  init(_ bytes: [UInt8]) {
    self.init(
      bufferSize: bytes[0..<4].littleEndian(), luaByteCount: bytes[4..<8].littleEndian(),
      pageCount: bytes[8..<12].littleEndian())
  }
}
