#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A linear memory: reserved address space in which the accessible part grows in place (Core 4.2.9).
///
/// Outside of `Execution` this is the only place that touches its bytes, and every access is checked.
public final class Memory {
  public private(set) var type: MemoryType
  let base: MemoryBase
  /// Accessible bytes; the rest of the reservation faults.
  public private(set) var byteCount: Int
  private let reservedByteCount: Int
  /// The most bytes that the memory may have; reaching for more ends the run. Nil for what the type allows.
  public var byteLimit: UInt64?
  /// The most bytes that the memory has had since `resetPeak`.
  public private(set) var peakByteCount: Int

  /// Address space to reserve at most for a memory whose type sets no lower bound.
  private static let maximumReservation = 1 << 32

  /// Throws when the system gives no address space, or `limits` allow less than the minimum.
  init(_ type: MemoryType, limits: StoreLimits) throws {
    self.type = type
    byteLimit = limits.memoryByteCount
    let initial = try Self.byteCount(of: type.limits.minimum, type)
    if let most = limits.memoryByteCount, UInt64(initial) > most { throw ExecutionLimit.memory }
    let declared =
      type.limits.maximum.flatMap { try? Self.byteCount(of: $0, type) } ?? Self.maximumReservation
    let wanted = max(initial, min(declared, max(Self.maximumReservation, initial)))
    // Nothing is reserved for an empty memory that cannot grow, but an address is needed.
    reservedByteCount = max(wanted, 4096)
    guard let address = Self.reserve(reservedByteCount) else {
      throw Trap(.allocationFailure)
    }
    base = address
    byteCount = 0
    peakByteCount = 0
    guard makeAccessible(initial) else {
      munmap(base, reservedByteCount)
      throw Trap(.allocationFailure)
    }
    peakByteCount = byteCount
  }

  deinit { munmap(base, reservedByteCount) }

  /// Bytes of a page: 65,536 unless the memory's type says otherwise.
  public var pageSize: Int { 1 << Int(type.pageSizeExponent) }
  public var pageCount: UInt64 { UInt64(byteCount >> Int(type.pageSizeExponent)) }

  private static func byteCount(of pages: UInt64, _ type: MemoryType) throws -> Int {
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: 1 << UInt64(type.pageSizeExponent))
    guard !overflow, bytes <= 1 << 40 else { throw Trap(.allocationFailure) }
    return Int(bytes)
  }

  private static func reserve(_ count: Int) -> MemoryBase? {
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    let address = mmap(nil, count, PROT_NONE, flags, -1, 0)
    return address == MAP_FAILED ? nil : address
  }

  private static func wholeSystemPages(_ count: Int) -> Int { (count + 0xFFFF) & ~0xFFFF }

  /// Extends the accessible part to `count` bytes. New bytes are zero.
  private func makeAccessible(_ count: Int) -> Bool {
    let end = min(Self.wholeSystemPages(count), reservedByteCount)
    if count > 0, mprotect(base, end, PROT_READ | PROT_WRITE) != 0 { return false }
    byteCount = count
    peakByteCount = max(peakByteCount, count)
    return true
  }

  /// The former size in pages, or nil when the memory cannot grow so far (4.4.7, memory.grow). Throws
  /// `ExecutionLimit.memory` when it is the store's limit that forbids it.
  public func grow(by pages: UInt64) throws -> UInt64? {
    let former = pageCount
    let (total, overflow) = former.addingReportingOverflow(pages)
    let most =
      type.limits.maximum ?? (type.addressType == .i32 ? 1 << (32 - UInt64(type.pageSizeExponent)) : .max)
    guard !overflow, total <= most, let count = try? Self.byteCount(of: total, type) else { return nil }
    if let limit = byteLimit, UInt64(count) > limit { throw ExecutionLimit.memory }
    guard count <= reservedByteCount else { return nil }
    if pages > 0, !makeAccessible(count) { return nil }
    type.limits.minimum = total
    return former
  }

  /// Lets `peakByteCount` begin at the size of now.
  public func resetPeak() { peakByteCount = byteCount }

  // MARK: - Access

  /// Whether `count` bytes from `address` lie within the memory.
  @inline(__always)
  func contains(_ address: UInt64, _ count: UInt64) -> Bool {
    let (end, overflow) = address.addingReportingOverflow(count)
    return !overflow && end <= UInt64(byteCount)
  }

  /// The bytes at an address; nil when they are not all within the memory.
  public func read(at address: UInt64, count: Int) -> [UInt8]? {
    guard count >= 0, contains(address, UInt64(count)) else { return nil }
    // In bounds: checked above.
    return [UInt8](UnsafeRawBufferPointer(start: base + Int(address), count: count))
  }

  /// Copies bytes in; false, and nothing is written, when they do not fit.
  public func write(_ bytes: some Collection<UInt8>, at address: UInt64) -> Bool {
    guard contains(address, UInt64(bytes.count)) else { return false }
    // In bounds: checked above.
    UnsafeMutableRawBufferPointer(start: base + Int(address), count: bytes.count).copyBytes(from: bytes)
    return true
  }

  /// A little-endian integer; nil when it is not within the memory.
  public func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at address: UInt64) -> T? {
    guard contains(address, UInt64(MemoryLayout<T>.size)) else { return nil }
    return T(littleEndian: (base + Int(address)).loadUnaligned(as: T.self))
  }

  // MARK: - Whole ranges, already checked by the caller

  /// Both ranges were checked with `contains`.
  func copy(from source: Memory, at sourceAddress: Int, to address: Int, count: Int) {
    memmove(base + address, source.base + sourceAddress, count)
  }

  /// The range was checked with `contains`.
  func fill(at address: Int, count: Int, with byte: UInt8) { memset(base + address, Int32(byte), count) }

  // MARK: - Snapshots

  /// The system's page size in bytes.
  private static let systemPage = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// The contents as runs of pages that are not all zero. Short gaps of zeros between two runs are kept,
  /// because copying them costs less than giving their pages back.
  func capture() -> MemoryImage {
    var image = MemoryImage(byteCount: byteCount)
    var run: Range<Int>?
    for start in stride(from: 0, to: byteCount, by: Self.systemPage) {
      let end = min(start + Self.systemPage, byteCount)
      guard !isZero(start..<end) else { continue }
      if let known = run, start - known.upperBound <= 8 * Self.systemPage {
        run = known.lowerBound..<end
      } else {
        if let run { image.add(bytes(run), at: run.lowerBound) }
        run = start..<end
      }
    }
    if let run { image.add(bytes(run), at: run.lowerBound) }
    return image
  }

  /// The range lies within the memory.
  private func bytes(_ range: Range<Int>) -> [UInt8] {
    [UInt8](UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  private func isZero(_ range: Range<Int>) -> Bool {
    var address = range.lowerBound
    while address + 8 <= range.upperBound {
      if (base + address).loadUnaligned(as: UInt64.self) != 0 { return false }
      address += 8
    }
    while address < range.upperBound {
      if (base + address).load(as: UInt8.self) != 0 { return false }
      address += 1
    }
    return true
  }

  /// Makes the memory what it was when `image` was captured from it; it is never smaller than it was then.
  func restore(_ image: MemoryImage) {
    var end = 0
    for run in image.runs {
      clear(from: end, to: run.offset)
      run.bytes.withUnsafeBytes { bytes in
        if let start = bytes.baseAddress { memcpy(base + run.offset, start, bytes.count) }
      }
      end = run.offset + run.bytes.count
    }
    clear(from: end, to: byteCount)
    let size = image.byteCount
    if byteCount > size {
      mprotect(
        base + Self.wholeSystemPages(size), max(0, reservedByteCount - Self.wholeSystemPages(size)),
        PROT_NONE)
      byteCount = size
      type.limits.minimum = pageCount
    }
    peakByteCount = byteCount
  }

  /// Zeros a range that begins at a system page's start and ends at one's or at the memory's end: pages
  /// that were touched are given back.
  private func clear(from start: Int, to end: Int) {
    guard end > start else { return }
    #if !canImport(Darwin)
      let whole = (end - start + Self.systemPage - 1) & ~(Self.systemPage - 1)
      if madvise(base + start, whole, MADV_DONTNEED) == 0 { return }
    #endif
    memset(base + start, 0, end - start)
  }
}

/// A memory's contents at one moment.
struct MemoryImage {
  var byteCount: Int
  /// What is not zero, in order.
  private(set) var runs: [(offset: Int, bytes: [UInt8])] = []

  init(byteCount: Int) { self.byteCount = byteCount }

  mutating func add(_ bytes: [UInt8], at offset: Int) { runs.append((offset, bytes)) }
}
