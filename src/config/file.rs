//! `enx-hook.toml`. The nearest file is used alone; files are never merged.
//!
//! A file that was only found may come from a stranger: with a checked-out project, or in a
//! shared folder. It gives no URL, no credentials, no variables and no path outside its folder
//! until the user has allowed it. So the settings are read through methods that refuse.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use super::error::{Refusal, SettingsError};
use crate::commands::sources::{ConfigFile, Found, Sources};
use crate::files::digest_of;
use crate::model::error::Failure;
use crate::text::mask;

/// The log where none is named.
pub(super) const DEFAULT_LOG: &str = "log.jsonl";

/// The contents of the configuration file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// Where `send` and `replay` post.
    url: Option<String>,
    /// Their user.
    user: Option<String>,
    /// The file with the password of that user.
    password_file: Option<PathBuf>,
    /// Targets by name.
    #[serde(default)]
    targets: BTreeMap<String, Named>,
    /// Settings of `listen`.
    #[serde(default)]
    listen: Listen,
    /// Settings of the inspector.
    #[serde(default)]
    inspect: InspectTable,
    /// The file itself.
    #[serde(skip)]
    pub(super) file: Option<PathBuf>,
    /// The settings that have to be allowed.
    #[serde(skip)]
    guarded: Vec<Setting>,
    /// Why they are refused.
    #[serde(skip)]
    refusal: Option<Refusal>,
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
struct Listen {
    port: Option<u16>,
    host: Option<String>,
    log: Option<PathBuf>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    #[serde(default)]
    forward: Vec<ForwardTable>,
}

/// A table `[[listen.forward]]`. Its secrets are only sent to its URL.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForwardTable {
    pub(super) url: Option<String>,
    pub(super) command: Option<String>,
    pub(super) query: Option<String>,
    #[serde(default)]
    pub(super) keep_path: bool,
    pub(super) user: Option<String>,
    /// The variable that holds the password.
    pub(super) password_env: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    /// Header fields; `${NAME}` in a value is a variable.
    #[serde(default)]
    pub(super) headers: BTreeMap<String, String>,
}

/// The table `[inspect]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InspectTable {
    pub(super) port: Option<u16>,
    pub(super) host: Option<String>,
    /// More values of `Host`.
    #[serde(default)]
    pub(super) allow_hosts: Vec<String>,
    pub(super) token_file: Option<PathBuf>,
}

/// The settings beside `url`.
pub(super) struct Beside<'c> {
    pub(super) user: Option<&'c str>,
    pub(super) password_file: Option<&'c Path>,
}

/// A setting that has to be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// Its name, such as `targets.staging.url`.
    key: String,
    value: String,
    /// Whether it is a header, whose value may be a secret.
    is_header: bool,
}

impl Setting {
    /// The setting for people, without secrets.
    pub(super) fn shown(&self) -> String {
        let Setting { key, value, .. } = self;
        let value = if self.is_header {
            // A value may be a secret; the variables in it are what matters.
            let names = value.split("${").skip(1);
            let names = names.filter_map(|rest| rest.split_once('}'));
            let names: Vec<String> = names.map(|(name, _)| format!("${{{name}}}")).collect();
            match &*names.concat() {
                "" => "***".to_owned(),
                names => names.to_owned(),
            }
        } else {
            match value.split_once(':') {
                Some((user, _)) if key.ends_with("user") => format!("{user}:***"),
                _ => value.clone(),
            }
        };
        mask::show(&format!("{key} = {value}")).into_owned()
    }
}

impl Config {
    /// The configuration file that counts, or an empty one.
    pub(super) fn find(sources: &Sources<'_>) -> Result<Config, Failure> {
        let Some(file) = sources.config_file()? else {
            return Ok(Config::default());
        };
        let found = file.found;
        let mut config = Config::parse(file)?;
        config.refusal = match found {
            Found::OfUser => None,
            Found::Foreign => Some(Refusal::Foreign),
            Found::Upward => config.refusal(sources),
        };
        Ok(config)
    }

    /// Reads a file.
    pub(super) fn parse(file: ConfigFile) -> Result<Config, SettingsError> {
        let ConfigFile { path, text, .. } = file;
        match toml::from_str::<Config>(&text) {
            Ok(config) => Ok(Config {
                guarded: guarded(&text, &path),
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

    /// Why the user's own file, which was only found, is refused. What `init` wrote is allowed
    /// with the settings of its first use.
    fn refusal(&self, sources: &Sources<'_>) -> Option<Refusal> {
        let file = self.file.as_deref().filter(|_| !self.guarded.is_empty())?;
        let Some(allowed) = sources.allowed_files() else {
            return Some(Refusal::NotAllowed);
        };
        let digest = self.digest();
        match allowed.find(file) {
            Ok(None) => Some(Refusal::NotAllowed),
            Ok(Some(entry)) => match entry.settings {
                Some(settings) if settings == digest => None,
                Some(_) => Some(Refusal::Changed),
                None if !entry.is_of_folder(file) => Some(Refusal::NotAllowed),
                None => match allowed.allow(file, Some(&digest)) {
                    Ok(()) => None,
                    Err(error) => Some(Refusal::List(error.to_string())),
                },
            },
            Err(error) => Some(Refusal::List(error.to_string())),
        }
    }

    /// The settings that have to be allowed, for people.
    pub(super) fn shown(&self) -> Vec<String> {
        self.guarded.iter().map(Setting::shown).collect()
    }

    /// The digest of the settings that have to be allowed.
    pub(super) fn digest(&self) -> String {
        let settings = self.guarded.iter();
        let settings: Vec<_> = settings.map(|one| [&one.key, &one.value]).collect();
        digest_of(&serde_json::to_vec(&settings).unwrap_or_default())
    }

    /// A setting that is about to be used.
    fn granted<T>(&self, key: &str, value: Option<T>) -> Result<Option<T>, SettingsError> {
        let (Some(refusal), true) = (&self.refusal, value.is_some()) else {
            return Ok(value);
        };
        let is_it = |one: &Setting| {
            let rest = one.key.strip_prefix(key);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if *refusal != Refusal::Foreign && !self.guarded.iter().any(is_it) {
            return Ok(value);
        }
        Err(SettingsError::Refused {
            path: self.file.clone().unwrap_or_default(),
            setting: key.to_owned(),
            why: refusal.clone(),
        })
    }

    /// The target without a name.
    pub(super) fn url(&self) -> Result<Option<&str>, SettingsError> {
        self.granted("url", self.url.as_deref())
    }

    /// What stands beside `url`.
    pub(super) fn beside_url(&self) -> Beside<'_> {
        Beside {
            user: self.user.as_deref(),
            password_file: self.password_file.as_deref(),
        }
    }

    /// The target of that name.
    pub(super) fn target(&self, name: &str) -> Result<Option<&Named>, SettingsError> {
        self.granted(&key(&["targets", name]), self.targets.get(name))
    }

    /// The names of the targets, with their URLs.
    pub(super) fn targets(&self) -> impl Iterator<Item = (&str, &str)> + Clone {
        let targets = self.targets.iter();
        targets.map(|(name, target)| (&**name, &*target.url))
    }

    /// `listen.port`
    pub(super) fn port(&self) -> Result<Option<u16>, SettingsError> {
        self.granted("listen.port", self.listen.port)
    }

    /// `listen.host`
    pub(super) fn host(&self) -> Result<Option<String>, SettingsError> {
        self.granted("listen.host", self.listen.host.clone())
    }

    /// `listen.log`
    pub(super) fn log(&self) -> Result<Option<PathBuf>, SettingsError> {
        let log = self.granted("listen.log", self.listen.log.as_deref())?;
        Ok(self.path(log))
    }

    /// `listen.user` and the file with its password.
    pub(super) fn listen_user(&self) -> Result<(Option<String>, Option<PathBuf>), SettingsError> {
        let user = self.granted("listen.user", self.listen.user.clone())?;
        let file = self.listen.password_file.as_deref();
        let file = self.granted("listen.password_file", file)?;
        Ok((user, self.path(file)))
    }

    /// The tables `[[listen.forward]]`.
    pub(super) fn forward(&self) -> Result<&[ForwardTable], SettingsError> {
        let tables = &self.listen.forward[..];
        let tables = (!tables.is_empty()).then_some(tables);
        Ok(self.granted("listen.forward", tables)?.unwrap_or_default())
    }

    /// The table `[inspect]`.
    pub(super) fn inspect(&self) -> Result<InspectTable, SettingsError> {
        let hosts = &self.inspect.allow_hosts;
        let hosts = self.granted("inspect.allow_hosts", (!hosts.is_empty()).then_some(hosts))?;
        let file = self.granted("inspect.token_file", self.inspect.token_file.as_deref())?;
        Ok(InspectTable {
            port: self.granted("inspect.port", self.inspect.port)?,
            host: self.granted("inspect.host", self.inspect.host.clone())?,
            allow_hosts: hosts.cloned().unwrap_or_default(),
            token_file: self.path(file),
        })
    }

    /// A path in the file, relative to the folder of the file.
    pub(super) fn path(&self, path: Option<&Path>) -> Option<PathBuf> {
        let folder = self.file.as_deref().and_then(Path::parent);
        path.map(|path| folder.map_or_else(|| path.to_owned(), |folder| folder.join(path)))
    }
}

/// The settings of a file that have to be allowed: all but those that can do no harm.
fn guarded(text: &str, file: &Path) -> Vec<Setting> {
    let mut found = Vec::new();
    if let Ok(table) = toml::from_str::<toml::Table>(text) {
        collect(&mut Vec::new(), &toml::Value::Table(table), &mut found);
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    found.retain_mut(|setting| match &*setting.key {
        "listen.port" | "inspect.port" => false,
        "listen.host" | "inspect.host" => !is_loopback(&setting.value),
        "listen.log" => match outside(&setting.value, folder) {
            Some(path) => {
                // The list has the real path, since a link on the way can change.
                setting.value = path;
                true
            }
            None => false,
        },
        _ => true,
    });
    found
}

/// The leaves of a table, in the order of their keys. Tables in an array have numbers from 1.
fn collect(path: &mut Vec<String>, value: &toml::Value, found: &mut Vec<Setting>) {
    let members: Option<Vec<_>> = match value {
        toml::Value::Table(table) => {
            let mut members: Vec<_> = table
                .iter()
                .map(|(name, one)| (name.clone(), one))
                .collect();
            members.sort_by(|(one, _), (other, _)| one.cmp(other));
            Some(members)
        }
        toml::Value::Array(all) if all.iter().any(toml::Value::is_table) => {
            let numbers = (1..).map(|number: usize| number.to_string());
            Some(numbers.zip(all).collect())
        }
        _ => None,
    };
    if let Some(members) = members {
        for (name, value) in members {
            path.push(name);
            collect(path, value, found);
            path.pop();
        }
        return;
    }
    let names: Vec<&str> = path.iter().map(String::as_str).collect();
    let value = match value {
        toml::Value::String(text) => text.clone(),
        other => serde_json::to_string(other).unwrap_or_default(),
    };
    found.push(Setting {
        key: key(&names),
        value,
        is_header: matches!(
            names[..],
            ["targets", _, "headers", _] | ["listen", "forward", _, "headers", _]
        ),
    });
}

/// `targets.staging.url`; a name with a dot is quoted.
fn key(path: &[&str]) -> String {
    let quoted = path.iter().map(|name| {
        if name.contains(['.', '"']) {
            format!("{name:?}")
        } else {
            (*name).to_owned()
        }
    });
    quoted.collect::<Vec<_>>().join(".")
}

pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// Where the path leads, if that is outside the folder, or hidden in it such as `.git/index`.
fn outside(path: &str, folder: &Path) -> Option<String> {
    let typed = folder.join(path);
    let real = typed.canonicalize().or_else(|_| {
        let parent = typed.parent().unwrap_or(folder).canonicalize()?;
        Ok::<_, std::io::Error>(parent.join(typed.file_name().unwrap_or_default()))
    });
    let below = match (&real, folder.canonicalize()) {
        (Ok(real), Ok(folder)) => real.strip_prefix(folder).ok(),
        // Its folder does not exist, so there is no link on the way.
        _ => Some(Path::new(path)),
    };
    let is_plain = |name: Component<'_>| match name {
        Component::Normal(name) => !name.as_encoded_bytes().starts_with(b"."),
        name => name == Component::CurDir,
    };
    let is_inside = below.is_some_and(|below| below.components().all(is_plain));
    (!is_inside).then(|| real.as_ref().unwrap_or(&typed).display().to_string())
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
            config: None,
        })
        .unwrap();
        assert_eq!(config.log().unwrap(), Some(top.path().join("l.jsonl")));
        assert!(matches!(config.url(), Err(SettingsError::Refused { .. })));
    }

    #[test]
    fn a_wrong_key_is_named_with_line_and_column() {
        let text = "url = 'http://h'\n\nport = 3\n";
        let file = ConfigFile {
            path: PathBuf::from(FILE),
            text: text.to_owned(),
            found: Found::OfUser,
        };
        let error = Config::parse(file).unwrap_err();
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
