/// The script's answers to the requests of a batch, each made when it is asked for.
package struct Verdicts: RandomAccessCollection {
    /// Of a request: how many units were wanted, where in `windows` its own begin, and how many these are.
    struct Place: Sendable {
        let wanted: Int
        let start: Int
        let windows: Int
    }

    /// All integers of the answer.
    private let numbers: [Int]
    /// The limits that are not their rules' own, by the number of the window in the batch.
    private let limits: [Int: Int]
    /// The numbers of the windows.
    private let windows: [Int]
    /// Of each request.
    private let places: [Place]
    /// Where the answer to each request begins.
    private let starts: [Int]

    /// The answer to requests at these places, or nil if the numbers are none.
    init?(_ numbers: [Int], to places: [Place], over windows: [Int]) {
        // The time comes first.
        var end = 1
        var starts: [Int] = []
        starts.reserveCapacity(places.count)
        for place in places {
            guard end < numbers.count else { return nil }
            starts.append(end)
            end += Verdict.length(numbers[end], windows: place.windows)
        }
        guard end <= numbers.count, (numbers.count - end).isMultiple(of: 2) else { return nil }
        var limits: [Int: Int] = [:]
        for place in stride(from: end, to: numbers.count, by: 2) { limits[numbers[place]] = numbers[place + 1] }
        self.numbers = numbers
        self.limits = limits
        self.windows = windows
        self.places = places
        self.starts = starts
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> Verdict {
        let place = places[index]
        var own: [Int: Int] = [:]
        if !limits.isEmpty {
            for window in 0..<place.windows { own[window] = limits[windows[place.start + window]] }
        }
        return Verdict(numbers: numbers, start: starts[index], wanted: place.wanted, limits: own)
    }
}
