import Foundation
import SeededRandom
import TestSupport
import Weir

/// Many tasks that ask at random moments, half of which are cancelled at random moments.
struct Storm: Sendable {
    fileprivate enum Outcome {
        case admitted
        case denied
        case other(String, mayHaveCounted: Bool)
    }

    private struct Call {
        let start: Duration
        /// When it is cancelled after its start; nil for never.
        let patience: Duration?
    }

    private static let rules = [Rule("token", per: .token, limit: Limit(500, per: .hour))]
    private static let descriptor = Descriptor(token: "t")

    private let limiter: RateLimiter

    static func run(url: String, tasks: Int, seed: UInt64) async throws {
        var configuration = RateLimiter.Configuration()
        configuration.deadline = .milliseconds(200)
        configuration.failurePolicy = .fail
        let limiter = try RateLimiter(redis: url, rules: rules, configuration: configuration)
        let storm = Storm(limiter: limiter)
        var generator = SeededGenerator(seed: seed)
        var calls: [Call] = []
        for task in 0..<tasks {
            let patience = Duration.microseconds(generator.number(0...300_000))
            let start = Duration.milliseconds(generator.number(0...3000))
            calls.append(Call(start: start, patience: task.isMultiple(of: 2) ? patience : nil))
        }
        var report = StormReport()
        for outcome in await storm.outcomes(of: calls) { report.add(outcome) }
        let end = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < end {
            guard let usage = try? await limiter.peek(descriptor) else { continue }
            report.counted = usage.rules[0].used
            guard case .other = await storm.ask() else {
                report.decidesAgain = true
                break
            }
        }
        await limiter.shutdown()
        FileHandle.standardOutput.write(try JSONEncoder().encode(report))
    }

    private func outcomes(of calls: [Call]) async -> [Outcome] {
        await withTaskGroup(of: Outcome.self) { group in
            for call in calls { group.addTask { await outcome(of: call) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    private func outcome(of call: Call) async -> Outcome {
        try? await Task.sleep(for: call.start)
        let task = Task { await ask() }
        if let patience = call.patience {
            try? await Task.sleep(for: patience)
            task.cancel()
        }
        return await task.value
    }

    private func ask() async -> Outcome {
        do throws(WeirError) {
            let decision = try await limiter.acquire(Self.descriptor)
            let source = decision.usage.source
            guard source == .redis else { return .other(source.description, mayHaveCounted: true) }
            return decision.isAllowed ? .admitted : .denied
        } catch {
            return .other(error.code.description, mayHaveCounted: error.mayHaveCounted)
        }
    }
}

extension StormReport {
    fileprivate mutating func add(_ outcome: Storm.Outcome) {
        switch outcome {
        case .admitted: admitted += 1
        case .denied: denied += 1
        case .other(let name, let mayHaveCounted):
            others[name, default: 0] += 1
            unknown += mayHaveCounted ? 1 : 0
        }
    }
}
