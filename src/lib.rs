//! Receive, record, send, replay and validate webhooks.
//!
//! This crate is the whole program `enx-hook`; its binary only calls [`run`]. The code is laid out
//! in rooms on floors. A room imports only from floors below its own, which a test checks:
//!
//! - 8: this file;
//! - 7: [`cli`] (the command line) and [`config`] (its meaning);
//! - 6: [`commands`], thin wiring of engines, terminal and output;
//! - 5: [`render`], output for people and other programs;
//! - 4: [`flows`], engines that need several engines, such as conformance and replaying;
//! - 3: [`receiver`], [`journal`], [`delivery`], [`validation`], engines that are independent of
//!   each other;
//! - 2: [`catalog`] (providers and events, as data), [`selection`], [`layout`], [`wire`];
//! - 1: [`json`], [`text`], [`files`];
//! - 0: [`model`], plain types without input or output.
//!
//! The path of an event: bytes on a socket → [`model::capture::Capture`] → appended to the log and
//! synced → answered 200 → parsed → classified → validated → shown. The response depends on
//! nothing that comes after it.

#![forbid(unsafe_code)]

pub mod catalog;
pub mod cli;
pub mod commands;
pub mod config;
pub mod delivery;
pub mod files;
pub mod flows;
pub mod journal;
pub mod json;
pub mod layout;
pub mod model;
pub mod receiver;
pub mod render;
pub mod selection;
pub mod text;
pub mod validation;
pub mod wire;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum as _;

use catalog::Catalog;
use commands::listen::Ended;
use commands::sources::Sources;
use commands::{Console, Verbosity};
use config::Job;
use model::environment::{Environment, Streams, Unbroken};
use model::error::{Failure, OutputError};
use model::outcome::Outcome;
use render::progress::Progress;
use render::style::{ColorChoice, resolve};
use render::{TermStyle, message};
use text::Zone;

/// Runs the program with these arguments, the program's own name first.
///
/// All errors are printed here and nowhere else.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: Environment,
    mut streams: Streams,
) -> Outcome {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let ids = ids(&arguments);
    let color = typed_color(&arguments);
    let cli = match cli::parse(arguments, &ids) {
        Ok(cli) => cli,
        Err(error) => return answer(&error, color, &environment, &mut streams),
    };
    let style = |terminal: bool| {
        let measure = environment.measure.filter(|_| terminal);
        let color = resolve(cli.global.color, &environment, terminal);
        TermStyle::measured(color, measure, environment.is_dumb())
    };
    let (style, err_style) = (
        style(environment.stdout_is_terminal),
        style(environment.stderr_is_terminal),
    );
    commands::prompt::paint(err_style.palette.is_on());
    let job = config::settle(
        cli.command,
        &Sources {
            environment: &environment,
            config: cli.global.config.as_deref(),
        },
    );
    // Such a command ends when nothing reads its output, which is all that it does; `listen` decides
    // by its other work.
    let sees_closed_pipe = matches!(
        job,
        Ok(Job::Listen(_)
            | Job::Follow(_)
            | Job::Log(_)
            | Job::Drift(_)
            | Job::Events(_)
            | Job::Export(_)
            | Job::Completions(_))
            | Err(_)
    );
    let mut console = Console {
        bar: Progress::hidden(),
        input: streams.input,
        out: if sees_closed_pipe {
            streams.out
        } else {
            Box::new(Unbroken::new(streams.out))
        },
        err: Box::new(Unbroken::new(streams.err)),
        style,
        err_style,
        zone: if cli.global.utc {
            Zone::Utc
        } else {
            Zone::Local
        },
        verbosity: match (cli.global.quiet, cli.global.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
            (false, true) => Verbosity::Verbose,
        },
        catalogs: cli.global.catalog,
        environment: Environment {
            trace: environment.trace.filter(|_| cli.global.verbose),
            ..environment
        },
    };
    job.and_then(|job| perform(job, &mut console))
        .unwrap_or_else(|failure| {
            // If the message cannot be written, the exit code still reports the failure.
            let _ = message::write_failure(&mut *console.err, console.err_style, &failure);
            failure.category().outcome()
        })
}

fn perform(job: Job, console: &mut Console) -> Result<Outcome, Failure> {
    match job {
        Job::Listen(options) | Job::Follow(options) => {
            match commands::listen::run(&options, console)? {
                Ended::Outcome(outcome) => Ok(outcome),
                Ended::Follow(log) => follow(log, console),
            }
        }
        Job::Relay(job) => commands::relay::run(job, console),
        Job::Send(options) => commands::send::run(options, console),
        Job::Replay(options) => commands::replay::run(&options, console),
        Job::Validate(options) => commands::validate::run(&options, console),
        Job::Log(job) => commands::log::run(&job, console),
        Job::Inspect(options) => commands::inspect::run(&options, console),
        Job::Learn(options) => commands::learn::run(&options, console),
        Job::Drift(options) => commands::drift::run(&options, console),
        Job::Check(options) => commands::check::run(&options, console),
        Job::Events(options) => commands::events::run(&options, console),
        Job::Export(options) => commands::export::run(&options, console),
        Job::Init(options) => commands::init::run(&options, console),
        Job::Allow(options) => commands::allow::run(&options, console),
        Job::Completions(options) => commands::completions::run(&options, script, console),
    }
}

/// `log --follow LOG`
fn follow(log: PathBuf, console: &mut Console) -> Result<Outcome, Failure> {
    let words = ["enx-hook", "log", "--follow", "--"].map(OsString::from);
    let words = words.into_iter().chain([log.into_os_string()]);
    let Ok(cli) = cli::parse(words, &BTreeMap::new()) else {
        return Ok(Outcome::Usage);
    };
    let sources = Sources {
        environment: &console.environment,
        config: None,
    };
    let job = config::settle(cli.command, &sources)?;
    perform(job, console)
}

/// The completion script of clap. Into memory, because `clap_complete` panics on a closed pipe.
fn script(shell: clap_complete::Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "enx-hook", &mut script);
    script
}

/// The command line, with the ids of the built-in providers.
pub fn command() -> clap::Command {
    cli::command(
        &Catalog::embedded()
            .map(|catalog| catalog.ids())
            .unwrap_or_default(),
    )
}

/// The ids that providers define in their data files, the providers of `--catalog`
/// included. Errors in a folder are reported when it is used.
fn ids(arguments: &[OsString]) -> BTreeMap<String, String> {
    // Only `send` has these options, and reading the data files takes time.
    if !arguments
        .iter()
        .skip(1)
        .any(|argument| argument == "send" || argument == "help")
    {
        return BTreeMap::new();
    }
    let Ok(mut catalog) = Catalog::embedded() else {
        return BTreeMap::new();
    };
    let mut rest = arguments.iter().filter_map(|argument| argument.to_str());
    while let Some(argument) = rest.next() {
        let folder = match argument.strip_prefix("--catalog") {
            Some("") => rest.next(),
            Some(value) => value.strip_prefix('='),
            None => None,
        };
        if let Some(folder) = folder {
            let _ = catalog.add_folder(Path::new(folder));
        }
    }
    catalog.ids()
}

/// The last `--color` among the arguments: help and usage errors need it, and clap has no
/// arguments for them.
fn typed_color(arguments: &[OsString]) -> ColorChoice {
    let mut words = arguments.iter().filter_map(|argument| argument.to_str());
    let mut choice = ColorChoice::Auto;
    while let Some(word) = words.next() {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(value) => value.strip_prefix('='),
            None if word == "--" => break,
            None => None,
        };
        if let Some(value) = value {
            choice = ColorChoice::from_str(value, false).unwrap_or(choice);
        }
    }
    choice
}

/// Prints the output of clap: help and version on stdout, errors on stderr.
fn answer(
    error: &clap::Error,
    color: ColorChoice,
    environment: &Environment,
    streams: &mut Streams,
) -> Outcome {
    let (stream, terminal, outcome): (&mut dyn Write, _, _) = if error.use_stderr() {
        (
            &mut streams.err,
            environment.stderr_is_terminal,
            Outcome::Usage,
        )
    } else {
        (
            &mut streams.out,
            environment.stdout_is_terminal,
            Outcome::Done,
        )
    };
    let text = error.render();
    let text = if resolve(color, environment, terminal) {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    match stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush())
    {
        Ok(()) => outcome,
        Err(failed) => match OutputError::from(failed) {
            OutputError::ClosedPipe => outcome,
            // If the error cannot be written, the exit code still reports it.
            OutputError::Write(_) if error.use_stderr() => outcome,
            failed @ OutputError::Write(_) => {
                let style = TermStyle::new(false, None);
                let _ = message::write_failure(&mut *streams.err, style, &failed.into());
                Outcome::Undone
            }
        },
    }
}

/// The folders of the user for configuration and for state, such as `~/.config` and
/// `~/.local/state`.
pub fn user_folders() -> Option<(std::path::PathBuf, std::path::PathBuf)> {
    use etcetera::BaseStrategy as _;
    let strategy = etcetera::choose_base_strategy().ok()?;
    let state = strategy.state_dir().unwrap_or_else(|| strategy.data_dir());
    Some((strategy.config_dir(), state))
}
