// What a module asked of its host, call by call, within bounded memory.

/// One call of a host function with what it was given and what it answered.
///
/// Keys and values are nil where the module passed a range outside its memory.
public enum HostCall: Hashable, Sendable {
  case set(table: UInt32, key: [UInt8]?, value: [UInt8]?, result: Int32)
  /// `value` is what was found, also when it did not fit into the capacity.
  case get(table: UInt32, key: [UInt8]?, value: [UInt8]?, result: Int32)
  case delete(table: UInt32, key: [UInt8]?, result: Int32)
  case size(table: UInt32, result: Int32)
  /// `keys` is the joined list that was written.
  case keys(table: UInt32, keys: [UInt8]?, result: Int32)
  case timeNow(result: Int32)

  /// The name under which the function is imported.
  public var name: String {
    switch self {
    case .set: "js_ext_table_set"
    case .get: "js_ext_table_get"
    case .delete: "js_ext_table_delete"
    case .size: "js_ext_table_size"
    case .keys: "js_ext_table_keys"
    case .timeNow: "js_time_now"
    }
  }

  /// How many bytes of keys and values the entry holds.
  var byteCount: Int {
    switch self {
    case .set(_, let key, let value, _), .get(_, let key, let value, _):
      (key?.count ?? 0) + (value?.count ?? 0)
    case .delete(_, let key, _): key?.count ?? 0
    case .keys(_, let keys, _): keys?.count ?? 0
    case .size, .timeNow: 0
    }
  }
}

/// The first host calls of a case, as many as the limits allow, and the number of all.
public struct HostCallTrace: Hashable, Sendable {
  /// The calls kept, in the order they were made: an unbroken beginning of all calls.
  public private(set) var calls: [HostCall] = []
  /// The number of calls made, kept or not.
  public private(set) var count = 0
  /// Whether the calls kept are all that were made.
  public var isComplete: Bool { calls.count == count }

  private let callLimit: Int
  private var bytesLeft: Int

  /// Keeps at most `callLimit` calls with `byteLimit` bytes of keys and values. With a limit of 0
  /// calls are only counted.
  public init(callLimit: Int = 10_000, byteLimit: Int = 1 << 20) {
    self.callLimit = callLimit
    bytesLeft = byteLimit
  }

  /// Whether the next call would be kept if it is small; when not, `skip` saves building the entry.
  public var isRecording: Bool { isComplete && calls.count < callLimit }

  public mutating func record(_ call: HostCall) {
    if isRecording, call.byteCount <= bytesLeft {
      calls.append(call)
      bytesLeft -= call.byteCount
    }
    count += 1
  }

  /// Counts a call without keeping it.
  public mutating func skip() {
    count += 1
  }
}
