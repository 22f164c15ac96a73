/// The parts of a function's code whose exceptions are caught, found by address in logarithmic time.

struct CodeRegions: Sendable {
  /// A clause of a region, and where execution goes on.
  struct Handler: Sendable {
    var hasTag: Bool
    var tag: UInt32
    var slot: Int
    var referenceComesFirst: Bool
    var referenceComesLast: Bool
    /// Byte offset of the landing, and the cost of the segment that begins there.
    var offset: Int
    var cost: Int64
  }

  private struct Region: Sendable {
    /// The region that is asked next, -1 for none.
    var next: Int32
    var handlers: Range<Int>
  }

  private var regions: [Region] = []
  private var handlers: [Handler] = []
  /// Where the innermost region changes, ascending, and which it is from there on; -1 for none.
  private var boundaries: [(offset: UInt32, region: Int32)] = []

  /// `regions` come outer before inner ones.
  init(_ regions: [TryRegion], _ layout: borrowing CodeLayout) {
    guard !regions.isEmpty else { return }
    var open: [(end: UInt32, region: Int32)] = []
    func close(before offset: UInt32) {
      while let last = open.last, last.end <= offset {
        open.removeLast()
        mark(last.end, open.last?.region ?? -1)
      }
    }
    for (index, region) in regions.enumerated() {
      let start = handlers.count
      for handler in region.handlers {
        handlers.append(
          Handler(
            hasTag: handler.hasTag, tag: handler.tag, slot: handler.slot,
            referenceComesFirst: handler.referenceComesFirst,
            referenceComesLast: handler.referenceComesLast,
            offset: Int(layout.offsets[Int(handler.landing)]),
            cost: Int64(layout.costs[Int(handler.landing)])))
      }
      self.regions.append(Region(next: region.next, handlers: start..<handlers.count))
      let (from, to) = (layout.offsets[Int(region.start)], layout.offsets[Int(region.end)])
      guard from < to else { continue }
      close(before: from)
      mark(from, Int32(truncatingIfNeeded: index))
      open.append((to, Int32(truncatingIfNeeded: index)))
    }
    close(before: .max)
  }

  private mutating func mark(_ offset: UInt32, _ region: Int32) {
    if let last = boundaries.last, last.offset == offset {
      boundaries[boundaries.count - 1].region = region
    } else {
      boundaries.append((offset, region))
    }
  }

  /// Bytes that tables of so many regions and clauses take at most.
  static func byteCount(regions: Int, handlers: Int) -> Int {
    2 * (regions * (MemoryLayout<Region>.stride + 32) + handlers * MemoryLayout<Handler>.stride)
  }

  /// Bytes that the tables take.
  var byteCount: Int {
    regions.count * MemoryLayout<Region>.stride + handlers.count * MemoryLayout<Handler>.stride
      + boundaries.count * 8
  }

  /// The clause that catches an exception thrown at `offset`, nil when none does. `isTag` compares a tag of
  /// the module with the exception's; `work` grows by the regions and clauses asked.
  func handler(at offset: Int, work: inout Int, isTag: (UInt32) -> Bool) -> Handler? {
    var low = 0
    var high = boundaries.count
    while low < high {
      let middle = (low + high) / 2
      if Int(boundaries[middle].offset) <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    var region = boundaries[low - 1].region
    while region >= 0 {
      work &+= 1 + regions[Int(region)].handlers.count
      for index in regions[Int(region)].handlers {
        let handler = handlers[index]
        if !handler.hasTag || isTag(handler.tag) { return handler }
      }
      region = regions[Int(region)].next
    }
    return nil
  }
}
