//! `export`: what is known of events, for other programs.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Console, Outcome};
use crate::files::AtomicFile;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::export::{asyncapi, openapi, typescript};
use crate::text::show;

/// What `export` was asked for.
#[derive(Debug)]
pub struct ExportOptions {
    /// What is exported.
    pub what: Exported,
    /// The file that is written; stdout if there is none.
    pub output: Option<PathBuf>,
}

/// What is exported.
#[derive(Debug)]
pub enum Exported {
    /// The events of the catalog.
    Events {
        /// As what.
        language: Language,
        /// Only those of this provider.
        provider: Option<String>,
    },
}

/// What describes events.
#[derive(Clone, Copy, Debug)]
pub enum Language {
    /// OpenAPI 3.1.
    OpenApi,
    /// AsyncAPI 3.0.
    AsyncApi,
    /// TypeScript.
    TypeScript,
}

/// The file cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", show(&path.display().to_string()))]
struct ExportError {
    path: PathBuf,
    source: std::io::Error,
}

impl Explain for ExportError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// Exports what was asked for.
pub fn run(options: &ExportOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let text = match &options.what {
        Exported::Events { language, provider } => events(*language, provider.as_deref(), console)?,
    };
    if let Some(path) = &options.output {
        write(path, &text).map_err(|source| ExportError {
            path: path.clone(),
            source,
        })?;
    } else {
        let written = console.out.write_all(text.as_bytes());
        written
            .and_then(|()| console.out.flush())
            .map_err(OutputError::from)?;
    }
    Ok(Outcome::Done)
}

/// The events in a language.
fn events(
    language: Language,
    provider: Option<&str>,
    console: &Console,
) -> Result<String, Failure> {
    let catalog = console.catalog()?;
    let providers = match provider {
        Some(name) => vec![catalog.require_provider(name)?],
        None => catalog.providers().iter().collect(),
    };
    let document = match language {
        Language::OpenApi => openapi(&providers)?,
        Language::AsyncApi => asyncapi(&providers)?,
        Language::TypeScript => return Ok(typescript(&providers)),
    };
    Ok(format!("{document:#}\n"))
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = AtomicFile::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.commit()
}
