/// The script's answers to the requests of a batch, each made when it is asked for.
package struct Verdicts: RandomAccessCollection {
    /// All integers of the answer.
    private let numbers: [Int]
    /// The limits that are not their rules' own, by the number of the window in the batch.
    private let limits: [Int: Int]
    /// The numbers of the windows.
    private let windows: [Int]
    /// Of each request: where the answer begins, where in `windows` its own begin, and how many these are.
    private let places: [(answer: Int, start: Int, windows: Int)]

    init(numbers: [Int], limits: [Int: Int], windows: [Int], places: [(start: Int, windows: Int)]) {
        self.numbers = numbers
        self.limits = limits
        self.windows = windows
        var answer = 1
        self.places = places.map { place in
            // Status and detail, then usage and reset of each window.
            defer { answer += 2 + 2 * place.windows }
            return (answer, place.start, place.windows)
        }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { places.count }

    package subscript(index: Int) -> Verdict {
        let place = places[index]
        guard !limits.isEmpty else { return Verdict(numbers: numbers, start: place.answer) }
        var own: [Int: Int] = [:]
        for window in 0..<place.windows { own[window] = limits[windows[place.start + window]] }
        return Verdict(numbers: numbers, start: place.answer, limits: own)
    }
}
