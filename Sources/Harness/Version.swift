// The version of the program and the engine in it.

package enum TouchstoneVersion {
  package static let current = "1.0.0"
}
