/// The slots that frames live in: address space that the system fills with pages as they are touched.
final class ValueStack {
  /// Both at the same place, where nothing may be written, until `reserve` was called.
  private(set) var base: Slots
  private(set) var end: Slots
  private let slotCount: Int
  private var reservation: Reservation?
  /// What the stack's ends point to as long as it has no slots.
  private let nowhere = Slots.allocate(capacity: 1)

  init(slotCount: Int) {
    self.slotCount = slotCount
    base = nowhere
    end = nowhere
  }

  deinit { nowhere.deallocate() }

  /// Takes the address space, unless that is done; true when it was not. Throws the trap
  /// `allocation failure` when the system gives none.
  func reserve() throws(Trap) -> Bool {
    guard reservation == nil else { return false }
    let (bytes, overflow) = max(slotCount, 1024).multipliedReportingOverflow(by: 8)
    guard !overflow, bytes <= 1 << 40 else { throw Trap(.allocationFailure) }
    let reservation = try Reservation(byteCount: bytes)
    try reservation.makeAccessible(reservation.byteCount)
    self.reservation = reservation
    let count = reservation.byteCount / 8
    base = reservation.base.bindMemory(to: UInt64.self, capacity: count)
    // A margin, so that the header of a call at the very end is still within the mapping.
    end = base + count - 64
    return true
  }
}
