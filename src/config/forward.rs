//! Where `listen` forwards to: the targets that were typed, or else those of the file.

use std::time::Duration;

use super::credentials;
use super::error::SettingsError;
use super::file::{Config, ForwardTable};
use super::target::{file_headers, replace_headers};
use crate::cli;
use crate::commands::sources::Sources;
use crate::delivery::{Destination, Header, RetryCondition, RetryPolicy, TargetUrl};
use crate::flows::forwarding::ForwardOptions;
use crate::model::error::Failure;
use crate::model::secret::Credentials;
use crate::selection::Query;

/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// What each is unless typed.
const TIMEOUT: Duration = Duration::from_secs(10);
const CONCURRENCY: usize = 8;
const RETRIES: u32 = 5;
const BACKOFF: Duration = Duration::from_secs(1);

/// A target, with what belongs to it alone.
struct Target {
    to: Destination,
    query: Query,
    keep_path: bool,
    credentials: Option<Credentials>,
    headers: Vec<Header>,
}

impl Target {
    fn new(to: Destination, query: Query) -> Target {
        Target {
            to,
            query,
            keep_path: false,
            credentials: None,
            headers: Vec::new(),
        }
    }
}

/// The targets.
pub(super) fn settle(
    (typed, sync): (&cli::Forwarding, bool),
    keeps_log: bool,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Vec<ForwardOptions>, Failure> {
    let targets = targets(typed, keeps_log, config, sources)?;
    check(typed, sync, &targets)?;
    let backoff = typed.forward_backoff.unwrap_or(BACKOFF);
    let retry = RetryPolicy {
        times: typed.forward_retries.unwrap_or(RETRIES),
        on: vec![RetryCondition::AnyFailure],
        first_wait: backoff,
        longest_wait: LONGEST_WAIT.max(backoff),
    };
    let mut all = Vec::new();
    for mut target in targets {
        let query = typed.forward_query.iter().cloned().chain([target.query]);
        let query = query.filter(|query| !query.is_everything()).collect();
        if target.to.url().is_some() {
            replace_headers(&mut target.headers, &typed.forward_header)?;
            let user = typed.forward_user.clone();
            let credentials = credentials::settle_forward(user, sources)?;
            target.credentials = credentials.or(target.credentials);
        }
        all.push(ForwardOptions {
            to: target.to,
            query: Query::all(query),
            keep_path: target.keep_path || typed.forward_keep_path,
            credentials: target.credentials,
            headers: target.headers,
            timeout: typed.forward_timeout.unwrap_or(TIMEOUT),
            concurrency: typed.forward_concurrency.unwrap_or(CONCURRENCY),
            retry: retry.clone(),
            from: typed.forward_from,
            sync,
        });
    }
    Ok(all)
}

/// The targets that were typed, or else those of the file.
fn targets(
    typed: &cli::Forwarding,
    keeps_log: bool,
    config: &Config,
    sources: &Sources<'_>,
) -> Result<Vec<Target>, Failure> {
    let mut targets = Vec::new();
    for one in &typed.forward {
        let to = Destination::Server(TargetUrl::parse(&one.value)?);
        targets.push(Target::new(to, one.query.clone()));
    }
    for one in &typed.forward_command {
        let to = Destination::Command(one.value.clone());
        targets.push(Target::new(to, one.query.clone()));
    }
    // Without a log there is no queue; --no-log takes precedence over the file.
    if targets.is_empty() && keeps_log {
        let tables = config.forward()?;
        for (number, table) in (1..).zip(tables) {
            let wrong = |message: String| SettingsError::ForwardTable {
                path: config.file.clone().unwrap_or_default(),
                number,
                message,
            };
            let mut target = target(table).map_err(wrong)?;
            let is_alone = tables.len() == 1 && typed.forward_user.is_none();
            if typed.forward_user.is_none() {
                target.credentials = credentials::of_table(table, is_alone, config, sources)?;
            }
            target.headers = file_headers(&table.headers, config, sources)?;
            targets.push(target);
        }
    }
    Ok(targets)
}

/// The target of a table, without what is read from elsewhere.
fn target(table: &ForwardTable) -> Result<Target, String> {
    let to = match (&table.url, &table.command) {
        (Some(url), None) => {
            let url = TargetUrl::parse(url).map_err(|error| error.to_string())?;
            Destination::Server(url)
        }
        (None, Some(command)) if table.user.is_some() || !table.headers.is_empty() => {
            return Err(format!("`{command}` takes no user and no headers"));
        }
        (None, Some(command)) => Destination::Command(command.clone()),
        _ => return Err("expected either url or command".to_owned()),
    };
    let query = table.query.as_deref().unwrap_or_default();
    let query = query.parse().map_err(|error| format!("query: {error}"))?;
    Ok(Target {
        keep_path: table.keep_path,
        ..Target::new(to, query)
    })
}

/// Refuses what would send a password to a second server, and flags without a target.
fn check(typed: &cli::Forwarding, sync: bool, targets: &[Target]) -> Result<(), SettingsError> {
    let servers = targets.iter().filter(|one| one.to.url().is_some()).count();
    let for_one = [
        ("--forward-user", typed.forward_user.is_some()),
        ("--forward-header", !typed.forward_header.is_empty()),
        ("--forward-sync", sync),
    ];
    let for_servers = [("--forward-keep-path", typed.forward_keep_path)];
    let for_any = [
        ("--forward-query", typed.forward_query.is_some()),
        ("--forward-from", typed.forward_from.is_some()),
        ("--forward-timeout", typed.forward_timeout.is_some()),
        ("--forward-concurrency", typed.forward_concurrency.is_some()),
        ("--forward-retries", typed.forward_retries.is_some()),
        ("--forward-backoff", typed.forward_backoff.is_some()),
    ];
    let first = |flags: &[(&'static str, bool)]| {
        let typed = flags.iter().find(|(_, is_typed)| *is_typed);
        typed.map(|(option, _)| *option)
    };
    let server = first(&for_one).or(first(&for_servers));
    let needs = match (targets.len(), servers) {
        (0, _) => server.or(first(&for_any)),
        (_, 0) => server,
        _ => None,
    };
    if let Some(option) = needs {
        let needs = "--forward URL";
        return Err(SettingsError::Without { option, needs });
    }
    // The only answer is that of one target.
    let is_too_many = servers > 1 || (sync && targets.len() > 1);
    if let (true, Some(option)) = (is_too_many, first(&for_one)) {
        let servers = targets.len();
        return Err(SettingsError::OneServer { option, servers });
    }
    for (at, one) in targets.iter().enumerate() {
        if targets[..at].iter().any(|other| other.to.is_same(&one.to)) {
            return Err(SettingsError::TwiceForwarded(one.to.to_string()));
        }
    }
    Ok(())
}
