//! `send`: posts samples with fresh values, samples as they are, or any body.

mod ask;

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use bytes::Bytes;
use chrono::Utc;

use super::post::{Label, Post, Posted, target_line};
use super::signals::Signals;
use super::{Console, Format, Outcome, RuntimeError, Target, event, provider, small_runtime};
use crate::catalog::{Catalog, Entry, Session};
use crate::delivery::Parcel;
use crate::error::{Category, Explain, Failure};
use crate::validation::Validation;

/// What `send` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to send.
    pub what: What,
    /// The samples' bytes, untouched.
    pub exact: bool,
    /// Where to.
    pub target: Target,
    /// What stdout carries.
    pub format: Format,
}

/// What to send.
#[derive(Debug)]
pub enum What {
    /// The samples of these events, in this order.
    Events(Vec<String>),
    /// The samples of all events of a provider; by default the catalog's first.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// A body.
    Data(Data),
    /// The user is to be asked.
    Ask,
}

/// Where a body comes from.
#[derive(Debug)]
pub enum Data {
    /// The command line.
    Text(String),
    /// A file.
    File(PathBuf),
    /// stdin
    Input,
}

/// The body to send cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {name}")]
struct DataError {
    name: String,
    source: std::io::Error,
}

impl Explain for DataError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// A body on its way, and what it is.
struct Body {
    bytes: Bytes,
    event: Option<String>,
    session: Option<String>,
}

/// Sends until all is sent, or the target cannot be reached.
pub fn run(mut options: Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let bodies = match &options.what {
        What::Data(data) => vec![custom(data, console, &Validation::new(catalog.clone()))?],
        What::Events(names) => {
            let entries = names.iter().map(|name| event(&catalog, name));
            bodies(&entries.collect::<Result<Vec<_>, _>>()?, options.exact)?
        }
        What::All { provider: name } => {
            let named = match name {
                Some(name) => Some(provider(&catalog, name)?),
                None => catalog.providers().first(),
            };
            let entries: Vec<Entry<'_>> = named
                .into_iter()
                .flat_map(|provider| {
                    provider
                        .events()
                        .iter()
                        .map(move |event| Entry { provider, event })
                })
                .collect();
            bodies(&entries, options.exact)?
        }
        What::Ask => {
            let entry = ask(&catalog, &mut options.target)?;
            let command = ask::command(entry, &options);
            console.say(&format!("the same without questions: {command}"))?;
            bodies(&[entry], options.exact)?
        }
    };
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    small_runtime()?.block_on(post_all(&options, bodies, console))
}

/// Asks which event, and where to.
///
/// The prompts raise the signal of a Ctrl-C again; caught, it does not end the program before
/// the cursor, which they hide, is back.
fn ask<'c>(catalog: &'c Catalog, target: &mut Target) -> Result<Entry<'c>, Failure> {
    let runtime = small_runtime()?;
    let _signals = {
        let _within = runtime.enter();
        Signals::new().map_err(RuntimeError)?
    };
    ask::ask(catalog, target)
}

async fn post_all(
    options: &Options,
    bodies: Vec<Body>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let mut post = Post::new(&options.target, options.format, console)?;
    for body in bodies {
        let label = Label {
            event: body.event.as_deref(),
            session: body.session.as_deref(),
            ..Label::default()
        };
        match post.post(Parcel::json(body.bytes), label, console).await? {
            Posted::Done => {}
            Posted::Unreachable(failure) => return Err(failure),
            Posted::Interrupted => return Ok(Outcome::Interrupted),
        }
    }
    Ok(post.tally().outcome())
}

/// The samples of these events; those of one provider share one session.
fn bodies(entries: &[Entry<'_>], exact: bool) -> Result<Vec<Body>, Failure> {
    let mut rng = fastrand::Rng::new();
    let mut sessions: Vec<(&str, Session<'_>)> = Vec::new();
    let mut bodies = Vec::new();
    for Entry { provider, event } in entries {
        let (value, bytes) = if exact {
            (
                event.sample()?,
                Bytes::copy_from_slice(event.sample_text().as_bytes()),
            )
        } else {
            let index = sessions.iter().position(|(name, _)| *name == provider.name);
            let index = index.unwrap_or_else(|| {
                sessions.push((&provider.name, Session::new(provider, &mut rng)));
                sessions.len() - 1
            });
            let value = sessions[index].1.body(event, Utc::now())?;
            let bytes = Bytes::from(value.to_string());
            (value, bytes)
        };
        bodies.push(Body {
            bytes,
            event: Some(event.name.clone()),
            session: provider.session_of(&value),
        });
    }
    Ok(bodies)
}

/// Any body, byte for byte; what it is taken for is only for display.
fn custom(data: &Data, console: &mut Console, validation: &Validation) -> Result<Body, DataError> {
    let bytes = match data {
        Data::Text(text) => Bytes::copy_from_slice(text.as_bytes()),
        Data::File(path) => fs::read(path)
            .map(Bytes::from)
            .map_err(|source| DataError {
                name: path.display().to_string(),
                source,
            })?,
        Data::Input => {
            let mut bytes = Vec::new();
            console
                .input
                .read_to_end(&mut bytes)
                .map_err(|source| DataError {
                    name: "stdin".to_owned(),
                    source,
                })?;
            Bytes::from(bytes)
        }
    };
    let glance = validation.glance(&bytes);
    Ok(Body {
        bytes,
        event: glance.event,
        session: glance.session,
    })
}
