//! The id of a log. It stands in every record, so that a file can be told from those of other
//! logs.

use std::fmt;

/// The id of a log: 16 hexadecimal digits, chosen at random when the log begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogId(u64);

impl LogId {
    /// A new one.
    pub(in crate::journal) fn random() -> LogId {
        LogId(fastrand::u64(..))
    }

    /// Reads an id as it is written.
    pub fn parse(text: &[u8]) -> Option<LogId> {
        let is_id = text.len() == 16 && text.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let text = str::from_utf8(text).ok().filter(|_| is_id)?;
        u64::from_str_radix(text, 16).ok().map(LogId)
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
