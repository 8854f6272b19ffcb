/// What the live page shows, as its script reads it.
struct LiveReport: Codable, Sendable {
    /// Seconds since the epoch.
    var time: Double
    var instances: [LiveInstance]
    var groups: [LiveGroup]
    var windows: [LiveWindow]
    var redis: LiveRedis
}

extension LiveReport {
    /// What is known of an instance that does not answer.
    init(gone name: String) {
        let silence = Array(repeating: 0, count: LiveCounts.seconds)
        let gone = LiveInstance(name: name, state: "gone", seconds: 0, admitted: silence, refused: silence)
        self.init(time: 0, instances: [gone], groups: [], windows: [], redis: LiveRedis(state: "", servers: []))
    }

    /// One report of several, the first of which is the asked instance's own.
    init(merging reports: [LiveReport]) {
        time = reports.first?.time ?? 0
        instances = reports.flatMap(\.instances)
        redis = reports.first?.redis ?? LiveRedis(state: "", servers: [])
        groups = []
        windows = []
        // The counts are the same for all; the latest that was told of each is shown.
        for report in reports {
            for group in report.groups where !groups.contains(where: { $0.name == group.name }) { groups.append(group) }
            for window in report.windows
            where !windows.contains(where: { $0.label == window.label && $0.rule == window.rule }) {
                windows.append(window)
            }
        }
        groups.sort { $0.used > $1.used }
        windows.sort { ($0.label, $0.rule) < ($1.label, $1.rule) }
    }
}
