//! Where `send` and `replay` post, and who says so. Never from a record.

use super::config::Config;
use super::credentials;
use crate::cli;
use crate::commands::{Origin, Target};
use crate::delivery;
use crate::environment::Environment;
use crate::error::Failure;

/// The variable that holds the target's URL.
const URL: &str = "ENX_HOOK_URL";
/// The target where none is named: what `listen` listens on.
const DEFAULT: &str = "http://127.0.0.1:3000/";

/// The target, with the credentials and headers that go there.
pub(super) fn settle(
    typed: cli::Target,
    config: &Config,
    environment: &Environment,
) -> Result<Target, Failure> {
    let (url, origin) = if let Some(url) = typed.url.as_deref() {
        (url, Origin::Flag)
    } else if let Some(url) = environment.variable(URL) {
        (url, Origin::Variable(URL))
    } else if let (Some(url), Some(file)) = (config.url.as_deref(), &config.file) {
        (url, Origin::File(file.clone()))
    } else {
        (DEFAULT, Origin::Default)
    };
    // A user of the configuration file belongs to the URL beside it, and goes nowhere else.
    let beside = matches!(origin, Origin::File(_));
    let user = typed
        .auth
        .user
        .or_else(|| config.user.clone().filter(|_| beside));
    let password_file = typed.auth.password_file.or_else(|| {
        config
            .path(config.password_file.as_deref())
            .filter(|_| beside)
    });
    let headers = typed
        .headers
        .iter()
        .map(|line| delivery::Header::parse(line))
        .collect::<Result<_, _>>()?;
    Ok(Target {
        url: delivery::Target::parse(url)?,
        origin,
        credentials: credentials::settle(user, password_file, environment)?,
        headers,
        timeout: typed.timeout,
    })
}
