//! One file has one role: what is written is neither read nor written for another purpose.

use std::fs::{self, File};
use std::process::{Command, Output, Stdio};

use crate::support::{Listener, Sandbox, Sink, record};

const BODY: &str = "{\"type\":\"roomdrop\",\"conf_num\":\"7\"}";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", record(1, BODY) + "\n");
    sandbox.write("one.json", BODY);
    sandbox.write("secret", "geheim\n");
    sandbox
}

/// All files of the sandbox, with their contents.
fn contents(sandbox: &Sandbox) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(sandbox.path("")).unwrap();
    let mut all: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.display().to_string(), fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}

#[test]
fn two_options_with_one_file_are_refused_before_anything_is_touched() {
    let (sandbox, sink) = (sandbox(), Sink::unused());
    fs::hard_link(sandbox.path("one.json"), sandbox.path("other.json")).unwrap();
    fs::hard_link(sandbox.path("log.jsonl"), sandbox.path("log.xml")).unwrap();
    let url = sink.url();
    let before = contents(&sandbox);
    for (line, told) in [
        ("listen --ready-file log.jsonl", "the log"),
        ("listen --log new.jsonl --ready-file ./new.jsonl", "the log"),
        ("listen --log r --ready-file r.lock", "the lock of the log"),
        (
            "listen --user a --password-file secret --log secret",
            "the password file",
        ),
        ("validate one.json --report one.json", "an input"),
        ("validate one.json --report other.json", "an input"),
        (
            "validate one.json --report a.json --report ./a.json",
            "a report",
        ),
        ("validate --fix one.json --report one.json", "an input"),
        ("log repair --output log.jsonl", "an input"),
        ("replay log.jsonl --resume log.jsonl", "an input"),
        ("replay log.jsonl --report log.xml", "an input"),
        (
            "replay log.jsonl --resume a.xml --report a.xml",
            "the file of --resume",
        ),
        ("send --data @one.json --report one.json", "the body"),
        (
            "send roomdrop --user a --password-file one.json --report one.json",
            "the password file",
        ),
    ] {
        let mut args: Vec<&str> = line.split(' ').collect();
        if matches!(args[0], "send" | "replay") {
            args.extend(["--url", &url]);
        }
        let run = sandbox.enx(&args);
        run.code(2)
            .tells(told)
            .tells("cannot be both")
            .hides("geheim");
        assert_eq!(run.out(), "");
        assert_eq!(contents(&sandbox), before, "{line}");
    }
}

fn redirected(mut command: Command, out: &str, err: &str, sandbox: &Sandbox) -> Output {
    let open = |name: &str| -> Stdio {
        let mut options = File::options();
        let file = options.append(true).create(true).open(sandbox.path(name));
        file.unwrap().into()
    };
    if !out.is_empty() {
        command.stdout(open(out));
    }
    if !err.is_empty() {
        command.stderr(open(err));
    }
    command.stdin(Stdio::null()).output().unwrap()
}

#[test]
fn a_stream_into_a_file_of_the_run_is_refused() {
    let (sandbox, sink) = (sandbox(), Sink::unused());
    let url = sink.url();
    for (line, out, err) in [
        ("listen --port 0", "log.jsonl", ""),
        ("listen --port 0 --log new.jsonl", "new.jsonl", ""),
        ("listen --port 0", "", "log.jsonl"),
        ("listen --port 0 --log /dev/stdout", "new.jsonl", ""),
        ("listen --port 0 --log x --ready-file r", "r", ""),
        ("validate one.json", "one.json", ""),
        ("log", "log.jsonl", ""),
        ("log show 1", "log.jsonl", ""),
        ("validate one.json --report r.json", "r.json", ""),
        ("validate one.json --report /dev/stdout", "r.json", ""),
        ("replay log.jsonl --url URL", "log.jsonl", ""),
        ("replay log.jsonl --url URL --report r.xml", "", "r.xml"),
        ("send roomdrop --url URL --report r.xml", "r.xml", ""),
        ("check --url URL --report r.xml", "r.xml", ""),
    ] {
        for name in ["new.jsonl", "r", "r.json", "r.xml"] {
            let _ = fs::remove_file(sandbox.path(name));
        }
        let line = line.replace("URL", &url);
        let args: Vec<&str> = line.split(' ').collect();
        let before = sandbox.text("log.jsonl");
        let output = redirected(sandbox.command(&args), out, err, &sandbox);
        assert_eq!(output.status.code(), Some(2), "{line}: {output:?}");
        if err.is_empty() {
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(
                told.contains("the standard output") || line.contains("/dev/"),
                "{told}"
            );
            assert_eq!(sandbox.text("log.jsonl"), before);
        }
        assert_eq!(sandbox.text("one.json"), BODY);
    }
}

#[test]
fn both_outputs_may_go_into_one_file_and_devices_have_any_number_of_roles() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = ["send", "roomdrop", "--url", &url];
    let output = redirected(sandbox.command(&args), "both", "both", &sandbox);
    assert_eq!(output.status.code(), Some(0));
    assert!(sandbox.text("both").contains("sending to"));
    // Several inputs may be one file, and an input may be the file that --fix mends.
    sandbox.enx(&["validate", "one.json", "one.json"]).code(1);
    sandbox.enx(&["validate", "--fix", "one.json"]).code(1);
    let mut listener = Listener::start(&sandbox, &["--ready-file", "ready", "--format", "json"]);
    listener.json_of("ready");
    assert_eq!(
        sandbox.text("ready").trim_end(),
        listener.url().trim_end_matches('/')
    );
}

#[test]
fn the_file_of_the_output_in_a_searched_folder_is_not_judged() {
    let sandbox = Sandbox::new();
    sandbox.write("d/one.json", BODY);
    let command = sandbox.command(&["validate", "d", "--report", "d/r.json"]);
    redirected(command, "d/out.json", "d/err.json", &sandbox);
    let out = sandbox.text("d/out.json");
    assert!(
        out.contains("one.json") && !out.contains("out.json"),
        "{out}"
    );
    assert!(!sandbox.text("d/err.json").contains("err.json"));
}
