/// A global variable (Core 4.2.10): two slots, at an address that stays valid while the store lives.
public final class Global {
  public let type: GlobalType
  let cell: Slots
  /// What keeps the cell; nil when it was allocated for this global alone.
  private let owner: AnyObject?

  /// A global of the host's own.
  public init(_ type: GlobalType, _ value: Value) {
    self.type = type
    cell = .allocate(capacity: 2)
    owner = nil
    (cell[0], cell[1]) = value.slots
  }

  /// A global in its instance's block.
  init(_ type: GlobalType, cell: Slots, owner: AnyObject) {
    self.type = type
    self.cell = cell
    self.owner = owner
  }

  deinit { if owner == nil { cell.deallocate() } }

  public var value: Value {
    get { Value(type.content, cell[0], cell[1]) }
    set { (cell[0], cell[1]) = newValue.slots }
  }
}
