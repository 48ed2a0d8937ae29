//! `completions`: a script for a shell, and the values that it offers.
//!
//! The script is made from what can be typed. For sessions, events and queries it asks the program
//! (`completions --values`), which reads the end of the log. That never fails, since a shell has
//! no place for an error.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap_complete::Shell;

use super::{Console, Outcome};
use crate::journal::parse_record;
use crate::model::error::{Failure, OutputError};
use crate::model::name::Name;
use crate::model::report::Verdict;
use crate::validation::{JudgedCapture, Validation};

/// The bytes at the end of the log that are read.
const TAIL: u64 = 256 * 1024;
/// The captures at the end of the log that are judged.
const CAPTURES: usize = 200;

const BASH: &str = include_str!("completions/seen.bash");
const ZSH: &str = include_str!("completions/seen.zsh");

/// What `completions` was asked for.
#[derive(Debug)]
pub enum CompletionsOptions {
    /// The script for a shell.
    Script(Shell),
    /// Values, one a line.
    Values {
        /// Of what.
        of: Seen,
        /// The log that has them, if it is known.
        log: Option<PathBuf>,
    },
}

/// Values that the log has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Seen {
    /// Sessions.
    Session,
    /// Events.
    Event,
    /// Terms of a query.
    Query,
}

/// Prints what was asked for. `script` makes the script of clap.
pub fn run(
    options: &CompletionsOptions,
    script: impl FnOnce(Shell) -> Vec<u8>,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let text = match options {
        CompletionsOptions::Script(shell) => {
            with_values(*shell, &String::from_utf8_lossy(&script(*shell)))
        }
        CompletionsOptions::Values { of, log } => {
            let values = values(*of, log.as_deref(), console).unwrap_or_default();
            values.into_iter().map(|value| value + "\n").collect()
        }
    };
    console
        .out
        .write_all(text.as_bytes())
        .map_err(OutputError::from)?;
    console.out.flush().map_err(OutputError::from)?;
    Ok(Outcome::Done)
}

/// The script of clap, with the values that the log has.
fn with_values(shell: Shell, script: &str) -> String {
    match shell {
        Shell::Bash => {
            // clap_complete writes the hyphen of the name in two ways, so that no option of a
            // subcommand would be completed.
            let script = script.replace("enx__subcmd__hook", "enx__hook");
            let (functions, end) = script.split_at(script.rfind("\nif [[").unwrap_or(script.len()));
            format!(
                "{functions}{BASH}{}",
                end.replace("-F _enx__hook ", "-F _enx_hook_seen ")
            )
        }
        Shell::Zsh => {
            let (functions, end) = script.split_at(script.rfind("\nif [ ").unwrap_or(script.len()));
            let lines = functions.split_inclusive('\n').map(|line| {
                let of = [
                    ("session", "ID"),
                    ("event", "EVENT"),
                    ("query", "QUERY"),
                    ("forward-query", "QUERY"),
                    ("session", "X"),
                ];
                let line = of.iter().fold(line.to_owned(), |line, (name, value)| {
                    let is_it = line.contains(&format!("--{name}=["));
                    let plain = format!(":{value}:_default");
                    let seen = format!(":{value}:{{_enx_hook_seen {}}}", last_word(name));
                    if is_it {
                        line.replace(&plain, &seen)
                    } else {
                        line
                    }
                });
                line.replace(
                    ":session -- The id of the session:_default",
                    ":session -- The id of the session:{_enx_hook_seen session}",
                )
            });
            format!("{}{ZSH}{end}", lines.collect::<String>())
        }
        Shell::Fish => {
            let ask = |what: &str| {
                format!(" -f -a '(enx-hook completions --values {what} 2> /dev/null)'")
            };
            let lines = script.lines().map(|line| {
                let what = ["session", "event", "query", "forward-query"];
                let what = what
                    .iter()
                    .find(|what| line.contains(&format!(" -l {what} -d ")));
                format!(
                    "{line}{}\n",
                    what.map_or_else(String::new, |what| ask(last_word(what)))
                )
            });
            let timeline = "complete -c enx-hook -n \"__fish_enx_hook_using_subcommand log; and __fish_seen_subcommand_from timeline\"";
            format!(
                "{}{timeline}{}\n",
                lines.collect::<String>(),
                ask("session")
            )
        }
        _ => script.to_owned(),
    }
}

/// `query` of `forward-query`
fn last_word(option: &str) -> &str {
    option.rsplit('-').next().unwrap_or(option)
}

/// The values, the newest first.
fn values(of: Seen, log: Option<&Path>, console: &Console) -> Option<Vec<String>> {
    let validation = Validation::new(console.catalog().ok()?);
    let mut values = Vec::new();
    for judged in log
        .and_then(|log| tail(log, &validation))
        .unwrap_or_default()
    {
        let class = judged.classification();
        match of {
            Seen::Session => values.extend(class.session.as_ref().map(Name::to_string)),
            Seen::Event => values.extend(class.event.as_ref().map(Name::to_string)),
            Seen::Query => {
                values.extend(class.event.iter().map(|event| format!("event:{event}")));
                values.extend(
                    class
                        .session
                        .iter()
                        .map(|session| format!("session:{session}")),
                );
                if class.verdict != Verdict::Valid {
                    let findings = judged.report().findings.iter();
                    values.extend(findings.map(|finding| format!("code:{}", finding.code)));
                }
            }
        }
    }
    let terms = ["valid", "warning", "unknown", "invalid"].map(|word| format!("verdict:{word}"));
    let more = [
        "is:duplicate",
        "is:out-of-order",
        "has:missing",
        "since:",
        "until:",
        "seq:",
        "body:",
    ];
    match of {
        Seen::Session => {}
        Seen::Event => {
            let entries = validation.catalog().entries();
            values.extend(entries.map(|entry| entry.event.name.clone()));
        }
        Seen::Query => values.extend(terms.into_iter().chain(more.map(str::to_owned))),
    }
    let mut known = HashSet::new();
    values.retain(|value| is_plain(value) && known.insert(value.clone()));
    Some(values)
}

/// Whether a shell takes it as one word as it is. What senders choose must not be more than that.
fn is_plain(value: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:@%+=,/".contains(c);
    !value.is_empty() && !value.starts_with('-') && value.chars().all(fits)
}

/// The last captures of a log, the newest first.
fn tail(log: &Path, validation: &Validation) -> Option<Vec<JudgedCapture>> {
    // Whoever opens a named pipe waits until somebody writes to it.
    let is_file = std::fs::metadata(log).is_ok_and(|found| found.is_file());
    let mut file = is_file.then(|| File::open(log).ok())??;
    let length = file.metadata().ok()?.len();
    let begin = length.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(begin)).ok()?;
    let mut text = Vec::new();
    file.take(TAIL).read_to_end(&mut text).ok()?;
    let lines = text.split(|byte| *byte == b'\n');
    // The first one may be cut.
    let lines = lines.skip(usize::from(begin > 0)).collect::<Vec<_>>();
    let records = lines
        .into_iter()
        .rev()
        .filter_map(|line| parse_record(line).ok());
    let judge = |record: crate::journal::Record| {
        validation.capture(Some(record.seq), Arc::new(record.capture))
    };
    Some(records.take(CAPTURES).map(judge).collect())
}
