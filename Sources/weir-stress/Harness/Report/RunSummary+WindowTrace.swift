extension RunSummary {
    /// How full one window was from the start of a run to its end.
    package struct WindowTrace: Sendable, Hashable {
        /// The fullest that a window was within one bucket.
        package struct Sample: Sendable, Hashable {
            /// When the bucket begins.
            package var time: Int
            /// The most units in any trailing period that ends in the bucket.
            package var most: Int
            /// The limit in force when it was so full; nil if the window only counts.
            package var limit: Int?
            /// By how many units an admission went beyond the limit in force, at the most; zero if none did.
            ///
            /// A window may hold more than its limit without any such admission: after the limit has been lowered.
            package var overshoot: Int

            package init(time: Int, most: Int, limit: Int?, overshoot: Int) {
                self.time = time
                self.most = most
                self.limit = limit
                self.overshoot = overshoot
            }
        }

        package var rule: String
        package var subject: String
        /// The length of the window.
        package var period: Int
        /// The length of a sample's bucket.
        package var bucket: Int
        /// In order of time; what is missing held nothing.
        package var samples: [Sample]

        package init(rule: String, subject: String, period: Int, bucket: Int, samples: [Sample]) {
            self.rule = rule
            self.subject = subject
            self.period = period
            self.bucket = bucket
            self.samples = samples
        }
    }
}
