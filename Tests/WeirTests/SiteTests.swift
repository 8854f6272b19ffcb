import SeededRandom
import TestSupport
import Testing
import Weir

/// A site is one however it is written.
@Suite struct SiteTests {
    @Test(arguments: [
        // The scheme and its port make no difference.
        ("https://Shop.Example.COM.:443/", "shop.example.com"),
        ("shop.example.com", "shop.example.com"),
        ("http://shop.example.com", "shop.example.com"),
        ("HTTPS://shop.example.com", "shop.example.com"),
        ("http://shop.example.com:80", "shop.example.com"),
        ("shop.example.com:80", "shop.example.com"),
        ("shop.example.com:443", "shop.example.com"),
        ("shop.example.com:0443", "shop.example.com"),
        ("http://shop.example.com:443", "shop.example.com"),
        ("shop.example.com:8080", "shop.example.com:8080"),
        ("https://shop.example.com:8080/", "shop.example.com:8080"),
        // The host.
        ("SHOP.EXAMPLE.COM", "shop.example.com"),
        ("shop.example.com.", "shop.example.com"),
        ("www.shop.example.com", "www.shop.example.com"),
        ("localhost", "localhost"),
        ("my_shop.example.com", "my_shop.example.com"),
        (" \tshop.example.com\r\n", "shop.example.com"),
        // Internationalised names.
        ("müller.de", "xn--mller-kva.de"),
        ("MÜLLER.DE", "xn--mller-kva.de"),
        ("xn--mller-kva.de", "xn--mller-kva.de"),
        ("XN--MLLER-KVA.de", "xn--mller-kva.de"),
        ("mu\u{308}ller.de", "xn--mller-kva.de"),
        ("https://müller.de.:443/", "xn--mller-kva.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("日本。jp", "xn--wgv71a.jp"),
        ("ｓｈｏｐ.example.com", "shop.example.com"),
        ("☃.net:8080/Tür", "xn--n3h.net:8080/T%C3%BCr"),
        // IP addresses.
        ("http://192.168.1.1:80/", "192.168.1.1"),
        ("192.168.1.1.", "192.168.1.1"),
        ("http://[2001:DB8::1]:80/shop/", "[2001:db8::1]/shop"),
        ("[2001:0db8:0:0:0:0:0:1]", "[2001:db8::1]"),
        ("[::FFFF:192.0.2.1]:8443", "[::ffff:192.0.2.1]:8443"),
        // The path.
        ("http://shop.example.com/outlet/", "shop.example.com/outlet"),
        ("shop.example.com/outlet///", "shop.example.com/outlet"),
        ("shop.example.com///", "shop.example.com"),
        ("shop.example.com/Outlet", "shop.example.com/Outlet"),
        ("shop.example.com//outlet", "shop.example.com//outlet"),
        ("shop.example.com/a/./b/../c", "shop.example.com/a/c"),
        ("shop.example.com/a/%2e%2E/b", "shop.example.com/b"),
        ("shop.example.com/../../a/.", "shop.example.com/a"),
        ("shop.example.com/a/..", "shop.example.com"),
        ("shop.example.com/%7eanna/%41%2d", "shop.example.com/~anna/A-"),
        ("shop.example.com/a%2fb%c3%bc", "shop.example.com/a%2Fb%C3%BC"),
        ("shop.example.com/a:b@c;d=e,(f)!*'+$&", "shop.example.com/a:b@c;d=e,(f)!*'+$&"),
        ("shop.example.com/to/http://other.example", "shop.example.com/to/http://other.example"),
    ])
    func aSiteIsOneHoweverItIsWritten(text: String, identity: String) throws {
        let site = try Site(text)
        #expect(site.identity == identity)
        #expect(site.description == identity)
        #expect(try Site(identity) == site, "its identity is an address of the same site")
    }

    @Test(arguments: [
        "", " ", "/", "https://", "https:///shop", "//shop.example.com", "ftp://shop.example.com",
        "shop.example.com://x", "mailto:anna", "https:/shop.example.com", "shop.example.com?page=1",
        "shop.example.com/#top", "shop.example.com/a?", "https://anna:s3cr3t@shop.example.com", "anna@shop.example.com",
        "shop.example.com:", "shop.example.com:0", "shop.example.com:65536", "shop.example.com:+80",
        "shop.example.com:8a", "shop.example.com:99999999999999999999", "2001:db8::1", "[2001:db8::1", "[::1]x",
        "[::1%25eth0]", "[]", "[192.168.1.1]", "[::1\0]", "shop..example.com", ".example.com", "shop.example.com..",
        ".", "shop example.com", "shop.example.com/a b", "shop.example.com/a\nb", "shop.example.com/\u{7F}",
        "shop.example.com\\outlet", "shop.example.com/a\\b", "shop.example.com/<a>", "shop.example.com/%zz",
        "shop.example.com/%4", "shop%2Eexample.com", "sh*p.example.com", "0300.168.1.1", "192.168.1", "256.1.1.1",
        "0x7f.0.0.1", "127.0.0.0x1", "shop.1", "xn--a.de", "a\u{200D}b.de", "a\u{2100}.de", "-ü.de",
        "shop：8080.de", String(repeating: "a", count: 64) + ".de",
        "shop.example.com/" + String(repeating: "a", count: 496), String(repeating: "shop.", count: 60) + "de",
        String(repeating: "ü", count: 64) + ".de", "shop.example.com" + String(repeating: "/", count: 5000),
    ])
    func whatIsNoSiteIsRefused(text: String) throws {
        let error = #expect(throws: WeirError.self) { try Site(text) }
        #expect(error?.code == .invalidSite)
        #expect(error?.message.contains("s3cr3t") == false)
    }

    @Test func identitiesAreAddressesOfTheSameSiteAndShort() throws {
        var generator = SeededGenerator(seed: SeededGenerator.printedSeed())
        let pieces = [
            "http://", "https://", "shop", ".", "/", "..", ":", ":80", ":8080", "%2e", "%2F", "%c3", "ü", "xn--", "Ab",
            "1", "@", "-", "[", "::1", "]", "~", "0x", "é\u{301}", "。", " ", "?", "\u{AD}",
        ]
        var sites = 0
        for _ in 0..<20_000 {
            let text = (0..<generator.number(1...8)).map { _ in generator.element(pieces) }.joined()
            guard let site = try? Site(text) else { continue }
            sites += 1
            #expect(try Site(site.identity) == site, "\(text)")
            #expect(site.identity.utf8.allSatisfy { (0x21...0x7E).contains($0) }, "\(text)")
            #expect(site.identity.utf8.count <= 512)
        }
        #expect(sites > 500)
        #expect(try Site("a.de/" + String(repeating: "b", count: 507)).identity.utf8.count == 512)
    }
}
