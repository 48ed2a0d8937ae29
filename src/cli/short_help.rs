//! The options that `-h` shows. `--help` shows all.

use clap::Command;

/// The options of everyday use, by command. A command that is not here shows all of its own.
const SHOWN: [(&str, &[&str]); 6] = [
    (
        "listen",
        &[
            "port", "host", "log", "no-log", "user", "simulate", "forward", "reply", "format",
            "event", "inspect", "expect", "for",
        ],
    ),
    (
        "send",
        &[
            "all", "scenario", "data", "set", "unset", "session", "count", "dry-run", "as", "url",
            "to", "user",
        ],
    ),
    (
        "replay",
        &[
            "event",
            "session",
            "seq",
            "since",
            "last",
            "set",
            "concurrency",
            "speed",
            "dry-run",
            "follow",
            "resume",
            "url",
            "to",
            "user",
        ],
    ),
    (
        "log",
        &[
            "event", "session", "seq", "since", "query", "last", "follow", "full", "format",
        ],
    ),
    (
        "check",
        &[
            "url", "to", "user", "only", "skip", "list", "explain", "yes", "report",
        ],
    ),
    (
        "validate",
        &[
            "as",
            "event",
            "seq",
            "strict",
            "only-invalid",
            "fix",
            "dry-run",
            "explain",
            "report",
            "format",
        ],
    ),
];

/// The first example that `-h` does not show.
const EXAMPLES: usize = 5;

/// Hides from `-h` the other options, those of every command, and all but the first examples.
pub(super) fn shorten(command: Command) -> Command {
    let command = command.mut_args(|arg| {
        let is_hidden = arg.is_global_set();
        arg.hide_short_help(is_hidden)
    });
    let command = SHOWN.iter().fold(command, |command, (name, shown)| {
        command.mut_subcommand(*name, |inner| {
            inner.mut_args(|arg| {
                let is_hidden = arg.get_long().is_some_and(|name| !shown.contains(&name));
                arg.hide_short_help(is_hidden)
            })
        })
    });
    command.mut_subcommands(|inner| {
        let Some(examples) = inner.get_after_help().map(ToString::to_string) else {
            return inner;
        };
        let mut left = EXAMPLES;
        let shown = examples.lines().take_while(|line| {
            // An example may go on in the next line.
            let begins = line.starts_with("  ") && !line.starts_with("   ");
            left -= usize::from(begins && left > 0);
            !line.is_empty() && (!begins || left > 0)
        });
        let shown: Vec<&str> = shown.collect();
        inner.after_help(shown.join("\n")).after_long_help(examples)
    })
}
