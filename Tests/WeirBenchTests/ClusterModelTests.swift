import TestSupport
import Testing

@testable import weir_bench

/// What follows for many primaries from what a decision costs on a few.
@Suite struct ClusterModelTests {
    private static let single = DecisionCost(serverMicroseconds: 4, clientMicroseconds: 3)
    private static let oneOwner = DecisionCost(serverMicroseconds: 5, clientMicroseconds: 3)

    private static func model(_ clusters: [DecisionCost], single: DecisionCost = single) -> ClusterModel {
        ClusterModel(clusters: clusters, single: single, oneOwner: oneOwner)
    }

    @Test func tenTimesThePrimariesServeTenTimesAsMuchAndKeepTenTimesTheClientsBusy() {
        let model = Self.model([DecisionCost(serverMicroseconds: 10, clientMicroseconds: 8)])
        #expect(model.steps.map(\.primaries) == [1, 3, 10, 30, 100])
        #expect(model.steps.map(\.decisionsPerSecond) == [100_000, 300_000, 1_000_000, 3_000_000, 10_000_000])
        #expect(model.steps.map(\.clientCores) == [0.8, 2.4, 8, 24, 80])
    }

    @Test func theDearestOfTheClustersCounts() {
        let model = Self.model([
            DecisionCost(serverMicroseconds: 10, clientMicroseconds: 9),
            DecisionCost(serverMicroseconds: 12.5, clientMicroseconds: 8),
        ])
        #expect(model.serverMicroseconds == 12.5 && model.clientMicroseconds == 9)
        #expect(model.steps.first?.decisionsPerSecond == 80_000)
    }

    @Test func aClusterHasToBeSoLargeBeforeItServesMoreThanOneRedis() {
        let model = Self.model([DecisionCost(serverMicroseconds: 10, clientMicroseconds: 8)])
        #expect(model.singlePerSecond == 250_000)
        #expect(model.primariesToEqualSingle == 3, "two primaries serve 200,000")
        #expect(model.oneOwnerPerSecond == 200_000, "more primaries are of no use to one owner")
    }

    @Test func whatWasTooShortToBeMeasuredIsNoNumber() {
        let nothing = DecisionCost(serverMicroseconds: 0, clientMicroseconds: 0)
        let model = Self.model([nothing], single: nothing)
        #expect(model.steps.allSatisfy { $0.decisionsPerSecond == 0 && $0.clientCores == 0 })
        #expect(model.primariesToEqualSingle == nil)
    }

    @Test func theDocumentationHasTheSameStepsAndAssumptions() throws {
        let page = try Repository.text("Sources/Weir/Weir.docc/PastOneMachine.md")
        for primaries in ClusterModel.primaries { #expect(page.contains("\n| \(primaries) |"), "\(primaries)") }
        let nothing = DecisionCost(serverMicroseconds: 0, clientMicroseconds: 0)
        for assumption in Self.model([nothing]).assumptions {
            #expect(page.contains("\n- \(assumption)\n"), "\(assumption)")
        }
    }
}
