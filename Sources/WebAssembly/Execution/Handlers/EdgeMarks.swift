// Which ways through its branches code has taken: a byte for each, and a list of those that are new.

/// Owned by an `EdgeMap`, at a fixed address.
package struct EdgeMarks {
  /// One byte an edge, not 0 once it was taken.
  package var marks: UnsafeMutablePointer<UInt8>
  package var count: UInt32
  /// The edges that were marked first, in order; there is room for all.
  package var fresh: UnsafeMutablePointer<UInt32>
  package var freshCount: Int

  package init(
    marks: UnsafeMutablePointer<UInt8>, count: UInt32, fresh: UnsafeMutablePointer<UInt32>, freshCount: Int
  ) {
    self.marks = marks
    self.count = count
    self.fresh = fresh
    self.freshCount = freshCount
  }
}

/// Marks an edge, where somebody wants to know.
@inline(__always)
func mark(edge: UInt32, _ context: Context) {
  guard let edges = context.state.pointee.edges, edge < edges.pointee.count,
    edges.pointee.marks[Int(edge)] == 0
  else { return }
  edges.pointee.marks[Int(edge)] = 1
  edges.pointee.fresh[edges.pointee.freshCount] = edge
  edges.pointee.freshCount &+= 1
}
