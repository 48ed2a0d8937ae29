//! The commands: each builds its engines from plain options, renders what they emit, and
//! returns an outcome.
//!
//! A negative verdict is an [`Outcome`], not an error. Errors go up as [`Failure`]s and are
//! printed in one place, the crate's root.

pub mod check;
pub mod events;
mod finding;
pub mod init;
mod inputs;
pub mod listen;
mod post;
pub mod prompt;
mod replacing;
pub mod replay;
mod report_file;
pub mod send;
mod signals;
pub mod validate;

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::catalog::{Catalog, CatalogError, Entry};
use crate::delivery;
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::model::secret::Credentials;
use crate::render::message::Label;
use crate::render::{TermStyle, message};
use crate::text::Zone;

pub use crate::model::outcome::Outcome;

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Human,
    /// One JSON object a line, each with a `kind`.
    Json,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// stdin
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// What it is called in output.
    pub fn name(&self) -> String {
        match self {
            Input::Stdin => "stdin".to_owned(),
            Input::File(path) => path.display().to_string(),
        }
    }
}

/// Where to post, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// The URL.
    pub url: delivery::Target,
    /// Who named it.
    pub origin: Origin,
    /// Credentials for Basic Auth.
    pub credentials: Option<Credentials>,
    /// Further header fields.
    pub headers: Vec<delivery::Header>,
    /// The wait for one answer.
    pub timeout: Duration,
    /// Whose certificates are trusted.
    pub trust: delivery::Trust,
}

/// Who named a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// The target of that name in the configuration file.
    Named(String),
    /// That variable.
    Variable(&'static str),
    /// That configuration file.
    File(PathBuf),
    /// Nobody: it is where `listen` listens.
    Default,
}

/// What a command works with besides its options.
pub struct Console {
    /// stdin
    pub input: Box<dyn Read + Send>,
    /// stdout: data
    pub out: Box<dyn Write + Send>,
    /// stderr: banner, progress, hints, errors
    pub err: Box<dyn Write + Send>,
    /// How stdout is written for people.
    pub style: TermStyle,
    /// How stderr is written.
    pub err_style: TermStyle,
    /// The zone of the times that are shown.
    pub zone: Zone,
    /// How much is said on stderr besides errors.
    pub verbosity: Verbosity,
    /// Folders that add to the catalog.
    pub catalogs: Vec<PathBuf>,
    /// Variables, places and terminals.
    pub environment: Environment,
}

/// How much is said on stderr besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Nothing.
    Quiet,
    /// What one wants to know.
    Normal,
    /// Also what one may want to know.
    Verbose,
}

impl Console {
    /// The catalog, with what `--catalog` adds.
    pub fn catalog(&self) -> Result<Arc<Catalog>, CatalogError> {
        self.own_catalog().map(Arc::new)
    }

    /// The same, to be changed.
    fn own_catalog(&self) -> Result<Catalog, CatalogError> {
        let mut catalog = Catalog::embedded()?;
        for folder in &self.catalogs {
            catalog.add_folder(folder)?;
        }
        Ok(catalog)
    }

    /// Says something on stderr, unless it is to be quiet.
    pub fn say(&mut self, text: &str) -> Result<(), OutputError> {
        if self.verbosity > Verbosity::Quiet {
            writeln!(self.err, "{text}")?;
        }
        Ok(())
    }

    /// Warns on stderr. Quiet does not silence what was lost or skipped.
    pub fn warn(&mut self, text: &str, advice: Option<&str>) -> Result<(), OutputError> {
        message::write_message(&mut *self.err, self.err_style, Label::Warning, text, advice)
    }

    /// Says an error after which the run goes on; the outcome tells of it.
    pub fn fail(&mut self, failure: &Failure) -> Result<(), Failure> {
        Ok(message::write_failure(
            &mut *self.err,
            self.err_style,
            failure,
        )?)
    }
}

/// A name that the catalog does not have.
#[derive(Debug, thiserror::Error)]
pub enum UnknownName {
    /// No such event.
    #[error("no event is called `{name}`")]
    Event {
        /// What was asked for.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// No such provider.
    #[error("no provider is called `{name}`")]
    Provider {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl Explain for UnknownName {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            UnknownName::Event {
                nearest: Some(nearest),
                ..
            } => format!("did you mean `{nearest}`?"),
            UnknownName::Event { nearest: None, .. } => "`enx-hook events` lists them".to_owned(),
            UnknownName::Provider { known, .. } => format!("there are: {}", known.join(", ")),
        })
    }
}

/// The event of that name, or an error that offers the nearest.
fn event<'c>(catalog: &'c Catalog, name: &str) -> Result<Entry<'c>, UnknownName> {
    catalog.find(name).ok_or_else(|| UnknownName::Event {
        name: name.to_owned(),
        nearest: catalog.nearest_event(name).map(str::to_owned),
    })
}

/// The provider of that name.
fn provider<'c>(
    catalog: &'c Catalog,
    name: &str,
) -> Result<&'c crate::catalog::Provider, UnknownName> {
    catalog.provider(name).ok_or_else(|| UnknownName::Provider {
        name: name.to_owned(),
        known: catalog
            .providers()
            .iter()
            .map(|provider| provider.name.clone())
            .collect(),
    })
}

/// The runtime could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the asynchronous runtime could not be started")]
pub struct RuntimeError(#[source] std::io::Error);

impl Explain for RuntimeError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// A runtime for a command that waits for one thing at a time.
fn small_runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime.map_err(RuntimeError)?)
}
