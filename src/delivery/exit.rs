//! How a command ended that was run as a target.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::text::number::{bytes, count};
use crate::text::time::duration;

/// How a command ended.
#[derive(Clone, Debug)]
pub struct Exit {
    /// How it ended.
    pub how: ExitKind,
    /// The beginning of what it wrote to stdout and stderr.
    pub output: Bytes,
    /// It wrote more than this many bytes, which were kept.
    pub cut: Option<usize>,
}

/// How a command ended. Its text is a sentence.
#[derive(Clone, Debug)]
pub enum ExitKind {
    /// By itself, with this code.
    Code(i32),
    /// A signal ended it.
    Signal(i32),
    /// It took longer than this, and was ended.
    Limit(Duration),
    /// It could not be started, or not be waited for.
    Failed(Arc<io::Error>),
}

impl Exit {
    /// Whether it took the capture.
    pub fn is_success(&self) -> bool {
        matches!(self.how, ExitKind::Code(0))
    }

    /// The code that it ended with, if it ended by itself.
    pub fn code(&self) -> Option<i32> {
        match self.how {
            ExitKind::Code(code) => Some(code),
            _ => None,
        }
    }

    /// That it wrote too much, as a sentence.
    pub fn incomplete(&self) -> Option<String> {
        let kept = bytes(count(self.cut?));
        Some(format!("only the first {kept} of its output were kept"))
    }

    /// Why the capture is not delivered; nothing if it is.
    pub fn failure(&self) -> Option<String> {
        (!self.is_success()).then(|| self.how.to_string())
    }
}

impl fmt::Display for ExitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExitKind::Code(code) => write!(f, "the command ended with {code}"),
            ExitKind::Signal(signal) => write!(f, "signal {signal} ended the command"),
            ExitKind::Limit(limit) => {
                let limit = duration(*limit);
                write!(f, "the command did not end within {limit} and was ended")
            }
            ExitKind::Failed(error) => write!(f, "the command could not be run: {error}"),
        }
    }
}
