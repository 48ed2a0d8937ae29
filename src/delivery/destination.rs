//! What captures are delivered to: a server, or a command of this machine.

use std::fmt;
use std::str::FromStr;

use super::target_url::{TargetError, TargetUrl};
use crate::text::mask::mask;

/// How the text of a command begins, where a URL could stand too.
const COMMAND: &str = "command:";
/// The longest name of a destination in the name of a file.
const LONGEST_NAME: usize = 60;

/// What captures are delivered to. Its text masks passwords of URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there are few of them")]
pub enum Destination {
    /// An HTTP server.
    Server(TargetUrl),
    /// A line for the shell.
    Command(String),
}

impl Destination {
    /// Whether it is the same as another one, perhaps with another password.
    pub fn is_same(&self, other: &Destination) -> bool {
        let is_server = |one: &Destination| one.url().is_some();
        is_server(self) == is_server(other) && self.identity() == other.identity()
    }

    /// What distinguishes it from others. A new password does not change it.
    pub(super) fn identity(&self) -> &str {
        match self {
            Destination::Server(url) => url.bare(),
            Destination::Command(line) => line,
        }
    }

    /// Its host or program, for the name of a file.
    pub(super) fn file_name(&self) -> String {
        let name = match self {
            Destination::Server(url) => url.authority(),
            Destination::Command(line) => {
                format!(
                    "command-{}",
                    line.split_whitespace().next().unwrap_or_default()
                )
            }
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let plain = name.chars().map(|c| if is_plain(c) { c } else { '-' });
        plain.take(LONGEST_NAME).collect()
    }

    /// The URL of a server.
    pub fn url(&self) -> Option<&TargetUrl> {
        match self {
            Destination::Server(url) => Some(url),
            Destination::Command(_) => None,
        }
    }
}

impl FromStr for Destination {
    type Err = TargetError;

    /// Reads its text.
    fn from_str(text: &str) -> Result<Destination, TargetError> {
        match text.strip_prefix(COMMAND) {
            Some(line) => Ok(Destination::Command(line.to_owned())),
            None => TargetUrl::parse(text).map(Destination::Server),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Destination::Server(url) => url.fmt(f),
            Destination::Command(line) => write!(f, "{COMMAND}{}", mask(line)),
        }
    }
}
