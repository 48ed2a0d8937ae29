//! `events`: what the catalog knows.

use super::{Console, Format, Outcome};
use crate::catalog::Entry;
use crate::model::error::{Failure, OutputError};
use crate::render::events as render;

/// What `events` was asked for.
#[derive(Debug)]
pub struct EventsOptions {
    /// What to show.
    pub show: Show,
    /// What stdout carries.
    pub format: Format,
}

/// What to show.
#[derive(Debug)]
pub enum Show {
    /// All events, or those of one provider.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// One event, explained.
    One(String),
    /// The schema file of an event, byte for byte.
    Schema(String),
    /// The sample file of an event, byte for byte.
    Sample(String),
}

/// Shows what was asked for.
pub fn run(options: &EventsOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let style = console.style;
    let out = &mut *console.out;
    let file = match &options.show {
        Show::All { provider: name } => {
            let providers = match name {
                Some(name) => vec![catalog.require_provider(name)?],
                None => catalog.providers().iter().collect(),
            };
            match options.format {
                Format::Human => render::list(&providers, out, style)?,
                Format::Json => {
                    let is_shown = |entry: &Entry<'_>| {
                        providers
                            .iter()
                            .any(|provider| provider.name == entry.provider.name)
                    };
                    for entry in catalog.entries().filter(is_shown) {
                        render::json(entry, out)?;
                    }
                }
            }
            None
        }
        Show::One(name) => {
            let entry = catalog.require_event(name)?;
            match options.format {
                Format::Human => render::explain(entry, out, style)?,
                Format::Json => render::json(entry, out)?,
            }
            None
        }
        Show::Schema(name) => Some(catalog.require_event(name)?.event.schema_text()),
        Show::Sample(name) => Some(catalog.require_event(name)?.event.sample_text()),
    };
    out.write_all(file.unwrap_or_default().as_bytes())
        .and_then(|()| out.flush())
        .map_err(OutputError::from)?;
    Ok(Outcome::Done)
}
