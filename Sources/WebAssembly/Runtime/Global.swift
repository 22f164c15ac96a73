/// A global variable (Core 4.2.10): two slots, at an address that stays valid while the store lives.
public final class Global {
  public let type: GlobalType
  /// The content's type with the engine's ids for type indices.
  let content: ValueType
  let cell: Slots
  /// What keeps the cell; nil when it was allocated for this global alone.
  private let owner: AnyObject?

  /// Keeps what the host put into a global of its own, which need not belong to an instance that does.
  private var held: Value?
  /// That of the store that uses the global, nil before one does.
  private(set) var heap: Heap?

  /// Whose ids those are.
  let engine: Engine

  /// A global of the host's own, for a store of the engine. The value must be of the type, in which type
  /// indices have no meaning.
  public init(_ type: GlobalType, _ value: Value, engine: Engine = .default) {
    self.type = type
    self.engine = engine
    content = engine.types.withoutIndices(type.content)
    cell = .allocate(capacity: 2)
    owner = nil
    (cell[0], cell[1]) = (0, 0)
    self.value = value
  }

  /// A global in its instance's block.
  init(_ type: GlobalType, content: ValueType, cell: Slots, owner: AnyObject, heap: Heap) {
    self.type = type
    self.content = content
    self.cell = cell
    self.owner = owner
    self.heap = heap
    engine = heap.engine
  }

  /// Makes the global one of a store's; false when it, or what it holds, is another's.
  func bind(to heap: Heap) -> Bool {
    if let known = self.heap { return known === heap }
    guard engine === heap.engine else { return false }
    if case .reference(let reference, _)? = held, let other = reference.heap, other !== heap { return false }
    self.heap = heap
    return true
  }

  deinit { if owner == nil { cell.deallocate() } }

  /// What is set must be of the global's type.
  public var value: Value {
    get { Value(type.content, cell[0], cell[1]) }
    set {
      precondition(
        newValue.matches(content, engine.types) && isOwn(newValue),
        "a global of type \(type.content) cannot hold a value of type \(newValue.type)")
      (cell[0], cell[1]) = newValue.slots
      held = owner == nil && newValue.type.isReference ? newValue : nil
    }
  }

  // MARK: - Snapshots

  func capture() -> GlobalImage { GlobalImage(low: cell[0], high: cell[1], held: held) }

  /// `image` was captured from this global; what it refers to is alive again.
  func restore(_ image: GlobalImage) {
    (cell[0], cell[1]) = (image.low, image.high)
    // Not for every global of every restore: it is a reference count.
    if held != nil || image.held != nil { held = image.held }
  }

  private func isOwn(_ value: Value) -> Bool {
    guard let heap, case .reference(let reference, _) = value, let other = reference.heap else { return true }
    return other === heap
  }
}

/// A global's contents at one moment.
struct GlobalImage {
  var low: UInt64
  var high: UInt64
  var held: Value?
}
