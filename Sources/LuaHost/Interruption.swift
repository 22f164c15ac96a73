// The engine's way to stop a run from outside is the harness's as well.

import WebAssembly

/// A request to stop a case, raised on one thread and seen on others.
public typealias Interruption = WebAssembly.Interruption

/// The engine's threads serve the harness too.
package typealias NativeThread = WebAssembly.NativeThread
