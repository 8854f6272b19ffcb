import Hiredis

private let secret = "hunter2"

/// An address is read or refused, is the same when it is read again, and never shows a password.
///
/// A zero byte in the input stands for the password.
@_cdecl("LLVMFuzzerTestOneInput")
public func addresses(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let template = input.text()
    let location: RedisLocation
    do throws(InvalidAddress) {
        location = try RedisLocation(url: template.replacing("\0", with: secret))
    } catch {
        // The host and what is no secret may hold the word only if somebody wrote it there.
        require(template.lowercased().contains(secret) || !error.reason.lowercased().contains(secret), error.reason)
        return 0
    }
    let bare = location.withoutSecrets
    require(location.description == bare.description, "'\(location)' depends on a password")
    // What else holds the word was written there by somebody for all to see.
    let shown = all(location)
    require(all(bare).contains(secret) || !shown.contains(secret), "a password is shown: \(shown)")
    do throws(InvalidAddress) {
        let again = try RedisLocation(url: location.description)
        require(again == bare.withoutUsers, "\(again) is not \(location)")
    } catch {
        require(false, "'\(location)' is not read again: \(error.reason)")
    }
    switch location {
    case .server(let address): check(address)
    case .cluster(let seeds):
        require(!seeds.isEmpty && seeds.allSatisfy { $0.database == 0 }, "\(location)")
        for seed in seeds { check(seed) }
    case .sentinels(let set):
        require(!set.sentinels.isEmpty && !set.primaryName.isEmpty, "\(location)")
        require((0...1_000_000).contains(set.database), "database \(set.database)")
        for sentinel in set.sentinels { check(sentinel) }
    }
    return 0
}

/// Whatever can be seen of it.
private func all(_ location: RedisLocation) -> String {
    var shown = location.description + String(reflecting: location)
    dump(location, to: &shown)
    return shown
}

private func check(_ address: RedisAddress) {
    require((0...1_000_000).contains(address.database), "database \(address.database)")
    switch address.endpoint {
    case .tcp(let host, let port): require(!host.isEmpty && (1...65535).contains(port), "\(host) \(port)")
    case .unix(let path): require(path.hasPrefix("/") && path.utf8.count <= 107, path)
    }
}

extension RedisLocation {
    fileprivate var withoutSecrets: RedisLocation {
        changed {
            $0.password = nil
        } set: {
            $0.password = nil
        }
    }

    fileprivate var withoutUsers: RedisLocation {
        changed {
            $0.user = nil
        } set: {
            $0.user = nil
        }
    }

    private func changed(
        address change: (inout RedisAddress) -> Void,
        set changeSet: (inout SentinelSet) -> Void
    ) -> RedisLocation {
        func changed(_ address: RedisAddress) -> RedisAddress {
            var address = address
            change(&address)
            return address
        }
        switch self {
        case .server(let address): return .server(changed(address))
        case .cluster(let seeds): return .cluster(seeds.map(changed))
        case .sentinels(var set):
            set.sentinels = set.sentinels.map(changed)
            changeSet(&set)
            return .sentinels(set)
        }
    }
}
