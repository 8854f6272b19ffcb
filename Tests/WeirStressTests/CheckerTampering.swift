import SeededRandom
import StressHistory
import TestSupport

/// Changes one thing in a history, so that it is no longer true.
struct CheckerTampering {
    enum Kind: CaseIterable {
        case denial, admission, oneMoreLeft, oneLessLeft, reset, wait, violated, cost, lostAdmission, swappedAnswers
    }

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: ~seed) }

    /// The changed history, or nil if there is nothing in it that can be changed so.
    mutating func change(_ kind: Kind, in attempts: [Attempt]) -> [Attempt]? {
        if kind == .swappedAnswers { return swapAnswers(in: attempts) }
        let places = attempts.indices.filter { isFit(attempts[$0], for: kind, at: $0, in: attempts) }
        guard !places.isEmpty else { return nil }
        let place = random.element(places)
        var attempts = attempts
        if kind == .lostAdmission {
            attempts.remove(at: place)
        } else {
            change(kind, &attempts[place])
        }
        return attempts
    }

    private func isFit(_ attempt: Attempt, for kind: Kind, at place: Int, in attempts: [Attempt]) -> Bool {
        guard attempt.source == .redis else { return false }
        return switch kind {
        case .denial, .wait: attempt.outcome == .denied && attempt.retryAfter != nil
        case .admission, .cost: attempt.outcome == .allowed && attempt.cost > 0
        case .violated: attempt.cost > 0
        case .reset, .oneMoreLeft, .oneLessLeft: true
        case .lostAdmission: attempt.outcome == .allowed && attempt.cost > 0 && isMissed(place, in: attempts)
        case .swappedAnswers: false
        }
    }

    /// Whether somebody looks at one of its windows soon after.
    private func isMissed(_ place: Int, in attempts: [Attempt]) -> Bool {
        let attempt = attempts[place]
        let next = attempts[(place + 1)...].first { other in
            other.source == .redis && other.windows.contains { $0.window == attempt.windows[0].window }
        }
        let fact = next?.windows.first { $0.window == attempt.windows[0].window }
        guard let next, let fact else { return false }
        // A window with nothing left does not say how much it holds, and a refund may take what is not there.
        return next.moment < attempt.moment + fact.period && fact.remaining != 0 && next.cost >= 0
    }

    private mutating func change(_ kind: Kind, _ attempt: inout Attempt) {
        let place = random.number(0...(attempt.windows.count - 1))
        let fact = attempt.windows[place]
        switch kind {
        case .denial: attempt.outcome = .allowed
        case .admission: attempt.outcome = .denied
        case .oneMoreLeft, .oneLessLeft:
            let isMore = kind == .oneMoreLeft || fact.remaining == 0
            attempt.windows[place].remaining = fact.remaining.map { isMore ? $0 + 1 : $0 - 1 }
            attempt.windows[place].used = fact.used.map { isMore || $0 == 0 ? $0 + 1 : $0 - 1 }
        case .reset: attempt.windows[place].reset = fact.reset.map { changed($0) }
        case .wait: attempt.retryAfter = attempt.retryAfter.map { changed($0) }
        case .violated: attempt.windows[place].isViolated.toggle()
        case .cost: attempt.cost += 1
        case .lostAdmission, .swappedAnswers: break
        }
    }

    /// One more or one less, never below zero.
    private mutating func changed(_ time: Int) -> Int { time == 0 || random.once(in: 2) ? time + 1 : time - 1 }

    /// Two attempts on the same windows are each told what the other one was.
    private mutating func swapAnswers(in attempts: [Attempt]) -> [Attempt]? {
        var pairs: [(Int, Int)] = []
        for first in attempts.indices where attempts[first].source == .redis {
            let windows = attempts[first].windows.map(\.window)
            let next = attempts.indices.suffix(from: first + 1).first { second in
                attempts[second].source == .redis && attempts[second].windows.map(\.window) == windows
            }
            if let next, attempts[next].windows != attempts[first].windows { pairs.append((first, next)) }
        }
        guard !pairs.isEmpty else { return nil }
        let (first, second) = random.element(pairs)
        var attempts = attempts
        let (one, other) = (attempts[first], attempts[second])
        for (place, answer) in [(first, other), (second, one)] {
            attempts[place].windows = answer.windows
            attempts[place].outcome = answer.outcome
            attempts[place].retryAfter = answer.retryAfter
        }
        return attempts
    }
}
