/// What a ``FaultyProxy`` has done so far.
package struct ProxyCounts: Sendable, Hashable {
    /// Connections that it passed on.
    package var connections = 0
    /// Bytes that it took in, from both sides.
    package var bytes = 0
    /// Connections that it ended after a random byte.
    package var cuts = 0
    /// Connections that it reset.
    package var resets = 0
    /// Connections to whose replies it added bytes that Redis had not sent.
    package var garbled = 0
    /// Bytes that it held back.
    package var delayed = 0
    /// Bytes that it passed on one at a time.
    package var dribbled = 0

    package init() {}
}
