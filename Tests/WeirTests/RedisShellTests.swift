import Console
import Testing

/// What is printed for people to type reaches the Redis that the address means.
@Suite struct RedisShellTests {
    private static let question = "SENTINEL GET-MASTER-ADDR-BY-NAME"

    @Test(arguments: [
        ("redis://a", "redis-cli -u 'redis://a:6379'"), ("rediss://a:1/2", "redis-cli -u 'rediss://a:1/2'"),
        ("redis://weir:p%40s's@a", "redis-cli --no-auth-warning -u 'redis://weir:p%40s%27s@a:6379'"),
        ("redis://:secret@a", "redis-cli --no-auth-warning -u 'redis://default:secret@a:6379'"),
        ("unix:///tmp/it's", "redis-cli -s '/tmp/it'\\''s'"),
        (
            "unix://weir:p%40s@/tmp/s?db=3",
            "redis-cli --no-auth-warning --user 'weir' --pass 'p@s' -s '/tmp/s' -n 3"
        ), ("redis+cluster://a:1,b:2", "redis-cli -c -u 'redis://a:1'"),
        ("rediss+cluster://weir:x@a:1,b", "redis-cli -c --no-auth-warning -u 'rediss://weir:x@a:1'"),
        (
            "redis+sentinel://a,b/weir",
            "redis-cli -u \"redis://$(redis-cli -u 'redis://a:26379' \(question) 'weir' | paste -sd:)\""
        ),
        (
            "redis+sentinel://a:1,b/weir/2",
            "redis-cli -u \"redis://$(redis-cli -u 'redis://a:1' \(question) 'weir' | paste -sd:)/2\""
        ),
        (
            "rediss+sentinel://weir:x$y@a:1/my%20one/0?sentinel-user=look&sentinel-password=z:z&sentinel-tls=yes",
            "redis-cli --no-auth-warning -u \"rediss://weir:x%24y@$(redis-cli --no-auth-warning"
                + " -u 'rediss://look:z%3Az@a:1' \(question) 'my one' | paste -sd:)\""
        ),
        (
            "redis+sentinel://a:1/weir?sentinel-password=z",
            "redis-cli -u \"redis://$(redis-cli --no-auth-warning -u 'redis://default:z@a:1' \(question) 'weir'"
                + " | paste -sd:)\""
        ),
    ])
    func aLineBeginsWithAllThatTheAddressSays(url: String, command: String) throws {
        #expect(try RedisShell(url: url).command == command)
    }

    @Test(arguments: [
        ("redis://a", ""), ("redis://:x@a", ""), ("redis://weir:x@a", "    # the user needs +scan too"),
        ("redis+cluster://a", "    # the keys of one server"),
        ("redis+cluster://weir:x@a", "    # the keys of one server; the user needs +scan too"),
        ("redis+sentinel://a/weir?sentinel-user=u&sentinel-password=x", ""),
    ])
    func whatAScanNeedsIsSaid(url: String, remark: String) throws {
        #expect(try RedisShell(url: url).remarkOnScan == remark)
    }
}
