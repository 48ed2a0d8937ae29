//! `--baseline`: the differences of an earlier run, as `--format json` printed them.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::files::read_whole;
use crate::flows::history::{DriftClass, DriftKey, DriftRow};
use crate::model::error::{Category, Explain};
use crate::model::name::Name;
use crate::text::number::count;

/// The differences of an earlier run.
#[derive(Debug)]
pub(super) struct Baseline(BTreeSet<DriftKey>);

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum BaselineError {
    #[error("cannot read the baseline {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("{}:{line}: this is no output of drift", path.display())]
    Line {
        path: PathBuf,
        line: usize,
        source: serde_json::Error,
    },
    #[error("{} has no summary at its end, so it is no whole output of drift", path.display())]
    Torn { path: PathBuf },
}

impl Explain for BaselineError {
    fn category(&self) -> Category {
        match self {
            BaselineError::Read { .. } => Category::Undone,
            BaselineError::Line { .. } | BaselineError::Torn { .. } => Category::Usage,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            BaselineError::Read { .. } => None,
            _ => Some("`enx-hook drift --format json > FILE` writes one".to_owned()),
        }
    }
}

/// A line of the output.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Line {
    Drift {
        class: String,
        provider: Option<String>,
        event: Option<String>,
        pointer: Option<String>,
        code: Option<String>,
        after: Option<String>,
    },
    Summary {},
}

impl Baseline {
    /// Reads a file. A class that only a later version knows is ignored.
    pub(super) fn read(path: &Path) -> Result<Baseline, BaselineError> {
        let path = path.to_owned();
        let text = match read_whole(&path)
            .and_then(|text| String::from_utf8(text).map_err(io::Error::other))
        {
            Ok(text) => text,
            Err(source) => return Err(BaselineError::Read { path, source }),
        };
        let mut keys = BTreeSet::new();
        let mut is_whole = false;
        for (at, text) in text.lines().enumerate() {
            match serde_json::from_str(text) {
                Ok(Line::Summary {}) => is_whole = true,
                Ok(Line::Drift {
                    class,
                    provider,
                    event,
                    pointer,
                    code,
                    after,
                }) => keys.extend(DriftClass::of_word(&class).map(|class| DriftKey {
                    class,
                    provider: provider.map(Name::from),
                    event: event.map(Name::from),
                    pointer,
                    detail: code.or(after),
                })),
                Err(source) => {
                    let line = at + 1;
                    return Err(BaselineError::Line { path, line, source });
                }
            }
        }
        if is_whole {
            Ok(Baseline(keys))
        } else {
            Err(BaselineError::Torn { path })
        }
    }

    /// The differences that it does not have; how many it has; how many of its own are gone.
    pub(super) fn without(&self, mut rows: Vec<DriftRow>) -> (Vec<DriftRow>, u64, u64) {
        let all = rows.len();
        rows.retain(|row| !self.0.contains(&row.key));
        let known = all - rows.len();
        (rows, count(known), count(self.0.len() - known))
    }
}
