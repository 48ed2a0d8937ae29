//! The options that providers define in their data files, in addition to those of the structs.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use super::command::{Cli, Command as Typed};
use super::{hints, short_help, typed};

/// The command with these options.
const SEND: &str = "send";
/// Their heading in the help.
const HEADING: &str = "Ids";

/// The command line, with an option for each id (its name and its help).
///
/// An id with the name of an existing option gets no option.
pub fn command(ids: &BTreeMap<String, String>) -> Command {
    let command = with_ids(ids);
    short_help::shorten(command)
}

fn with_ids(ids: &BTreeMap<String, String>) -> Command {
    if ids.is_empty() {
        return Cli::command();
    }
    let global: Vec<String> = long_names(&Cli::command());
    Cli::command().mut_subcommand(SEND, |send| {
        let taken = [
            long_names(&send),
            global,
            vec!["help".into(), "version".into()],
        ]
        .concat();
        ids.iter()
            .filter(|(name, _)| !taken.contains(name))
            .fold(send, |send, (name, help)| {
                send.arg(
                    Arg::new(internal(name))
                        .long(name.clone())
                        .value_name("ID")
                        .help(help.clone())
                        .help_heading(HEADING)
                        .conflicts_with("exact"),
                )
            })
    })
}

/// The id of the argument in clap, which differs from that of every other argument.
fn internal(name: &str) -> String {
    format!("id:{name}")
}

fn long_names(command: &Command) -> Vec<String> {
    let names = command.get_arguments().filter_map(Arg::get_long);
    names.map(str::to_owned).collect()
}

/// Parses the arguments.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    ids: &BTreeMap<String, String>,
) -> Result<Cli, clap::Error> {
    let mut command = command(ids);
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    globals_first(&mut arguments, &command);
    let matches = command
        .try_get_matches_from_mut(&arguments)
        .map_err(|error| {
            let parses = |words: &[String]| self::command(ids).try_get_matches_from(words).is_ok();
            hints::improve(error, &arguments, &parses)
        })?;
    let chosen = match matches.subcommand() {
        Some((SEND, matches)) => chosen(matches, ids),
        _ => BTreeMap::new(),
    };
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    match (&mut cli.command, matches.subcommand()) {
        (Typed::Send(send), Some((_, matches))) => {
            // Not `command`: clap has added the global options to it.
            let options = self::command(ids);
            if let Some(options) = options.find_subcommand(SEND) {
                send.words = typed::words(options, matches);
            }
            send.ids = chosen;
        }
        (Typed::Replay(replay), Some((_, matches))) => replay.identify(matches),
        _ => {}
    }
    Ok(cli)
}

/// Moves options of all commands from between a command and its subcommand to before both, where
/// they mean the same: clap would take the subcommand of `log` for a file.
fn globals_first(arguments: &mut [OsString], program: &Command) {
    // How many words the option of all commands takes that begins there.
    let option = |at: usize| {
        let word = arguments.get(at)?.to_str()?;
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        let is_it = |arg: &&Arg| {
            let short = arg.get_short().map(|short| format!("-{short}"));
            arg.is_global_set()
                && (name.strip_prefix("--") == arg.get_long() || short.as_deref() == Some(name))
        };
        let arg = program.get_arguments().find(is_it)?;
        Some(1 + usize::from(arg.get_action().takes_values() && value.is_none()))
    };
    let behind = |mut at: usize| {
        while let Some(words) = option(at) {
            at += words;
        }
        at
    };
    let command = behind(1);
    let inside = behind(command + 1);
    let find = |at: usize, of: &'_ Command| {
        let name = arguments.get(at).and_then(|word| word.to_str());
        name.is_some_and(|name| of.find_subcommand(name).is_some())
    };
    let outer = arguments
        .get(command)
        .and_then(|word| program.find_subcommand(word));
    if outer.is_some_and(|outer| find(inside, outer)) {
        arguments[command..inside].rotate_left(1);
    }
}

fn chosen(matches: &ArgMatches, ids: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let value = |name: &String| {
        // An id with the name of an existing option has no argument.
        let value = matches.try_get_one::<String>(&internal(name)).ok()??;
        Some((name.clone(), value.clone()))
    };
    ids.keys().filter_map(value).collect()
}
