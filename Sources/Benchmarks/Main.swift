/// Times work in this process, for the scripts that compare it with peers.
///
///     Benchmarks call MODULE EXPORT ARGUMENT REPEAT    an exported function of a module
///     Benchmarks lua MODULE SCRIPT REPEAT              a script in a build of lua.wasm
///     Benchmarks translate MODULE                      all functions of a module; prints how many instructions they have
///
/// Prints, for each repetition, microseconds of processor time, executed instructions and the result, a number as its bits. With
/// `-` for REPEAT it does the work again for each line that it reads. With `profile` before it the work is done once, and how
/// often each operation was executed is printed: see `Profile`.

import LuaHost
import WebAssembly

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif
#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@main
struct Benchmarks {
  static func main() throws {
    var arguments = CommandLine.arguments
    let isProfile = arguments.count > 1 && arguments[1] == "profile"
    if isProfile {
      arguments.remove(at: 1)
      arguments.append("1")
    }
    let engine =
      isProfile
      ? Engine(
        TranslationOptions(combinesOperations: false, duplicatesTails: true, countsOperations: true))
      : .default
    if arguments.count == 6, arguments[1] == "call", let argument = UInt32(arguments[4]),
      let repeats = Repetitions(arguments[5])
    {
      try call(arguments[2], arguments[3], argument, repeats, engine, isProfile)
    } else if arguments.count == 5, arguments[1] == "lua", let repeats = Repetitions(arguments[4]) {
      try lua(arguments[2], arguments[3], repeats, engine, isProfile)
    } else if arguments.count == 3, arguments[1] == "translate" {
      print(try translate(arguments[2]))
    } else {
      print(
        """
        usage: Benchmarks call MODULE EXPORT ARGUMENT REPEAT | lua MODULE SCRIPT REPEAT | translate MODULE
               Benchmarks profile call MODULE EXPORT ARGUMENT | lua MODULE SCRIPT
        """)
    }
  }

  /// Of the processor: POSIX counts a million a second.
  private static func microseconds(since start: clock_t) -> Int { Int(clock() - start) }

  private static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path)))
  }

  /// Instructions of the source that are translated.
  private static func translate(_ path: String) throws -> Int {
    let module = try Module(bytes: bytes(path), engine: .default)
    let functions = module.structure.functions
    let total = UInt32(functions.count + module.imports.count)
    // Imports that are no functions leave indices without a function at the end.
    for index in 0..<total { _ = try module.disassemble(index) }
    var count = 0
    for function in functions {
      var reader = InstructionReader(function.body)
      while !reader.isAtEnd {
        _ = try reader.next()
        count += 1
      }
    }
    return count
  }

  private static func text(_ results: [Value]) -> String {
    switch results.first {
    case .i32(let bits): "\(bits)"
    case .i64(let bits), .f64(let bits): "\(bits)"
    case .f32(let bits): "\(bits)"
    default: "\(results)"
    }
  }

  private static func text(_ result: StepResult) -> String {
    switch result {
    case .value(.value(.integer(let number))): "\(UInt64(bitPattern: number))"
    case .value(.value(.float(let number))): "\(number.bitPattern)"
    default: "\(result)"
    }
  }

  private static func call(
    _ path: String, _ export: String, _ argument: UInt32, _ repeats: Repetitions, _ engine: Engine,
    _ isProfile: Bool
  ) throws {
    let module = try Module(bytes: bytes(path), engine: engine)
    let store = Store(engine: engine)
    let instance = try Instance(store: store, module: module, imports: Imports())
    guard let function = instance.function(named: export) else {
      print("there is no function \(export)")
      return
    }
    for _ in repeats {
      store.meter.reset()
      let start = clock()
      let results = try function.call([.i32(argument)])
      if !isProfile { print(microseconds(since: start), store.meter.instructionCount, text(results)) }
    }
    if isProfile { print(Profile.text(module.operationProfiles), terminator: "") }
  }

  private static func lua(
    _ path: String, _ script: String, _ repeats: Repetitions, _ engine: Engine, _ isProfile: Bool
  ) throws {
    let module = try LuaModule(bytes: bytes(path), engine: engine)
    let machine = try module.makeExecutor()
    let source = try bytes(script)
    for _ in repeats {
      let start = clock()
      let outcome = try machine.run(CaseRequest(steps: [.source(source)]))
      if !isProfile { print(microseconds(since: start), outcome.instructions, text(outcome.steps[0].result)) }
    }
    if isProfile { print(Profile.text(module.module.operationProfiles), terminator: "") }
  }
}

/// So many, or one for each line of the standard input.
private struct Repetitions: Sequence, IteratorProtocol {
  /// Nil where lines are read.
  private var left: Int?

  init?(_ word: String) {
    if word == "-" { return }
    guard let count = Int(word) else { return nil }
    left = count
  }

  mutating func next() -> Void? {
    guard let count = left else {
      // What was answered before is read by now.
      fflush(nil)
      return readLine() == nil ? nil : ()
    }
    left = count - 1
    return count > 0 ? () : nil
  }
}
