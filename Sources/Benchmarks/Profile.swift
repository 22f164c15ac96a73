/// The text of a profile of operations, which `superinstructions` chooses from.

import WebAssembly

enum Profile {
  /// A line for each operation that was executed, in the order of the code: how often, `L` where something may
  /// jump to it, what it lets follow (`+` goes on, `?` does so in another segment, `.` can only be the last one, `-` cannot be
  /// a part), the form's name, and `w` slots that are written, `r` the result's slot, `t` when it is read once,
  /// `k` when the operands stay in use, and the operands' slots by letter.
  static func text(_ profiles: [OperationProfile]) -> String {
    var text = ""
    for profile in profiles where profile.operations.contains(where: { profile.count(of: $0) > 0 }) {
      text += "function \(profile.functionIndex)\n"
      for operation in profile.operations {
        let goes = operation.endsSegment ? "?" : "+"
        let way = operation.canGoOn ? goes : operation.canEnd ? "." : "-"
        text +=
          "\(profile.count(of: operation)) \(operation.followsLabel ? "L" : "_") \(way) \(operation.name)"
        if let written = operation.writtenSlots { text += " w\(written.lowerBound)-\(written.upperBound)" }
        if let result = operation.result { text += " r\(result)" }
        if operation.isTemporary { text += " t" }
        if operation.keepsOperands { text += " k" }
        for (letter, slot) in operation.operands { text += " \(letter)\(slot)" }
        text += "\n"
      }
    }
    return text
  }
}
