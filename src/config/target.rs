//! Where `send` and `replay` post, and who says so. Never from a record.

use std::collections::BTreeMap;
use std::time::Duration;

use super::credentials;
use super::error::SettingsError;
use super::file::{Config, Named};
use crate::commands::sources::Sources;
use crate::commands::{Origin, Target};
use crate::delivery::Trust;
use crate::model::error::Failure;
use crate::model::secret::Credentials;
use crate::text::mask::mask;
use crate::text::nearest;
use crate::{cli, delivery};

/// The variable that holds the target's URL.
const URL: &str = "ENX_HOOK_URL";
/// The target where none is named: what `listen` listens on.
const DEFAULT: &str = "http://127.0.0.1:3000/";

/// The options of a target where none is typed.
pub(super) fn plain() -> cli::Target {
    cli::Target {
        url: None,
        to: None,
        auth: cli::Auth::default(),
        headers: Vec::new(),
        timeout: Duration::from_secs(10),
        wait: None,
        cacert: None,
        insecure: false,
    }
}

/// Takes the URL from among words that name something else.
pub(super) fn positional<T>(
    words: &mut Vec<T>,
    text: impl Fn(&T) -> &str,
    typed: &mut cli::Target,
) -> Result<(), SettingsError> {
    while let Some(at) = words.iter().position(|word| cli::is_url(text(word))) {
        let url = text(&words.remove(at)).to_owned();
        if typed.url.is_some() || typed.to.is_some() {
            return Err(SettingsError::TwoTargets(mask(&url).into_owned()));
        }
        typed.url = Some(url);
    }
    Ok(())
}

/// The target, with the credentials and headers that go there.
pub(super) fn settle(
    typed: cli::Target,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Target, Failure> {
    let named = match &typed.to {
        Some(name) => Some((name, named(name, config)?)),
        None => None,
    };
    let (url, origin) = if let Some((name, target)) = named {
        (target.url.as_str(), Origin::Named(name.clone()))
    } else if let Some(url) = typed.url.as_deref() {
        (url, Origin::Flag)
    } else if let Some(url) = credentials::variable(URL, sources)? {
        (url, Origin::Variable(URL))
    } else if let (Some(url), Some(file)) = (config.url()?, &config.file) {
        (url, Origin::File(file.clone()))
    } else {
        (DEFAULT, Origin::Default)
    };
    let url = delivery::TargetUrl::parse(url).map_err(|source| {
        let from = match (&origin, &config.file) {
            (Origin::Variable(name), _) => (*name).to_owned(),
            (Origin::Named(name), Some(file)) => format!("{}: [targets.{name}]", file.display()),
            (Origin::File(file), _) => file.display().to_string(),
            _ => "--url".to_owned(),
        };
        SettingsError::Target { from, source }
    })?;
    let named = named.map(|(_, target)| target);
    let mut headers = match named {
        Some(target) => file_headers(&target.headers, config, sources)?,
        None => Vec::new(),
    };
    replace_headers(&mut headers, &typed.headers)?;
    let cacert = typed
        .cacert
        .or_else(|| config.path(named.and_then(|target| target.cacert.as_deref())));
    let authorities =
        cacert.map(|path| Ok::<_, Failure>((path.clone(), sources.certificates(&path)?)));
    Ok(Target {
        url,
        credentials: credentials(typed.auth, &origin, named, config, sources)?,
        origin,
        is_agreed: false,
        headers,
        timeout: typed.timeout,
        wait: typed.wait,
        trust: Trust {
            authorities: authorities.transpose()?,
            insecure: typed.insecure || named.is_some_and(|target| target.insecure),
        },
    })
}

/// Adds headers that were typed. They replace those of the file with the same name.
pub(super) fn replace_headers(
    headers: &mut Vec<delivery::Header>,
    typed: &[String],
) -> Result<(), Failure> {
    let typed = typed.iter().map(|line| delivery::Header::parse(line));
    let typed = typed.collect::<Result<Vec<_>, _>>()?;
    delivery::Header::replace(headers, typed);
    Ok(())
}

/// The target of that name.
pub(super) fn named<'c>(name: &str, config: &'c Config) -> Result<&'c Named, SettingsError> {
    config.target(name)?.ok_or_else(|| {
        let known = config.targets().map(|(name, _)| name);
        SettingsError::UnknownTarget {
            name: name.to_owned(),
            nearest: nearest(name, known.clone()).map(str::to_owned),
            known: known.map(str::to_owned).collect(),
        }
    })
}

/// The credentials. A user of the configuration file belongs to the URL beside it, and goes
/// nowhere else.
fn credentials(
    typed: cli::Auth,
    origin: &Origin,
    named: Option<&Named>,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    let (user, password_file, password_env) = match (named, origin) {
        (Some(target), _) => (
            target.user.clone(),
            target.password_file.as_deref(),
            target.password_env.as_deref(),
        ),
        (None, Origin::File(_)) => {
            let beside = config.beside_url();
            (beside.user.map(str::to_owned), beside.password_file, None)
        }
        (None, _) => (None, None, None),
    };
    let is_files = typed.user.is_none() && typed.password_file.is_none();
    if let (true, Some(user), Some(name)) = (is_files, &user, password_env) {
        return credentials::of_variable(user, name, sources).map(Some);
    }
    // The file's password is that of the file's user.
    let password_file = typed
        .password_file
        .or_else(|| config.path(password_file).filter(|_| typed.user.is_none()));
    credentials::settle(typed.user.or(user), password_file, sources)
}

/// The headers of a table of the file, with the variables in their values.
pub(super) fn file_headers(
    typed: &BTreeMap<String, String>,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Vec<delivery::Header>, Failure> {
    let mut headers = Vec::new();
    for (name, value) in typed {
        let value = sources
            .environment
            .expand(value)
            .map_err(|name| SettingsError::NoVariable(name.to_owned()))?;
        // An empty value is written otherwise on the command line.
        let line = match &*value {
            "" => format!("{name};"),
            value => format!("{name}: {value}"),
        };
        headers.push(delivery::Header::parse(&line).map_err(|error| {
            let file = config.file.clone().unwrap_or_default();
            SettingsError::Header(file, error)
        })?);
    }
    Ok(headers)
}
