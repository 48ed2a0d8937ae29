//! Asks before made-up events are posted to a public host.

use dialoguer::Confirm;

use super::options::CheckOptions;
use crate::commands::Console;
use crate::commands::prompt::{Asking, PromptError};
use crate::model::error::{Category, Explain, Failure};

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum PreflightError {
    /// There is no terminal to ask on.
    #[error("{host} is a public host, and it would receive events with made-up ids")]
    NoConsent {
        /// The host.
        host: String,
    },
    /// The user refused, or pressed Ctrl-C.
    #[error("nothing was sent")]
    Refused,
    /// The terminal failed.
    #[error("the terminal does not take questions")]
    Terminal(#[source] std::io::Error),
}

impl PreflightError {
    fn of(error: PromptError) -> PreflightError {
        match error {
            PromptError::Left(_) => PreflightError::Refused,
            PromptError::Terminal(error) => PreflightError::Terminal(error),
        }
    }
}

impl Explain for PreflightError {
    fn category(&self) -> Category {
        match self {
            PreflightError::NoConsent { .. } => Category::Usage,
            PreflightError::Refused => Category::Interrupted,
            PreflightError::Terminal(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            PreflightError::NoConsent { .. } => {
                Some("--yes confirms that this receiver is yours and may get them".to_owned())
            }
            PreflightError::Refused => None,
            PreflightError::Terminal(_) => Some("--yes skips the question".to_owned()),
        }
    }
}

/// Asks before posting to a public host, unless `--yes` was given.
pub(super) fn ask(options: &CheckOptions, requests: u32, console: &Console) -> Result<(), Failure> {
    let url = &options.run.target.url;
    if options.yes || !url.is_public() {
        return Ok(());
    }
    let host = url.host().to_owned();
    if !console.environment.can_ask() {
        return Err(PreflightError::NoConsent { host }.into());
    }
    let rate = options.run.rate;
    let question = format!(
        "{host} is a public host. Post up to {requests} made-up events to it, {rate} per second?"
    );
    let asking = Asking::begin("nothing was sent").map_err(PreflightError::of)?;
    let asked = Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact_opt();
    let answer = asking.answer(asked).map_err(PreflightError::of)?;
    if answer {
        Ok(())
    } else {
        Err(PreflightError::Refused.into())
    }
}
