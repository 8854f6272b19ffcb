import COpenSSL
import Foundation
import LocalServers
import Testing

@testable import Hiredis

/// What is wrong with options and servers, in words.
@Suite struct TLSOptionsTests {
    private func complaint(_ change: (inout TLSOptions) -> Void) -> String {
        var options = TLSOptions()
        change(&options)
        do throws(RedisError) {
            try TLSContext.check(options)
            return "none"
        } catch {
            #expect(error.code == .tlsFailed)
            return error.message
        }
    }

    @Test func filesAreReadBeforehand() async throws {
        let certificates = try await OwnThread.run { try Certificates() }
        let (authority, client) = (certificates.authorityFile, certificates.client)
        let (certificate, key) = (client.certificateFile, client.privateKeyFile)
        let directory = URL(filePath: authority).deletingLastPathComponent().path
        #expect(complaint { _ in } == "none")
        #expect(complaint { $0.trustedFile = authority } == "none")
        #expect(complaint { $0.trustedDirectory = directory } == "none")
        #expect(complaint { ($0.certificateFile, $0.privateKeyFile) = (certificate, key) } == "none")

        let missing = complaint { $0.trustedFile = "/nowhere/authority.crt" }
        #expect(missing == "trustedFile '/nowhere/authority.crt' cannot be read: No such file or directory")
        #expect(complaint { $0.trustedDirectory = authority }.contains("is no directory"))
        #expect(complaint { $0.trustedFile = directory }.contains("is a directory"))
        #expect(complaint { $0.trustedFile = key } == "trustedFile '\(key)' holds no certificate in PEM form")
        #expect(complaint { $0.trustedFile = "/dev/null" }.contains("holds no certificate in PEM form"))
        #expect(complaint { $0.trustedFile = authority + "\0.txt" }.contains("NUL"))
        #expect(complaint { $0.serverName = "" }.contains("serverName is empty"))

        #expect(complaint { $0.certificateFile = certificate }.contains("privateKeyFile is not; set both or neither"))
        #expect(complaint { $0.privateKeyFile = key }.contains("certificateFile is not; set both or neither"))
        let swapped = complaint { ($0.certificateFile, $0.privateKeyFile) = (key, certificate) }
        #expect(swapped == "certificateFile '\(key)' holds no certificate in PEM form")
        let keyless = complaint { ($0.certificateFile, $0.privateKeyFile) = (certificate, certificate) }
        #expect(keyless == "privateKeyFile '\(certificate)' holds no private key in PEM form")
        let other = certificates.server.privateKeyFile
        let foreign = complaint { ($0.certificateFile, $0.privateKeyFile) = (certificate, other) }
        #expect(foreign == "privateKeyFile '\(other)' is not the key of the certificate in certificateFile")
    }

    @Test(arguments: [
        ("redis.example", "redis.example", false), ("redis.example.", "redis.example", false),
        ("10.0.0.1", "10.0.0.1", true), ("10.0.0", "10.0.0", false), ("::1", "::1", true),
        ("fe80::1%eth0", "fe80::1", true), ("1.example", "1.example", false), ("", "", false),
    ])
    func aHostIsANameOrAnAddress(host: String, text: String, isAddress: Bool) {
        let name = PeerName(host: host)
        #expect(name.text == text && name.isAddress == isAddress)
    }

    @Test(arguments: [
        (SSL_R_WRONG_VERSION_NUMBER, "does not speak TLS on this port"), (SSL_R_HTTP_REQUEST, "does not speak TLS"),
        (SSL_R_UNSUPPORTED_PROTOCOL, "no TLS 1.2 or later"),
        (SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, "no TLS 1.2 or later"),
        (SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, "demands a client certificate"),
        (SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, "does not accept our certificate"),
        (SSL_R_TLSV1_ALERT_UNKNOWN_CA, "does not trust the authority of our certificate"),
        (SSL_R_TLSV1_UNRECOGNIZED_NAME, "has no certificate for the name"),
        (SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, "no cipher or curve in common"),
        (SSL_R_TLSV1_ALERT_INTERNAL_ERROR, "broke TLS off: some text"), (SSL_R_BAD_EXTENSION, "failed: some text"),
    ])
    func reasonsBecomeWords(reason: Int32, words: String) {
        let entries = [TLSFailure.Entry(library: ERR_LIB_SSL, reason: reason)]
        let failure = TLSFailure(status: SSL_ERROR_SSL, entries: entries, text: "some text")
        let error = RedisError.handshakeFailed(failure, refusal: nil, needsCertificate: false)
        #expect(error.code == .tlsFailed && error.message.contains(words), "\(error.message)")
    }

    @Test(arguments: [
        (SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, true), (SSL_R_SSLV3_ALERT_BAD_CERTIFICATE, true),
        (SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE, false), (SSL_R_TLSV1_ALERT_INTERNAL_ERROR, false),
    ])
    func aServerMaySayAfterTheHandshakeThatItWantsACertificate(reason: Int32, wantsOne: Bool) {
        let entries = [TLSFailure.Entry(library: ERR_LIB_SSL, reason: reason)]
        let failure = TLSFailure(status: SSL_ERROR_SSL, entries: entries, text: "some text")
        let error = RedisError.sessionFailed(failure, needsCertificate: true)
        #expect(error.code == .tlsFailed && error.message.contains("demands a client certificate") == wantsOne)
    }

    @Test(arguments: [
        (SSL_ERROR_ZERO_RETURN, Int32(0), RedisError.Code.connectionLost), (SSL_ERROR_SYSCALL, 0, .connectionLost),
        (SSL_ERROR_SYSCALL, ECONNRESET, .connectionLost), (SSL_ERROR_SYSCALL, EPIPE, .connectionLost),
        (SSL_ERROR_SYSCALL, ETIMEDOUT, .timedOut), (SSL_ERROR_SYSCALL, EHOSTUNREACH, .unreachable),
        (SSL_ERROR_SSL, 0, .protocolViolation),
    ])
    func whatEndsASessionHasACode(status: Int32, systemError: Int32, code: RedisError.Code) {
        let error = RedisError.sessionFailed(
            TLSFailure(status: status, systemError: systemError, text: "some text"),
            needsCertificate: true
        )
        #expect(error.code == code && !error.message.isEmpty)
    }
}
