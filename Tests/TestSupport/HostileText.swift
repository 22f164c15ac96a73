// What the tables of hostile modules share: repetition, and functions that run for ever.

/// Some text so many times.
func repeated(_ text: String, _ count: Int) -> String {
  String(repeating: text + " ", count: count)
}

/// One text for every number below `count`.
func each(_ count: Int, _ text: (Int) -> String) -> String {
  (0..<count).map(text).joined(separator: " ")
}

/// A module whose function `f` repeats `step` for ever.
func endless(_ name: String, _ fields: String = "", locals: String = "", _ step: String) -> HostileModule {
  HostileModule(
    name, text: "(module \(fields) (func (export \"f\") \(locals) (loop $ever \(step) (br $ever))))")
}

/// A module whose function `f` does `body` once.
func once(_ name: String, _ fields: String = "", locals: String = "", _ body: String) -> HostileModule {
  HostileModule(name, text: "(module \(fields) (func (export \"f\") \(locals) \(body)))")
}
