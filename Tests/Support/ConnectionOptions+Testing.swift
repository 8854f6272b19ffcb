package import Hiredis

extension ConnectionOptions {
    /// The defaults, but with time enough for a busy machine.
    package static var patient: ConnectionOptions {
        var options = ConnectionOptions()
        options.connectTimeout = .seconds(20)
        options.stallLimit = .seconds(20)
        return options
    }
}
