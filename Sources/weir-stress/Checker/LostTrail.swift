/// What a failover lost of the admissions of one window.
struct LostTrail {
    var trail = Trail()
    /// The place of the failover among the losses.
    var loss: Int
}
