internal import Foundation
package import LocalServers

extension NetworkNamespace {
    /// Whether tests are to have namespaces of their own: always in the run that decides, elsewhere only where root runs them.
    package static var isExpected: Bool { geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] != nil }
}
