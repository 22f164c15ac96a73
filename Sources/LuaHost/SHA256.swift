// SHA-256 (FIPS 180-4), by which modules and Lua functions are told apart.

/// The 32 bytes of a SHA-256 digest.
package struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
  package let bytes: [UInt8]

  /// The digest of some bytes.
  package init(of message: [UInt8]) {
    var state = SHA256State()
    let whole = message.count & ~63
    state.absorb(message[..<whole])
    // Padding: a one bit, zeros, and the length in bits, up to a whole block.
    var tail = Array(message[whole...])
    tail.append(0x80)
    while tail.count % 64 != 56 { tail.append(0) }
    let bitCount = UInt64(message.count) &* 8
    for shift in stride(from: 56, through: 0, by: -8) {
      tail.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    state.absorb(tail[...])
    bytes = state.words.flatMap { word in
      stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
    }
  }

  /// The digest written as 64 hexadecimal digits; nil for any other text.
  package init?(hexadecimal text: some StringProtocol) {
    let digits = text.utf8.map { HexadecimalDigit.value(of: $0) }
    guard digits.count == 64, !digits.contains(nil) else { return nil }
    bytes = stride(from: 0, to: 64, by: 2).map { (digits[$0] ?? 0) << 4 | (digits[$0 + 1] ?? 0) }
  }

  /// 64 lower-case hexadecimal digits.
  package var description: String {
    String(decoding: bytes.flatMap { HexadecimalDigit.pair($0) }, as: UTF8.self)
  }
}

/// Hexadecimal digits as ASCII.
package enum HexadecimalDigit {
  /// The value of a digit of either case; nil for any other byte.
  package static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A byte as two lower-case digits.
  package static func pair(_ byte: UInt8) -> [UInt8] {
    [byte >> 4, byte & 15].map { $0 < 10 ? UInt8(ascii: "0") + $0 : UInt8(ascii: "a") + $0 - 10 }
  }
}

private struct SHA256State {
  var words: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  /// Absorbs bytes, which are whole blocks of 64. (FIPS 180-4, 6.2.2)
  mutating func absorb(_ blocks: ArraySlice<UInt8>) {
    // Slices and contiguous arrays have had spans for longer than arrays.
    let message = blocks.span
    let table = Self.constants[...]
    let constants = table.span
    var scheduled = ContiguousArray<UInt32>(repeating: 0, count: 64)
    var schedule = scheduled.mutableSpan
    var absorbed = ContiguousArray(words)
    var state = absorbed.mutableSpan
    for start in stride(from: 0, to: message.count, by: 64) {
      for index in 0..<16 {
        let at = start &+ index &* 4
        schedule[index] =
          UInt32(message[at]) << 24 | UInt32(message[at &+ 1]) << 16 | UInt32(message[at &+ 2]) << 8
          | UInt32(message[at &+ 3])
      }
      for index in 16..<64 {
        let a = schedule[index &- 15]
        let b = schedule[index &- 2]
        let sigma0 = a.rotated(right: 7) ^ a.rotated(right: 18) ^ (a >> 3)
        let sigma1 = b.rotated(right: 17) ^ b.rotated(right: 19) ^ (b >> 10)
        schedule[index] = schedule[index &- 16] &+ sigma0 &+ schedule[index &- 7] &+ sigma1
      }
      var (a, b, c, d) = (state[0], state[1], state[2], state[3])
      var (e, f, g, h) = (state[4], state[5], state[6], state[7])
      /// One round, for a constant and a word of the schedule; what it changes takes the place of `d` and `h`, so
      /// that nothing need be moved on.
      @inline(__always)
      func round(
        _ term: UInt32, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: inout UInt32, _ e: UInt32, _ f: UInt32,
        _ g: UInt32, _ h: inout UInt32
      ) {
        let sum1 = e.rotated(right: 6) ^ e.rotated(right: 11) ^ e.rotated(right: 25)
        let choice = g ^ (e & (f ^ g))
        let temporary = h &+ sum1 &+ choice &+ term
        let sum0 = a.rotated(right: 2) ^ a.rotated(right: 13) ^ a.rotated(right: 22)
        let majority = (a & b) | (c & (a | b))
        d = d &+ temporary
        h = temporary &+ sum0 &+ majority
      }
      for index in stride(from: 0, to: 64, by: 8) {
        round(constants[index] &+ schedule[index], a, b, c, &d, e, f, g, &h)
        round(constants[index &+ 1] &+ schedule[index &+ 1], h, a, b, &c, d, e, f, &g)
        round(constants[index &+ 2] &+ schedule[index &+ 2], g, h, a, &b, c, d, e, &f)
        round(constants[index &+ 3] &+ schedule[index &+ 3], f, g, h, &a, b, c, d, &e)
        round(constants[index &+ 4] &+ schedule[index &+ 4], e, f, g, &h, a, b, c, &d)
        round(constants[index &+ 5] &+ schedule[index &+ 5], d, e, f, &g, h, a, b, &c)
        round(constants[index &+ 6] &+ schedule[index &+ 6], c, d, e, &f, g, h, a, &b)
        round(constants[index &+ 7] &+ schedule[index &+ 7], b, c, d, &e, f, g, h, &a)
      }
      state[0] &+= a
      state[1] &+= b
      state[2] &+= c
      state[3] &+= d
      state[4] &+= e
      state[5] &+= f
      state[6] &+= g
      state[7] &+= h
    }
    for index in 0..<8 { words[index] = state[index] }
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  static let constants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

extension UInt32 {
  @inline(__always)
  fileprivate func rotated(right count: UInt32) -> UInt32 {
    self &>> count | self &<< (32 &- count)
  }
}
