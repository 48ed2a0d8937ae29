//! What the command line means: flag, then environment, then `enx-hook.toml`, then default,
//! into one plain struct a command.
//!
//! Errors in options and configuration are reported here, before anything is sent or written.

mod allow;
mod changes;
mod check;
mod credentials;
mod drift;
mod error;
mod export;
mod file;
mod forward;
mod inspect;
mod learn;
mod listen_parts;
mod log;
mod relay;
mod replay;
mod report;
mod roles;
mod selection;
mod send;
mod serving;
mod target;
mod validate;

use std::path::PathBuf;

use crate::commands::completions::CompletionsOptions;
use crate::commands::sources::{CONFIG_FILE, Sources};
use crate::commands::{events, init, listen};
use crate::files::{Input, check_roles};
use crate::model::error::Failure;
use crate::{cli, commands};

pub use error::SettingsError;
use file::{Config, DEFAULT_LOG};
use roles::Roles;

/// The port to listen on where none is named.
const DEFAULT_PORT: u16 = 3000;
/// The address to listen on where none is named: this machine only.
const DEFAULT_HOST: &str = "127.0.0.1";

/// A command with all that it needs to know.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Job {
    /// `listen`
    Listen(Box<listen::ListenOptions>),
    /// `follow`
    Follow(Box<listen::ListenOptions>),
    /// `relay`
    Relay(commands::relay::RelayJob),
    /// `send`
    Send(commands::send::SendOptions),
    /// `replay`
    Replay(commands::replay::Options),
    /// `validate`
    Validate(commands::validate::ValidateOptions),
    /// `log`
    Log(commands::log::LogJob),
    /// `inspect`
    Inspect(commands::inspect::InspectOptions),
    /// `drift`
    Drift(commands::drift::DriftOptions),
    /// `learn`
    Learn(commands::learn::LearnOptions),
    /// `check`
    Check(Box<commands::check::CheckOptions>),
    /// `events`
    Events(events::EventsOptions),
    /// `export`
    Export(commands::export::ExportOptions),
    /// `init`
    Init(init::InitOptions),
    /// `allow`
    Allow(commands::allow::AllowOptions),
    /// `completions`
    Completions(commands::completions::CompletionsOptions),
}

/// Settles what a command line means.
pub fn settle(command: cli::Command, sources: &Sources<'_>) -> Result<Job, Failure> {
    let mut roles = Roles::of(&command);
    let job = job(command, sources)?;
    match &job {
        Job::Listen(options) | Job::Follow(options) => {
            options.log.iter().for_each(|log| roles.log(log));
            if let (Some(settings), Some(log)) = (&options.inspect, &options.log) {
                let log = [Input::File(log.clone())];
                roles.token(settings.token_file.as_deref(), &log);
            }
        }
        Job::Log(job) => roles.read_inputs(job.inputs()),
        Job::Inspect(options) => {
            roles.read_inputs(&options.logs.files);
            roles.token(options.settings.token_file.as_deref(), &options.logs.files);
        }
        Job::Drift(options) => roles.read_inputs(&options.logs.files),
        Job::Learn(options) => roles.read_inputs(&options.logs.files),
        Job::Export(options) => roles.read_inputs(options.inputs()),
        _ => {}
    }
    let mut streams = sources.environment.stream_files;
    streams.input = streams.input.filter(|_| roles.reads_stdin);
    check_roles(&roles.files, &streams)?;
    Ok(job)
}

fn job(command: cli::Command, sources: &Sources<'_>) -> Result<Job, Failure> {
    Ok(match command {
        cli::Command::Listen(typed) => Job::Listen(Box::new(listen_options(*typed, sources)?)),
        cli::Command::Follow(typed) => Job::Follow(Box::new(relay::follow(*typed, sources)?)),
        cli::Command::Relay(typed) => Job::Relay(relay::settle(typed, sources)?),
        cli::Command::Send(typed) => Job::Send(send::settle(*typed, sources)?),
        cli::Command::Replay(typed) => Job::Replay(replay::settle(*typed, sources)?),
        cli::Command::Validate(typed) => Job::Validate(validate::settle(typed)?),
        cli::Command::Log(typed) => Job::Log(log::settle(*typed, sources)?),
        cli::Command::Learn(typed) => Job::Learn(learn::settle(*typed, sources)?),
        cli::Command::Inspect(typed) => Job::Inspect(inspect::settle(typed, sources)?),
        cli::Command::Drift(typed) => Job::Drift(drift::settle(*typed, sources)?),
        cli::Command::Check(typed) => Job::Check(Box::new(check::settle(*typed, sources)?)),
        cli::Command::Events(typed) => Job::Events(events::EventsOptions {
            show: match (typed.event, typed.schema, typed.sample) {
                (None, ..) => events::Show::All {
                    provider: typed.provider,
                },
                (Some(event), true, _) => events::Show::Schema(event),
                (Some(event), _, true) => events::Show::Sample(event),
                (Some(event), ..) => events::Show::One(event),
            },
            format: typed.format,
        }),
        cli::Command::Export(typed) => Job::Export(export::settle(typed, sources)?),
        cli::Command::Init(typed) => Job::Init(init::InitOptions {
            file: sources.environment.current_dir.join(CONFIG_FILE),
            force: typed.force,
            allowed: sources.allowed_files(),
        }),
        cli::Command::Allow(typed) => Job::Allow(allow::settle(typed, sources)?),
        cli::Command::Completions(typed) => Job::Completions(completions(&typed, sources)),
    })
}

fn listen_options(
    typed: cli::Listen,
    sources: &Sources<'_>,
) -> Result<listen::ListenOptions, Failure> {
    let config = Config::find(sources)?;
    let (user, password_file) = match (typed.auth.user, typed.auth.password_file) {
        // The file's password is that of the file's user.
        (Some(user), file) => (Some(user), file),
        (None, file) => {
            let (user, beside) = config.listen_user()?;
            (user, file.or(beside))
        }
    };
    let log = match (typed.no_log, typed.log) {
        (true, _) => None,
        (false, Some(log)) => Some(log),
        (false, None) => Some(config.log()?.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG))),
    };
    let host = match typed.host {
        Some(host) => Some(host),
        None => config.host()?,
    };
    let port = match typed.port {
        Some(port) => Some(port),
        None => config.port()?,
    };
    if typed.serving.serve_files && !typed.simulate {
        let (option, needs) = ("--serve-files", "--simulate");
        return Err(SettingsError::Without { option, needs }.into());
    }
    let forward = forward::settle(
        (&typed.forwarding, typed.forward_sync),
        log.is_some(),
        &config,
        sources,
    )?;
    let showing = typed.showing;
    let (full, format) = (showing.full, showing.format);
    let mask = showing.masking.clone().mask();
    let filter = listen_parts::filter(showing);
    Ok(listen::ListenOptions {
        receiver: listen_parts::receiver(
            host.unwrap_or_else(|| DEFAULT_HOST.to_owned()),
            port.unwrap_or(DEFAULT_PORT),
            credentials::settle(user, password_file, sources)?,
            &typed.guarding,
            &typed.limits,
        ),
        certificate: listen_parts::certificate(&typed.guarding),
        log,
        keeping: listen_parts::keeping(&typed.keeping),
        reject_malformed: typed.reject_malformed,
        simulate: typed.simulate.then_some(typed.provider),
        full,
        mask,
        format,
        filter: filter.clone(),
        forget_targets: listen_parts::forget_targets(&typed.keeping)?,
        forward,
        relay: relay::publish(typed.relaying, sources)?,
        follow: None,
        replies: listen_parts::replies(typed.playing)?,
        expect: listen_parts::expect(typed.asserting, filter),
        expect_fetched: typed.serving.expect_fetched,
        files: serving::server(typed.serving, sources)?,
        ready_file: typed.ready_file,
        ngrok_api: listen_parts::ngrok_api(sources),
        inspect: inspect::beside(typed.inspecting, &config, sources)?,
    })
}

/// A script, or the values of the log that a command without LOG reads.
fn completions(typed: &cli::Completions, sources: &Sources<'_>) -> CompletionsOptions {
    match (typed.values, typed.shell) {
        (Some(of), _) => {
            let log = Config::find(sources).ok();
            let log = log.and_then(|config| config.log().ok());
            CompletionsOptions::Values {
                of,
                log: log.map(|log| log.unwrap_or_else(|| PathBuf::from(DEFAULT_LOG))),
            }
        }
        // clap requires one of both.
        (None, shell) => CompletionsOptions::Script(shell.unwrap_or(clap_complete::Shell::Bash)),
    }
}
