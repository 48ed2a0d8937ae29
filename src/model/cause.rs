//! The kinds of transport errors.

use std::fmt;

use serde::Serialize;

/// Why there was no answer, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum Cause {
    /// No server listens there.
    Refused,
    /// The host name has no address.
    Dns,
    /// There is no route to the address.
    Unreachable,
    /// It took longer than allowed.
    Timeout,
    /// TLS failed: the server does not use it, or its certificate is not trusted.
    Tls,
    /// The connection was closed or reset before the end of the answer.
    Closed,
    /// The answer is not HTTP/1.1.
    BadAnswer,
    /// The proxy failed.
    Proxy,
    /// Anything else. The source tells more.
    Other,
}

impl Cause {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Cause::Refused => "refused",
            Cause::Dns => "dns",
            Cause::Unreachable => "unreachable",
            Cause::Timeout => "timeout",
            Cause::Tls => "tls",
            Cause::Closed => "closed",
            Cause::BadAnswer => "bad-answer",
            Cause::Proxy => "proxy",
            Cause::Other => "other",
        }
    }

    /// Whether the target never saw the request. Then it did nothing, and other requests would fail
    /// in the same way.
    pub fn is_unreached(self) -> bool {
        match self {
            Cause::Refused | Cause::Dns | Cause::Unreachable | Cause::Tls | Cause::Proxy => true,
            Cause::Timeout | Cause::Closed | Cause::BadAnswer | Cause::Other => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
