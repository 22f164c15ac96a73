/// A placeholder for the value types that arrive with the answer decoder.
enum LuaHostInfo {}
