import HTTPTypes
import Testing
import WeirHTTP

@Suite struct CredentialSourceTests {
    private func fields(_ name: HTTPField.Name, _ values: [String]) -> HTTPFields {
        values.reduce(into: HTTPFields()) { $0.append(HTTPField(name: name, value: $1)) }
    }

    @Test(
        arguments: [
            (["Bearer abc"], "abc"), (["bearer abc"], "abc"), (["BEARER   abc"], "abc"),
            (["Bearer mF_9.B5f-4.1JqM"], "mF_9.B5f-4.1JqM"), (["Bearer a+/~=="], "a+/~=="),
            ([], nil), ([""], nil), (["abc"], nil), (["Bearer"], nil), (["Bearer "], nil), (["Bearerabc"], nil),
            (["Basic abc"], nil), (["Bearer a b"], nil), (["Bearer a, Bearer b"], nil), (["Bearer ="], nil),
            (["Bearer a=b"], nil), (["Bearer \"a\""], nil), (["Bearer ä"], nil), (["Bearer a\tb"], nil),
            (["Bearer a", "Bearer a"], nil), (["Bearer a", "Basic b"], nil),
        ] as [([String], String?)]
    )
    func aBearerTokenIsExactlyOneToken(values: [String], token: String?) {
        #expect(CredentialSource.bearerToken.credential(in: fields(.authorization, values)) == token)
    }

    @Test(
        arguments: [
            (["k-1"], "k-1"), (["ä!"], "ä!"), ([], nil), ([""], nil), (["a b"], nil), (["a", "b"], nil),
            (["a\tb"], nil),
        ] as [([String], String?)]
    )
    func aKeyIsExactlyOneWord(values: [String], key: String?) {
        #expect(CredentialSource.apiKey().credential(in: fields(.xAPIKey, values)) == key)
        #expect(CredentialSource.apiKey(.cookie).credential(in: fields(.xAPIKey, values)) == nil, "another field")
    }

    @Test func eachSaysWhatIsMissing() {
        #expect(CredentialSource.bearerToken.challenge == "Bearer" && CredentialSource.apiKey().challenge == "ApiKey")
    }
}
