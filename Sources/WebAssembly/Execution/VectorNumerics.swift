/// What the vector instructions' meanings share: the shapes of a v128 and a few operations on whole
/// vectors (Core 4.3.5).
///
/// The meanings are written over the toolchain's SIMD types so that each becomes a few instructions over
/// vector registers. That takes some care: comparisons, `&+`, `&-`, `&*` and the floating-point operators
/// are single instructions; loops over lanes become vector code when they have at most eight iterations
/// and no branch, and stay loops otherwise; a generic conversion of sixteen lanes stays a call. The
/// instructions that have no good form on baseline x86-64 are listed in HandlerGenerator's README.

package typealias I8x16 = SIMD16<Int8>
package typealias U8x16 = SIMD16<UInt8>
package typealias I16x8 = SIMD8<Int16>
package typealias U16x8 = SIMD8<UInt16>
package typealias I32x4 = SIMD4<Int32>
package typealias U32x4 = SIMD4<UInt32>
package typealias I64x2 = SIMD2<Int64>
package typealias U64x2 = SIMD2<UInt64>
package typealias F32x4 = SIMD4<Float>
package typealias F64x2 = SIMD2<Double>

/// The same bits in another shape of the same size.
@inline(__always)
func cast<A: BitwiseCopyable, B: BitwiseCopyable>(_ a: A, to type: B.Type) -> B {
  unsafeBitCast(a, to: B.self)
}

/// What a comparison gives: all bits set where it holds, none elsewhere.
@inline(__always)
func bits<Storage: SIMD>(_ mask: SIMDMask<Storage>) -> Storage { unsafeBitCast(mask, to: Storage.self) }

/// Lanes of `a` where the mask holds, of `b` elsewhere.
@inline(__always)
func select<Vector: SIMD>(_ mask: SIMDMask<Vector.MaskStorage>, _ a: Vector, _ b: Vector) -> Vector {
  b.replacing(with: a, where: mask)
}

/// The function applied to every lane; at most eight of them, and no branch in it.
@inline(__always)
func mapLanes<A: SIMD, Result: SIMD>(_ a: A, _ function: (A.Scalar) -> Result.Scalar) -> Result {
  var result = Result()
  for lane in result.indices { result[lane] = function(a[lane]) }
  return result
}

@inline(__always)
func mapLanes<A: SIMD, B: SIMD, Result: SIMD>(
  _ a: A, _ b: B, _ function: (A.Scalar, B.Scalar) -> Result.Scalar
) -> Result {
  var result = Result()
  for lane in result.indices { result[lane] = function(a[lane], b[lane]) }
  return result
}

/// Whether no bit is set.
@inline(__always)
func isZero<A: BitwiseCopyable>(_ a: A) -> Bool {
  let words = cast(a, to: U64x2.self)
  return words[0] | words[1] == 0
}

// MARK: - Saturation

/// The nearest number of a narrower type. Written as two selections, from which comes one instruction.
@inline(__always)
func saturate<Wide: FixedWidthInteger, Narrow: FixedWidthInteger>(_ value: Wide, to type: Narrow.Type)
  -> Narrow
{
  let low = Wide(truncatingIfNeeded: Narrow.min)
  let high = Wide(truncatingIfNeeded: Narrow.max)
  return Narrow(truncatingIfNeeded: value < low ? low : value > high ? high : value)
}
