//! The outcome of a run, which decides the exit code.
//!
//! A negative verdict is not an error: a command that did its work and found an invalid
//! document returns [`Outcome::Negative`] and prints no error.

use std::process::ExitCode;

/// How a run ended. The numbers are a promise to scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Done, and all is well; Ctrl-C on a listener that served until then is this too.
    #[default]
    Done,
    /// Done, with a negative result: an invalid document, an answer that is not 2xx.
    Negative,
    /// Wrong usage or configuration, found before anything was sent or written.
    Usage,
    /// Could not be done: no answer from the target, port taken, file unreadable, disk full.
    Undone,
    /// Stopped by the user before the work was done.
    Interrupted,
}

impl Outcome {
    /// The exit code of the process.
    pub fn code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Negative => 1,
            Outcome::Usage => 2,
            Outcome::Undone => 3,
            Outcome::Interrupted => 130,
        }
    }

    /// Combines two outcomes of one run: an interruption takes precedence over "could not be
    /// done", which takes precedence over "negative".
    #[must_use]
    pub fn and(self, other: Outcome) -> Outcome {
        if self.weight() >= other.weight() {
            self
        } else {
            other
        }
    }

    fn weight(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::Negative => 1,
            Outcome::Undone => 2,
            Outcome::Usage => 3,
            Outcome::Interrupted => 4,
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> ExitCode {
        ExitCode::from(outcome.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Outcome::{Done, Interrupted, Negative, Undone, Usage};

    #[test]
    fn the_codes_are_the_ones_promised() {
        let codes = [Done, Negative, Usage, Undone, Interrupted].map(super::Outcome::code);
        assert_eq!(codes, [0, 1, 2, 3, 130]);
    }

    #[test]
    fn what_could_not_be_done_outweighs_a_negative_result_in_either_order() {
        assert_eq!(Negative.and(Undone), Undone);
        assert_eq!(Undone.and(Negative), Undone);
        assert_eq!(Done.and(Negative), Negative);
        assert_eq!(Undone.and(Interrupted), Interrupted);
    }
}
