import Console
import Testing

@Suite struct TableTests {
    @Test func theFirstColumnIsAlignedToTheLeftAndTheOthersToTheRight() {
        #expect(Table(rows: [["name", "n"], ["a", "100"]]).lines == ["  name    n", "  a     100"])
    }

    @Test func aVerdictIsPaintedAndTakesNoRoom() {
        let rows = [["a", "bb", "1", ""], ["aaa", "b", "22", "exact"]]
        let table = Table(rows: rows, left: 2) { $0.isEmpty ? "" : "<\($0)>" }
        #expect(table.lines == ["  a    bb   1  ", "  aaa  b   22  <exact>"])
    }
}
