// The instruction table and the handlers are modules of their own; who imports the engine sees them.
@_exported public import WebAssemblyHandlers
@_exported public import WebAssemblyInstructions
