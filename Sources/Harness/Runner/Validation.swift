// Validation beside the first cases.
import Dispatch
import LuaHost

extension CaseExecutorProvider {
  /// Begins to validate the whole module on a thread of its own; `finishValidation` waits for the outcome.
  package func beginValidation() {
    DispatchQueue(label: "validation").async {
      // The error is kept for whoever calls `finishValidation` next.
      _ = try? finishValidation()
    }
  }
}
