//! The options that providers name in their data files, beside those of the structs.

use std::collections::BTreeMap;
use std::ffi::OsString;

use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use super::command::{Cli, Command as Typed};
use super::typed;

/// The command that takes them.
const SEND: &str = "send";
/// The heading they stand under.
const HEADING: &str = "Ids";

/// All that can be typed, with an option for each id: its name, and what it is.
///
/// A name that an option has already stays that option's.
pub fn command(ids: &BTreeMap<String, String>) -> Command {
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

/// What clap calls it, so that it is never another argument's.
fn internal(name: &str) -> String {
    format!("id:{name}")
}

fn long_names(command: &Command) -> Vec<String> {
    let names = command.get_arguments().filter_map(Arg::get_long);
    names.map(str::to_owned).collect()
}

/// Reads what was typed.
pub fn parse(
    arguments: impl IntoIterator<Item = OsString>,
    ids: &BTreeMap<String, String>,
) -> Result<Cli, clap::Error> {
    let mut command = command(ids);
    let matches = command.try_get_matches_from_mut(arguments)?;
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

fn chosen(matches: &ArgMatches, ids: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let value = |name: &String| {
        // A name that is another option's is not an id.
        let value = matches.try_get_one::<String>(&internal(name)).ok()??;
        Some((name.clone(), value.clone()))
    };
    ids.keys().filter_map(value).collect()
}
