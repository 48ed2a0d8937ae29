//! A password comes from the flag, a file, the environment or a prompt, in this order.

use std::path::PathBuf;

use super::error::SettingsError;
use super::file::{Config, ForwardTable};
use crate::commands::sources::Sources;
use crate::model::error::Failure;
use crate::model::secret::{Credentials, Secret};

/// The variable that holds the password.
const PASSWORD: &str = "ENX_HOOK_PASSWORD";

/// The variable that holds the password for the target of `--forward`. The senders know the
/// password of the listener, so that one is not used.
const FORWARD_PASSWORD: &str = "ENX_HOOK_FORWARD_PASSWORD";

/// The variable that holds the password for a relay.
const RELAY_PASSWORD: &str = "ENX_HOOK_RELAY_PASSWORD";

/// The variable that holds the password for the files of `--serve-files`.
const FILES_PASSWORD: &str = "ENX_HOOK_FILES_PASSWORD";

/// User and password for the files of `--serve-files`, if a user is named.
pub(super) fn settle_files(
    user: Option<String>,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    settle_from(user, None, (FILES_PASSWORD, FILES_PASSWORD), sources)
}

/// User and password for the target of `--forward`, if a user is named.
pub(super) fn settle_forward(
    user: Option<String>,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    settle_from(user, None, (FORWARD_PASSWORD, FORWARD_PASSWORD), sources)
}

/// User and password of a table `[[listen.forward]]`, if it names a user. A table that is not
/// alone has a password of its own.
pub(super) fn of_table(
    table: &ForwardTable,
    is_alone: bool,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    let (Some(user), Some(name)) = (&table.user, &table.password_env) else {
        let file = config.path(table.password_file.as_deref());
        return match &table.user {
            Some(user) if !is_alone && file.is_none() && !user.contains(':') => {
                let user = user.clone();
                let ways = "password_env or password_file in its table";
                Err(SettingsError::NoPassword { user, ways }.into())
            }
            user => settle_from(
                user.clone(),
                file,
                (FORWARD_PASSWORD, FORWARD_PASSWORD),
                sources,
            ),
        };
    };
    of_variable(user, name, sources).map(Some)
}

/// The user with the password in a variable that the file names.
pub(super) fn of_variable(
    user: &str,
    name: &str,
    sources: &Sources<'_>,
) -> Result<Credentials, Failure> {
    let password =
        variable(name, sources)?.ok_or_else(|| SettingsError::NoVariable(name.to_owned()))?;
    Ok(Credentials {
        user: user.to_owned(),
        password: Secret::new(password),
    })
}

/// User and password for a relay, if a user is named.
pub(super) fn settle_relay(
    user: Option<String>,
    password_file: Option<PathBuf>,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    let ways = "ENX_HOOK_RELAY_PASSWORD, or name a file with --relay-password-file";
    settle_from(user, password_file, (RELAY_PASSWORD, ways), sources)
}

/// User and password for Basic Auth, if a user is named.
pub(super) fn settle(
    user: Option<String>,
    password_file: Option<PathBuf>,
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    let ways = "ENX_HOOK_PASSWORD, or name a file with --password-file";
    settle_from(user, password_file, (PASSWORD, ways), sources)
}

fn settle_from(
    user: Option<String>,
    password_file: Option<PathBuf>,
    (variable, ways): (&'static str, &'static str),
    sources: &Sources<'_>,
) -> Result<Option<Credentials>, Failure> {
    let Some(user) = user else {
        return match password_file {
            Some(_) => Err(SettingsError::NoUser.into()),
            None => Ok(None),
        };
    };
    let (user, typed) = match user.split_once(':') {
        Some((user, password)) => (user.to_owned(), Some(Secret::new(password))),
        None => (user, None),
    };
    if user.is_empty() {
        return Err(SettingsError::EmptyUser.into());
    }
    let password = match (typed, password_file) {
        (Some(password), _) => password,
        (None, Some(path)) => sources.password_file(&path)?,
        (None, None) => match self::variable(variable, sources)? {
            Some(set) => Secret::new(set),
            None => sources.ask_password(&user)?.ok_or_else(|| {
                let user = user.clone();
                SettingsError::NoPassword { user, ways }
            })?,
        },
    };
    Ok(Some(Credentials { user, password }))
}

/// A variable that is set and not empty.
pub(super) fn variable<'s>(
    name: &str,
    sources: &Sources<'s>,
) -> Result<Option<&'s str>, SettingsError> {
    let environment = sources.environment;
    if environment.not_unicode.iter().any(|other| other == name) {
        return Err(SettingsError::NotUnicode(name.to_owned()));
    }
    Ok(environment.variable(name))
}
