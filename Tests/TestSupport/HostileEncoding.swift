// Hostile modules in the binary format, whichever they are written in.

import WebAssembly
import WebAssemblyText

extension HostileModule {
  public func encoded() throws -> [UInt8] {
    switch source {
    case .binary(let bytes): bytes
    case .text(let text): try ModuleStructure(text: text).encode()
    }
  }
}
