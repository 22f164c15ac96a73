/// What clears and moves several slots at once, what charges for it, and what counts.

/// Slots that an operation may touch before it is charged for them.
private let freeSlotCount = 32

/// Charges the slice for touching slots: one for 64 bytes. It is no part of the count that is reported.
@inline(__always)
private func charge(slots count: Int, _ context: Context) {
  guard count > freeSlotCount else { return }
  surcharge(Int64(count / 8), context)
}

/// Charges the slice for work that is no part of the count that is reported.
@inline(__always)
func surcharge(_ cost: Int64, _ context: Context) {
  context.state.pointee.budget &-= cost
  context.state.pointee.surcharge &+= cost
}

/// Sets slots of the frame to 0.
@inline(__always)
func clear(_ first: Slots, _ count: Int, _ context: Context) {
  charge(slots: count, context)
  var slot = first
  let end = first + count
  while slot != end {
    slot.pointee = 0
    slot += 1
  }
}

/// Copies slots in ascending order: the target lies below the source, or apart from it.
@inline(__always)
func move(_ source: Slots, to target: Slots, _ count: Int, _ context: Context) {
  charge(slots: count, context)
  var source = source
  var target = target
  let end = target + count
  while target != end {
    target.pointee = source.pointee
    target += 1
    source += 1
  }
}

/// Adds 1 to the word at an address that the translator wrote into the code.
@inline(__always)
func increment(_ counter: UInt64) {
  let counter = UnsafeMutablePointer<UInt64>(bitPattern: UInt(counter)).unsafelyUnwrapped
  counter.pointee &+= 1
}
