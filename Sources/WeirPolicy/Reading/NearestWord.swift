/// The word that was probably meant.
enum NearestWord {
    /// Of the words, the one that takes the fewest changes of letters, if it takes at most a third of them.
    ///
    /// `limt` is near `limit`, and `Limit` too; `colour` is near nothing.
    static func to(_ word: String, among words: some Collection<String>) -> String? {
        guard word.count <= 64 else { return nil }
        let distances = words.map { (word: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        guard let nearest = distances.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }),
            nearest.distance <= max(1, nearest.word.count / 3)
        else { return nil }
        return nearest.word
    }

    /// How many letters have to be changed, put in or left out, or exchanged with their neighbour.
    ///
    /// Source: the optimal string alignment distance.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let change = last[column] + (left[row] == right[column] ? 0 : 1)
                var best = min(change, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
