//! Finds a scenario by its name or in a file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::builtin;
use super::read;
use super::steps::{Scenario, Source};
use crate::files::read_whole;
use crate::model::environment::Environment;
use crate::model::error::{Category, Explain, Failure};

/// The scenario of that name, or in that file.
pub fn find(name: &str, environment: &Environment) -> Result<Scenario, Failure> {
    if let Some(text) = builtin::text(name) {
        let source = Source {
            name: format!("scenarios/{name}.json"),
            folder: environment.current_dir.clone(),
        };
        return Ok(read::read(name, text.as_bytes(), source, environment)?);
    }
    let path = environment.current_dir.join(name);
    let text = match read_whole(&path) {
        Ok(text) => text,
        Err(source) => {
            // A path has a separator or an extension.
            let is_name = name.is_empty()
                || source.kind() == ErrorKind::NotFound && !name.contains(['/', '\\', '.']);
            return Err(if is_name {
                FindError::Unknown {
                    name: name.to_owned(),
                    nearest: builtin::nearest(name),
                }
            } else {
                FindError::Read {
                    name: name.to_owned(),
                    source,
                }
            }
            .into());
        }
    };
    let source = Source {
        name: name.to_owned(),
        folder: path.parent().map_or_else(PathBuf::new, Path::to_owned),
    };
    let stem = Path::new(name).file_stem().unwrap_or_default();
    Ok(read::read(
        &stem.to_string_lossy(),
        &text,
        source,
        environment,
    )?)
}

/// Why a scenario is not found.
#[derive(Debug, thiserror::Error)]
enum FindError {
    #[error("there is no scenario and no file `{name}`")]
    Unknown {
        name: String,
        nearest: Option<String>,
    },
    #[error("cannot read the scenario {name}")]
    Read {
        name: String,
        source: std::io::Error,
    },
}

impl Explain for FindError {
    fn category(&self) -> Category {
        match self {
            FindError::Unknown { .. } => Category::Usage,
            FindError::Read { .. } => Category::Undone,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            FindError::Unknown {
                nearest: Some(nearest),
                ..
            } => Some(format!("did you mean `{nearest}`?")),
            FindError::Unknown { .. } => {
                Some("`enx-hook send --list` lists all scenarios".to_owned())
            }
            FindError::Read { .. } => None,
        }
    }
}
