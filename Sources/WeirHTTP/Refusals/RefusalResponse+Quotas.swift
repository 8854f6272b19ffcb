internal import Foundation
public import Weir
internal import WeirFields

extension RefusalResponse {
    /// The response to a user who may create no more objects: by default 403 with the code `objectCreationQuotaReached`.
    ///
    /// `{"code":"objectCreationQuotaReached","count":5000,"limit":5000,"message":"…","nextGrowth":"2027-02-28T10:00:00Z"}`:
    /// how many count, how many may exist, and when that grows next. A user who never filled the quota, and one who is
    /// blocked, is told no growth. In the form of a problem, the same stands beside `type`, `title`, `status` and `detail`, and
    /// `violated-policies` is `["creations"]`.
    ///
    /// - Parameters:
    ///   - usage: what the creation answered.
    ///   - refusal: status, code and sentence.
    ///   - form: in what form the body says it; Weir's own by default.
    public init(
        exhausted usage: CreationUsage,
        refusal: Refusal = .creationQuotaReached,
        form: RefusalForm<CreationUsage> = .json
    ) {
        let growth = usage.nextGrowth.map { time in
            // Rounded up: whoever comes back at that second finds the growth there.
            Date(timeIntervalSince1970: Double(time.secondsRoundedUp)).formatted(.iso8601)
        }
        let advice = growth.map { " It grows at \($0)." } ?? ""
        let content = RefusalContent(
            refusal: refusal,
            message: refusal.message ?? "No more than \(usage.limit) objects can be created.\(advice)",
            violated: ["creations"],
            limit: usage.limit,
            count: usage.used,
            nextGrowth: growth
        )
        self = content.response(as: form, to: usage)
    }

    /// The response to a group that may register no more sites: by default 403 with the code `siteQuotaReached`.
    ///
    /// `{"code":"siteQuotaReached","count":6,"limit":6,"message":"Application developer has exceeded …"}`; as a problem, with
    /// `"violated-policies":["sites"]`.
    ///
    /// - Parameters:
    ///   - usage: what the registration answered.
    ///   - refusal: status, code and sentence; the sentence is ``Weir/Registration/refusalMessage`` by default.
    ///   - form: in what form the body says it; Weir's own by default.
    public init(
        refused usage: SiteUsage,
        refusal: Refusal = .siteQuotaReached,
        form: RefusalForm<SiteUsage> = .json
    ) {
        let content = RefusalContent(
            refusal: refusal,
            message: refusal.message ?? Registration.refusalMessage,
            violated: ["sites"],
            limit: usage.quota,
            count: usage.count
        )
        self = content.response(as: form, to: usage)
    }
}
