// swift-tools-version: 6.3
import PackageDescription

/// Warnings are errors where nobody watches the build scroll by.
let warnings: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

let settings: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
    ] + warnings

/// Where a decision passes: calls stay on the executor of whoever decides, instead of leaving it and coming back at each layer.
let settingsOfDecisions: [SwiftSetting] = settings + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]

/// What only the middleware and the demo need.
///
/// With the trait off, it is not resolved, downloaded or built.
let withHummingbird = TargetDependencyCondition.when(traits: ["Hummingbird"])

/// What only the paced HTTP client and the demo need.
let withAsyncHTTPClient = TargetDependencyCondition.when(traits: ["AsyncHTTPClient"])

/// The scripts in lua that are for operators alone; the library embeds the others.
let toolbox = [
    "audit", "creations", "export", "grant", "group", "import", "key", "nearest", "override", "sites", "why", "window",
]

let package = Package(
    name: "weir",
    products: [
        .library(name: "Weir", targets: ["Weir"]),
        .library(name: "WeirAsyncHTTPClient", targets: ["WeirAsyncHTTPClient", "WeirClient", "WeirFields"]),
        .library(name: "WeirClient", targets: ["WeirClient", "WeirFields"]),
        .library(name: "WeirHTTP", targets: ["WeirHTTP", "WeirFields"]),
        .library(name: "WeirHummingbird", targets: ["WeirHummingbird"]),
        .library(name: "WeirPolicy", targets: ["WeirPolicy"]),
        .executable(name: "weir-bench", targets: ["weir-bench"]),
        .executable(name: "weir-demo", targets: ["weir-demo"]),
        .executable(name: "weir-stress", targets: ["weir-stress"]),
    ],
    traits: [
        .trait(name: "AsyncHTTPClient", description: "The wrapper around AsyncHTTPClient that keeps to the limits."),
        // The demo is a service and its client, so it needs both.
        .trait(
            name: "Hummingbird",
            description: "The middleware for Hummingbird, and the demo service that uses it.",
            enabledTraits: ["AsyncHTTPClient"]
        ),
        .default(enabledTraits: []),
    ],
    dependencies: [
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift.git", from: "0.2.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-distributed-tracing.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-structured-headers.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics.git", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "COpenSSL"),
        .target(
            name: "LuaScripts",
            path: "lua",
            exclude: ["README.md", "assemble", "parts"] + toolbox.map { "\($0).lua" },
            resources: ["acquire", "claim", "create", "limit", "raise", "register", "rights"].map {
                .embedInCode("\($0).lua")
            },
            swiftSettings: settings
        ),
        .target(
            name: "Hiredis",
            dependencies: [
                "CHiredis",
                "COpenSSL",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settingsOfDecisions
        ),
        .target(
            name: "Weir",
            dependencies: [
                "Hiredis",
                "LuaScripts",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settingsOfDecisions
        ),
        .target(
            name: "WeirFields",
            dependencies: [
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WeirHTTP",
            dependencies: [
                "Weir",
                "WeirFields",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WeirClient",
            dependencies: [
                "WeirFields",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WeirAsyncHTTPClient",
            dependencies: [
                "WeirClient",
                "WeirFields",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: withAsyncHTTPClient),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio", condition: withAsyncHTTPClient),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: withAsyncHTTPClient),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WeirPolicy",
            dependencies: [
                "Weir",
                "WeirFields",
                "WeirHTTP",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "WeirHummingbird",
            dependencies: [
                "Weir",
                "WeirFields",
                "WeirHTTP",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: withHummingbird),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "weir-demo",
            dependencies: [
                "Console",
                "LocalServers",
                "PrometheusExposition",
                "Weir",
                "WeirAsyncHTTPClient",
                "WeirClient",
                "WeirFields",
                "WeirHTTP",
                "WeirHummingbird",
                "WeirPolicy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Hummingbird", package: "hummingbird", condition: withHummingbird),
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: withHummingbird),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: withHummingbird),
                .product(name: "UnixSignals", package: "swift-service-lifecycle", condition: withHummingbird),
                .product(name: "NIOCore", package: "swift-nio", condition: withHummingbird),
                .product(name: "NIOFoundationCompat", package: "swift-nio", condition: withHummingbird),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: withHummingbird),
            ],
            resources: [.embedInCode("Live/live.html")],
            swiftSettings: settings
        ),
        .target(name: "Console", dependencies: ["Hiredis"], swiftSettings: settings),
        .target(
            name: "PrometheusExposition",
            dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: settings
        ),
        .target(name: "LocalServers", dependencies: ["Hiredis"], swiftSettings: settings),
        .executableTarget(
            name: "weir-bench",
            dependencies: [
                "Console",
                "Hiredis",
                "LocalServers",
                "LuaScripts",
                "Weir",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            resources: ["fixed-window", "two-bucket", "gcra", "sorted-set-log"].map {
                .embedInCode("rivals/\($0).lua")
            },
            swiftSettings: settings
        ),
        .target(name: "SeededRandom", swiftSettings: settings),
        .target(name: "StressHistory", path: "Sources/weir-stress/History", swiftSettings: settings),
        // Knows nothing of Weir's own code: what it finds wrong was not computed by what it checks.
        .target(
            name: "StressChecker",
            dependencies: ["StressHistory"],
            path: "Sources/weir-stress/Checker",
            swiftSettings: settings
        ),
        .target(
            name: "StressHarness",
            dependencies: [
                "Console",
                "Hiredis",
                "LocalServers",
                "LuaScripts",
                "SeededRandom",
                "StressChecker",
                "StressHistory",
                "Weir",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Sources/weir-stress/Harness",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "weir-stress",
            dependencies: [
                "Console",
                "Hiredis",
                "StressChecker",
                "StressHarness",
                "StressHistory",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Sources/weir-stress/Command",
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport",
            dependencies: [
                "Hiredis",
                "LocalServers",
                "LuaScripts",
                "SeededRandom",
                "Weir",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Support",
            swiftSettings: settings
        ),
        .testTarget(
            name: "HiredisTests",
            dependencies: [
                "COpenSSL",
                "Hiredis",
                "LocalServers",
                "SeededRandom",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirTests",
            dependencies: [
                "Console",
                "Hiredis",
                "LocalServers",
                "LuaScripts",
                "SeededRandom",
                "TestSupport",
                "Weir",
                "weir-test-worker",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "weir-test-worker",
            dependencies: ["SeededRandom", "TestSupport", "Weir"],
            path: "Tests/Worker",
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirStressTests",
            dependencies: [
                "Hiredis",
                "LocalServers",
                "LuaScripts",
                "SeededRandom",
                "StressChecker",
                "StressHarness",
                "StressHistory",
                "TestSupport",
                "Weir",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirBenchTests",
            dependencies: ["Hiredis", "LocalServers", "TestSupport", "weir-bench"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirFieldsTests",
            dependencies: [
                "SeededRandom", "TestSupport", "WeirFields",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "RawStructuredFieldValues", package: "swift-http-structured-headers"),
            ],
            exclude: ["corpus"],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirClientTests",
            dependencies: [
                "SeededRandom",
                "TestSupport",
                "Weir",
                "WeirAsyncHTTPClient",
                "WeirClient",
                "WeirFields",
                "WeirHTTP",
                .product(name: "AsyncHTTPClient", package: "async-http-client", condition: withAsyncHTTPClient),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio", condition: withAsyncHTTPClient),
                .product(name: "NIOHTTP1", package: "swift-nio", condition: withAsyncHTTPClient),
                .product(name: "NIOPosix", package: "swift-nio", condition: withAsyncHTTPClient),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirPolicyTests",
            dependencies: [
                "SeededRandom",
                "TestSupport",
                "Weir",
                "WeirFields",
                "WeirHTTP",
                "WeirPolicy",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirDemoTests",
            dependencies: [
                "Console",
                "PrometheusExposition",
                "TestSupport",
                "Weir",
                "WeirPolicy",
                "weir-demo",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird", condition: withHummingbird),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: withHummingbird),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirHTTPTests",
            dependencies: [
                "SeededRandom",
                "TestSupport",
                "Weir",
                "WeirFields",
                "WeirHTTP",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "WeirHummingbirdTests",
            dependencies: [
                "TestSupport",
                "Weir",
                "WeirFields",
                "WeirHTTP",
                "WeirHummingbird",
                .product(name: "Hummingbird", package: "hummingbird", condition: withHummingbird),
                .product(name: "HummingbirdTesting", package: "hummingbird", condition: withHummingbird),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio", condition: withHummingbird),
            ],
            swiftSettings: settings
        ),
    ],
    swiftLanguageModes: [.v6]
)
