internal import Foundation

/// Certificates for servers and clients on this machine, in a directory of their own, gone in the end.
///
/// The `openssl` command makes them, and its functions wait for it: call them from a thread that may block (``OwnThread``).
package final class Certificates: Sendable {
    /// A certificate and its key, as paths of PEM files.
    package struct Pair: Sendable {
        package let certificateFile: String
        package let privateKeyFile: String
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// The certificate of the authority that has signed all of these.
    package let authorityFile: String
    package let server: Pair
    package let client: Pair
    private let names: String
    private let directory: URL

    /// Makes an authority, and a certificate each for a server and a client.
    ///
    /// - Parameters:
    ///   - names: of the server.
    ///   - addresses: of the server.
    /// - Throws: if `openssl` is missing or fails.
    package init(names: [String] = ["localhost"], addresses: [String] = ["127.0.0.1", "::1"]) throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "weir-certificates-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        self.directory = directory
        self.names = (names.map { "DNS:" + $0 } + addresses.map { "IP:" + $0 }).joined(separator: ",")
        do {
            authorityFile = try Self.makeAuthority(in: directory)
            server = try Self.makePair("server", names: self.names, in: directory)
            client = try Self.makePair("client", names: nil, in: directory)
        } catch {
            // An object that was never whole is not released by its deinit.
            try? FileManager.default.removeItem(at: directory)
            throw error
        }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// A certificate for the same server, by the same authority, that was valid in January of 2020.
    package func expired() throws -> Pair { try Self.makePair("expired", names: names, isExpired: true, in: directory) }

    /// A certificate by the same authority for another server.
    package func forAnotherServer(names: [String] = ["elsewhere.example"]) throws -> Pair {
        let names = names.map { "DNS:" + $0 }.joined(separator: ",")
        return try Self.makePair("elsewhere", names: names, in: directory)
    }

    /// What a server that speaks TLS needs of `redis.conf`, by name; `listenOnTLS` says on which port.
    ///
    /// - Parameters:
    ///   - pair: the server's certificate; `server` unless given.
    ///   - demandsClientCertificate: whether only clients with a certificate of this authority are let in.
    /// - Returns: the settings.
    package func settings(_ pair: Pair? = nil, demandsClientCertificate: Bool = false) -> [String: String] {
        let pair = pair ?? server
        return [
            "tls-cert-file": pair.certificateFile, "tls-key-file": pair.privateKeyFile,
            "tls-ca-cert-file": authorityFile, "tls-auth-clients": demandsClientCertificate ? "yes" : "no",
        ]
    }

    // MARK: openssl

    private static let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]

    private static func makeAuthority(in directory: URL) throws -> String {
        try run(
            ["req", "-x509"] + key + ["-keyout", "authority.key", "-out", "authority.crt", "-days", "30"]
                + ["-subj", "/CN=Weir test authority"],
            in: directory
        )
        // Before OpenSSL 3.4 `openssl ca` alone can date a certificate back, and it wants a book of what it has signed.
        let configuration = """
            [ca]
            default_ca = authority
            [authority]
            dir = .
            database = signed.txt
            new_certs_dir = .
            certificate = authority.crt
            private_key = authority.key
            default_md = sha256
            rand_serial = yes
            unique_subject = no
            policy = any
            [any]
            commonName = supplied
            """
        try Data(configuration.utf8).write(to: directory.appending(path: "authority.cnf"))
        try Data().write(to: directory.appending(path: "signed.txt"))
        return directory.appending(path: "authority.crt").path
    }

    private static func makePair(
        _ name: String,
        names: String?,
        isExpired: Bool = false,
        in directory: URL
    ) throws -> Pair {
        let (certificate, privateKey) = ("\(name).crt", "\(name).key")
        try run(
            ["req", "-new"] + key + ["-keyout", privateKey, "-out", "\(name).csr", "-subj", "/CN=Weir test \(name)"],
            in: directory
        )
        let use = names == nil ? "clientAuth" : "serverAuth"
        let extensions = ["extendedKeyUsage = \(use)"] + (names.map { ["subjectAltName = \($0)"] } ?? [])
        try Data(extensions.joined(separator: "\n").utf8).write(to: directory.appending(path: "\(name).ext"))
        let time = isExpired ? ["-startdate", "20200101000000Z", "-enddate", "20200131000000Z"] : ["-days", "30"]
        try run(
            ["ca", "-batch", "-notext", "-config", "authority.cnf", "-extfile", "\(name).ext"] + time
                + ["-in", "\(name).csr", "-out", certificate],
            in: directory
        )
        return Pair(
            certificateFile: directory.appending(path: certificate).path,
            privateKeyFile: directory.appending(path: privateKey).path
        )
    }

    private static func run(_ arguments: [String], in directory: URL) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        let complaint = try Spawning.alone {
            let complaint = Pipe()
            process.standardError = complaint
            try process.run()
            return complaint
        }
        let words = String(decoding: complaint.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let advice =
                "openssl \(arguments[0]) failed; is it installed? deploy/install-requirements openssl installs it"
            throw Failure(description: "\(advice)\n\(words)")
        }
    }
}
