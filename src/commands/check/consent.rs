//! Whether made-up events may go to a public host. Nothing is sent before that is clear.

use dialoguer::Confirm;

use super::Options;
use crate::commands::Console;
use crate::commands::prompt::{Asking, PromptError};
use crate::model::error::{Category, Explain, Failure};

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConsentError {
    /// Nobody can be asked.
    #[error("{host} is a public host, and events with made-up ids would arrive there")]
    NotGiven {
        /// The host.
        host: String,
    },
    /// The user said no, or left.
    #[error("nothing was sent")]
    Refused,
    /// The terminal failed.
    #[error("the terminal does not take questions")]
    Terminal(#[source] std::io::Error),
}

impl ConsentError {
    fn of(error: PromptError) -> ConsentError {
        match error {
            PromptError::Left(_) => ConsentError::Refused,
            PromptError::Terminal(error) => ConsentError::Terminal(error),
        }
    }
}

impl Explain for ConsentError {
    fn category(&self) -> Category {
        match self {
            ConsentError::NotGiven { .. } => Category::Usage,
            ConsentError::Refused => Category::Interrupted,
            ConsentError::Terminal(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            ConsentError::NotGiven { .. } => {
                Some("--yes says that this is your receiver, and that it may get them".to_owned())
            }
            ConsentError::Refused => None,
            ConsentError::Terminal(_) => Some("--yes goes without the question".to_owned()),
        }
    }
}

/// Asks, where there is something to ask and somebody to ask it.
pub(super) fn ask(options: &Options, requests: u32, console: &Console) -> Result<(), Failure> {
    let url = &options.target.url;
    if options.yes || !url.is_public() {
        return Ok(());
    }
    let host = url.host().to_owned();
    if !console.environment.can_ask() {
        return Err(ConsentError::NotGiven { host }.into());
    }
    let rate = options.rate;
    let question = format!(
        "{host} is a public host. Post up to {requests} made-up events to it, {rate} a second?"
    );
    let asking = Asking::begin("nothing was sent").map_err(ConsentError::of)?;
    let asked = Confirm::new()
        .with_prompt(question)
        .default(false)
        .interact_opt();
    let answer = asking.answer(asked).map_err(ConsentError::of)?;
    if answer {
        Ok(())
    } else {
        Err(ConsentError::Refused.into())
    }
}
