import HTTPTypes
import WeirFields

private let names: [HTTPField.Name] = [
    .rateLimit, .rateLimitPolicy, .rateLimitLimit, .rateLimitRemaining, .rateLimitReset, .xRateLimitLimit,
    .xRateLimitRemaining, .xRateLimitReset, .xRateLimitEpochLimit, .xRateLimitEpochRemaining, .xRateLimitEpochReset,
    .retryAfter, .date,
]

/// Whatever fields come, what is read of them has no number below zero, and is read again when it is written.
///
/// Each line of the input is a field: a byte for its name, and its value.
@_cdecl("LLVMFuzzerTestOneInput")
public func fields(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = FuzzInput(start, count)
    var fields = HTTPFields()
    for line in input.rest.split(separator: UInt8(ascii: "\n")) {
        let name = names[Int(line.first ?? 0) % names.count]
        fields.append(HTTPField(name: name, lenientValue: Array(line.dropFirst())))
    }
    let now = Duration.seconds(1_800_000_000)
    let reading = RateLimitReading(fields, receivedAt: now)
    require(reading.reports.count <= 32, "\(reading.reports.count) reports")
    require(reading.reports.isEmpty == reading.dialects.isEmpty, "\(reading)")
    require(reading.retryAfter ?? .zero >= .zero, "\(reading)")
    for report in reading.reports {
        require((report.limit ?? 0) >= 0 && (report.remaining ?? 0) >= 0, "\(report)")
        require(report.reset ?? .zero >= .zero && report.window ?? .seconds(1) >= .seconds(1), "\(report)")
        if report.name == nil { checkAlone(report, at: now) } else { checkNamed(report, at: now) }
    }
    return 0
}

private func checkNamed(_ report: LimitReport, at now: Duration) {
    let fields = Dialect.list.fields(for: [report], at: now)
    let again = RateLimitReading(fields, receivedAt: now).reports
    require(again == [report], "\(report) is told in \(fields) and read as \(again)")
}

private func checkAlone(_ report: LimitReport, at now: Duration) {
    guard let limit = report.limit, let reset = report.reset else { return }
    // A time of day may be between two seconds, and is told rounded up.
    let whole = reset.components.seconds + (reset.components.attoseconds > 0 ? 1 : 0)
    let expected = LimitReport(limit: limit, remaining: report.remaining, reset: .seconds(whole))
    let fields = Dialect.dictionary.fields(for: [report], at: now)
    let again = RateLimitReading(fields, receivedAt: now).reports
    require(again == [expected], "\(report) is told in \(fields) and read as \(again)")
}
