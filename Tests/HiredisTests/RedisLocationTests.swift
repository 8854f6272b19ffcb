import Hiredis
import Testing

@Suite struct RedisLocationTests {
    private static func server(_ host: String, _ port: Int) -> RedisAddress {
        RedisAddress(endpoint: .tcp(host: host, port: port))
    }

    @Test(arguments: [
        ("redis://h:7000/3", RedisLocation.server(RedisAddress(endpoint: .tcp(host: "h", port: 7000), database: 3))),
        ("unix:///run/redis.sock", .server(RedisAddress(endpoint: .unix(path: "/run/redis.sock")))),
        ("redis+cluster://a", .cluster([server("a", 6379)])),
        ("redis+cluster://a:1,b,[::1]:2/", .cluster([server("a", 1), server("b", 6379), server("::1", 2)])),
        ("redis+cluster://a,a:1/0", .cluster([server("a", 6379), server("a", 1)])),
        (
            "REDISS+Cluster://me:p%2Cw@a,b",
            .cluster(
                ["a", "b"].map { host in
                    RedisAddress(
                        endpoint: .tcp(host: host, port: 6379),
                        isEncrypted: true,
                        user: "me",
                        password: Secret("p,w")
                    )
                }
            )
        ),
        ("redis+sentinel://a/main", .sentinels(SentinelSet(sentinels: [server("a", 26379)], primaryName: "main"))),
        (
            "rediss+sentinel://me:pw@a:1,[::1]/my%2Fname/4?sentinel-password=%26x&sentinel-tls=yes&sentinel-user=you",
            .sentinels(
                SentinelSet(
                    sentinels: [("a", 1), ("::1", 26379)].map { host, port in
                        RedisAddress(
                            endpoint: .tcp(host: host, port: port),
                            isEncrypted: true,
                            user: "you",
                            password: Secret("&x")
                        )
                    },
                    primaryName: "my/name",
                    isEncrypted: true,
                    user: "me",
                    password: Secret("pw"),
                    database: 4
                )
            )
        ),
    ])
    func reads(url: String, location: RedisLocation) throws {
        #expect(try RedisLocation(url: url) == location)
    }

    @Test(arguments: [
        ("redis://a,b", "redis+sentinel://"), ("redis+cluster://", "no host"), ("redis+cluster://a,,b", "commas"),
        ("redis+cluster://a,", "commas"), ("redis+cluster://,a", "commas"), ("redis+cluster://a:1,A:1", "twice"),
        ("redis+cluster://a:6379,a", "twice"), ("redis+cluster://a/1", "database 0"),
        ("redis+cluster://a/x", "database"),
        ("redis+cluster://a:0", "'0'"), ("unix+cluster:///s", "unix socket"), ("unix+sentinel:///s/n", "unix socket"),
        ("redis+ring://a", "redis+cluster"), ("redis+sentinel://a", "primary-name"),
        ("redis+sentinel://a/", "primary-name"),
        ("redis+sentinel://a//0", "primary-name"), ("redis+sentinel://a,a:26379/n", "twice"),
        ("redis+sentinel://a/n/x", "database"), ("redis+sentinel://a/n/1/2", "%2F"), ("redis+sentinel:///n", "no host"),
        ("redis+sentinel://a/n?sentinel-tls=no", "sentinel-tls"), ("redis+sentinel://a/n?sentinel-tls", "understood"),
        ("redis+sentinel://a/n?x=y", "sentinel-user"), ("redis+sentinel://a/n?sentinel-password=", "is empty"),
        ("redis+sentinel://a/n?sentinel-user=&sentinel-password=x", "sentinel-user is empty"),
        ("redis+sentinel://a/n?sentinel-user=x", "no sentinel-password"),
        ("redis+sentinel://a/n?sentinel-tls=yes&sentinel-tls=yes", "twice"),
        ("redis+sentinel://a/n?sentinel-password=x@y", "%40"), ("redis+sentinel://me@a/n", "no password"),
    ])
    func refuses(url: String, naming culprit: String) {
        let error = #expect(throws: InvalidAddress.self) { try RedisLocation(url: url) }
        #expect(error?.reason.contains(culprit) == true, "\(url): \(error?.reason ?? "")")
    }

    @Test(arguments: [
        "redis+cluster://me:hunter2@a:x", "redis+cluster://me:x/hunter2@a", "redis+cluster://:hunter2",
        "redis+cluster://a/hunter2", "redis+sentinel://:hunter2@a", "redis+sentinel://a/n/hunter2",
        "redis+sentinel://a/n?hunter2=x", "redis+sentinel://a/n?sentinel-tls=hunter2",
        "redis+sentinel://a/n?sentinel-password=hunter2&sentinel-password=hunter2",
        "redis+sentinel://a/n?sentinel-password=hunter2%z", "redis+sentinel://a/n?sentinel-user=hunter2",
    ])
    func whatMakesNoSenseDoesNotBetrayItsPassword(url: String) {
        let error = #expect(throws: InvalidAddress.self) { try RedisLocation(url: url) }
        #expect(error?.reason.contains("hunter2") == false)
    }

    @Test(arguments: [
        ("rediss+cluster://me:hunter2@a:1,[::1],c%2Cd", "rediss+cluster://a:1,[::1]:6379,c%2Cd:6379"),
        (
            "redis+sentinel://me:hunter2@a,b:1/my%20name/2?sentinel-password=hunter2&sentinel-tls=yes",
            "redis+sentinel://a:26379,b:1/my%20name/2?sentinel-tls=yes"
        ),
        ("rediss+sentinel://a/n", "rediss+sentinel://a:26379/n"), ("redis://:hunter2@h%2F/1", "redis://h%2F:6379/1"),
    ])
    func descriptionHidesWhoWeAreAndReadsBack(url: String, shown: String) throws {
        let location = try RedisLocation(url: url)
        #expect(location.description == shown)
        #expect(try RedisLocation(url: shown).description == shown)
        #expect(!String(reflecting: location).contains("hunter2"))
        var dumped = ""
        dump(location, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test func oneServerIsMeantWhereOneAddressIs() {
        for url in ["redis+cluster://a", "redis+sentinel://a/n"] {
            let error = #expect(throws: InvalidAddress.self) { try RedisAddress(url: url) }
            #expect(error?.reason.contains("redis://host:6379") == true)
        }
    }
}
