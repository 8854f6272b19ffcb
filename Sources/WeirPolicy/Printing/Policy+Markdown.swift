internal import HTTPTypes
internal import Weir
internal import WeirHTTP

extension Policy {
    /// The limits as a page of documentation in Markdown: for each endpoint a table, what is answered, and an example.
    ///
    /// The same policy gives the same bytes.
    public var markdown: String {
        var page = "# \(title ?? "Limits")\n"
        if let introduction { page += "\n\(introduction.trimmingEnd)\n" }
        let endpoints = publishedEndpoints
        for endpoint in endpoints { page += section(on: endpoint) }
        let others = publishedLimits(of: nil)
        if self.endpoints.isEmpty, !others.isEmpty {
            page += "\n## \(endpoints.isEmpty ? "Every endpoint" : "Every other endpoint")\n"
            page += table(of: others)
        }
        page += quotaSection + responseSection
        return page
    }

    private func section(on endpoint: Endpoint) -> String {
        var section = "\n## \(endpoint.name.inCell)\n"
        if let summary = endpoint.summary { section += "\n\(summary.trimmingEnd)\n" }
        if let details = endpoint.details { section += "\n\(details.trimmingEnd)\n" }
        section += table(of: publishedLimits(of: endpoint.name))
        if let quota = endpoint.quota {
            let refusal = responses.refusal(by: quota)
            let status = "\(refusal.status.code) `\(refusal.code)`"
            section += "\nDraws on the quota of \(quota == .creations ? "objects" : "sites"); past it: \(status).\n"
        }
        return section
    }

    private func table(of limits: [PublishedLimit]) -> String {
        guard !limits.isEmpty else { return "\nNo limit.\n" }
        var table = "\n| limit | in any | counted by | over it |\n|---|---|---|---|\n"
        for limit in limits {
            let cells = [
                limit.count.map { "\(Words.number($0)) request\($0 == 1 ? "" : "s")" } ?? "none, counted",
                Words.time(limit.window),
                limit.scope,
                limit.count == nil ? "-" : "\(limit.refusal.status.code) `\(limit.refusal.code)`",
            ]
            table += "| \(cells.map(\.inCell).joined(separator: " | ")) |\n"
        }
        let fields = FieldExample.fields(for: limits, in: responses)
        if !fields.isEmpty { table += example(fields) }
        var statuses: Set<HTTPResponse.Status> = []
        for refusal in publishedRefusals(by: limits) where statuses.insert(refusal.refusal.status).inserted {
            table += example(refusal.fields, status: refusal.refusal.status)
        }
        return table
    }

    private func example(_ fields: [FieldExample], status: HTTPResponse.Status? = nil) -> String {
        let first = status.map { "HTTP/2 \($0.code)\n" } ?? ""
        return "\n```http\n" + first + fields.map { "\($0.name): \($0.value)\n" }.joined() + "```\n"
    }

    private var quotaSection: String {
        var lines: [String] = []
        if let creations {
            let growth =
                creations.monthlyGrowth == 0
                ? "" : ", and \(Words.number(creations.monthlyGrowth)) more each month after it was reached"
            lines.append(
                "| objects of a user | \(Words.number(creations.limit))\(growth) | \(cell(responses.creations)) |"
            )
        }
        if let sites {
            lines.append("| distinct sites of a group | \(Words.number(sites)) | \(cell(responses.sites)) |")
        }
        guard !lines.isEmpty else { return "" }
        return "\n## Quotas\n\n| what | how many | past it |\n|---|---|---|\n" + lines.map { $0 + "\n" }.joined()
    }

    private func cell(_ refusal: Refusal) -> String {
        let message = refusal.message.map { ": \($0)" } ?? ""
        return "\(refusal.status.code) `\(refusal.code)`\(message)".inCell
    }

    private var responseSection: String {
        var sentences = [
            "A refused request is told in `Retry-After` how many seconds to wait; who waits exactly so long is let in, if"
                + " nobody else of the same count comes first."
        ]
        let warning = rules.filter { $0.warnAt != nil }
        if !warning.isEmpty {
            let shares = warning.map { "`\($0.name)` from \(Self.percent($0.warnAt ?? 1)) % of it on" }
            sentences.append("`X-Rate-Limit-Warning` names a limit that is near: \(shares.joined(separator: ", ")).")
        }
        if mayBeUnavailable { sentences.append("While limits cannot be checked: \(cell(responses.unavailable)).") }
        return "\n## Over a limit\n\n" + sentences.joined(separator: "\n") + "\n"
    }

    /// `80`, or `99.9` if it is no whole number.
    static func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Text for a cell of a table: a bar or a new line would end it.
    fileprivate var inCell: String {
        replacing("|", with: "\\|").replacing("\n", with: " ").replacing("\r", with: " ")
    }
}
