#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The slots that frames live in: address space that the system fills with pages as they are touched.
final class ValueStack {
  let base: Slots
  let end: Slots
  private let byteCount: Int

  init(slotCount: Int) {
    byteCount = (max(slotCount, 1024) * 8 + 0xFFFF) & ~0xFFFF
    #if canImport(Darwin)
      let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
    #else
      let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
    #endif
    let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, -1, 0)
    guard let address, address != MAP_FAILED else {
      preconditionFailure("no address space for a stack of \(byteCount) bytes")
    }
    base = address.bindMemory(to: UInt64.self, capacity: byteCount / 8)
    // A margin, so that the header of a call at the very end is still within the mapping.
    end = base + byteCount / 8 - 64
  }

  deinit { munmap(base, byteCount) }
}
