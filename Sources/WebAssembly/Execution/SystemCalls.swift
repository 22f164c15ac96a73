/// Where the engine touches the system: address space, the clock, and whole ranges of bytes.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

enum SystemCalls {
  /// The system's page size in bytes.
  static let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// A variable of the environment.
  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  // MARK: - Address space

  /// Address space of so many bytes in which nothing is accessible; nil when the system gives none.
  static func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    let address = mmap(nil, byteCount, PROT_NONE, flags, -1, 0)
    return address == MAP_FAILED ? nil : address
  }

  static func release(_ address: UnsafeMutableRawPointer, _ byteCount: Int) { munmap(address, byteCount) }

  /// Lets whole pages be read and written, or not be touched at all; false when the system refuses.
  static func protect(_ address: UnsafeMutableRawPointer, _ byteCount: Int, isAccessible: Bool) -> Bool {
    byteCount == 0 || mprotect(address, byteCount, isAccessible ? PROT_READ | PROT_WRITE : PROT_NONE) == 0
  }

  /// Gives the memory behind whole pages back to the system; they read as zeros again.
  static func giveBack(_ address: UnsafeMutableRawPointer, _ byteCount: Int) {
    guard byteCount > 0 else { return }
    #if canImport(Darwin)
      // `MADV_DONTNEED` is only a hint there: new pages in place of the old ones.
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE | MAP_FIXED
      if mmap(address, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED { return }
    #else
      if madvise(address, byteCount, MADV_DONTNEED) == 0 { return }
    #endif
    memset(address, 0, byteCount)
  }

  /// Of whole pages of the process's own memory, which of them were ever touched: the others are zero. Nil where the
  /// system does not tell.
  static func touchedPages(_ address: UnsafeMutableRawPointer, _ byteCount: Int) -> [Bool]? {
    #if os(Linux)
      let file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var entries = [UInt64](repeating: 0, count: byteCount / pageSize)
      let wanted = entries.count * MemoryLayout<UInt64>.stride
      let place = Int(bitPattern: address) / pageSize * MemoryLayout<UInt64>.stride
      let found = entries.withUnsafeMutableBytes { pread(file, $0.baseAddress, wanted, off_t(place)) }
      guard found == wanted else { return nil }
      // In memory, or swapped out.
      return entries.map { $0 >> 62 != 0 }
    #else
      return nil
    #endif
  }

  /// Memory of another size with what `memory` held, which is gone then: large ones are moved without a copy.
  /// There is no way on when the system has none left.
  static func reallocate(_ memory: UnsafeMutableRawPointer?, _ byteCount: Int) -> UnsafeMutableRawPointer {
    guard let larger = realloc(memory, max(byteCount, 16)) else {
      fatalError("the system has no memory left")
    }
    return larger
  }

  /// Gives back what `reallocate` gave.
  static func free(_ memory: UnsafeMutableRawPointer) {
    #if canImport(Glibc)
      Glibc.free(memory)
    #elseif canImport(Musl)
      Musl.free(memory)
    #else
      Darwin.free(memory)
    #endif
  }

  // MARK: - Ranges of bytes

  /// The ranges may overlap.
  static func move(_ target: UnsafeMutableRawPointer, from source: UnsafeRawPointer, _ byteCount: Int) {
    memmove(target, source, byteCount)
  }

  /// Whether all bytes are zero.
  static func isZero(_ start: UnsafeRawPointer, _ byteCount: Int) -> Bool {
    guard byteCount > 0 else { return true }
    // Each byte equals the one before it.
    return start.load(as: UInt8.self) == 0 && memcmp(start, start + 1, byteCount - 1) == 0
  }

  static func fill(_ target: UnsafeMutableRawPointer, with byte: UInt8, _ byteCount: Int) {
    memset(target, Int32(byte), byteCount)
  }

  // MARK: - Time

  /// Nanoseconds of the monotonic clock.
  static var now: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Lets the thread rest for less than a second.
  static func sleep(nanoseconds: UInt64) {
    var time = timespec(tv_sec: 0, tv_nsec: Int(min(nanoseconds, 999_999_999)))
    nanosleep(&time, nil)
  }
}
