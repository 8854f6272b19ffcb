import SeededRandom
import TestSupport
import Testing
import Weir

/// At random: whatever an instance denies from memory, its server would deny too, as long as nobody else gives back.
@Suite struct RememberedDenialsModelTests {
    @Test(arguments: 0..<8) func nothingIsRefusedThatWouldBeAdmitted(part: Int) throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed() &+ UInt64(part))
        var world = World()
        for _ in 0..<20_000 {
            let complaint = try world.step(&generator)
            #expect(complaint == nil)
        }
        #expect(world.compared > 20, "answers from memory are what this is about")
    }

    private enum Wish {
        case acquire(DecisionRequest)
        case refund(DecisionRequest)
        case reset([UInt8])
        case change(LimitChange)

        var givesBack: Bool {
            if case .acquire = self { false } else { true }
        }
    }

    /// A call on its way to the server and back.
    private struct Errand {
        let wish: Wish
        let call: RememberedDenials.Call
        var isServed = false
        var verdict: Verdict?
    }

    /// One instance with a memory, the server, and what is on its way between them.
    private struct World {
        static let windows = [
            Window(key: Array("w:{g}:a".utf8), terms: Terms(limit: 3, period: 1_000_000, slices: 128)),
            Window(key: Array("w:{g}:b".utf8), terms: Terms(limit: 130, period: 3_000_000, slices: 8)),
            Window(key: Array("w:{g}:c".utf8), terms: Terms(limit: 150, period: 1_500_000, slices: 4)),
        ]
        static let limits = Array("w:{g}/limits".utf8)

        var ledger = Ledger()
        var book = LimitBook()
        var memory = RememberedDenials(atMost: .seconds(2))
        var errands: [Errand] = []
        var lastDenied: DecisionRequest?
        var now = ScriptRunner.epoch
        var compared = 0

        /// Something happens; returns what is wrong with it, if anything.
        mutating func step(_ generator: inout SeededGenerator) throws -> String? {
            now += generator.element([0, 0, 1, 100, 5000, 20_000, 100_000])
            // More is finished than begun, or answers would always come too late.
            if generator.once(in: 4) { return try ask(wish(&generator)) }
            let waiting = errands.indices.filter { !errands[$0].isServed }
            let served = errands.indices.filter { errands[$0].isServed }
            if !waiting.isEmpty, served.isEmpty || generator.once(in: 2) {
                serve(generator.element(waiting))
            } else if !served.isEmpty {
                receive(errands.remove(at: generator.element(served)))
            }
            return nil
        }

        func wish(_ generator: inout SeededGenerator) throws -> Wish {
            if let lastDenied, generator.once(in: 2) { return .acquire(lastDenied) }
            let windows = generator.element([[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]]).map { Self.windows[$0] }
            let cost = generator.element([1, 1, 1, 2, 3, 50, 130])
            let limits = HashedKey(Self.limits)
            switch generator.number(1...30) {
            case 1, 2: return .refund(DecisionRequest(windows, limits: limits, least: -cost, most: -cost))
            case 3: return .reset(windows[0].key)
            case 4:
                let ends = Duration.seconds(now / 1_000_000 + generator.number(1...3))
                let limit = try LimitOverride(
                    generator.element([0, 1, 4, 200]),
                    until: generator.once(in: 2) ? ends : nil
                )
                let change = LimitChange(
                    key: Self.limits,
                    field: LimitStages.field(of: windows[0].key),
                    override: generator.once(in: 2) ? nil : limit
                )
                return .change(change)
            default:
                let least = generator.once(in: 4) ? 1 : cost
                return .acquire(DecisionRequest(windows, limits: limits, least: least, most: cost))
            }
        }

        mutating func ask(_ wish: Wish) -> String? {
            if case .acquire(let request) = wish, let told = memory.answer(to: request, at: now) {
                return complaint(about: told, to: request)
            }
            forgetWhat(wish)
            errands.append(Errand(wish: wish, call: memory.begin(at: now)))
            return nil
        }

        mutating func serve(_ place: Int) {
            errands[place].isServed = true
            switch errands[place].wish {
            case .acquire(let request), .refund(let request):
                errands[place].verdict = ledger.decide(request, limits: book.limits, at: now)
            case .reset(let key): _ = ledger.remove([key], at: now)
            case .change(let change): _ = book.apply(change, at: now)
            }
        }

        mutating func receive(_ errand: Errand) {
            if case .acquire(let request) = errand.wish, let verdict = errand.verdict {
                memory.remember(verdict, of: request, errand.call, at: now)
                if case .denied = verdict.status { lastDenied = request }
            }
            forgetWhat(errand.wish)
        }

        /// What the store does before and after whatever may give back.
        mutating func forgetWhat(_ wish: Wish) {
            switch wish {
            case .acquire: break
            case .refund(let request): memory.forget(request.windows.map(\.hashedKey))
            case .reset(let key): memory.forget([HashedKey(key)])
            case .change(let change): memory.forget([HashedKey(change.key)])
            }
        }

        mutating func complaint(about told: Denial, to request: DecisionRequest) -> String? {
            // While something is being given back, both answers are right.
            guard !errands.contains(where: \.wish.givesBack) else { return nil }
            compared += 1
            var model = ledger
            let expected = model.decide(request, limits: book.limits, at: now).status
            if case .allowed = expected { return "at \(now) \(told) is told of \(request), not \(expected)" }
            guard let wait = told.retryAfter else {
                return expected == .never(ceiling: 0) ? nil : "\(told) ends, but not by what it tells"
            }
            return wait > .zero ? nil : "\(told) has no wait"
        }
    }
}
