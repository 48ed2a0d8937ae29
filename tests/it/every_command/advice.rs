//! Every command that the program prints as advice can be run as it is printed: it is no usage
//! error, and nothing warns.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use chrono::{Duration, SecondsFormat, Utc};
use enx_hook::cli::Cli;
use serde_json::{Value, json};

use clap::CommandFactory as _;

use super::help::all;
use crate::support::{Call, Run, Sandbox, Sink};

/// Sessions of the log; the help names the first two.
const SESSIONS: [&str; 3] = ["48213907", "48213911", "7700123"];

/// How the examples end that ask on a terminal or open a browser.
const ASKING: [&str; 3] = ["prune --session 48213907", "--review", "--inspect-open"];

/// A folder with all files that the help and the messages name.
fn sandbox(url: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let log = log();
    for name in ["log.jsonl", "a.jsonl", "b.jsonl"] {
        sandbox.write(name, &log);
        // A log that others can read is a warning.
        let mode = Permissions::from_mode(0o600);
        std::fs::set_permissions(sandbox.path(name), mode).unwrap();
    }
    let event = sample("roomdrop").to_string();
    sandbox.write("event.json", &event);
    sandbox.write("events/a.json", &event);
    sandbox.write("src/keep", "");
    sandbox.write("odd.json", r#"{"type":"roomdrp"}"#);
    sandbox.allowed(
        "enx-hook.toml",
        format!("[targets.staging]\nurl = '{url}'\n"),
    );
    for line in [
        "enx-hook export scenario --session 48213907 > call.json; cp call.json my.json",
        "enx-hook learn --write learned",
        "enx-hook drift --format json > baseline.jsonl",
        "enx-hook replay log.jsonl --resume replay.progress",
        "enx-hook replay log.jsonl --report recorded.har",
    ] {
        shell(&sandbox, line, url).code(0);
    }
    sandbox
}

fn sample(event: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/enablex");
    let text = std::fs::read_to_string(folder.join(format!("{event}.json"))).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Whole sessions of an hour ago, a copy, an invalid event and an undocumented one.
fn log() -> String {
    let catalog = enx_hook::catalog::Catalog::embedded().unwrap();
    let provider = catalog.provider("enablex").unwrap();
    let mut bodies = Vec::new();
    for session in SESSIONS {
        for event in provider.events() {
            let mut body = sample(&event.name);
            body["conf_num"] = session.into();
            bodies.push(body);
        }
    }
    bodies.push(bodies[0].clone());
    bodies.push(json!({ "type": "roomdrop", "conf_num": SESSIONS[2] }));
    let mut other = sample("roomdrop");
    other["type"] = "whiteboard".into();
    bodies.push(other);
    let began = Utc::now() - Duration::hours(1);
    let line = |(index, body): (usize, Value)| {
        let at = began + Duration::seconds(i64::try_from(index).unwrap());
        let rest = json!({
            "seq": index + 1,
            "received_at": at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "peer": "127.0.0.1:53122",
            "method": "POST",
            "target": "/hook",
            "headers": [["content-type", "application/json"]],
            "body": body.to_string(),
        });
        format!("{{\"enx_hook\":1,{}\n", &rest.to_string()[1..])
    };
    bodies.into_iter().enumerate().map(line).collect()
}

/// Runs a line as a user's shell would, with an event on stdin.
#[track_caller]
fn shell(sandbox: &Sandbox, line: &str, url: &str) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_enx-hook"));
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = sandbox.program("sh");
    command
        .args(["-c", line])
        .env(
            "PATH",
            format!("{}:{path}", program.parent().unwrap().display()),
        )
        .env("ENX_HOOK_URL", url)
        .env("ENX_HOOK_PASSWORD", "secret");
    Call::new(command)
        .input(sample("roomdrop").to_string())
        .run()
}

/// Follows advice: with a target that is there, a free port, and an end. Returns the run if it is
/// a usage error, could not be done, or warns.
fn follow(sandbox: &Sandbox, advice: &str, url: &str) -> Option<String> {
    if ASKING.iter().any(|end| advice.ends_with(end)) {
        return None;
    }
    // Without a server it waits: `relay::*` has one.
    let of_relay = ["enx-hook follow ", "enx-hook relay ", "--relay "];
    if of_relay.iter().any(|part| advice.contains(part)) {
        return None;
    }
    let words = advice.split(' ').map(|word| match word {
        "URL" | "http://localhost:8080/hook" | "https://hook.example/" => url,
        "N" | "NUMBER" => "1",
        "60s" => "1s",
        "3000" => "0",
        word => word,
    });
    let mut line = words.collect::<Vec<_>>().join(" ");
    if line.starts_with("enx-hook listen") {
        for (option, value) in [("--for", "1s"), ("--port", "0")] {
            if !line.contains(option) || (option == "--for" && !line.contains("--for ")) {
                line = format!("{line} {option} {value}");
            }
        }
    }
    if line.contains("--follow") || line.starts_with("enx-hook inspect") {
        line = format!("timeout --preserve-status -s INT 2 {line}");
    }
    if line == "enx-hook init" {
        line = format!("mkdir -p new && cd new && {line}");
    }
    if line.contains(" prune ") {
        // Later advice needs the log as it was.
        line = format!("cp log.jsonl kept; {line}; code=$?; mv kept log.jsonl; exit $code");
    }
    let line = line.replace("--speed 10", "--speed max");
    let run = shell(sandbox, &line, url);
    let all_well = [0, 1, 130].iter().any(|code| run.has_code(*code));
    (!all_well || run.err().contains("warning:")).then(|| format!("{advice}\n{run}"))
}

/// The examples of a help text, each without what a shell does with its output.
fn examples(help: &str) -> Vec<String> {
    let Some((_, rest)) = help.split_once("Examples:\n") else {
        return Vec::new();
    };
    let joined = rest.replace("\\\n", " ");
    let lines = joined.lines().take_while(|line| line.starts_with("  "));
    let commands = lines.filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let line = words.join(" ");
        let command = &line[line.find("enx-hook")?..];
        let end = [" | ", " > "]
            .iter()
            .filter_map(|end| command.find(end))
            .min();
        Some(command[..end.unwrap_or(command.len())].to_owned())
    });
    commands.collect()
}

/// The commands that a message names: in backquotes, or behind a colon or a parenthesis up to the
/// words that say what they do.
fn commands(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("Usage:"))
    {
        for (at, _) in line.match_indices("enx-hook ") {
            let (before, rest) = line.split_at(at);
            let is_command = rest[9..].starts_with(|c: char| c.is_ascii_lowercase() || c == '-');
            let ends: &[&str] = match before.chars().last() {
                Some('`') => &["`"],
                Some('(') => &[")"],
                _ if before.trim().is_empty() || before.ends_with(": ") => {
                    &[" sends ", " lists ", " shows ", " says ", "; ", ", ", " …"]
                }
                _ => continue,
            };
            let end = ends.iter().filter_map(|end| rest.find(end)).min();
            if is_command {
                found.push(rest[..end.unwrap_or(rest.len())].trim_end().to_owned());
            }
        }
    }
    found
}

#[test]
fn every_example_of_the_help_runs_as_it_is_printed() {
    let sink = Sink::answering(200);
    let url = sink.url();
    let sandbox = sandbox(&url);
    let (mut seen, mut bad) = (BTreeSet::new(), Vec::new());
    for words in all(&Cli::command(), &[]) {
        let words = words.iter().map(String::as_str);
        let args: Vec<&str> = words.chain(["--help"]).collect();
        for example in examples(sandbox.enx(&args).code(0).out()) {
            if seen.insert(example.clone()) {
                bad.extend(follow(&sandbox, &example, &url));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(seen.len() > 90, "{}: {seen:#?}", seen.len());
}

#[test]
fn every_command_in_a_message_runs_as_it_is_printed() {
    let sink = Sink::answering(200);
    let url = sink.url();
    let sandbox = sandbox(&url);
    let (mut seen, mut bad) = (BTreeSet::new(), Vec::new());
    for line in [
        "send",
        "send nonsense",
        "send roomdrop --set nope=1",
        "send --scenario nope",
        "replay",
        "check --only nonsense",
        "check --only https --skip https",
        "export scenario --catalog learned --session 48213907 --output call.json",
        "validate --strict odd.json",
        "log",
        "log sessions",
        "log timeline 48213907",
        "log timeline nope",
        "log show 17",
        "log show 999",
        "log diff 17 x",
        "log diff 33 --sample",
        "log stats",
        "learn",
        "learn --write more",
        "drift",
        "init",
        "trigger roomdrop",
        "serve 0",
        "listen --type roomdrop",
        "listen --silent",
        "test URL",
        "show 17",
        "diff 17 21",
        "timeline 48213907",
        "simulate",
        "resend 17",
        "sessions",
        "version",
        "lint event.json",
        "fix event.json",
        "types",
        "schema roomdrop",
        "ls",
        "send --type roomdrop",
        "send roomdrop --times 3",
        "send roomdrop --shuffle",
        "validate --file event.json",
        "replay log.jsonl --junit r.xml",
        "log --json",
        "log -n 5",
        "log --missing",
    ] {
        let line = format!("enx-hook {}", line.replace("URL", &url));
        let run = shell(&sandbox, &line, &url);
        for advice in commands(&format!("{}\n{}", run.out(), run.err())) {
            if seen.insert(advice.clone()) {
                bad.extend(follow(&sandbox, &advice, &url));
            }
        }
    }
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert!(seen.len() > 30, "{}: {seen:#?}", seen.len());
}

#[test]
fn advice_is_found_where_it_stands() {
    let text = "error: x\n  run `enx-hook send a --url URL`, or `enx-hook events` lists them\n\
                which: enx-hook log sessions\n  tip: enx-hook replay l --seq N sends capture N\n\
                enx-hook 0.1.0 is listening\nUsage: enx-hook log [LOG]\nby enx-hook learn";
    let expected = [
        "enx-hook send a --url URL",
        "enx-hook events",
        "enx-hook log sessions",
        "enx-hook replay l --seq N",
    ];
    assert_eq!(commands(text), expected);
    let help =
        "Examples:\n  echo 1 | enx-hook a - | jq .\n  enx-hook b \\\n    c > d\n\nenx-hook e";
    assert_eq!(examples(help), ["enx-hook a -", "enx-hook b c"]);
}
