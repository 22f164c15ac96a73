/// Puts the checks into one function's body.
///
/// A function without results leaves by a branch to its own label. One with results cannot: a branch that
/// is not taken would need results under it. Its body moves into a block, behind which stand zeros:
///
///     block
///       …  call  global.get $flag  br_if (to the block's end)  …
///       return
///     end
///     zeros, one a result
///
/// The caller never looks at them: it finds the flag up.

import WebAssembly

struct BodyRewriter {
  /// Validated: its blocks are balanced, and its last instruction is its last `end`.
  let body: Expression
  let instructions: [Instruction]
  let results: [ValueType]
  let flag: UInt32
  let audit: Bool
  let isExported: Bool
  let mayThrow: (Instruction) -> Bool

  /// Places where the body leaves when the flag is up.
  private(set) var checks = 0
  private var writer = InstructionWriter()

  init(
    body: Expression, instructions: [Instruction], results: [ValueType], flag: UInt32,
    audit: Bool, isExported: Bool, mayThrow: @escaping (Instruction) -> Bool
  ) {
    self.body = body
    self.instructions = instructions
    self.results = results
    self.flag = flag
    self.audit = audit
    self.isExported = isExported
    self.mayThrow = mayThrow
  }

  /// What stands behind a call.
  private enum Aftermath {
    /// Nothing: the flag cannot be up, or the function returns here anyway.
    case nothing
    /// Leaves when the flag is up.
    case check
    /// Leaves: the call never returns another way.
    case leave
    /// Traps when the flag is up. Audited modules only.
    case trap
  }

  /// The body with checks, nil when it needs none.
  mutating func rewrite() -> Expression? {
    let aftermaths = instructions.indices.map(aftermath)
    let leaves = aftermaths.contains { $0 == .check || $0 == .leave }
    guard leaves || aftermaths.contains(.trap) else { return nil }
    // An exported function of an audited module must not hand the flag to the host.
    let needsLanding = leaves && (!results.isEmpty || audit && isExported)
    if needsLanding { writer.append(.block, value: BlockType.empty.rawValue) }
    var depth: UInt32 = 0
    for (index, instruction) in instructions.enumerated() {
      switch instruction.definition.opcode {
      case .block, .loop, .if:
        depth += 1
        writer.append(instruction)
      case .end where depth == 0:
        if needsLanding { land() }
        writer.append(.end)
      case .end:
        depth -= 1
        writer.append(instruction)
      case .br, .brIf, .brTable:
        append(branch: instruction, depth: depth, isInBlock: needsLanding)
      default:
        writer.append(instruction, from: body)
      }
      append(aftermaths[index], depth: depth)
    }
    return writer.expression
  }

  private func aftermath(at index: Int) -> Aftermath {
    let call = instructions[index]
    switch call.definition.opcode {
    case .call, .callIndirect: break
    default: return .nothing
    }
    guard mayThrow(call) else { return audit ? .trap : .nothing }
    guard index + 1 < instructions.count else { return .check }
    switch instructions[index + 1].definition.opcode {
    case .unreachable:
      // The compiler knows that the call does not return. The audit makes sure: without the flag it traps.
      return audit ? .check : .leave
    case .return where !(audit && isExported):
      return .nothing
    case .end where index + 2 == instructions.count && !(audit && isExported):
      return .nothing
    default:
      return .check
    }
  }

  private mutating func append(_ aftermath: Aftermath, depth: UInt32) {
    switch aftermath {
    case .nothing:
      break
    case .check:
      writer.append(.globalGet, a: flag)
      writer.append(.brIf, a: depth)
      checks += 1
    case .leave:
      writer.append(.br, a: depth)
      checks += 1
    case .trap:
      writer.append(.globalGet, a: flag)
      writer.append(.if, value: BlockType.empty.rawValue)
      writer.append(.unreachable)
      writer.append(.end)
    }
  }

  /// A branch to the function's own label goes one block further out when the body is in a block.
  private mutating func append(branch: Instruction, depth: UInt32, isInBlock: Bool) {
    func moved(_ label: UInt32) -> UInt32 { isInBlock && label == depth ? label + 1 : label }
    var branch = branch
    branch.a = moved(branch.a)
    if branch.definition.immediate == .labelTable {
      writer.append(branch, labels: body.labels(of: branch).map(moved))
    } else {
      writer.append(branch)
    }
  }

  /// The block's end and what an error leaves by.
  private mutating func land() {
    writer.append(.return)
    writer.append(.end)
    if audit && isExported {
      writer.append(.unreachable)
      return
    }
    for type in results {
      switch type {
      case .i64: writer.append(.i64Const)
      case .f32: writer.append(.f32Const)
      case .f64: writer.append(.f64Const)
      default: writer.append(.i32Const)
      }
    }
  }
}
