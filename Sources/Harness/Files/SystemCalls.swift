// The system's functions whose names are taken by the methods that wrap them.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

enum System {
  static func read(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.read(file, buffer, count)
    #elseif canImport(Musl)
      Musl.read(file, buffer, count)
    #else
      Darwin.read(file, buffer, count)
    #endif
  }

  static func write(_ file: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(file, buffer, count)
    #elseif canImport(Musl)
      Musl.write(file, buffer, count)
    #else
      Darwin.write(file, buffer, count)
    #endif
  }

  static func rename(_ path: [CChar], _ target: [CChar]) -> Int32 {
    #if canImport(Glibc)
      Glibc.rename(path, target)
    #elseif canImport(Musl)
      Musl.rename(path, target)
    #else
      Darwin.rename(path, target)
    #endif
  }
}

extension Path {
  /// The path as the system takes it, ended by a zero byte.
  var cString: [CChar] {
    (bytes.isEmpty ? [UInt8(ascii: ".")] : bytes).map(CChar.init(bitPattern:)) + [0]
  }
}
