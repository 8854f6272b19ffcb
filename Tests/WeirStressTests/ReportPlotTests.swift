import StressHistory
import Testing

@testable import StressHarness

@Suite struct ReportPlotTests {
    @Test(arguments: [0, 1, 8999, 17_998, 17_999])
    func theFullestMomentOfALongRunIsInThePlot(place: Int) {
        var summary = RunSummary.example(seconds: 1800, bucket: 100_000)
        summary.windows[0].samples[place].most = 100
        let course = RunCourse(summary)
        for size in [PlotSize.wide, .narrow] {
            let slots = TimeSlots(of: course, bucket: 100_000, most: size.mostPoints)
            let levels = OccupancyLevel.all(of: summary.windows[0], in: slots)
            #expect(levels.count <= size.mostPoints)
            #expect(levels.filter { $0.units == 100 }.count == 1)
            let level = levels.first { $0.units == 100 }
            #expect((level?.from ?? .infinity) <= Double(place) / 10 + 0.000_1)
            #expect((level?.until ?? 0) >= Double(place) / 10)
        }
    }

    @Test func aBreachIsInThePlotAlthoughAnotherSampleOfItsSlotIsFuller() {
        var summary = RunSummary.example(seconds: 1800, bucket: 100_000)
        summary.windows[0].samples[5000] = .init(
            time: summary.windows[0].samples[5000].time,
            most: 12,
            limit: 10,
            overshoot: 2
        )
        let slots = TimeSlots(of: RunCourse(summary), bucket: 100_000, most: 600)
        let breaches = OccupancyLevel.all(of: summary.windows[0], in: slots).filter { $0.overshoot > 0 }
        #expect(breaches.map(\.units) == [12])
    }

    @Test(arguments: [1, 2, 7, 60, 599, 600, 601, 1799, 1800, 86_400])
    func everyBucketIsInOneSlotAndNothingIsLost(seconds: Int) {
        let summary = RunSummary.example(seconds: seconds)
        let slots = TimeSlots(of: RunCourse(summary), bucket: summary.bucket, most: 600)
        let levels = RateLevel.all(of: summary, in: slots)
        #expect(levels.count <= 600)
        #expect(levels.reduce(0) { $0 + $1.admitted } == 900 * seconds)
        #expect(levels.reduce(0) { $0 + $1.denied } == 600 * seconds)
        #expect(levels.compactMap(\.p99).max() == summary.course.compactMap(\.p99).max())
        for (level, next) in zip(levels, levels.dropFirst()) { #expect(level.until == next.from) }
        #expect(levels.last?.until == Double(seconds))
        // However many buckets a slot takes in, the rate is that of the run.
        for level in levels { #expect(abs((level.heights.last ?? 0) - 1500) < 0.01) }
    }

    @Test func timesOutsideTheRunAreAtItsEnds() {
        var summary = RunSummary.example()
        summary.windows[0].samples += [.init(time: .min, most: 77, limit: 100, overshoot: 0)]
        let slots = TimeSlots(of: RunCourse(summary), bucket: 1_000_000, most: 600)
        #expect(slots.slot(of: .min) == 0)
        #expect(slots.slot(of: .max) == 59)
        #expect(OccupancyLevel.all(of: summary.windows[0], in: slots).first?.units == 77)
    }

    @Test(arguments: [
        (60.0, 12, ["0", "5", "10", "15", "20", "25", "30", "35", "40", "45", "50", "55", "60"]),
        (1800, 6, ["0", "300", "600", "900", "1,200", "1,500", "1,800"]),
        (2, 6, ["0.0", "0.5", "1.0", "1.5", "2.0"]),
        (61.3, 6, ["0", "15", "30", "45", "60"]),
        (0.01, 6, ["0.00", "0.01"]),
    ])
    func timesAreMarkedAtRoundValues(seconds: Double, marks: Int, labels: [String]) {
        #expect(PlotAxis.seconds(upTo: seconds, marks: marks).marks.map(\.label) == labels)
    }

    @Test(arguments: [
        (100.0, ["0", "50", "100"]), (1, ["0", "1"]), (0, ["0", "1"]), (7, ["0", "2", "4", "6"]),
        (85_000, ["0", "20,000", "40,000", "60,000", "80,000"]), (2_500_000, ["0", "1 M", "2 M"]),
        (.nan, ["0", "1"]),
    ])
    func countsAreMarkedAtRoundValues(most: Double, labels: [String]) {
        let axis = PlotAxis.counts(upTo: most)
        #expect(axis.marks.map(\.label) == labels)
        #expect(!(axis.place(of: most) >= 0.95))
    }

    @Test func waitsAreMarkedAtPowersOfTen() {
        let axis = PlotAxis.waits([640, 61_204], marks: 5)
        #expect(axis.marks.map(\.label) == ["100 µs", "1 ms", "10 ms", "100 ms"])
        #expect(axis.place(of: 100) == 0)
        #expect(abs(axis.place(of: 1000) - 1.0 / 3) < 1e-9)
        #expect(PlotAxis.waits([], marks: 5).marks.map(\.label) == ["1 µs", "10 µs"])
        #expect(PlotAxis.waits([0, 9_000_000], marks: 5).marks.map(\.label) == ["1 µs", "100 µs", "10 ms", "1 s"])
    }

    @Test(arguments: 0..<50)
    func labelsOfFaultsNeverLieUponEachOther(seed: Int) {
        var summary = RunSummary.example()
        summary.disturb(1 + seed * 2)
        // Unequal distances, the same for a seed.
        for place in summary.disturbances.indices {
            summary.disturbances[place].fault.from -= (place * 7919 + seed * 104_729) % 700_000
        }
        let course = RunCourse(summary)
        let frame = PlotFrame(
            area: Drawing.Area(x: 62, y: 0, width: 836, height: 190),
            across: .seconds(upTo: course.seconds, marks: 12),
            upwards: .counts(upTo: 100)
        )
        let bands = FaultBand.all(of: course, closerThan: course.seconds * 5 / 836)
        #expect(bands.flatMap(\.faults).map(\.number) == Array(1...(1 + seed * 2)))
        for naming in [FaultBand.Naming.numbersAndKinds, .kinds] {
            let labels = FaultLabels(bands, naming, in: frame).labels
            #expect(!labels.isEmpty)
            for label in labels { #expect(label.left + Drawing.width(of: label.text) <= frame.right + 0.1) }
            for (place, label) in labels.enumerated() {
                for other in labels[(place + 1)...] where other.line == label.line {
                    #expect(label.left + Drawing.width(of: label.text) < other.left)
                }
            }
        }
    }

    @Test func aStepPathKeepsGapsAndLeavesOutWhatHoldsOn() {
        let frame = PlotFrame(
            area: Drawing.Area(x: 0, y: 0, width: 100, height: 10),
            across: PlotAxis(lowest: 0, highest: 5, isLogarithmic: false, marks: []),
            upwards: PlotAxis(lowest: 0, highest: 10, isLogarithmic: false, marks: [])
        )
        let values: [Double?] = [4, 4, 6, nil, 2]
        let steps = values.enumerated().map { place, value in
            StepPath.Step(from: Double(place), until: Double(place + 1), value: value)
        }
        #expect(StepPath(steps: steps).line(in: frame) == "M0 6H40V4H60M80 8H100")
        #expect(StepPath(steps: steps).area(in: frame) == "M0 10V6H40V4H60V10H80V8H100V10Z")
        #expect(StepPath(steps: []).area(in: frame).isEmpty)
    }
}
