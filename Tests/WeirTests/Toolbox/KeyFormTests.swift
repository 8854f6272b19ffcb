import LuaScripts
import SeededRandom
import TestSupport
import Testing
import Weir

/// A key that the library makes is one to the operator's script, which names its parts, and no other text is.
@Suite struct KeyFormTests {
    private static let keys = KeyScheme(prefix: "weir", secret: Array("pepper".utf8))

    @Test func everyKeyOfTheLibraryIsWellFormed() throws {
        let toolbox = try Toolbox()
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let letters = [Descriptor.Part.token: "t", .endpoint: "e", .group: "g", .application: "a", .user: "u"]
        for _ in 0..<15 {
            var descriptor = Descriptor()
            for part in Descriptor.Part.allCases {
                descriptor[part] = Descriptor.Value(bytes: generator.bytes(generator.number(0...80)))
            }
            let shared = generator.element(Descriptor.Part.allCases)
            let scope = Descriptor.Part.allCases.filter { $0 == shared || generator.once(in: 2) }
            let key = String(
                decoding: Self.keys.key(rule: "a-rule", scope: scope, shared: shared, descriptor: descriptor),
                as: UTF8.self
            )
            let lines = try toolbox.run("key", [key], "")
            #expect(toolbox.value("is", in: lines) == "a window" && toolbox.value("rule", in: lines) == "a-rule")
            #expect(toolbox.value("owner", in: lines)?.hasPrefix("\(shared) ") == true)
            for part in scope where part != shared {
                #expect(toolbox.value("\(part)", in: lines) != nil, "\(key) has \(letters[part] ?? "")=")
            }
            let owner = Self.keys.name(of: shared, descriptor[shared] ?? "")
            let name = generator.element(["limits", "audit", "sites", "objects", "production"])
            let kept = String(decoding: Self.keys.permanentKey(name, owner: owner), as: UTF8.self)
            #expect(toolbox.value("is", in: try toolbox.run("key", [kept], ""))?.hasSuffix("kept for good") == true)
        }
    }

    @Test(arguments: [
        "weir:try", "weir:{}:group", "weir:{acme}:group", "weir:{g=acme}", "weir:{g=acme}group",
        "weir:{g=acme}/else", "weir:{g=acme}/limits/more", "weir:{t=short}:token", "weir:{g=a b}:group",
        "weir:{g=acme}:endpoint:e=x:t=x2ew9-3R-nuoaiZyHpNAPg", "weir:{g=acme}:endpoint:x", "weir:{g=a%2}:group",
        "weir:{g=acme}:endpoint:e=x:e=y", "weir:{g=acme}:application:a=~x",
    ])
    func whatIsNoKeyIsRefused(text: String) throws {
        let toolbox = try Toolbox()
        let error = #expect(throws: RedisServer.Failure.self) { try toolbox.run("key", [text], "") }
        #expect(error?.description.contains("this is no key of Weir: ") == true)
    }
}
