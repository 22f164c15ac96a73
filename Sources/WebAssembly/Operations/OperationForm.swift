/// The forms of an operation, and the key by which they are found.

enum OperandPlace: Int {
  case none, slot, accumulator, immediate

  var letter: String { ["", "s", "a", "i"][rawValue] }
}

struct OperationForm: Equatable {
  /// Places of `a`, `b` and `c`, `none` where the row does not let them be chosen.
  var places: [OperandPlace] = [.none, .none, .none]
  /// Nil when the row has no result whose storing can be chosen.
  var storesResult: Bool?

  static let selectable: [Storage] = [.a, .b, .c]

  func place(_ storage: Storage) -> OperandPlace { places[Self.selectable.firstIndex(of: storage)!] }

  /// The key that the translator computes.
  var key: Int {
    (storesResult == true ? 1 : 0) | places[0].rawValue << 1 | places[1].rawValue << 3
      | places[2].rawValue << 5
  }

  /// What a handler's name has behind the family's.
  var suffix: String {
    var parts: [String] = []
    let first = places[0].letter + places[1].letter
    if !first.isEmpty { parts.append(first) }
    if !places[2].letter.isEmpty { parts.append(places[2].letter) }
    if let storesResult { parts.append(storesResult ? "s" : "a") }
    return parts.map { "_" + $0 }.joined()
  }

  /// Whether the form has the field in its code.
  func has(_ field: Field) -> Bool {
    switch field.place {
    case .operand: place(field.storage) == .slot || place(field.storage) == .immediate
    case .result: storesResult == true
    default: true
    }
  }
}

extension OperationRow {
  /// All forms: at most one operand is in the accumulator, and at most one of those that may be all three
  /// is an immediate.
  var forms: [OperationForm] {
    var forms = [OperationForm()]
    for (index, storage) in OperationForm.selectable.enumerated() {
      guard let field = fields.first(where: { $0.storage == storage }),
        case .operand(let allowed) = field.place
      else { continue }
      let all: [(OperandPlaces, OperandPlace)] = [
        (.none, .none), (.slot, .slot), (.accumulator, .accumulator), (.immediate, .immediate),
      ]
      forms = forms.flatMap { form in
        all.filter { allowed.contains($0.0) }.map { place in
          var form = form
          form.places[index] = place.1
          return form
        }
      }
    }
    forms.removeAll { form in
      form.places.count { $0 == .accumulator } > 1
        || fields.count { field in
          if case .operand(.value) = field.place { form.place(field.storage) == .immediate } else { false }
        } > 1
    }
    guard fields.contains(where: { if case .result = $0.place { true } else { false } }) else { return forms }
    return forms.flatMap { form in
      [true, false].map { stores in
        var form = form
        form.storesResult = stores
        return form
      }
    }
  }
}
