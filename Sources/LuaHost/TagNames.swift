// What an uncaught exception is called, and what it carries.

import WebAssembly

/// The names of a module's tags, by index.
struct TagNames {
  private var names: [UInt32: String]

  init(of module: Module) {
    names = NameSection(of: module.structure).tags
    for export in module.exports where export.kind == .tag { names[export.index] = export.name }
  }

  subscript(index: Int) -> String { names[UInt32(index)] ?? "tag \(index)" }
}

extension UncaughtException {
  init(_ exception: ThrownException, _ names: TagNames, _ instance: Instance) {
    let index = instance.tags.firstIndex { $0 === exception.tag }
    self.init(tag: index.map { names[$0] } ?? "a tag of the host's", values: exception.values.map(\.text))
  }
}

extension Value {
  /// The type and the number; of a reference what it refers to.
  fileprivate var text: String {
    switch self {
    case .i32(let bits): "i32 \(Int32(bitPattern: bits))"
    case .i64(let bits): "i64 \(Int64(bitPattern: bits))"
    case .f32(let bits):
      Float(bitPattern: bits).isNaN
        ? "f32 nan:0x\(String(bits, radix: 16))" : "f32 \(Float(bitPattern: bits))"
    case .f64(let bits):
      Double(bitPattern: bits).isNaN
        ? "f64 nan:0x\(String(bits, radix: 16))" : "f64 \(Double(bitPattern: bits))"
    case .v128(let low, let high): "v128 0x\(String(high, radix: 16)):\(String(low, radix: 16))"
    case .reference(let reference, _):
      switch reference.kind {
      case .null: "null"
      case .function: "a function"
      case .structure: "a structure"
      case .array: "an array"
      case .exception: "an exception"
      case .i31(let bits): "i31 \(bits)"
      case .host(let number): "extern \(number)"
      }
    }
  }
}
