//! What the command line means: flag, then environment, then `enx-hook.toml`, then default,
//! into one plain struct a command.
//!
//! What is wrong is said here, before anything is sent or written.

mod check;
mod config;
mod credentials;
mod error;
mod listen_parts;
mod replay;
mod target;

use std::path::{Path, PathBuf};

use crate::cli;
use crate::commands::{self, events, init, listen, send, validate};
use crate::environment::Environment;
use crate::error::Failure;

use config::Config;
pub use error::SettingsError;

/// The port to listen on where none is named.
const DEFAULT_PORT: u16 = 3000;
/// The address to listen on where none is named: this machine only.
const DEFAULT_HOST: &str = "127.0.0.1";
/// The log where none is named.
const DEFAULT_LOG: &str = "log.jsonl";

/// A command with all that it needs to know.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it")]
pub enum Job {
    /// `listen`
    Listen(Box<listen::Options>),
    /// `send`
    Send(send::Options),
    /// `replay`
    Replay(commands::replay::Options),
    /// `validate`
    Validate(validate::Options),
    /// `check`
    Check(Box<commands::check::Options>),
    /// `events`
    Events(events::Options),
    /// `init`
    Init(init::Options),
    /// `completions`, which needs what can be typed and nothing else
    Completions(clap_complete::Shell),
}

/// Settles what a command line means.
pub fn settle(command: cli::Command, environment: &Environment) -> Result<Job, Failure> {
    Ok(match command {
        cli::Command::Listen(typed) => Job::Listen(Box::new(listen_options(*typed, environment)?)),
        cli::Command::Send(typed) => Job::Send(send_options(*typed, environment)?),
        cli::Command::Replay(typed) => Job::Replay(replay::settle(*typed, environment)?),
        cli::Command::Validate(typed) => Job::Validate(validate::Options {
            files: inputs(typed.files),
            taken_for: typed.taken_for,
            strict: typed.strict,
            max_document: typed.max_document,
            format: typed.format.into(),
        }),
        cli::Command::Check(typed) => Job::Check(Box::new(check::settle(*typed, environment)?)),
        cli::Command::Events(typed) => Job::Events(events::Options {
            show: match (typed.event, typed.schema, typed.sample) {
                (None, ..) => events::Show::All {
                    provider: typed.provider,
                },
                (Some(event), true, _) => events::Show::Schema(event),
                (Some(event), _, true) => events::Show::Sample(event),
                (Some(event), ..) => events::Show::One(event),
            },
            format: typed.format.into(),
        }),
        cli::Command::Init(typed) => Job::Init(init::Options {
            file: environment.current_dir.join(config::FILE),
            force: typed.force,
        }),
        cli::Command::Completions(typed) => Job::Completions(typed.shell),
    })
}

fn listen_options(
    typed: cli::Listen,
    environment: &Environment,
) -> Result<listen::Options, Failure> {
    let config = Config::find(environment)?;
    let user = typed.auth.user.or_else(|| config.listen.user.clone());
    let password_file = typed
        .auth
        .password_file
        .or_else(|| config.path(config.listen.password_file.as_deref()));
    let log = typed
        .log
        .or_else(|| config.path(config.listen.log.as_deref()))
        .unwrap_or_else(|| PathBuf::from(DEFAULT_LOG));
    Ok(listen::Options {
        host: typed
            .host
            .or_else(|| config.listen.host.clone())
            .unwrap_or_else(|| DEFAULT_HOST.to_owned()),
        port: typed.port.or(config.listen.port).unwrap_or(DEFAULT_PORT),
        log: (!typed.no_log).then_some(log),
        credentials: credentials::settle(user, password_file, environment)?,
        reject_malformed: typed.reject_malformed,
        certificate: listen_parts::certificate(&typed.guarding),
        path: typed.guarding.path,
        trust_proxy: typed.guarding.trust_proxy,
        limits: listen_parts::limits(&typed.limits),
        simulate: typed.simulate.then_some(typed.provider),
        full: typed.showing.full,
        format: listen_parts::format(typed.showing.format),
        filter: listen_parts::filter(typed.showing),
        forward: listen_parts::forward(typed.forwarding, environment)?,
        replies: listen_parts::replies(typed.playing)?,
        expect: listen_parts::expect(typed.asserting),
        ready_file: typed.ready_file,
        ngrok_api: listen_parts::ngrok_api(environment),
    })
}

fn send_options(typed: cli::Send, environment: &Environment) -> Result<send::Options, Failure> {
    let config = Config::find(environment)?;
    let what = if let Some(data) = typed.data {
        send::What::Data(match data.strip_prefix('@') {
            _ if data == "-" => send::Data::Input,
            Some(file) => send::Data::File(PathBuf::from(file)),
            None => send::Data::Text(data),
        })
    } else if typed.all {
        send::What::All {
            provider: typed.provider,
        }
    } else if typed.events.is_empty() {
        if !(environment.stdin_is_terminal && environment.stderr_is_terminal) {
            return Err(SettingsError::NothingToSend.into());
        }
        send::What::Ask
    } else {
        send::What::Events(typed.events)
    };
    Ok(send::Options {
        what,
        shape: send::Shape {
            exact: typed.exact,
            changes: changes(
                &typed.changes.set,
                &typed.changes.set_string,
                &typed.changes.unset,
            )?,
            force: typed.changes.force,
            edit: typed.changes.edit,
            validate: !typed.changes.no_validate,
            session: typed.session,
            ids: typed.ids,
        },
        seed: typed.seed,
        content_type: typed.content_type,
        pace: send::Pace {
            count: typed.pace.count,
            repeat: typed.pace.repeat_identical,
            concurrency: typed.pace.concurrency,
            rate: typed.pace.rate,
            retries: typed.pace.retries,
        },
        print: match typed.form {
            Some(cli::Form::Curl) => Some(send::Form::Curl),
            Some(cli::Form::Http) => Some(send::Form::Http),
            None => typed.dry_run.then_some(send::Form::Request),
        },
        target: target::settle(typed.target, &config, environment)?,
        format: typed.format.into(),
    })
}

/// The changes, those that leave a field out last.
fn changes(
    set: &[String],
    strings: &[String],
    unset: &[String],
) -> Result<Vec<send::Change>, send::ChangesError> {
    let set = set.iter().map(|text| send::Change::set(text));
    let strings = strings.iter().map(|text| send::Change::set_string(text));
    let unset = unset.iter().map(|path| send::Change::unset(path));
    set.chain(strings).chain(unset).collect()
}

impl From<cli::Format> for commands::Format {
    fn from(format: cli::Format) -> commands::Format {
        match format {
            cli::Format::Human => commands::Format::Human,
            cli::Format::Json => commands::Format::Json,
        }
    }
}

/// `-` is stdin, all else a file.
fn inputs(files: Vec<PathBuf>) -> Vec<commands::Input> {
    let input = |file: PathBuf| {
        if file == Path::new("-") {
            commands::Input::Stdin
        } else {
            commands::Input::File(file)
        }
    };
    files.into_iter().map(input).collect()
}
