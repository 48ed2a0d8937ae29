//! Where a password comes from: the flag, a file, the environment, or what was typed when
//! the caller asked for it.

use std::path::PathBuf;

use super::error::SettingsError;
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::model::secret::{Credentials, PasswordNeeded, Secret};

/// The variable that holds the password.
const PASSWORD: &str = "ENX_HOOK_PASSWORD";

/// The variable that holds the password for the target of `--forward`: never that of the
/// listener, which its senders know.
const FORWARD_PASSWORD: &str = "ENX_HOOK_FORWARD_PASSWORD";

/// User and password for the target of `--forward`, if a user is named.
pub(super) fn settle_forward(
    user: Option<String>,
    environment: &Environment,
) -> Result<Option<Credentials>, Failure> {
    settle_from(user, None, (FORWARD_PASSWORD, ""), environment)
}

/// User and password for Basic Auth, if a user is named.
pub(super) fn settle(
    user: Option<String>,
    password_file: Option<PathBuf>,
    environment: &Environment,
) -> Result<Option<Credentials>, Failure> {
    let or = ", or name a file with --password-file";
    settle_from(user, password_file, (PASSWORD, or), environment)
}

fn settle_from(
    user: Option<String>,
    password_file: Option<PathBuf>,
    (variable, or): (&'static str, &'static str),
    environment: &Environment,
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
        (None, Some(path)) => from_file(path)?,
        (None, None) => {
            let set = environment.variable(variable).map(Secret::new);
            let known = set.or_else(|| environment.passwords.get(variable).cloned());
            let needed = || PasswordNeeded {
                user: user.clone(),
                variable,
                or,
            };
            known.ok_or_else(needed)?
        }
    };
    Ok(Some(Credentials { user, password }))
}

/// The first line of a file, so that an editor's newline is no part of the password.
fn from_file(path: PathBuf) -> Result<Secret, SettingsError> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Secret::new(text.lines().next().unwrap_or_default())),
        Err(source) => Err(SettingsError::PasswordFile { path, source }),
    }
}
