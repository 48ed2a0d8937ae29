//! What every error of this crate has besides its message.
//!
//! Each room has an error enum of its own that keeps its source. They share a category, which
//! decides the exit code, and an advice, which is separate from the message so that it can be
//! laid out on its own. Code never compares errors by their text.

use std::fmt;

use crate::model::outcome::Outcome;

/// What kind of failure an error is; decides the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// The command line, the environment or a configuration file is wrong.
    Usage,
    /// Network, disk or permissions failed.
    Undone,
    /// The reader of our output closed the pipe. Nothing is printed.
    ClosedPipe,
    /// The user stopped it.
    Interrupted,
}

impl Category {
    /// The outcome that a run ends with on an error of this kind.
    pub fn outcome(self) -> Outcome {
        match self {
            Category::Usage => Outcome::Usage,
            Category::Undone => Outcome::Undone,
            Category::ClosedPipe => Outcome::Done,
            Category::Interrupted => Outcome::Interrupted,
        }
    }
}

/// An error that knows its category and what to do next.
pub trait Explain: std::error::Error + Send + Sync + 'static {
    /// The kind of failure.
    fn category(&self) -> Category;

    /// What the user can do about it: one sentence or a few short lines, or nothing.
    fn advice(&self) -> Option<String> {
        None
    }
}

/// Any error of any room, on its way to the one place that prints it.
pub struct Failure(Box<dyn Explain>);

impl Failure {
    /// The kind of failure.
    pub fn category(&self) -> Category {
        self.0.category()
    }

    /// What the user can do about it.
    pub fn advice(&self) -> Option<String> {
        self.0.advice()
    }

    /// The error itself, if it is of this type.
    pub fn downcast_ref<E: Explain>(&self) -> Option<&E> {
        let error: &dyn std::error::Error = &*self.0;
        error.downcast_ref()
    }

    /// The message, followed by the messages of its sources that it does not repeat.
    pub fn message(&self) -> String {
        let mut message = self.0.to_string();
        let mut source = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            source = error.source();
        }
        message
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<E: Explain> From<E> for Failure {
    fn from(error: E) -> Failure {
        Failure(Box::new(error))
    }
}

/// Writing to stdout or stderr failed.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The reader closed the pipe, as `head` does.
    #[error("the reader of the output closed it")]
    ClosedPipe,
    /// Anything else, such as a full disk behind a redirection.
    #[error("the output could not be written")]
    Write(#[source] std::io::Error),
}

impl From<std::io::Error> for OutputError {
    fn from(error: std::io::Error) -> OutputError {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            OutputError::ClosedPipe
        } else {
            OutputError::Write(error)
        }
    }
}

impl Explain for OutputError {
    fn category(&self) -> Category {
        match self {
            OutputError::ClosedPipe => Category::ClosedPipe,
            OutputError::Write(_) => Category::Undone,
        }
    }
}
