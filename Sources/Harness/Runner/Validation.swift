// Validation beside the first cases.
import LuaHost

extension CaseExecutorProvider {
  /// Begins to validate the whole module on a thread of its own; `finishValidation` waits for the outcome.
  package func beginValidation() {
    // Without a thread the first who needs the outcome validates.
    _ = NativeThread.start {
      // The error is kept for whoever calls `finishValidation` next.
      _ = try? finishValidation()
    }
  }
}
