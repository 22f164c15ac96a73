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

  /// Of whole pages of the process's own memory, the runs of those that were ever touched, in order: the others are
  /// zero. False, without a call, where the system does not tell or there are very many.
  static func forEachTouchedRun(
    _ address: UnsafeMutableRawPointer, _ byteCount: Int, _ body: (Range<Int>) -> Void
  ) -> Bool {
    #if os(Linux)
      guard let pageScan else { return false }
      return withUnsafeTemporaryAllocation(of: PageScan.Region.self, capacity: 64) { regions in
        guard let count = pageScan.touched(address, byteCount, into: regions) else { return false }
        let start = UInt64(UInt(bitPattern: address))
        for region in regions[..<count] { body(Int(region.start - start)..<Int(region.end - start)) }
        return true
      }
    #else
      return false
    #endif
  }

  #if os(Linux)
    /// Nil where the system has no such call.
    private static let pageScan = PageScan()

    /// The call `PAGEMAP_SCAN`, of Linux from 6.7 on.
    private struct PageScan {
      /// A run of pages, as the system fills it in.
      struct Region {
        var start: UInt64 = 0
        var end: UInt64 = 0
        var categories: UInt64 = 0
      }

      /// What the system is asked, in its layout.
      private struct Request {
        var size = UInt64(MemoryLayout<Request>.size)
        var flags: UInt64 = 0
        var start: UInt64
        var end: UInt64
        var walkEnd: UInt64 = 0
        var regions: UInt64
        var regionCount: UInt64
        var maximumPages: UInt64 = 0
        var invertedCategories: UInt64 = 0
        var allCategories: UInt64 = 0
        var anyCategory: UInt64
        var shownCategories: UInt64 = 0
      }

      /// In memory, or swapped out.
      private static let touched: UInt64 = 1 << 3 | 1 << 4
      /// A call that reads and writes a `Request`, number 16 of those of its file.
      private static let number = UInt(3 << 30 | MemoryLayout<Request>.size << 16 | 0x66 << 8 | 16)

      private let file: Int32

      init?() {
        file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        var probe: UInt8 = 0
        let isKnown = withUnsafeMutableBytes(of: &probe) { probe in
          let page = Int(bitPattern: probe.baseAddress) & ~(pageSize - 1)
          return withUnsafeTemporaryAllocation(of: Region.self, capacity: 1) { regions in
            // Only looked at by the system, which is told of a page that is there.
            UnsafeMutableRawPointer(bitPattern: page).map { touched($0, pageSize, into: regions) == 1 }
          }
        }
        if isKnown == true { return }
        close(file)
        return nil
      }

      /// How many runs there are; nil when the system refuses, or there is no room for all.
      func touched(
        _ address: UnsafeMutableRawPointer, _ byteCount: Int, into regions: UnsafeMutableBufferPointer<Region>
      ) -> Int? {
        let start = UInt64(UInt(bitPattern: address))
        var request = Request(
          start: start, end: start + UInt64(byteCount),
          regions: UInt64(UInt(bitPattern: regions.baseAddress)), regionCount: UInt64(regions.count),
          anyCategory: Self.touched)
        let count = ioctl(file, Self.number, &request)
        guard count >= 0, request.walkEnd == request.end else { return nil }
        return Int(count)
      }
    }
  #endif

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
