import Hiredis
import Testing

@Suite struct RedisAddressTests {
    @Test(arguments: [
        ("redis://localhost", RedisAddress(endpoint: .tcp(host: "localhost", port: 6379))),
        ("redis://10.0.0.1:7000/3", RedisAddress(endpoint: .tcp(host: "10.0.0.1", port: 7000), database: 3)),
        ("REDIS://h/", RedisAddress(endpoint: .tcp(host: "h", port: 6379))),
        ("redis://[::1]:6380", RedisAddress(endpoint: .tcp(host: "::1", port: 6380))),
        ("redis://[::1]", RedisAddress(endpoint: .tcp(host: "::1", port: 6379))),
        (
            "redis://:p%40ss@h",
            RedisAddress(endpoint: .tcp(host: "h", port: 6379), password: Secret("p@ss"))
        ),
        (
            "redis://me:a:b@h:1",
            RedisAddress(endpoint: .tcp(host: "h", port: 1), user: "me", password: Secret("a:b"))
        ),
        (
            "rediss://me:pw@h/2",
            RedisAddress(
                endpoint: .tcp(host: "h", port: 6379),
                isEncrypted: true,
                user: "me",
                password: Secret("pw"),
                database: 2
            )
        ),
        ("unix:///run/re@dis.sock", RedisAddress(endpoint: .unix(path: "/run/re@dis.sock"))),
        ("unix:///run/redis.sock", RedisAddress(endpoint: .unix(path: "/run/redis.sock"))),
        (
            "unix://me:pw@/run/redis.sock?db=2",
            RedisAddress(endpoint: .unix(path: "/run/redis.sock"), user: "me", password: Secret("pw"), database: 2)
        ),
    ])
    func reads(url: String, address: RedisAddress) throws {
        #expect(try RedisAddress(url: url) == address)
    }

    @Test func descriptionHidesWhoWeAre() throws {
        let address = try RedisAddress(url: "redis://me:hunter2@[::1]:6380/4")
        #expect(address.description == "redis://[::1]:6380/4")
        #expect(try RedisAddress(url: "rediss://me:hunter2@h").description == "rediss://h:6379")
        #expect(!String(reflecting: address).contains("hunter2"))
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
