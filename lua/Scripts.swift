package enum Scripts { package static var acquire: [UInt8] { PackageResources.acquire_lua } }
