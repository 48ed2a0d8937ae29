//! Errors in a catalog, each with the file and the place in it.

use std::path::PathBuf;

use crate::model::error::{Category, Explain};

/// A catalog that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A file or folder cannot be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without `schemas`.
    #[error("{}: no folder `schemas` in it", path.display())]
    NoSchemas {
        /// The folder.
        path: PathBuf,
    },
    /// A file that is not JSON, or does not have the expected structure.
    #[error("{path}:{line}:{column}: {message}")]
    Json {
        /// The file.
        path: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What was expected.
        message: String,
    },
    /// A file that is JSON with contradictory contents.
    #[error("{path}{}{pointer}: {message}", if pointer.is_empty() { "" } else { "#" })]
    Place {
        /// The file.
        path: String,
        /// JSON Pointer to the place.
        pointer: String,
        /// The error.
        message: String,
    },
    /// A schema without its sample, or a sample without its schema.
    #[error("{path} has no partner {missing}")]
    Pair {
        /// The file that exists.
        path: String,
        /// The file that is missing.
        missing: String,
    },
}

impl CatalogError {
    /// An error at a place of a file.
    pub(super) fn at(
        path: &str,
        pointer: impl Into<String>,
        message: impl Into<String>,
    ) -> CatalogError {
        CatalogError::Place {
            path: path.to_owned(),
            pointer: pointer.into(),
            message: message.into(),
        }
    }

    /// The error of `serde_json` for a file.
    pub(super) fn json(path: &str, error: &serde_json::Error) -> CatalogError {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        CatalogError::Json {
            path: path.to_owned(),
            line: error.line(),
            column: error.column(),
            message: text.strip_suffix(&place).unwrap_or(&text).to_owned(),
        }
    }
}

impl Explain for CatalogError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            CatalogError::Read { .. } | CatalogError::NoSchemas { .. } => {
                "--catalog takes a folder with schemas/<provider>/ and samples/<provider>/ in it"
            }
            CatalogError::Pair { .. } => {
                "every event has two files: schemas/<provider>/<event>.json, its schema, and \
                 samples/<provider>/<event>.json, a payload that is valid by it"
            }
            CatalogError::Json { .. } | CatalogError::Place { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
