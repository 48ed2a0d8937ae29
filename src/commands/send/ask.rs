//! `send` without an event, on a terminal: which event, and where to.

use std::io::ErrorKind;

use dialoguer::theme::{ColorfulTheme, SimpleTheme, Theme};
use dialoguer::{FuzzySelect, Input};

use super::{Catalog, Entry, Options, Target};
use crate::commands::Origin;
use crate::delivery;
use crate::error::{Category, Explain, Failure};

/// The questions were left, or could not be asked.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error("nothing was chosen, and nothing was sent")]
    Left,
    #[error("the terminal does not take questions")]
    Terminal(#[source] dialoguer::Error),
}

impl Explain for AskError {
    fn category(&self) -> Category {
        match self {
            AskError::Left => Category::Interrupted,
            AskError::Terminal(_) => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            AskError::Left => None,
            AskError::Terminal(_) => {
                Some("name an event: enx-hook send EVENT --url URL".to_owned())
            }
        }
    }
}

impl From<dialoguer::Error> for AskError {
    fn from(error: dialoguer::Error) -> AskError {
        // dialoguer hides the cursor while it asks, and leaves it so on Ctrl-C.
        let _ = dialoguer::console::Term::stderr().show_cursor();
        let dialoguer::Error::IO(inner) = &error;
        match inner.kind() {
            ErrorKind::Interrupted => AskError::Left,
            _ => AskError::Terminal(error),
        }
    }
}

/// Asks for an event and a URL; the URL asked for replaces the target's.
pub(super) fn ask<'c>(catalog: &'c Catalog, target: &mut Target) -> Result<Entry<'c>, Failure> {
    let entries: Vec<Entry<'_>> = catalog.entries().collect();
    let widest = entries
        .iter()
        .map(|entry| entry.event.name.len())
        .max()
        .unwrap_or_default();
    let items: Vec<String> = entries
        .iter()
        .map(|entry| format!("{:widest$}  {}", entry.event.name, entry.event.fires()))
        .collect();
    let theme: Box<dyn Theme> = if dialoguer::console::colors_enabled_stderr() {
        Box::new(ColorfulTheme::default())
    } else {
        Box::new(SimpleTheme)
    };
    let chosen = FuzzySelect::with_theme(&*theme)
        .with_prompt("Which event? (type to search)")
        .items(&items)
        .default(0)
        .interact_opt()
        .map_err(AskError::from)?
        .ok_or(AskError::Left)?;
    let proposed = target.url.to_string();
    let url: String = Input::with_theme(&*theme)
        .with_prompt("Where to?")
        .default(proposed.clone())
        .validate_with(|text: &String| match delivery::Target::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::from(error).message()),
        })
        .interact_text()
        .map_err(AskError::from)?;
    if url != proposed {
        if matches!(target.origin, Origin::File(_)) {
            // A user of the configuration file belongs to the URL beside it, and goes nowhere else.
            target.credentials = None;
        }
        target.url = delivery::Target::parse(&url)?;
        target.origin = Origin::Flag;
    }
    Ok(entries[chosen])
}

/// The command that does the same without questions.
pub(super) fn command(entry: Entry<'_>, options: &Options) -> String {
    let user = match &options.target.credentials {
        Some(credentials) => format!(" --user '{}'", credentials.user),
        None => String::new(),
    };
    let exact = if options.exact { " --exact" } else { "" };
    format!(
        "enx-hook send {} --url '{}'{user}{exact}",
        entry.event.name, options.target.url
    )
}
