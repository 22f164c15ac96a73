/// Why execution stopped, in the specification's wording (Core 4.2.2 and the official scripts).
public enum TrapKind: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  case unreachable
  case integerDivideByZero
  case integerOverflow
  case invalidConversionToInteger
  case outOfBoundsMemoryAccess
  case outOfBoundsTableAccess
  case undefinedElement
  case uninitializedElement
  case indirectCallTypeMismatch
  case callStackExhausted
  case nullReference
  case nullFunctionReference
  case nullExceptionReference
  case nullStructureReference
  case nullArrayReference
  case nullI31Reference
  case nullDescriptorReference
  case castFailure
  case descriptorCastFailure
  case outOfBoundsArrayAccess
  case unalignedAtomic
  case expectedSharedMemory
  case allocationFailure

  public var message: String {
    switch self {
    case .unreachable: "unreachable"
    case .integerDivideByZero: "integer divide by zero"
    case .integerOverflow: "integer overflow"
    case .invalidConversionToInteger: "invalid conversion to integer"
    case .outOfBoundsMemoryAccess: "out of bounds memory access"
    case .outOfBoundsTableAccess: "out of bounds table access"
    case .undefinedElement: "undefined element"
    case .uninitializedElement: "uninitialized element"
    case .indirectCallTypeMismatch: "indirect call type mismatch"
    case .callStackExhausted: "call stack exhausted"
    case .nullReference: "null reference"
    case .nullFunctionReference: "null function reference"
    case .nullExceptionReference: "null exception reference"
    case .nullStructureReference: "null structure reference"
    case .nullArrayReference: "null array reference"
    case .nullI31Reference: "null i31 reference"
    case .nullDescriptorReference: "null descriptor reference"
    case .castFailure: "cast failure"
    case .descriptorCastFailure: "descriptor cast failure"
    case .outOfBoundsArrayAccess: "out of bounds array access"
    case .unalignedAtomic: "unaligned atomic"
    case .expectedSharedMemory: "expected shared memory"
    case .allocationFailure: "allocation failure"
    }
  }
}
