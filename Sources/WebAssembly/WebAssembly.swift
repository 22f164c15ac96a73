// The package surface of the engine; see Module, Store and Instance.
@_exported public import WebAssemblyInstructions
