//! The kinds of transport errors.

use std::fmt;

use serde::Serialize;

/// Why there was no answer, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum Cause {
    /// Nothing listens there.
    Refused,
    /// The host name has no address.
    Dns,
    /// There is no way to the address.
    Unreachable,
    /// It took longer than allowed.
    Timeout,
    /// TLS could not be set up: no TLS there, or a certificate that is not trusted.
    Tls,
    /// The connection was closed or reset before the answer was whole.
    Closed,
    /// What came is not HTTP/1.1.
    BadAnswer,
    /// The proxy on the way did not play along.
    Proxy,
    /// Anything else; the source says what.
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

    /// Whether the target never saw the request, so that nothing can have been done with
    /// it, and any other request would have fared the same.
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
