//! `log prune`: a session is removed, and nothing else.

use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use super::fixture::{DOUBLED, arrivals, id, records, sandbox};
use crate::support::{Listener, Nobody, Running, Sandbox, Sink, Terminal, record};

/// The text of the parts of the fixture and of their log.
fn text(sandbox: &Sandbox) -> String {
    let names = fs::read_dir(sandbox.path("parts")).unwrap();
    let mut packed: Vec<_> = names
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "gz"))
        .collect();
    packed.sort();
    let mut text = String::new();
    for part in packed {
        let file = fs::File::open(part).unwrap();
        GzDecoder::new(file).read_to_string(&mut text).unwrap();
    }
    text + &sandbox.text("parts/log.jsonl")
}

fn prune<'a>(session: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["log", "prune", "--session", session], more].concat()
}

#[test]
fn a_session_is_removed_from_packed_parts_too_and_all_else_stays() {
    let (sandbox, session) = (sandbox(), id(DOUBLED));
    let expected: String = (1..)
        .zip(records(&arrivals()))
        .map(|(seq, line): (u64, String)| {
            if line.contains(&session) {
                format!("{{\"enx_hook\":1,\"seq\":{seq},\"removed\":true}}\n")
            } else {
                line
            }
        })
        .collect();
    let run = sandbox.enx(&prune(&session, &["--yes", "parts/log.jsonl"]));
    run.code(0)
        .says("parts/log-1.jsonl.gz  ")
        .tells("4 captures of session 48213903 in ");
    assert_eq!(text(&sandbox), expected);
    let run = sandbox.enx(&["log", "repair", "parts/log.jsonl", "--format", "json"]);
    let summary = &run.code(0).json_of("summary")[0];
    assert_eq!(
        (
            &summary["records"],
            &summary["removed"],
            &summary["missing"]
        ),
        (&json!(52), &json!(4), &json!(0))
    );
    let run = sandbox.enx(&["log", "sessions", "parts/log.jsonl", "--format", "json"]);
    assert_eq!(run.code(0).json_of("session").len(), 19);
    assert_eq!(run.err(), "");
    sandbox
        .enx(&["validate", "parts/log.jsonl"])
        .code(0)
        .hides(&session);
    // There is nothing to remove any more.
    sandbox
        .enx(&prune(&session, &["--yes", "parts/log.jsonl"]))
        .code(1)
        .tells("has no captures of session 48213903");
}

#[test]
fn nothing_is_removed_unasked() {
    let (sandbox, session) = (sandbox(), id(1));
    let before = sandbox.text("log.jsonl");
    sandbox
        .enx(&prune(&session, &[]))
        .code(2)
        .tells("removing 3 captures of session 48213901 in 1 file needs to be confirmed")
        .tells("--yes");
    assert_eq!(sandbox.text("log.jsonl"), before);
}

#[test]
fn on_a_terminal_it_asks() {
    let (sandbox, session) = (sandbox(), id(1));
    let before = sandbox.text("log.jsonl");
    for (key, code) in [("n", 130), ("y", 0)] {
        assert_eq!(sandbox.text("log.jsonl"), before);
        let line = format!("enx-hook log prune --session {session}");
        let mut terminal = Terminal::run(&sandbox, &line, &[]);
        terminal.wait_for("Remove 3 captures of session 48213901 in 1 file for ever?");
        terminal.press(key);
        let (ended, screen) = terminal.ended();
        assert_eq!(ended, Some(code), "{screen}");
    }
    assert!(!sandbox.text("log.jsonl").contains(&session));
}

#[test]
fn nothing_is_removed_while_a_listener_writes() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    listener.post("{\"type\":\"roomdrop\",\"conf_num\":\"7\"}");
    let before = sandbox.text("log.jsonl");
    sandbox
        .enx(&prune("7", &["--yes"]))
        .code(3)
        .tells("is being written by process")
        .tells("stop that process first");
    assert_eq!(sandbox.text("log.jsonl"), before);
    drop(listener);
    let run = sandbox.enx(&prune("7", &["--yes", "--format", "json"]));
    assert_eq!(
        run.code(0).json_lines(),
        [
            json!({"kind": "pruned", "file": "log.jsonl", "captures": 1}),
            json!({"kind": "summary", "session": "7", "captures": 1, "files": 1, "unread": 0}),
        ]
    );
}

#[test]
fn a_damaged_line_stays_and_is_told() {
    let sandbox = Sandbox::new();
    let body = "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}";
    let torn = &record(2, body)[..80];
    sandbox.write("log.jsonl", format!("{}\n{torn}\n", record(1, body)));
    sandbox
        .enx(&prune("7", &["--yes"]))
        .code(0)
        .tells("1 line cannot be read, and may belong to the session")
        .tells("enx-hook log repair");
    let mark = "{\"enx_hook\":1,\"seq\":1,\"removed\":true}";
    assert_eq!(sandbox.text("log.jsonl"), format!("{mark}\n{torn}\n"));
}

#[test]
fn numbers_are_not_given_twice_and_forwarding_misses_nothing() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let body = |session: &str| format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{session}\"}}");
    let stop = |listener: Listener| {
        listener.signal("INT");
        listener.ended()
    };
    // A cursor that stands at the beginning, of a target that is not there.
    let nobody = Nobody::new();
    let gone = nobody.url();
    let forward = ["--forward", &gone, "--format", "json"];
    let listener = Listener::start(&sandbox, &forward);
    for session in ["7", "8", "7", "7"] {
        listener.post(body(session));
    }
    stop(listener);
    sandbox
        .enx(&prune("7", &["--yes"]))
        .code(0)
        .tells("3 captures");
    let url = sink.url();
    let args = ["--forward", &url, "--forward-from", "2", "--format", "json"];
    let mut listener = Listener::start(&sandbox, &args);
    listener.post(body("9"));
    let delivered = |listener: &mut Listener| loop {
        let line: Value = listener.json();
        if line["state"] == "delivered" {
            break line["seq"].clone();
        }
        assert_ne!(line["state"], "missing", "{line}");
    };
    // Sessions do not wait for each other.
    let mut seqs = [delivered(&mut listener), delivered(&mut listener)].map(|seq| seq.as_u64());
    seqs.sort_unstable();
    assert_eq!(seqs, [Some(2), Some(5)]);
    let run = stop(listener);
    run.code(0);
    assert_eq!(run.json_of("summary")[0]["forwarded"]["missing"], json!(0));
    // What waits for the other target is one capture of 8 and the new one.
    let cursor = fs::read_dir(sandbox.path(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains(".forward-"))
        .find(|path| fs::read_to_string(path).unwrap().contains(&gone));
    let cursor: Value =
        serde_json::from_str(&fs::read_to_string(cursor.unwrap()).unwrap()).unwrap();
    assert_eq!(cursor["watermark"], 1);
    assert_eq!(cursor["done"], json!({"3": 4}));
}

/// Killed in the middle, the log is as before or pruned, and the command can be run again.
#[test]
fn a_kill_leaves_the_old_file_or_the_new_one() {
    let sandbox = Sandbox::new();
    let lines: Vec<String> = (1..=2000)
        .map(|seq| {
            let session = 7 + seq % 2;
            let body = format!("{{\"type\":\"roomdrop\",\"conf_num\":\"{session}\"}}");
            record(seq, &body) + "\n"
        })
        .collect();
    let old = lines.concat();
    let new: String = lines
        .iter()
        .zip(1..)
        .map(|(line, seq)| match seq % 2 {
            0 => format!("{{\"enx_hook\":1,\"seq\":{seq},\"removed\":true}}\n"),
            _ => line.clone(),
        })
        .collect();
    sandbox.write("log.jsonl", &old);
    let unfinished = sandbox.path(".enx-hook-log.jsonl.new");
    for _ in 0..3 {
        let _ = fs::remove_file(&unfinished);
        let running = Running::of(sandbox.call(&prune("7", &["--yes"])));
        while !unfinished.exists() && sandbox.text("log.jsonl") == old {
            std::thread::yield_now();
        }
        running.signal("KILL");
        drop(running);
        let text = sandbox.text("log.jsonl");
        assert!(text == old || text == new);
    }
    let run = sandbox.enx(&prune("7", &["--yes"]));
    assert!(run.err().contains("1,000 captures") || run.err().contains("no captures"));
    assert_eq!(sandbox.text("log.jsonl"), new);
    assert!(!unfinished.exists());
}
