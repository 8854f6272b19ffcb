extension Usage: CustomReflectable {
    /// What it tells, not how it is kept.
    public var customMirror: Mirror {
        let parts: KeyValuePairs<String, Any> = [
            "rules": rules, "charged": charged, "time": time, "source": source, "failure": failure as Any,
        ]
        return Mirror(self, children: parts, displayStyle: .struct)
    }
}

extension Denial: CustomReflectable {
    /// What it tells, not how it is kept.
    public var customMirror: Mirror {
        let parts: KeyValuePairs<String, Any> = [
            "usage": usage, "violated": violated, "retryAfter": retryAfter as Any,
        ]
        return Mirror(self, children: parts, displayStyle: .struct)
    }
}
