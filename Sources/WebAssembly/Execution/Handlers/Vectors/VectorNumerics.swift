/// What the vector instructions' meanings share: the shapes of a v128 and a few operations on whole
/// vectors (Core 4.3.5).
///
/// The meanings are written over the toolchain's SIMD types so that each becomes a few instructions over
/// vector registers. That takes some care: comparisons, `&+`, `&-`, `&*` and the floating-point operators
/// are single instructions; `mapLanes` becomes vector code when its function is small and has no branch;
/// the generic initialisers that convert lanes may stay calls. The instructions that have no good form on
/// baseline x86-64 are listed in the README beside this file.

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

/// The result of arithmetic with every NaN made the positive canonical one, as scalar arithmetic has it.
@inline(__always)
func canonical(_ a: F32x4) -> F32x4 { select(a .== a, a, F32x4(repeating: .nan)) }
@inline(__always)
func canonical(_ a: F64x2) -> F64x2 { select(a .== a, a, F64x2(repeating: .nan)) }

/// The function applied to every lane. It should have no branch, and with sixteen lanes be small.
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

/// Every lane as an integer of another width.
@inline(__always)
func convert<A: SIMD, Result: SIMD>(_ a: A, to type: Result.Type) -> Result
where A.Scalar: FixedWidthInteger, Result.Scalar: FixedWidthInteger {
  mapLanes(a) { Result.Scalar(truncatingIfNeeded: $0) }
}

/// The nearest number of a type half as wide. One selection, from which comes one instruction.
@inline(__always)
func saturate<Wide: FixedWidthInteger & SignedInteger, Narrow: FixedWidthInteger & SignedInteger>(
  _ value: Wide, to type: Narrow.Type
) -> Narrow {
  let narrow = Narrow(truncatingIfNeeded: value)
  let sign = Narrow(truncatingIfNeeded: value &>> Wide(truncatingIfNeeded: Wide.bitWidth &- 1))
  return Wide(truncatingIfNeeded: narrow) == value ? narrow : .max ^ sign
}

/// The larger bound where an operation on `a` overflowed, the smaller one when `a` was negative.
@inline(__always)
func saturate<Number: FixedWidthInteger & SignedInteger>(
  _ result: (partialValue: Number, overflow: Bool), _ a: Number
) -> Number {
  result.overflow ? .max ^ (a &>> Number(truncatingIfNeeded: Number.bitWidth &- 1)) : result.partialValue
}
