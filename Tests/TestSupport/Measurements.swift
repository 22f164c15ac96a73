// Measurements on a machine that does other things as well.

/// Measures a small and a large thing, and again, so many times at most, until the large one is within its bounds:
/// what else the machine does is in some measurements, but not in all.
///
/// - Returns: nil as soon as a measurement is within its bounds, else all of them, to be shown.
public func measurementsOutOfBounds<Figure>(
  of attempts: Int, _ measure: () throws -> (small: Figure, large: Figure),
  isWithinBounds: (_ small: Figure, _ large: Figure) -> Bool
) rethrows -> [(small: Figure, large: Figure)]? {
  var measured: [(small: Figure, large: Figure)] = []
  for _ in 0..<attempts {
    let (small, large) = try measure()
    if isWithinBounds(small, large) { return nil }
    measured.append((small, large))
  }
  return measured
}
