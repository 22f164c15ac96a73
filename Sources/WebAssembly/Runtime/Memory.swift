import Synchronization

/// A linear memory: reserved address space in which the accessible part grows in place (Core 4.2.9).
///
/// Outside of `Execution` this is the only place that touches its bytes, and every access is checked.
///
/// A memory belongs to its store's thread, unless its type is shared: then stores of several threads may import
/// it. It never moves; it grows under a lock, and its size is published so that any thread may read it at any
/// time. Contents are for the threads to agree on. Hence `@unchecked Sendable`.
public final class Memory: @unchecked Sendable {
  /// As it was made; its minimum is the size at first.
  private let declaredType: MemoryType
  let base: MemoryBase
  /// Where the memory is and how large, at an address that stays valid while the memory lives.
  let storage: UnsafeMutablePointer<MemoryStorage>
  private let reservation: Reservation
  /// The threads that wait at its addresses.
  let waiters = Waiters()
  /// Whether stores of other threads may have the memory. Then it does not shrink: one of them may be about to
  /// access what was within its size a moment ago.
  let isAbroad = Atomic<Bool>(false)
  /// What the memory's bytes are charged to: that of the store that made it.
  let budget: MemoryBudget
  /// What can give memory back when the budget is used up; only for the store's own thread.
  private let heap: Heap
  /// Taken to change the size, with the most bytes that the memory has had since `resetPeak`.
  private let growth = Mutex(0)

  /// Address space to reserve at most for a memory whose type sets no lower bound.
  private static let maximumReservation = 1 << 32

  /// Throws `ExecutionLimit.memory` when the store may not hold so much, and the trap `allocation failure`
  /// when the system gives no address space.
  init(_ type: MemoryType, store: Store) throws {
    declaredType = type
    budget = store.budget
    heap = store.heap
    let initial = try Self.byteCount(of: type.limits.minimum, type)
    let declared =
      type.limits.maximum.flatMap { try? Self.byteCount(of: $0, type) } ?? Self.maximumReservation
    let wanted = max(initial, min(declared, max(Self.maximumReservation, initial)))
    guard budget.take(Self.charge(for: initial)) || heap.makeRoom(Self.charge(for: initial)) else {
      throw ExecutionLimit.memory
    }
    do {
      // Nothing is reserved for an empty memory that cannot grow, but an address is needed.
      reservation = try Reservation(byteCount: max(wanted, 1))
      try reservation.makeAccessible(initial)
    } catch {
      budget.giveBack(Self.charge(for: initial))
      throw error
    }
    base = reservation.base
    storage = .allocate(capacity: 1)
    storage.initialize(
      to: MemoryStorage(
        base: base, byteCount: UInt(initial), pageSizeExponent: UInt32(type.pageSizeExponent)))
    resetPeak()
  }

  deinit {
    budget.giveBack(Self.charge(for: byteCount))
    storage.deallocate()
  }

  /// The type, with the size of now as its minimum.
  public var type: MemoryType {
    var type = declaredType
    type.limits.minimum = pageCount
    return type
  }

  /// Accessible bytes; the rest of the reservation faults.
  public var byteCount: Int { Int(publishedByteCount.pointee.load(ordering: .acquiring)) }

  /// The size in the storage. An `Atomic` of a word has that word's layout, and the storage is only written
  /// through it, so that other threads read either the former size or the new one.
  private var publishedByteCount: UnsafeMutablePointer<Atomic<UInt>> {
    let offset = MemoryLayout<MemoryStorage>.offset(of: \.byteCount)!
    return (UnsafeMutableRawPointer(storage) + offset).assumingMemoryBound(to: Atomic<UInt>.self)
  }

  private func publish(_ byteCount: Int) {
    // After what became accessible, before anybody may see the size.
    publishedByteCount.pointee.store(UInt(byteCount), ordering: .releasing)
  }

  /// The most bytes that the memory has had since `resetPeak`.
  public var peakByteCount: Int { growth.withLock { $0 } }

  /// Lets `peakByteCount` begin at the size of now.
  public func resetPeak() { growth.withLock { $0 = byteCount } }

  /// Bytes of a page: 65,536 unless the memory's type says otherwise.
  public var pageSize: Int { 1 << Int(declaredType.pageSizeExponent) }
  public var pageCount: UInt64 { UInt64(byteCount >> Int(declaredType.pageSizeExponent)) }

  private static func byteCount(of pages: UInt64, _ type: MemoryType) throws -> Int {
    let (bytes, overflow) = pages.multipliedReportingOverflow(by: 1 << UInt64(type.pageSizeExponent))
    guard !overflow, bytes <= 1 << 40 else { throw Trap(.allocationFailure) }
    return Int(bytes)
  }

  /// What the budget is charged: whole pages of 4 KiB, on every system.
  private static func charge(for byteCount: Int) -> Int { (byteCount + 4095) & ~4095 }

  /// The former size in pages, or nil when the memory cannot grow so far (4.4.7, memory.grow). Throws
  /// `ExecutionLimit.memory` when it is the store's limit that forbids it.
  public func grow(by pages: UInt64) throws -> UInt64? {
    try growth.withLock { peak in
      let former = pageCount
      let (total, overflow) = former.addingReportingOverflow(pages)
      let exponent = UInt64(declaredType.pageSizeExponent)
      let most =
        declaredType.limits.maximum ?? (declaredType.addressType == .i32 ? 1 << (32 - exponent) : .max)
      guard !overflow, total <= most, let count = try? Self.byteCount(of: total, declaredType) else {
        return nil
      }
      if pages == 0 { return former }
      let more = Self.charge(for: count) - Self.charge(for: byteCount)
      // Beyond the limit it is the limit that ends the run, whatever the system has.
      guard budget.take(more) || !declaredType.isShared && heap.makeRoom(more) else {
        throw ExecutionLimit.memory
      }
      guard count <= reservation.byteCount, (try? reservation.makeAccessible(count)) != nil else {
        budget.giveBack(more)
        return nil
      }
      publish(count)
      peak = max(peak, count)
      return former
    }
  }

  // MARK: - Access

  /// Whether `count` bytes from `address` lie within the memory.
  @inline(__always)
  public func contains(_ address: UInt64, _ count: UInt64) -> Bool {
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
    let target = base + Int(address)
    // In bounds: checked above.
    let isCopied: Void? = bytes.withContiguousStorageIfAvailable { source in
      if let start = source.baseAddress { SystemCalls.move(target, from: start, source.count) }
    }
    if isCopied == nil {
      UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyBytes(from: bytes)
    }
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
    SystemCalls.move(base + address, from: source.base + sourceAddress, count)
  }

  /// The range was checked with `contains`.
  func fill(at address: Int, count: Int, with byte: UInt8) {
    SystemCalls.fill(base + address, with: byte, count)
  }

  // MARK: - Snapshots

  /// The contents as runs of pages that are not all zero. Short gaps of zeros between two runs are kept,
  /// because copying them costs less than giving their pages back.
  func capture() -> MemoryImage {
    let byteCount = byteCount
    let page = SystemCalls.pageSize
    let image = MemoryImage(byteCount: byteCount)
    // Looking at pages that nobody has touched takes longer than all the rest.
    let touched = SystemCalls.touchedPages(base, byteCount)
    var run: Range<Int>?
    for start in stride(from: 0, to: byteCount, by: page) {
      if let touched, start / page < touched.count, !touched[start / page] { continue }
      let end = min(start + page, byteCount)
      // In bounds: the range lies within the memory.
      guard !SystemCalls.isZero(base + start, end - start) else { continue }
      if let known = run, start - known.upperBound <= 8 * page {
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

  /// Makes the memory what it was when `image` was captured from it; it is never smaller than it was then.
  func restore(_ image: MemoryImage) {
    growth.withLock { peak in
      let former = byteCount
      let size = isAbroad.load(ordering: .relaxed) ? former : image.byteCount
      // Nobody is to see bytes that go away.
      publish(size)
      reservation.shrink(to: size)
      if image.isToLearn() { image.learn(touched: SystemCalls.touchedPages(base, image.byteCount)) }
      // One look at all pages takes less time than to give back what mostly was not touched, in several parts.
      let isClear = giveBackTouched(between: image.runs)
      var end = 0
      for run in image.runs {
        if !isClear, end < run.range.lowerBound { reservation.giveBack(end..<run.range.lowerBound) }
        // In bounds: the run lay within the memory, which was not larger than `size` then.
        let target = base + run.range.lowerBound
        if let bytes = run.bytes {
          bytes.withUnsafeBytes { bytes in
            if let start = bytes.baseAddress { SystemCalls.move(target, from: start, bytes.count) }
          }
        } else {
          SystemCalls.fill(target, with: 0, run.range.count)
        }
        end = run.range.upperBound
      }
      // What lies between the memory's end and that of the last unit may have been written to as well.
      let written = min(former, Reservation.wholeUnits(size))
      if end < written {
        // A run ends with a page of the system's or with the memory.
        let whole = min((end + SystemCalls.pageSize - 1) & ~(SystemCalls.pageSize - 1), written)
        SystemCalls.fill(base + end, with: 0, whole - end)
        if !isClear, whole < written { reservation.giveBack(whole..<written) }
      }
      budget.giveBack(Self.charge(for: former) - Self.charge(for: size))
      peak = size
    }
  }
}

extension Memory {
  /// Gives all accessible pages back but those of the runs, which begin with a page each. False, and nothing is given
  /// back, where the system does not tell which were touched.
  private func giveBackTouched(between runs: [MemoryImage.Run]) -> Bool {
    let pageSize = SystemCalls.pageSize
    var index = 0
    return SystemCalls.forEachTouchedRun(base, reservation.accessibleByteCount) { touched in
      var start = touched.lowerBound
      while start < touched.upperBound {
        while index < runs.count, runs[index].range.upperBound <= start { index += 1 }
        let next = index < runs.count ? runs[index].range : touched.upperBound..<touched.upperBound
        // In bounds: what the system tells of lies within the accessible bytes.
        let end = min(next.lowerBound, touched.upperBound)
        if start < end { reservation.giveBack(start..<end) }
        start = end < touched.upperBound ? (next.upperBound + pageSize - 1) & ~(pageSize - 1) : end
      }
    }
  }
}

/// A memory's contents at one moment. Belongs to one thread at a time.
final class MemoryImage {
  let byteCount: Int
  /// What is written when the memory is restored, in order; the rest is zero, and given back to the system. Each
  /// run begins at a page of the system's.
  private(set) var runs: [Run] = []
  private var restoreCount = 0
  private var filledPageCount = 0

  struct Run {
    var range: Range<Int>
    /// Nil for zeros.
    var bytes: [UInt8]?
  }

  /// The most pages that are filled with zeros.
  private static let mostFilledPages = 16

  init(byteCount: Int) { self.byteCount = byteCount }

  func add(_ bytes: [UInt8], at offset: Int) {
    runs.append(Run(range: offset..<(offset + bytes.count), bytes: bytes))
  }

  /// Counts a restore, and says whether it is one of those before which to look at what was written since the one
  /// before: the second, and ever more seldom after it.
  func isToLearn() -> Bool {
    restoreCount += 1
    return restoreCount > 1 && restoreCount & (restoreCount - 1) == 0
  }

  /// Makes runs of the pages between the others that were written to, which are likely to be again: to get such a
  /// page anew from the system takes longer than to fill it. Takes the pages that were touched; nil where the
  /// system does not tell.
  func learn(touched: [Bool]?) {
    guard let touched else { return }
    let size = SystemCalls.pageSize
    var new: [Run] = []
    func look(_ gap: Range<Int>) {
      // A gap begins with a page, unless it is empty and lies at the memory's end.
      for page in (gap.lowerBound / size)..<max(gap.upperBound / size, gap.lowerBound / size)
      where page < touched.count && touched[page] {
        new.append(Run(range: (page * size)..<((page + 1) * size)))
      }
    }
    var end = 0
    for run in runs {
      look(end..<run.range.lowerBound)
      end = run.range.upperBound
    }
    look(end..<max(end, byteCount))
    // What touches many pages takes so long that a few more do not matter.
    guard filledPageCount + new.count <= Self.mostFilledPages else { return }
    filledPageCount += new.count
    runs = (runs + new).sorted { $0.range.lowerBound < $1.range.lowerBound }
  }
}
