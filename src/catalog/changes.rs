//! A change to a body before it is sent: `--set`, `--set-string`, `--unset`.
//!
//! A change leaves every other byte of the body as it is. It sets only fields that the
//! event's schema knows, unless it is forced. A body of an unknown event is changed as asked.

use super::entries::Entry;
use super::known::Known;
use crate::json;
use crate::json::{ChangeError, Path, PathEnd, PathError};
use crate::model::error::{Category, Explain};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    path: Path,
    /// The new value as JSON text; `None` removes the field.
    value: Option<String>,
}

impl Change {
    /// Reads `PATH=VALUE`. A value that is not JSON is a string.
    pub fn set(text: &str) -> Result<Change, ChangesError> {
        let (path, value) = split(text)?;
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok();
        let value = if is_json {
            value.trim().to_owned()
        } else {
            json::quoted(value)
        };
        Ok(Change::new(path, Some(value)))
    }

    /// Reads `PATH=TEXT`.
    pub fn set_string(text: &str) -> Result<Change, ChangesError> {
        let (path, value) = split(text)?;
        Ok(Change::new(path, Some(json::quoted(value))))
    }

    /// Reads `PATH`.
    pub fn unset(path: &str) -> Result<Change, ChangesError> {
        Ok(Change::new(read_path(path)?, None))
    }

    /// The same change with a new value computed from its value; a removal stays a removal.
    pub fn with_value<E>(&self, make: impl FnOnce(&str) -> Result<String, E>) -> Result<Change, E> {
        let value = self.value.as_deref().map(make).transpose()?;
        Ok(Change {
            value,
            ..self.clone()
        })
    }

    /// Sets the value at a path, given as JSON text.
    pub fn put(path: &str, value: String) -> Result<Change, ChangesError> {
        Ok(Change::new(read_path(path)?, Some(value)))
    }

    fn new(path: Path, value: Option<String>) -> Change {
        Change { path, value }
    }

    /// Changes the body of an event; `entry` is that event if the catalog has it.
    pub fn apply(
        &self,
        body: &[u8],
        entry: Option<Entry<'_>>,
        force: bool,
    ) -> Result<Changed, ChangesError> {
        let failed = |source| ChangesError::Change {
            path: self.path.clone(),
            source,
        };
        let known = match entry {
            Some(entry) if !force => self.fits(entry).err(),
            _ => None,
        };
        Ok(match (&self.value, known) {
            (Some(_), Some(unknown)) => Changed::UnknownField(unknown),
            (Some(value), None) => Changed::To(json::put(body, &self.path, value).map_err(failed)?),
            (None, known) => match (json::remove(body, &self.path).map_err(failed)?, known) {
                (Some(changed), _) => Changed::To(changed),
                (None, Some(unknown)) => Changed::UnknownField(unknown),
                (None, None) => Changed::Nothing,
            },
        })
    }

    /// What is to be said of a value that it sets in this body.
    pub fn warning(&self, body: &[u8]) -> Option<String> {
        let path = self.value.as_ref().and(json::repeated(body, &self.path))?;
        Some(format!(
            "`{path}` stands in the body more than once; the last one is changed, which most receivers read"
        ))
    }

    /// The same change with a string in place of a number or a word, and its `PATH=TEXT`; nothing
    /// if it sets neither.
    pub fn as_string(&self) -> Option<(Change, String)> {
        let value = self.value.as_deref();
        let value = value.filter(|value| !value.starts_with(['"', '{', '[']))?;
        let change = Change::new(self.path.clone(), Some(json::quoted(value)));
        Some((change, format!("{}={value}", self.path)))
    }

    /// Whether it sets a value, rather than removes one.
    pub fn sets(&self) -> bool {
        self.value.is_some()
    }

    /// Checks that an event has the field.
    pub fn fits(&self, entry: Entry<'_>) -> Result<(), ChangesError> {
        match entry.event.knows(&self.path) {
            Known::Yes => Ok(()),
            Known::No { unknown, nearest } => Err(ChangesError::Unknown {
                event: entry.event.name.clone(),
                unknown,
                nearest,
            }),
        }
    }
}

/// The result of a change.
#[derive(Debug)]
pub enum Changed {
    /// The changed body.
    To(Vec<u8>),
    /// The body does not have the field to remove.
    Nothing,
    /// The event does not have the field; the body is unchanged.
    UnknownField(ChangesError),
}

/// Reads `PATH=…`: the path, and the text after the `=`.
fn split(text: &str) -> Result<(Path, &str), ChangesError> {
    let wrong = |source| ChangesError::Path {
        typed: text.to_owned(),
        source,
    };
    let (path, rest) = Path::read(text, PathEnd::Operator).map_err(wrong)?;
    match rest.trim_start().strip_prefix('=') {
        Some(value) => Ok((path, value)),
        None if rest.is_empty() => Err(ChangesError::NoValue(text.to_owned())),
        None => Err(wrong(PathError {
            at: text.chars().count() - rest.trim_start().chars().count(),
            expected: "`=` behind the path; quote a name with special characters",
        })),
    }
}

/// Reads a path without a value.
fn read_path(typed: &str) -> Result<Path, ChangesError> {
    typed.parse().map_err(|source| ChangesError::Path {
        typed: typed.to_owned(),
        source,
    })
}

/// A change that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ChangesError {
    /// The event has no such field.
    #[error("{event} has no field `{unknown}`")]
    Unknown {
        /// The event.
        event: String,
        /// The field.
        unknown: String,
        /// The nearest field that it has.
        nearest: Option<String>,
    },
    /// None of several events has such a field.
    #[error("no event has a field `{unknown}`")]
    UnknownToAll {
        /// The field.
        unknown: String,
        /// The nearest field that one of them has.
        nearest: Option<String>,
    },
    /// The text has no `=`.
    #[error("`{0}` names no value")]
    NoValue(String),
    /// The path cannot be read.
    #[error("`{typed}` is not a path")]
    Path {
        /// The text that was typed.
        typed: String,
        /// The error in it.
        source: PathError,
    },
    /// The body does not allow it.
    #[error("cannot change `{path}`")]
    Change {
        /// The path.
        path: Path,
        /// The cause.
        source: ChangeError,
    },
}

impl ChangesError {
    /// The same error about several events, in place of one of them.
    #[must_use]
    pub fn of_all(self) -> ChangesError {
        match self {
            ChangesError::Unknown {
                unknown, nearest, ..
            } => ChangesError::UnknownToAll { unknown, nearest },
            other => other,
        }
    }

    /// Whether the error suggests another name.
    pub fn has_nearest(&self) -> bool {
        matches!(
            self,
            ChangesError::Unknown {
                nearest: Some(_),
                ..
            }
        )
    }
}

impl Explain for ChangesError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        match self {
            ChangesError::Unknown {
                nearest: Some(nearest),
                ..
            } => Some(format!(
                "did you mean `{nearest}`? --force sends it all the same"
            )),
            ChangesError::Unknown { event, .. } => Some(format!(
                "`enx-hook events {event}` lists its fields; --force sends it all the same"
            )),
            ChangesError::UnknownToAll { nearest, .. } => {
                let meant = nearest
                    .as_ref()
                    .map(|nearest| format!("did you mean `{nearest}`? "));
                Some(format!(
                    "{}--force sends it all the same",
                    meant.unwrap_or_default()
                ))
            }
            ChangesError::NoValue(_) => Some("write it like FIELD=VALUE".to_owned()),
            ChangesError::Path { .. } => {
                Some("write it like files.0.url, or as the JSON Pointer /files/0/url".to_owned())
            }
            ChangesError::Change { .. } => None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_json_or_else_a_string_and_a_path_is_dotted_or_a_pointer() {
        let set = |text| {
            let change = Change::set(text).unwrap();
            (change.path.keys().join("|"), change.value.unwrap())
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(set("a=7"), pair("a", "7"));
        assert_eq!(set("a.b=7 rooms"), pair("a|b", "\"7 rooms\""));
        assert_eq!(set("f[0].u= null "), pair("f|0|u", "null"));
        assert_eq!(set("/f/0/a~1b~01=\"7\""), pair("f|0|a/b~1", "\"7\""));
        assert_eq!(set("a=x=y"), pair("a", "\"x=y\""));
        assert_eq!(set("a="), pair("a", "\"\""));
        let change = Change::set_string("a=7").unwrap();
        assert_eq!(change.value.as_deref(), Some("\"7\""));
        for wrong in ["a", "=1", "a..b=1", ".=1", "a>1", "a b"] {
            assert!(Change::set(wrong).is_err(), "{wrong}");
        }
    }
}
