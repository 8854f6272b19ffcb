@testable import WeirClient

/// Callers that stand in line before a state machine, and come back for another order when they were told to wait.
struct StateLine {
    var state: PacerState<Int>
    private var places: [Int: PacerState<Int>.Place] = [:]

    init(_ settings: Pacer.Settings) { state = PacerState(settings: settings) }

    /// Callers of these numbers join; the turns that are given out.
    mutating func join(_ callers: Range<Int>, at now: Duration) -> [UInt64] {
        var turns: [UInt64] = []
        for caller in callers {
            let place = state.place(at: now)
            places[caller] = place
            turns += carryOut(state.wait(place, caller, at: now), at: now)
        }
        return turns
    }

    /// Somebody's time has come.
    mutating func look(at now: Duration) -> [UInt64] { carryOut(state.orders(at: now), at: now) }

    /// A request has ended.
    mutating func answer(
        _ turn: UInt64,
        _ outcome: PacerOutcome,
        at now: Duration,
        random: Double = 0
    ) -> [UInt64] {
        carryOut(state.finished(turn, outcome, at: now, random: random) ?? [], at: now)
    }

    private mutating func carryOut(_ orders: PacerState<Int>.Orders, at now: Duration) -> [UInt64] {
        var turns: [UInt64] = []
        for (caller, order) in orders {
            switch order {
            case .go(let turn):
                turns.append(turn)
            case .wait:
                guard let place = places[caller] else { continue }
                turns += carryOut(state.wait(place, caller, at: now), at: now)
            case .fail:
                places[caller] = nil
            }
        }
        return turns
    }
}
