/// A growing list of trivial values that has one owner: what an array would ask before every write, whether it
/// is shared, needs no answer here.

struct TrivialList<Element: BitwiseCopyable>: ~Copyable {
  private var start: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  private(set) var count = 0

  /// Empty, with room for so many elements.
  init(capacity: Int = 16) {
    self.capacity = capacity
    start = Self.pointer(SystemCalls.reallocate(nil, capacity * MemoryLayout<Element>.stride))
  }

  deinit { SystemCalls.free(start) }

  private static func pointer(_ memory: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Element> {
    memory.assumingMemoryBound(to: Element.self)
  }

  @inline(__always) var isEmpty: Bool { count == 0 }

  @inline(__always)
  subscript(index: Int) -> Element {
    unsafeAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an element's index is below the count")
      return UnsafePointer(start + index)
    }
    unsafeMutableAddress {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "an element's index is below the count")
      return start + index
    }
  }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow() }
    // In bounds: the count is below the capacity.
    (start + count).initialize(to: element)
    count &+= 1
  }

  /// Appends elements of another list.
  mutating func append(_ others: borrowing TrivialList, _ range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= others.count, "a range of elements is below the count")
    if range.count > capacity - count { reserveCapacity(max(count + range.count, capacity * 2)) }
    // In bounds of both: the range is below the other's count, and there is room for so many.
    (start + count).initialize(from: others.start + range.lowerBound, count: range.count)
    count &+= range.count
  }

  @inline(never)
  private mutating func grow() { reserveCapacity(max(16, capacity * 2)) }

  /// Makes room for so many elements, those that are there included.
  mutating func reserveCapacity(_ count: Int) {
    guard count > capacity else { return }
    capacity = count
    start = Self.pointer(SystemCalls.reallocate(start, capacity * MemoryLayout<Element>.stride))
  }

  @inline(__always)
  mutating func removeLast() -> Element {
    precondition(count > 0, "an empty list has no last element")
    count &-= 1
    return start[count]
  }

  @inline(__always)
  mutating func removeLast(_ number: Int) {
    precondition(number >= 0 && number <= count, "no more elements are removed than there are")
    count &-= number
  }

  @inline(__always)
  mutating func removeAll() { count = 0 }

  /// The elements in an array of just their number.
  var array: [Element] { Array(UnsafeBufferPointer(start: start, count: count)) }
}
