//! `enx-hook.toml`. The nearest file is used alone; files are never merged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::SettingsError;
use crate::commands::sources::Sources;
use crate::model::error::Failure;

/// The contents of the configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Where `send` and `replay` post.
    pub(super) url: Option<String>,
    /// Their user.
    pub(super) user: Option<String>,
    /// The file with the password of that user.
    pub(super) password_file: Option<PathBuf>,
    /// Targets by name.
    #[serde(default)]
    pub(super) targets: BTreeMap<String, Named>,
    /// Settings of `listen`.
    #[serde(default)]
    pub(super) listen: Listen,
    /// The file itself.
    #[serde(skip)]
    pub(super) file: Option<PathBuf>,
}

/// A table `[targets.NAME]`. Its secrets are only sent to its URL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Named {
    pub(super) url: String,
    pub(super) user: Option<String>,
    /// The variable that holds the password.
    pub(super) password_env: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    /// Header fields; `${NAME}` in a value is a variable.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
    pub(super) cacert: Option<PathBuf>,
    #[serde(default)]
    pub(super) insecure: bool,
}

/// The table `[listen]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listen {
    pub(super) port: Option<u16>,
    pub(super) host: Option<String>,
    pub(super) log: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
}

impl Config {
    /// The nearest configuration file, or an empty one.
    pub(super) fn find(sources: &Sources<'_>) -> Result<Config, Failure> {
        match sources.config_file()? {
            Some((path, text)) => Ok(Config::parse(&text, path)?),
            None => Ok(Config::default()),
        }
    }

    fn parse(text: &str, path: PathBuf) -> Result<Config, SettingsError> {
        match toml::from_str::<Config>(text) {
            Ok(config) => Ok(Config {
                file: Some(path),
                ..config
            }),
            Err(error) => {
                let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
                Err(SettingsError::Config {
                    path,
                    line: before.matches('\n').count() + 1,
                    column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
                    message: error.message().to_owned(),
                })
            }
        }
    }

    /// A path in the file, relative to the folder of the file.
    pub(super) fn path(&self, path: Option<&Path>) -> Option<PathBuf> {
        let folder = self.file.as_deref().and_then(Path::parent);
        path.map(|path| folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;

    use super::*;
    use crate::commands::sources::CONFIG_FILE as FILE;
    use crate::model::environment::Environment;

    fn environment(folder: &Path) -> Environment {
        Environment {
            current_dir: folder.to_owned(),
            ..Environment::default()
        }
    }

    #[test]
    fn the_nearest_file_upward_counts_and_its_paths_are_its_own() {
        let top = tempfile::tempdir().unwrap();
        let below = top.path().join("a/b");
        fs::create_dir_all(&below).unwrap();
        fs::write(
            top.path().join(FILE),
            "url = 'http://h/x'\n[listen]\nlog = 'l.jsonl'\n",
        )
        .unwrap();
        let config = Config::find(&Sources {
            environment: &environment(&below),
        })
        .unwrap();
        assert_eq!(config.url.as_deref(), Some("http://h/x"));
        assert_eq!(
            config.path(config.listen.log.as_deref()),
            Some(top.path().join("l.jsonl"))
        );
    }

    #[test]
    fn a_wrong_key_is_named_with_line_and_column() {
        let text = "url = 'http://h'\n\nport = 3\n";
        let error = Config::parse(text, PathBuf::from(FILE)).unwrap_err();
        assert!(
            matches!(
                error,
                SettingsError::Config {
                    line: 3,
                    column: 1,
                    ..
                }
            ),
            "{error}"
        );
    }
}
