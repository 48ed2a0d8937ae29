//! What the flags of relays mean: of `listen --relay`, `follow` and `relay`.

use std::path::PathBuf;

use super::credentials::{self, variable};
use super::error::SettingsError;
use super::file::{Config, DEFAULT_LOG};
use super::{forward, inspect, listen_parts};
use crate::cli;
use crate::commands::listen::{FollowSettings, ListenOptions};
use crate::commands::relay::RelayJob;
use crate::commands::sources::Sources;
use crate::flows::relay::{Access, Beginning, FollowOptions, PublishOptions, RelayUrl};
use crate::model::error::Failure;
use crate::receiver::ReceiverOptions;

/// The server of relays that are named by their project alone, as the client of NATS has it.
const SERVER: &str = "NATS_URL";
/// The credentials file, as the client of NATS has it.
const CREDS: &str = "NATS_CREDS";

fn url(text: &str, sources: &Sources<'_>) -> Result<RelayUrl, Failure> {
    Ok(RelayUrl::parse(text, variable(SERVER, sources)?)?)
}

fn access(typed: cli::RelayAccess, sources: &Sources<'_>) -> Result<Access, Failure> {
    let creds = match (typed.relay_creds, &typed.relay_user) {
        (Some(file), _) => Some(file),
        (None, Some(_)) => None,
        (None, None) => variable(CREDS, sources)?.map(PathBuf::from),
    };
    Ok(Access {
        creds: creds.map(|file| sources.secret_file(&file)).transpose()?,
        credentials: credentials::settle_relay(
            typed.relay_user,
            typed.relay_password_file,
            sources,
        )?,
        cacert: typed.relay_cacert,
    })
}

/// The name of a client that is not told one: that of its user.
fn name_of(access: &Access, url: &RelayUrl) -> Option<String> {
    let credentials = access.credentials.as_ref().or(url.credentials.as_ref())?;
    let user = &credentials.user;
    crate::flows::relay::is_name(user).then(|| user.clone())
}

/// A name that no other client has.
fn new_name() -> String {
    format!("follower-{:08x}", fastrand::u32(..))
}

pub(super) fn publish(
    typed: cli::Relaying,
    sources: &Sources<'_>,
) -> Result<Option<PublishOptions>, Failure> {
    let is_named = typed.access.relay_as.is_some() || typed.access.relay_user.is_some();
    let Some(text) = typed.relay else {
        if is_named || typed.access.relay_creds.is_some() || typed.access.relay_cacert.is_some() {
            return Err(SettingsError::NoRelay.into());
        }
        return Ok(None);
    };
    let url = url(&text, sources)?;
    let name = typed.access.relay_as.clone();
    let access = access(typed.access, sources)?;
    Ok(Some(PublishOptions {
        name: name.or_else(|| name_of(&access, &url)),
        url,
        access,
        from: typed.relay_from,
        creates: !typed.no_relay_create,
        takes_over: typed.relay_takeover,
    }))
}

pub(super) fn follow(typed: cli::Follow, sources: &Sources<'_>) -> Result<ListenOptions, Failure> {
    let config = Config::find(sources)?;
    let log = match typed.log {
        Some(log) => log,
        None => config.log()?.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG)),
    };
    let url = url(&typed.url, sources)?;
    let name = typed.access.relay_as.clone();
    let access = access(typed.access, sources)?;
    let beginning = if typed.from_start {
        Beginning::All
    } else {
        Beginning::Now
    };
    let showing = typed.showing;
    let mask = showing.masking.clone().mask();
    let (full, format) = (showing.full, showing.format);
    let filter = listen_parts::filter(showing);
    let mut keeping = listen_parts::keeping(&typed.keeping);
    // Nothing is read from the relay before the disk has what came before.
    keeping.max_unsynced = usize::MAX;
    Ok(ListenOptions {
        receiver: ReceiverOptions::new(url.to_string(), 0),
        certificate: None,
        log: Some(log),
        keeping,
        reject_malformed: false,
        simulate: None,
        full,
        mask,
        format,
        filter: filter.clone(),
        forget_targets: listen_parts::forget_targets(&typed.keeping)?,
        forward: forward::settle((&typed.forwarding, false), true, &config, sources)?,
        relay: None,
        replies: None,
        expect: listen_parts::expect(typed.asserting, filter),
        ready_file: typed.ready_file,
        ngrok_api: None,
        inspect: inspect::beside(typed.inspecting, &config, sources)?,
        expect_fetched: false,
        files: None,
        follow: Some(FollowSettings {
            relay: FollowOptions {
                name: name
                    .or_else(|| name_of(&access, &url))
                    .unwrap_or_else(new_name),
                url,
                access,
                beginning,
            },
            since: typed.since,
        }),
    })
}

pub(super) fn settle(typed: cli::Relay, sources: &Sources<'_>) -> Result<RelayJob, Failure> {
    let reached = |text: &str, typed: cli::RelayAccess| -> Result<_, Failure> {
        let url = url(text, sources)?;
        let name = typed.relay_as.clone();
        let access = access(typed, sources)?;
        let name = name
            .or_else(|| name_of(&access, &url))
            .unwrap_or_else(new_name);
        Ok((url, access, name))
    };
    Ok(match typed.command {
        cli::RelayCommand::Status(typed) => {
            let (url, access, name) = reached(&typed.url, typed.access)?;
            RelayJob::Status {
                url,
                access,
                name,
                format: typed.format,
            }
        }
        cli::RelayCommand::Init(typed) => {
            let (url, access, name) = reached(&typed.url, typed.access)?;
            RelayJob::Init { url, access, name }
        }
        cli::RelayCommand::Config(typed) => RelayJob::Config {
            project: url(&typed.url, sources)?.project,
            sources: typed.sources,
            followers: typed.followers,
        },
    })
}
