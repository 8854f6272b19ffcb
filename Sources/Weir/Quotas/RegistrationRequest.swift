package import Hiredis

/// One thing that is asked of a group's sites.
package struct RegistrationRequest: Sendable, Hashable {
    package enum Deed: Sendable, Hashable {
        /// `application` is printable ASCII, as it stands in keys.
        case register(site: String, application: [UInt8])
        case unregister(site: String)
        case count

        fileprivate var name: String {
            switch self {
            case .register: "register"
            case .unregister: "unregister"
            case .count: "count"
            }
        }

        /// The identity of the site; empty for a count.
        package var site: String {
            switch self {
            case .register(let site, _), .unregister(let site): site
            case .count: ""
            }
        }

        /// What is remembered of it under an operation key.
        package var note: String { "\(name) \(site)" }
    }

    package let deed: Deed
    /// The group's sites, its limits, and the operation; a count needs no operation and has none.
    package let keys: QuotaKeys
    /// The quota where operators have set none, 0 to 2^31.
    package let quota: Int

    package init(_ deed: Deed, _ keys: QuotaKeys, quota: Int) {
        self.deed = deed
        self.keys = deed == .count ? QuotaKeys(quota: keys.quota, limits: keys.limits) : keys
        self.quota = quota
    }

    /// The call.
    ///
    /// A time in microseconds since the epoch is for tests alone; without it the server's clock decides.
    package func command(calling script: Script, at time: Int? = nil) -> Command {
        var command = Command(calling: script)
        command.append(keys)
        command.append(deed.name)
        command.append(deed.site)
        if case .register(_, let application) = deed { command.append(application) } else { command.append("") }
        command.append(quota)
        if let time { command.append(time) }
        return command
    }
}
