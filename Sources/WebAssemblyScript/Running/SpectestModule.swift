import WebAssembly

/// The host module `spectest` that the official scripts import from.
enum SpectestModule {
  /// Functions that print their arguments, by name, with their parameters.
  static let functions: [(name: String, parameters: [ValueType])] = [
    ("print", []), ("print_i32", [.i32]), ("print_i64", [.i64]), ("print_f32", [.f32]), ("print_f64", [.f64]),
    ("print_i32_f32", [.i32, .f32]), ("print_f64_f64", [.f64, .f64]),
  ]

  /// Everything else, as a module: what a host gives is told from what a module exports by nothing.
  static func text(_ features: FeatureSet) -> String {
    var text = """
      (global (export "global_i32") i32 (i32.const 666))
      (global (export "global_i64") i64 (i64.const 666))
      (global (export "global_f32") f32 (f32.const 666.6))
      (global (export "global_f64") f64 (f64.const 666.6))
      (table (export "table") 10 20 funcref)
      (memory (export "memory") 1 2)
      """
    if features.contains(.memory64) { text += "(table (export \"table64\") i64 10 20 funcref)" }
    return text
  }
}
