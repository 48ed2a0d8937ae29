//! What people type that other tools call so, and the command that does what they mean.
//!
//! A hint is a whole command. It is given only if it can be parsed.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::render::request::word;
use crate::text::mask::mask;

/// Commands under the names that they have elsewhere.
const COMMANDS: [(&str, &[&str]); 29] = [
    ("trigger", &["send"]),
    ("emit", &["send"]),
    ("fire", &["send"]),
    ("serve", &["listen"]),
    ("start", &["listen"]),
    ("record", &["listen"]),
    ("receive", &["listen"]),
    ("forward", &["listen", "--forward"]),
    ("show", &["log", "show"]),
    ("diff", &["log", "diff"]),
    ("timeline", &["log", "timeline"]),
    ("repair", &["log", "repair"]),
    ("prune", &["log", "prune"]),
    ("lint", &["validate"]),
    ("fix", &["validate", "--fix"]),
    ("test", &["check"]),
    ("post", &["send"]),
    ("simulate", &["listen", "--simulate"]),
    ("server", &["listen"]),
    ("http", &["listen"]),
    ("tail", &["log", "--follow"]),
    ("ls", &["log"]),
    ("list", &["log"]),
    ("sessions", &["log", "sessions"]),
    ("stats", &["log", "stats"]),
    ("schema", &["events", "--schema"]),
    ("schemas", &["events"]),
    ("fixtures", &["events"]),
    ("types", &["export", "typescript"]),
];

/// Commands that have no single counterpart.
const COMMAND_TEXTS: [(&str, &str); 3] = [
    ("version", "enx-hook --version"),
    (
        "resend",
        "enx-hook replay log.jsonl --seq N sends capture N of a log again",
    ),
    (
        "redeliver",
        "enx-hook replay log.jsonl --seq N sends capture N of a log again",
    ),
];

/// Options under the names that they have elsewhere: the commands, the names, and what stands
/// in their place. An empty place: the value stands alone.
const OPTIONS: [(&[&str], &[&str], &str); 23] = [
    (
        &["listen", "replay", "validate"],
        &["--type", "--events"],
        "--event",
    ),
    (&["send"], &["--type", "--event", "-e"], ""),
    (
        &["listen"],
        &["--forward-to", "--to", "--url", "--target"],
        "--forward",
    ),
    (&["listen"], &["--file", "--output", "-o", "--out"], "--log"),
    (
        &["send"],
        &["--body", "--json", "--payload", "--data-raw"],
        "--data",
    ),
    (
        &["replay", "validate"],
        &["--log", "--file", "-f", "--input"],
        "",
    ),
    (
        &["send", "replay", "check"],
        &["--target", "--endpoint", "--forward-to"],
        "--url",
    ),
    (
        &["send", "replay", "check"],
        &["--username", "--auth"],
        "--user",
    ),
    (&["listen"], &["--username", "--auth"], "--user"),
    (&["listen"], &["--timeout", "--duration"], "--for"),
    (
        &["listen"],
        &["--exec", "--execute-command", "--command"],
        "--forward-command",
    ),
    (
        &["listen", "replay"],
        &["--redact", "--anonymize"],
        "--mask",
    ),
    (
        &[
            "listen", "replay", "validate", "check", "log", "events", "drift", "learn",
        ],
        &["--json"],
        "--format json",
    ),
    (ALL, &["--silent", "-s"], "--quiet"),
    (
        ALL,
        &["--no-color", "--no-colour", "--nocolor"],
        "--color never",
    ),
    (&["send", "replay", "check"], &["-k"], "--insecure"),
    (
        &["send", "replay", "check", "listen"],
        &["-i", "--include"],
        "--verbose",
    ),
    (
        &["send", "replay", "check", "validate"],
        &["--junit", "--junit-xml"],
        "--report",
    ),
    (&["send"], &["--times", "-n"], "--repeat-identical"),
    (&["send"], &["--override", "--add"], "--set"),
    (
        &["send"],
        &["--shuffle", "--random", "--reverse"],
        "--scenario disorder",
    ),
    (&["send"], &["--duplicates"], "--scenario redelivery"),
    (&["log"], &["-n", "--tail"], "--last"),
];

/// The commands that have the global options.
const ALL: &[&str] = &[
    "listen", "send", "replay", "validate", "check", "events", "log", "drift", "learn", "export",
];

/// Options that have no single counterpart.
const TEXTS: [(&[&str], &[&str], &str); 10] = [
    (
        &["listen", "send", "replay", "check"],
        &["--password", "--pass"],
        "the password comes from --password-file FILE, the variable ENX_HOOK_PASSWORD, --user NAME:PASSWORD or a prompt",
    ),
    (
        &["listen"],
        &["--filter"],
        "--event, --session and --verdict select what is shown",
    ),
    (
        &["replay"],
        &["--filter"],
        "--event, --session, --seq, --since, --until, --where and --verdict select captures",
    ),
    (
        &["validate"],
        &["--filter"],
        "--event and --seq select documents",
    ),
    (
        &["replay"],
        &["--delay", "--interval", "--sleep", "--slow"],
        "--rate 2/s sends two a second, and --speed 1 keeps the gaps of the original",
    ),
    (
        &["send"],
        &["--delay", "--interval", "--sleep", "--slow"],
        "--rate 2/s sends two a second; the events of a scenario have delays of their own",
    ),
    (
        &["send"],
        &["--duplicate"],
        "--repeat-identical 2 sends each event twice; --scenario redelivery repeats some",
    ),
    (
        &["send", "replay", "check"],
        &["-X", "--request", "--method"],
        "an event is always sent with POST: leave it out",
    ),
    (
        &["replay"],
        &["--failed"],
        "--resume FILE sends again what failed in the run that wrote FILE",
    ),
    (
        &["log"],
        &["--missing", "--incomplete"],
        "enx-hook log sessions --state missing lists sessions without a promised event",
    ),
];

/// The error, with the hint that fits in place of those of clap that do not.
pub(super) fn improve(
    mut error: clap::Error,
    arguments: &[OsString],
    parses: &dyn Fn(&[String]) -> bool,
) -> clap::Error {
    let context = match error.kind() {
        ErrorKind::UnknownArgument => ContextKind::InvalidArg,
        ErrorKind::InvalidSubcommand => ContextKind::InvalidSubcommand,
        _ => return error,
    };
    // "to pass '--x' as a value, use '-- --x'" is never what was meant.
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
    }
    let Some(ContextValue::String(typed)) = error.get(context).cloned() else {
        return error;
    };
    let typed = typed.split('=').next().unwrap_or_default();
    let words: Vec<String> = arguments
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let hint = hint(typed, &words, parses);
    // What is similar in letters is not what a known name means.
    if hint.is_some() || COMMANDS.iter().any(|(name, _)| *name == typed) {
        for suggested in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
            error.remove(suggested);
        }
    }
    for suggested in [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand] {
        if let Some(value) = error.remove(suggested) {
            let alike = alike(typed, value);
            alike.and_then(|alike| error.insert(suggested, alike));
        }
    }
    if let Some(hint) = hint {
        // The usage that clap shows is that of an option that was not meant.
        error.remove(ContextKind::Usage);
        let hint = ContextValue::StyledStrs(vec![StyledStr::from(hint)]);
        error.insert(ContextKind::Suggested, hint);
    }
    error
}

/// What clap finds similar, if it is no more than a slip of the hand: to follow a tip must not do
/// something else.
fn alike(typed: &str, suggested: ContextValue) -> Option<ContextValue> {
    let is_slip = |name: &String| {
        let letters = name.trim_start_matches('-').chars().count();
        let edits = strsim::damerau_levenshtein(typed, name);
        edits <= (letters / 4).max(1) || name.starts_with(typed)
    };
    match suggested {
        ContextValue::String(name) => is_slip(&name).then_some(ContextValue::String(name)),
        ContextValue::Strings(mut names) => {
            names.retain(is_slip);
            (!names.is_empty()).then_some(ContextValue::Strings(names))
        }
        other => Some(other),
    }
}

fn hint(typed: &str, words: &[String], parses: &dyn Fn(&[String]) -> bool) -> Option<String> {
    // An option of its own may stand before the value, joined by `=`.
    let at = words
        .iter()
        .skip(1)
        .position(|word| word == typed || word.split('=').next() == Some(typed))?
        + 1;
    let command = words.get(1..at).unwrap_or_default();
    let command = command.iter().find(|word| !word.starts_with('-'));
    let Some(command) = command.map(String::as_str) else {
        if let Some((_, text)) = COMMAND_TEXTS.iter().find(|(name, _)| *name == typed) {
            return Some((*text).to_owned());
        }
        let (_, own) = COMMANDS.iter().find(|(name, _)| *name == typed)?;
        let mut own: Vec<String> = own.iter().map(|word| (*word).to_owned()).collect();
        let is_port = |word: &String| word.parse::<u16>().is_ok();
        if own == ["listen"] && words.get(at + 1).is_some_and(is_port) {
            own.push("--port".to_owned());
        }
        let whole = replaced(words, at, &own);
        // A body is no event.
        let has_body = words[at + 1..]
            .iter()
            .any(|word| word.starts_with(['{', '[', '@']));
        return (!has_body && parses(&whole)).then(|| line(&whole));
    };
    let is_of = |(commands, names): (&[&str], &[&str])| {
        commands.contains(&command) && names.contains(&typed)
    };
    if let Some((.., text)) = TEXTS.iter().find(|(of, names, _)| is_of((*of, *names))) {
        return Some((*text).to_owned());
    }
    let value = words[at].split_once('=').map(|(_, value)| value.to_owned());
    let own = OPTIONS.iter().find(|(of, names, _)| is_of((*of, *names)));
    let place: Vec<String> = if let Some((.., own)) = own {
        let is_form = ["--output", "-o"].contains(&typed)
            && words.get(at + 1).is_some_and(|word| is_format(word));
        let own = if is_form { "--format" } else { own };
        own.split(' ')
            .filter(|own| !own.is_empty())
            .map(str::to_owned)
            .chain(value)
            .collect()
    } else if command == "listen" && typed.parse::<u16>().is_ok() {
        vec!["--port".to_owned(), typed.to_owned()]
    } else if command == "listen" && is_url(typed) {
        vec!["--forward".to_owned(), typed.to_owned()]
    } else if ["send", "replay", "check"].contains(&command) && typed == "--port" {
        let mut words = words.to_vec();
        let port = value.or_else(|| (at + 1 < words.len()).then(|| words.remove(at + 1)))?;
        let place = ["--url".to_owned(), format!(":{port}")];
        let whole = replaced(&words, at, &place);
        return parses(&whole).then(|| line(&whole));
    } else {
        return None;
    };
    let mut whole = replaced(words, at, &place);
    if place.first().is_some_and(|own| own == "--scenario") {
        // A scenario has events of its own.
        let first = words.iter().position(|word| word == command)? + 1;
        let is_event = |word: &&String| !word.starts_with('-') && !is_url(word);
        let events = whole[first..].iter().take_while(is_event).count();
        whole.drain(first..first + events);
    }
    parses(&whole).then(|| line(&whole))
}

/// Whether this names a form of the output, and no file.
fn is_format(word: &str) -> bool {
    ["json", "line", "pretty", "quiet"].contains(&word)
}

/// Whether this can only be a URL: `http://h/`, `localhost:8080/x`, `:8080`.
pub fn is_url(text: &str) -> bool {
    let has_port = text
        .split_once(':')
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    text.starts_with("http://") || text.starts_with("https://") || has_port
}

/// The words with others in the place of one.
fn replaced(words: &[String], at: usize, by: &[String]) -> Vec<String> {
    [&words[..at], by, &words[at + 1..]].concat()
}

/// A command to copy, without passwords.
fn line(words: &[String]) -> String {
    let mut before = "";
    let mut line = "enx-hook".to_owned();
    for text in &words[1..] {
        let is_user = ["--user", "-u"].contains(&before);
        let shown = match text.split_once(':') {
            Some((user, _)) if is_user => user,
            _ => text,
        };
        line.push(' ');
        line.push_str(&word(&mask(shown)));
        before = text;
    }
    line
}
