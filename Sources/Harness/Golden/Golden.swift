// What a golden file says: the decoded answer of a case, in the form in which it is compared.
import LuaHost

/// The steps of a case and what the external tables hold afterwards.
package struct Golden: Hashable, Sendable {
  package var steps: [GoldenStep]
  /// By table id, then by the key's bytes.
  package var tables: [GoldenEntry]

  package init(steps: [GoldenStep], tables: [GoldenEntry] = []) {
    self.steps = steps
    self.tables = tables
  }

  /// The golden that a case with this outcome satisfies.
  package init(_ outcome: CaseOutcome) {
    steps = outcome.steps.map { GoldenStep(output: $0.output, result: GoldenResult($0.result)) }
    tables = outcome.tables.map { entry in
      GoldenEntry(
        table: entry.table, key: entry.key, value: GoldenValue(DecodedValue(bytes: entry.value[...])))
    }
  }
}

/// One step's captured output and end.
package struct GoldenStep: Hashable, Sendable {
  package var output: [UInt8]
  package var result: GoldenResult

  package init(output: [UInt8] = [], result: GoldenResult) {
    self.output = output
    self.result = result
  }
}

/// One entry of an external table.
package struct GoldenEntry: Hashable, Sendable {
  package var table: UInt32
  package var key: [UInt8]
  package var value: GoldenValue

  package init(table: UInt32, key: [UInt8], value: GoldenValue) {
    self.table = table
    self.key = key
    self.value = value
  }
}

/// How a step ended, without what differs between builds that answer alike.
package enum GoldenResult: Hashable, Sendable {
  case value(GoldenValue)
  case error(message: [UInt8])
  /// The kind in the WebAssembly specification's wording.
  case trap(kind: String)
  /// A WebAssembly exception that nothing caught. Its tag is no part of it: a build may rename it.
  case exception
  case limit(ExceededLimit)
  case answerTooLong
  /// `compute` claimed an answer longer than its buffer.
  case outsideBuffer(result: Int32)
  /// A call of an export returned. Of the memory statistics the buffer's size is its result.
  case call(ExportCall, GoldenCallAnswer)
  case newInstance
  case notRun

  package init(_ result: StepResult) {
    self =
      switch result {
      case .value(let value): .value(GoldenValue(value))
      case .error(let message): .error(message: message)
      case .trap(let kind, _): .trap(kind: kind)
      case .exception: .exception
      case .limit(let limit): .limit(limit)
      case .answerTooLong: .answerTooLong
      case .outsideBuffer(let result): .outsideBuffer(result: result)
      case .call(let call, let answer): .call(call, GoldenCallAnswer(answer))
      case .newInstance: .newInstance
      case .notRun: .notRun
      }
  }

  /// Whether the step came to an end that says something about the script: a value or a Lua error.
  package var isAnswer: Bool {
    switch self {
    case .value(.raw), .trap, .exception, .limit, .answerTooLong, .outsideBuffer, .notRun: false
    case .value, .error, .call, .newInstance: true
    }
  }
}

/// What an export answered.
package enum GoldenCallAnswer: Hashable, Sendable {
  /// None where the export has no result.
  case values([Int64])
  case missing

  package init(_ answer: CallAnswer) {
    self =
      switch answer {
      case .values(let values): .values(values)
      case .statistics(let statistics): .values([Int64(statistics.bufferSize)])
      case .missing: .missing
      }
  }
}

extension ExportCall {
  /// The call as a fixture and a golden write it: `call attach_memory_table 7`.
  package var text: String {
    (["call", EscapedText.string(Array(name.utf8))] + arguments.map(\.description)).joined(separator: " ")
  }
}

/// A decoded value; of a Lua function only its size and digest.
package enum GoldenValue: Hashable, Sendable {
  /// Any value but a function.
  case value(LuaValue)
  case function(byteCount: Int, digest: SHA256Digest)
  case none
  case raw([UInt8])

  package init(_ decoded: DecodedValue) {
    self =
      switch decoded {
      case .value(.function(let bytecode)):
        .function(byteCount: bytecode.count, digest: SHA256Digest(of: bytecode))
      case .value(let value): .value(value)
      case .none: .none
      case .raw(let bytes): .raw(bytes)
      }
  }
}

/// Why a text is no golden, and where.
package struct GoldenError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  package let line: Int
  /// One clause that says what is wrong and what is expected.
  package let reason: String

  package init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }

  package var description: String { "line \(line): \(reason)" }
}
