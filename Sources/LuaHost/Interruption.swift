// A request to stop, raised on one thread and seen on others.
import Synchronization

/// A flag that goes up once. Whoever works looks at it now and then.
public final class Interruption: Sendable {
  private let flag = Atomic(false)

  public init() {}

  public var isRaised: Bool { flag.load(ordering: .relaxed) }

  public func raise() { flag.store(true, ordering: .relaxed) }
}
