import Hiredis
import LuaScripts
import Weir

/// A window, and what it holds before anything is measured: entries spread evenly over all of it.
struct WindowFill: Hashable, Sendable {
    let limit: Int
    let slices: Int
    let period: Duration
    /// How much of the limit is used.
    private let percent: Int
    private let mostEntries: Int

    /// A window with the most entries that so many percent of its limit can be in, unless they are to be fewer.
    ///
    /// Half of the limit leaves room, so that what is measured are decisions that charge.
    /// Unless a period is given, a window admits 40 units a second whatever its limit, so that the entries which leave
    /// during a measurement make room for those that come: ten thousand keys admit 400,000 decisions a second.
    init(
        limit: Int = 100_000,
        slices: Int = 128,
        period: Duration? = nil,
        percent: Int = 50,
        mostEntries: Int = .max
    ) {
        self.limit = limit
        self.slices = slices
        self.period = period ?? Duration.milliseconds(25) * limit
        self.percent = percent
        self.mostEntries = mostEntries
    }

    private var units: Int { max(1, limit * percent / 100) }
    private var entries: Int { max(1, min(units, mostEntries, limit <= Terms.logLimit ? units : slices)) }

    /// The calls that fill a key's window, as if they had been made over its last period, the newest just now.
    ///
    /// So the decisions that are then measured count in the slice that is there, or begin one, as often as they would
    /// in a service that never stopped, however many the keys among which they are spread.
    func calls(for key: [UInt8], until now: Int) -> [Command] {
        let terms = Terms(limit: limit, period: period.microseconds, slices: slices)
        let batch = Batch([DecisionRequest([Window(key: key, terms: terms)], cost: units / entries)])
        let script = Script(source: Scripts.acquire)
        let step = max(terms.pace.slice, terms.period / entries)
        return (0..<entries).map { batch.command(calling: script, at: now - (entries - 1 - $0) * step) }
    }
}
