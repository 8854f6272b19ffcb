/// The scripts, as they are in this folder.
package enum Scripts {
    package static var acquire: [UInt8] { PackageResources.acquire_lua }
    package static var claim: [UInt8] { PackageResources.claim_lua }
    package static var create: [UInt8] { PackageResources.create_lua }
    package static var limit: [UInt8] { PackageResources.limit_lua }
    package static var raise: [UInt8] { PackageResources.raise_lua }
    package static var rights: [UInt8] { PackageResources.rights_lua }
    package static var register: [UInt8] { PackageResources.register_lua }
}
