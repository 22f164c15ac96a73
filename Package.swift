// swift-tools-version: 6.3
import Foundation
import PackageDescription

/// The engine runs fixtures thirty to fifty times slower without optimisation, so it is optimised in
/// debug builds as well. `-wmo` lets helpers in other files be inlined into the handlers; what SwiftPM asks for
/// besides, batches, would be warned of.
let engineSettings: [SwiftSetting] = [
  .unsafeFlags(["-O", "-wmo", "-disable-batch-mode", "-num-threads", "2"], .when(configuration: .debug)),
  // Equal handlers must stay distinct: a shared body would turn the jump at a handler's end into a call.
  .unsafeFlags(["-Xllvm", "-swiftmergefunc-threshold=0"]),
  // A handler's frame pointer would be set up and dropped again in every instruction.
  .unsafeFlags(["-Xcc", "-Xclang", "-Xcc", "-mframe-pointer=none"]),
  // Nobody reads `errno`: without it a square root is one instruction instead of a possible call.
  .unsafeFlags(["-Xcc", "-fno-math-errno"]),
]

/// The official test scripts are twelve megabytes of text, and the tests of the harness run thousands of cases,
/// all in debug builds: optimised, they take half the time.
let bulkSettings: [SwiftSetting] = [
  .unsafeFlags(["-O", "-wmo", "-disable-batch-mode", "-num-threads", "2"], .when(configuration: .debug))
]

let package = Package(
  name: "Touchstone",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "WebAssembly", targets: ["WebAssembly"]),
    .library(name: "LuaHost", targets: ["LuaHost"]),
    .library(name: "TouchstoneTesting", targets: ["TouchstoneTesting"]),
    .executable(name: "touchstone", targets: ["touchstone"]),
  ],
  targets: [
    // The instruction table is a target of its own because the operation generator reads it too.
    .target(
      name: "WebAssemblyInstructions", path: "Sources/WebAssembly/Instructions",
      swiftSettings: engineSettings),
    // So are the handlers, because they take the compiler longer than all the rest of the engine.
    .target(
      name: "WebAssemblyHandlers", dependencies: ["WebAssemblyInstructions"],
      path: "Sources/WebAssembly/Execution/Handlers", exclude: ["Vectors/README.md"],
      swiftSettings: engineSettings),
    .target(
      name: "WebAssembly", dependencies: ["WebAssemblyInstructions", "WebAssemblyHandlers"],
      exclude: ["Instructions", "Operations", "Execution/Handlers"], swiftSettings: engineSettings),
    // Writes the handlers and the tables of the internal code from the rows of its operations.
    .executableTarget(
      name: "OperationGenerator", dependencies: ["WebAssemblyInstructions"],
      path: "Sources/WebAssembly/Operations",
      exclude: ["README.md", "Shapes.txt", "Superinstructions.txt"]),
    .target(name: "WebAssemblyText", dependencies: ["WebAssembly"], swiftSettings: bulkSettings),
    .target(
      name: "WebAssemblyScript", dependencies: ["WebAssembly", "WebAssemblyText"],
      swiftSettings: bulkSettings),
    .executableTarget(
      name: "Benchmarks", dependencies: ["LuaHost", "WebAssembly"],
      exclude: [
        "Charts", "Kernels", "Lua", "Programs", "README.md", "compare", "comparison", "link-order",
        "programs.txt",
        "superinstructions",
      ]),
    .target(name: "LuaHost", dependencies: ["WebAssembly"], swiftSettings: bulkSettings),
    .target(name: "Harness", dependencies: ["LuaHost", "LuaSyntax"], swiftSettings: bulkSettings),
    // Fixtures as cases of somebody else's tests.
    .target(
      name: "TouchstoneTesting", dependencies: ["Harness", "LuaHost"], swiftSettings: bulkSettings),
    .executableTarget(name: "LuaUnwind", dependencies: ["WebAssembly"]),
    // Trees of Lua sources, and what makes sources smaller by them.
    .target(name: "LuaSyntax", swiftSettings: bulkSettings),
    .testTarget(name: "LuaSyntaxTests", dependencies: ["LuaHost", "LuaSyntax"]),
    .testTarget(name: "LuaUnwindTests", dependencies: ["LuaUnwind", "WebAssembly", "WebAssemblyText"]),
    .testTarget(
      name: "WebAssemblyTests",
      dependencies: [
        "WebAssembly", "WebAssemblyHandlers", "WebAssemblyInstructions", "WebAssemblyText", "TestSupport",
      ]),
    .testTarget(
      name: "WebAssemblyTextTests",
      dependencies: ["WebAssembly", "WebAssemblyText", "WebAssemblyScript", "TestSupport"]),
    .executableTarget(
      name: "touchstone",
      dependencies: ["Harness", "LuaHost", "WebAssembly", "WebAssemblyScript", "WebAssemblyText"],
      exclude: ["LinkOrder.txt"]),
    // The programs of the library guide.
    .executableTarget(
      name: "EmbeddingWebAssembly", dependencies: ["WebAssembly"],
      path: "Sources/Examples/EmbeddingWebAssembly"),
    .executableTarget(name: "RunningLua", dependencies: ["LuaHost"], path: "Sources/Examples/RunningLua"),
    .testTarget(name: "WebAssemblyScriptTests", dependencies: ["WebAssembly", "WebAssemblyScript"]),
    .testTarget(name: "LuaHostTests", dependencies: ["LuaHost", "WebAssembly", "WebAssemblyText"]),
    // Readers of reports that refuse what is not in order, and modules that ask for more than they get.
    .target(
      name: "TestSupport", dependencies: ["WebAssembly", "WebAssemblyText"], path: "Tests/TestSupport"),
    .testTarget(
      name: "HarnessTests",
      dependencies: [
        "Harness", "LuaHost", "TestSupport", "TouchstoneTesting", "WebAssembly", "WebAssemblyText",
      ]),
    .testTarget(
      name: "touchstoneTests",
      dependencies: [
        "touchstone", "LuaHost", "TestSupport", "WebAssembly", "WebAssemblyText", "EmbeddingWebAssembly",
        "RunningLua",
      ], exclude: ["ReduceExamples"]),
  ],
  swiftLanguageModes: [.v6]
)

/// Whether the system has its C library as an archive, as Debian and Ubuntu do where there is a compiler.
#if arch(arm64)
  let archive = "/usr/lib/aarch64-linux-gnu/libc.a"
#else
  let archive = "/usr/lib/x86_64-linux-gnu/libc.a"
#endif
let hasStaticLibrary = FileManager.default.fileExists(atPath: archive)

// A process that finds its libraries in itself starts in half the time. Only executables ask for libraries of that
// kind: whatever else asked for them would have them looked for when somebody else's package is linked, which finds
// only shared ones.
//
// Each function has a section of its own, so that the linker can lay those together that a start executes: the system
// brings in sixteen pages around each that is touched, and of 15 MB of code a start then takes 4 in place of 9.
for target in package.targets where target.type != .test {
  let condition = BuildSettingCondition.when(platforms: [.linux], configuration: .release)
  let isExecutable = target.type == .executable
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .unsafeFlags(
        ["-Xfrontend", "-function-sections"] + (isExecutable ? ["-static-stdlib"] : []), condition)
    ]
  guard isExecutable else { continue }
  // At a fixed address the 46,000 pointers in its tables need no relocation, which would take a million
  // instructions and a megabyte of memory of its own; without shared libraries it is two more of each. The
  // toolchain's lld is quicker than the system's linkers, and does not warn of what the C library would load.
  var flags =
    hasStaticLibrary
    ? ["-static-executable", "-use-ld=lld"] : ["-static-stdlib", "-Xclang-linker", "-no-pie"]
  if hasStaticLibrary, target.name == "touchstone" {
    let order = Context.packageDirectory + "/Sources/touchstone/LinkOrder.txt"
    flags += ["-Xlinker", "--symbol-ordering-file=" + order, "-Xlinker", "--no-warn-symbol-ordering"]
  }
  target.linkerSettings = (target.linkerSettings ?? []) + [.unsafeFlags(flags, condition)]
}
