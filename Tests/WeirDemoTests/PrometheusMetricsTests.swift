import CoreMetrics
import Foundation
import PrometheusExposition
import TestSupport
import Testing

/// What is recorded through swift-metrics, in the text that Prometheus reads.
@Suite struct PrometheusMetricsTests {
    private func buckets(_ name: String, _ labels: String, _ counts: [(String, Int)]) -> String {
        counts.map { "\(name)_bucket{\(labels)le=\"\($0)\"} \($1)\n" }.joined()
    }

    @Test func nothingIsAnEmptyText() {
        #expect(PrometheusMetrics().text.isEmpty)
    }

    @Test func countersAreTotalsSortedByTheirLabels() {
        let metrics = PrometheusMetrics(help: ["weir_decisions": "Decisions by rule."])
        for (rule, outcome, count) in [("token", "denied", 2), ("group", "allowed", 40), ("token", "allowed", 3)] {
            let dimensions = [("rule", rule), ("outcome", outcome)]
            Counter(label: "weir_decisions", dimensions: dimensions, factory: metrics).increment(by: count)
        }
        Counter(label: "weir_decisions", dimensions: [("outcome", "denied"), ("rule", "token")], factory: metrics)
            .increment()
        Counter(label: "requests_total", factory: metrics).increment(by: 0)
        FloatingPointCounter(label: "seconds_total", factory: metrics).increment(by: 1.5)
        #expect(
            metrics.text == """
                # HELP requests_total requests_total
                # TYPE requests_total counter
                requests_total 0
                # HELP seconds_total seconds_total
                # TYPE seconds_total counter
                seconds_total 1.5
                # HELP weir_decisions_total Decisions by rule.
                # TYPE weir_decisions_total counter
                weir_decisions_total{outcome="allowed",rule="group"} 40
                weir_decisions_total{outcome="allowed",rule="token"} 3
                weir_decisions_total{outcome="denied",rule="token"} 3

                """
        )
    }

    @Test func gaugesAndMetersHaveTheirLastValue() {
        let metrics = PrometheusMetrics()
        let open = Gauge(label: "weir_breaker_open", factory: metrics)
        open.record(3)
        open.record(1)
        let level = Meter(label: "level", factory: metrics)
        level.set(2.25)
        level.increment(by: 1)
        level.decrement(by: 0.5)
        let meters = ["big": 1e300, "infinite": .infinity, "less": -.infinity, "none": Double.nan]
        for (name, value) in meters { Meter(label: name, factory: metrics).set(value) }
        let samples = metrics.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(
            samples == ["big 1e+300", "infinite +Inf", "less -Inf", "level 2.75", "none NaN", "weir_breaker_open 1"]
        )
    }

    @Test func timersAreHistogramsInSeconds() {
        let metrics = PrometheusMetrics()
        let timer = Timer(label: "weir_decision_seconds", dimensions: [("source", "redis")], factory: metrics)
        timer.recordNanoseconds(100_000)
        timer.recordNanoseconds(100_001)
        timer.recordMilliseconds(250)
        timer.recordSeconds(2)
        let counts = [
            ("0.0001", 1), ("0.00025", 2), ("0.0005", 2), ("0.001", 2), ("0.0025", 2), ("0.005", 2), ("0.01", 2),
            ("0.025", 2), ("0.05", 2), ("0.1", 2), ("0.25", 3), ("0.5", 3), ("1", 3), ("+Inf", 4),
        ]
        let expected =
            "# HELP weir_decision_seconds weir_decision_seconds\n# TYPE weir_decision_seconds histogram\n"
            + buckets("weir_decision_seconds", "source=\"redis\",", counts)
            + "weir_decision_seconds_sum{source=\"redis\"} 2.250200001\n"
            + "weir_decision_seconds_count{source=\"redis\"} 4\n"
        #expect(metrics.text == expected)
    }

    @Test func recordersAreHistogramsOfPowersOfTwo() {
        let metrics = PrometheusMetrics()
        let recorder = Recorder(label: "weir_batch_size", factory: metrics)
        for size in [1, 2, 3, 128, 5000] { recorder.record(size) }
        recorder.record(Double.nan)
        let counts = [
            ("1", 1), ("2", 2), ("4", 3), ("8", 3), ("16", 3), ("32", 3), ("64", 3), ("128", 4), ("256", 4),
            ("512", 4), ("1024", 4), ("+Inf", 5),
        ]
        let expected =
            "# HELP weir_batch_size weir_batch_size\n# TYPE weir_batch_size histogram\n"
            + buckets("weir_batch_size", "", counts) + "weir_batch_size_sum 5134\nweir_batch_size_count 5\n"
        #expect(metrics.text == expected)
    }

    @Test func noTextCanBreakALine() {
        let metrics = PrometheusMetrics(help: ["a b": "one\\two\nthree"])
        let dimensions = [("la-bel", "\"\\\n\u{1F980}"), ("2nd", ""), ("la.bel", "lost")]
        Counter(label: "a b", dimensions: dimensions, factory: metrics).increment()
        Counter(label: "7up:x", factory: metrics).increment()
        let expected =
            "# HELP _7up:x_total 7up:x\n# TYPE _7up:x_total counter\n_7up:x_total 1\n"
            + "# HELP a_b_total one\\\\two\\nthree\n# TYPE a_b_total counter\n"
            + "a_b_total{_2nd=\"\",la_bel=\"\\\"\\\\\\n\u{1F980}\"} 1\n"
        #expect(metrics.text == expected)
    }

    @Test func aNameBelongsToTheKindThatHasItFirst() {
        let metrics = PrometheusMetrics()
        Gauge(label: "size", factory: metrics).record(4)
        Recorder(label: "size", factory: metrics).record(9)
        Counter(label: "size", factory: metrics).increment(by: 2)
        let samples = metrics.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(samples == ["size 4", "size_total 2"])
    }

    @Test func aCounterNeverGoesBackAndNothingIsForgotten() {
        let metrics = PrometheusMetrics()
        let counter = Counter(label: "requests", factory: metrics)
        counter.increment(by: 5)
        counter.increment(by: -2)
        counter.destroy()
        Counter(label: "requests", factory: metrics).increment()
        #expect(metrics.text.contains("requests_total 6\n"))
    }

    @Test func noIncrementIsLost() async {
        let metrics = PrometheusMetrics()
        await withTaskGroup { tasks in
            for _ in 0..<50 {
                tasks.addTask {
                    let counter = Counter(label: "requests", factory: metrics)
                    for _ in 0..<200 { counter.increment() }
                }
            }
        }
        #expect(metrics.text.contains("requests_total 10000\n"))
    }

    /// Prometheus's own reader, where it is installed.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/promtool")))
    func promtoolHasNothingToSay() throws {
        let metrics = PrometheusMetrics(help: WeirHelp.texts)
        for label in WeirHelp.texts.keys.sorted() {
            switch label {
            case "weir_batch_size": Recorder(label: label, factory: metrics).record(3)
            case "weir_breaker_open", "weir_queue_depth": Gauge(label: label, factory: metrics).record(1)
            case "weir_decision_seconds": Timer(label: label, factory: metrics).recordMilliseconds(1)
            default: Counter(label: label, dimensions: [("rule", "a\"\\\nb")], factory: metrics).increment()
            }
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).prom")
        try metrics.text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(try Tool.run("bash", ["-c", "promtool check metrics < '\(file.path)'"]).isEmpty)
    }
}
