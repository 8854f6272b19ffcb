/// The script's answers to the requests of a batch, each made when it is asked for.
package struct Verdicts: RandomAccessCollection {
    /// Where a request's answer begins, where in `windows` its own begin, and how many these are.
    struct Place: Sendable {
        let answer: Int
        let start: Int
        let windows: Int
    }

    /// All integers of the answer.
    let numbers: [Int]
    /// The limits that are not their rules' own, by the number of the window in the batch.
    let limits: [Int: Int]
    /// The numbers of the windows.
    let windows: [Int]
    /// Of each request.
    let places: [Place]

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
