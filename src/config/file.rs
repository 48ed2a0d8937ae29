//! `enx-hook.toml`: looked for in the working directory and upward, then in the user's
//! configuration folder. The first one found counts, whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::error::SettingsError;
use crate::model::environment::Environment;

/// The file's name everywhere.
pub(super) const FILE: &str = "enx-hook.toml";
/// The folder in the user's configuration folder.
const FOLDER: &str = "enx-hook";

/// What the configuration file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Where `send` and `replay` post.
    pub(super) url: Option<String>,
    /// The user they post as.
    pub(super) user: Option<String>,
    /// The file with that user's password.
    pub(super) password_file: Option<PathBuf>,
    /// Targets by name.
    #[serde(default)]
    pub(super) targets: BTreeMap<String, Named>,
    /// What `listen` takes.
    #[serde(default)]
    pub(super) listen: Listen,
    /// Where this was read from.
    #[serde(skip)]
    pub(super) file: Option<PathBuf>,
}

/// A table `[targets.NAME]`. Its secrets go to its URL, and nowhere else.
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
    pub(super) fn find(environment: &Environment) -> Result<Config, SettingsError> {
        let upward = environment
            .current_dir
            .ancestors()
            .map(|folder| folder.join(FILE));
        let users = environment
            .config_dir
            .iter()
            .map(|folder| folder.join(FOLDER).join(FILE));
        for path in upward.chain(users) {
            match fs::read_to_string(&path) {
                Ok(text) => return Config::parse(&text, path),
                Err(error)
                    if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(source) => return Err(SettingsError::ReadConfig { path, source }),
            }
        }
        Ok(Config::default())
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

    /// A path of the file, which is meant from the file's own folder.
    pub(super) fn path(&self, path: Option<&Path>) -> Option<PathBuf> {
        let folder = self.file.as_deref().and_then(Path::parent);
        path.map(|path| folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

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
        let config = Config::find(&environment(&below)).unwrap();
        assert_eq!(config.url.as_deref(), Some("http://h/x"));
        assert_eq!(
            config.path(config.listen.log.as_deref()),
            Some(top.path().join("l.jsonl"))
        );
    }

    #[test]
    fn a_wrong_key_is_named_with_line_and_column() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "url = 'http://h'\n\nport = 3\n").unwrap();
        let error = Config::find(&environment(folder.path())).unwrap_err();
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
