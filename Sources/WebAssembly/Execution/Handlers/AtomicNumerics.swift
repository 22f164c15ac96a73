import Synchronization

/// Atomic accesses of the threads proposal, as the processor's own (threads, exec `t.atomic.*`).
/// One entry an instruction, named like its mnemonic: the address is in bounds and a multiple of the access's
/// width, values are the 64 bits of a slot, of which an access takes as many as it is wide, and results are
/// zero-extended. All of them are sequentially consistent.

package typealias AtomicPointer<Word: AtomicRepresentable> = UnsafeMutablePointer<Atomic<Word>>

/// An unsigned integer that memory can be accessed by in one piece.
package protocol AtomicWord: FixedWidthInteger, UnsignedInteger, AtomicRepresentable {
  static func load(_ word: AtomicPointer<Self>) -> Self
  static func store(_ word: AtomicPointer<Self>, _ value: Self)
  /// Answers what was there before, as all below.
  static func add(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func sub(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func and(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func or(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func xor(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func xchg(_ word: AtomicPointer<Self>, _ value: Self) -> Self
  static func cmpxchg(_ word: AtomicPointer<Self>, _ expected: Self, _ replacement: Self) -> Self
}

// Written out for each type, because the library has these operations for each type alone.

extension UInt8: AtomicWord {
  @inline(__always) package static func load(_ word: AtomicPointer<UInt8>) -> UInt8 {
    word.pointee.load(ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func store(_ word: AtomicPointer<UInt8>, _ value: UInt8) {
    word.pointee.store(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func add(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.wrappingAdd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func sub(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.wrappingSubtract(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func and(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.bitwiseAnd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func or(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.bitwiseOr(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xor(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.bitwiseXor(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xchg(_ word: AtomicPointer<UInt8>, _ value: UInt8) -> UInt8 {
    word.pointee.exchange(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func cmpxchg(
    _ word: AtomicPointer<UInt8>, _ expected: UInt8, _ replacement: UInt8
  ) -> UInt8 {
    word.pointee.compareExchange(
      expected: expected, desired: replacement, ordering: .sequentiallyConsistent
    ).original
  }
}

extension UInt16: AtomicWord {
  @inline(__always) package static func load(_ word: AtomicPointer<UInt16>) -> UInt16 {
    word.pointee.load(ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func store(_ word: AtomicPointer<UInt16>, _ value: UInt16) {
    word.pointee.store(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func add(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.wrappingAdd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func sub(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.wrappingSubtract(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func and(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.bitwiseAnd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func or(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.bitwiseOr(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xor(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.bitwiseXor(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xchg(_ word: AtomicPointer<UInt16>, _ value: UInt16) -> UInt16 {
    word.pointee.exchange(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func cmpxchg(
    _ word: AtomicPointer<UInt16>, _ expected: UInt16, _ replacement: UInt16
  ) -> UInt16 {
    word.pointee.compareExchange(
      expected: expected, desired: replacement, ordering: .sequentiallyConsistent
    ).original
  }
}

extension UInt32: AtomicWord {
  @inline(__always) package static func load(_ word: AtomicPointer<UInt32>) -> UInt32 {
    word.pointee.load(ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func store(_ word: AtomicPointer<UInt32>, _ value: UInt32) {
    word.pointee.store(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func add(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.wrappingAdd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func sub(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.wrappingSubtract(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func and(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.bitwiseAnd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func or(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.bitwiseOr(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xor(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.bitwiseXor(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xchg(_ word: AtomicPointer<UInt32>, _ value: UInt32) -> UInt32 {
    word.pointee.exchange(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func cmpxchg(
    _ word: AtomicPointer<UInt32>, _ expected: UInt32, _ replacement: UInt32
  ) -> UInt32 {
    word.pointee.compareExchange(
      expected: expected, desired: replacement, ordering: .sequentiallyConsistent
    ).original
  }
}

extension UInt64: AtomicWord {
  @inline(__always) package static func load(_ word: AtomicPointer<UInt64>) -> UInt64 {
    word.pointee.load(ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func store(_ word: AtomicPointer<UInt64>, _ value: UInt64) {
    word.pointee.store(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func add(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.wrappingAdd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func sub(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.wrappingSubtract(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func and(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.bitwiseAnd(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func or(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.bitwiseOr(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xor(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.bitwiseXor(value, ordering: .sequentiallyConsistent).oldValue
  }
  @inline(__always) package static func xchg(_ word: AtomicPointer<UInt64>, _ value: UInt64) -> UInt64 {
    word.pointee.exchange(value, ordering: .sequentiallyConsistent)
  }
  @inline(__always) package static func cmpxchg(
    _ word: AtomicPointer<UInt64>, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    word.pointee.compareExchange(
      expected: expected, desired: replacement, ordering: .sequentiallyConsistent
    ).original
  }
}

/// The accesses by their width. An `Atomic` of a word is laid out like the word, so that memory may be taken for
/// one; it is in bounds because the caller has checked the address.
package enum Atomics {
  @inline(__always) static func word<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ type: Word.Type
  ) -> AtomicPointer<Word> {
    (memory + Int(bitPattern: address)).assumingMemoryBound(to: Atomic<Word>.self)
  }

  @inline(__always) package static func load<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.load(word(memory, address, type)))
  }

  @inline(__always) package static func store<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) {
    Word.store(word(memory, address, type), Word(truncatingIfNeeded: value))
  }

  @inline(__always) package static func add<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.add(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  @inline(__always) package static func sub<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.sub(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  @inline(__always) package static func and<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.and(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  @inline(__always) package static func or<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.or(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  @inline(__always) package static func xor<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.xor(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  @inline(__always) package static func xchg<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(truncatingIfNeeded: Word.xchg(word(memory, address, type), Word(truncatingIfNeeded: value)))
  }

  /// The expected value is wrapped to the access's width like the replacement.
  @inline(__always) package static func cmpxchg<Word: AtomicWord>(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64, _ type: Word.Type
  ) -> UInt64 {
    UInt64(
      truncatingIfNeeded: Word.cmpxchg(
        word(memory, address, type), Word(truncatingIfNeeded: expected),
        Word(truncatingIfNeeded: replacement)))
  }
}

extension Numerics {
  /// `atomic.fence`.
  @inline(__always) package static func atomic_fence() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }

  @inline(__always) package static func i32_atomic_load(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_load(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_load8_u(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_load16_u(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_load8_u(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_load16_u(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_load32_u(_ memory: MemoryBase, _ address: UInt) -> UInt64 {
    Atomics.load(memory, address, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_store(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_store(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_store8(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_store16(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_store8(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_store16(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_store32(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) {
    Atomics.store(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_add(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_add(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_add_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_add_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_add_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_add_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_add_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.add(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_sub(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_sub(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_sub_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_sub_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_sub_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_sub_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_sub_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.sub(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_and(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_and(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_and_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_and_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_and_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_and_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_and_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.and(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_or(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_or(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_or_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_or_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_or_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_or_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_or_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.or(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_xor(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_xor(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_xor_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_xor_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_xor_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_xor_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_xor_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xor(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_xchg(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_xchg(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_xchg_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_xchg_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_xchg_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_xchg_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_xchg_u(
    _ memory: MemoryBase, _ address: UInt, _ value: UInt64
  ) -> UInt64 {
    Atomics.xchg(memory, address, value, UInt32.self)
  }

  @inline(__always) package static func i32_atomic_rmw_cmpxchg(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt32.self)
  }
  @inline(__always) package static func i64_atomic_rmw_cmpxchg(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt64.self)
  }
  @inline(__always) package static func i32_atomic_rmw8_cmpxchg_u(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt8.self)
  }
  @inline(__always) package static func i32_atomic_rmw16_cmpxchg_u(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw8_cmpxchg_u(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt8.self)
  }
  @inline(__always) package static func i64_atomic_rmw16_cmpxchg_u(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt16.self)
  }
  @inline(__always) package static func i64_atomic_rmw32_cmpxchg_u(
    _ memory: MemoryBase, _ address: UInt, _ expected: UInt64, _ replacement: UInt64
  ) -> UInt64 {
    Atomics.cmpxchg(memory, address, expected, replacement, UInt32.self)
  }
}
