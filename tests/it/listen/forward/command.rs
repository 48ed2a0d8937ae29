//! `--forward-command`: a command gets each capture.

use std::fs::{self, File};
use std::io::Read as _;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::{Value, json};

use super::{cursor, event, interrupt, next};
use crate::support::{Listener, Sandbox, TOO_LONG, post};

/// A listener that runs a command, told about by lines of JSON.
#[track_caller]
fn running(sandbox: &Sandbox, command: &str, more: &[&str]) -> Listener {
    let args = [
        "--format",
        "json",
        "--forward-command",
        command,
        "--forward-backoff",
        "1ms",
    ];
    let mut listener = Listener::start(sandbox, &[&args, more].concat());
    listener.json_of("ready");
    listener
}

/// A pipe that the processes of a command hold open: all that they write, once all have ended.
fn held(sandbox: &Sandbox) -> Receiver<String> {
    let path = sandbox.path("held");
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut file = File::open(path).unwrap();
        let mut first = [0; 2];
        file.read_exact(&mut first).unwrap();
        sender
            .send(String::from_utf8(first.to_vec()).unwrap())
            .unwrap();
        let mut rest = String::new();
        file.read_to_string(&mut rest).unwrap();
        let _ = sender.send(rest);
    });
    receiver
}

#[test]
fn a_command_gets_the_body_on_stdin_and_the_rest_in_variables() {
    let sandbox = Sandbox::new();
    let command = "cat > body; env | grep ^ENX_HOOK_ | sort > variables; echo done";
    let mut listener = running(&sandbox, command, &[]);
    let body = event("4821", 7);
    post(listener.address(), "/hook?x=1", &[], &body);
    let line = next(&mut listener);
    let of = |name: &str| line[name].clone();
    assert_eq!(
        [
            of("state"),
            of("exit"),
            of("status"),
            of("answer"),
            of("error")
        ],
        [
            json!("delivered"),
            json!(0),
            Value::Null,
            json!("done\n"),
            Value::Null
        ]
    );
    assert_eq!(line["target"], format!("command:{command}"));
    assert_eq!(sandbox.text("body"), body);
    assert_eq!(
        sandbox.text("variables"),
        "ENX_HOOK_EVENT=metadata\nENX_HOOK_PATH=/hook?x=1\nENX_HOOK_SEQ=1\n\
         ENX_HOOK_SESSION=4821\nENX_HOOK_VERDICT=valid\n"
    );
    interrupt(listener);
    assert_eq!(cursor(&sandbox)["watermark"], 1);
    let run = sandbox.enx(&["log", "show", "1"]);
    run.code(0).says("→ exit code 0 in");
}

#[test]
fn nothing_of_a_capture_is_read_by_a_shell() {
    let sandbox = Sandbox::new();
    let command = "printf '%s\\n' \"$ENX_HOOK_EVENT\" \"$ENX_HOOK_SESSION\" $ENX_HOOK_PATH";
    let mut listener = running(&sandbox, command, &[]);
    let body = json!({
        "type": "$(touch owned)", "conf_num": "`touch owned`; touch owned\u{0}x", "app_id": "'",
    });
    post(
        listener.address(),
        "/$(touch${IFS}owned);touch",
        &[],
        body.to_string(),
    );
    let line = next(&mut listener);
    assert_eq!(line["state"], "delivered", "{line}");
    let said = line["answer"].as_str().unwrap();
    assert_eq!(
        said,
        "$(touch owned)\n`touch owned`; touch owned\u{fffd}x\n/$(touch${IFS}owned);touch\n"
    );
    listener.post("not JSON");
    assert_eq!(next(&mut listener)["answer"], "\n\n/\n");
    assert!(!sandbox.path("owned").exists());
}

#[test]
fn what_fails_is_retried_in_order_within_its_session() {
    let sandbox = Sandbox::new();
    let command =
        "echo $ENX_HOOK_SEQ >> tries; [ $(grep -c . tries) -ge 3 ] || { echo no; exit 7; }";
    let mut listener = running(&sandbox, command, &[]);
    (0..3).for_each(|number| drop(listener.post(event("1", number))));
    let line = next(&mut listener);
    assert_eq!(
        (&line["state"], &line["exit"], &line["answer"]),
        (&json!("retrying"), &json!(7), &json!("no\n"))
    );
    assert_eq!(line["error"]["message"], "the command ended with 7");
    assert_eq!(next(&mut listener)["attempt"], 2);
    (0..3).for_each(|_| assert_eq!(next(&mut listener)["state"], "delivered"));
    assert_eq!(sandbox.text("tries"), "1\n1\n1\n2\n3\n");
}

#[test]
fn a_command_that_never_works_is_given_up_and_named() {
    let sandbox = Sandbox::new();
    let mut listener = running(&sandbox, "./nowhere", &["--forward-retries", "1"]);
    listener.post(event("1", 0));
    assert_eq!(next(&mut listener)["exit"], 127);
    let line = next(&mut listener);
    assert_eq!(
        (&line["state"], &line["exit"]),
        (&json!("failed"), &json!(127))
    );
    assert!(line["answer"].as_str().unwrap().contains("nowhere"));
    let (run, _) = interrupt(listener);
    run.tells("log.jsonl.forward-command-.-nowhere-");
    assert_eq!(
        cursor(&sandbox)["last_failed"][0]["why"],
        "the command ended with 127"
    );
}

#[test]
fn a_command_that_hangs_is_ended_with_all_that_it_started() {
    for before in ["", "trap '' TERM; "] {
        let sandbox = Sandbox::new();
        let pipe = held(&sandbox);
        let command = format!(
            "{before}[ -e held ] || exit 0; exec 3> held; rm held; echo 1 >&3; sleep 1000 & wait; sleep 1000"
        );
        let mut listener = running(&sandbox, &command, &["--forward-timeout", "500ms"]);
        listener.post(event("1", 0));
        let line = next(&mut listener);
        assert_eq!(
            (&line["state"], &line["exit"], &line["error"]["cause"]),
            (&json!("retrying"), &Value::Null, &json!("timeout"))
        );
        let message = line["error"]["message"].as_str().unwrap();
        assert!(message.contains("within 500 ms"), "{message}");
        assert_eq!(pipe.recv_timeout(TOO_LONG).unwrap(), "1\n");
        assert_eq!(pipe.recv_timeout(TOO_LONG).unwrap(), "");
        assert_eq!(next(&mut listener)["state"], "delivered");
    }
}

#[test]
fn what_runs_at_the_end_is_ended_and_delivered_by_the_next_run() {
    let sandbox = Sandbox::new();
    let pipe = held(&sandbox);
    let command = "[ -e held ] || exit 0; exec 3> held; echo 1 >&3; sleep 1000 & wait";
    let listener = running(&sandbox, command, &[]);
    listener.post(event("1", 0));
    assert_eq!(pipe.recv_timeout(TOO_LONG).unwrap(), "1\n");
    listener.signal("INT");
    listener.signal("TERM");
    listener.ended();
    assert_eq!(pipe.recv_timeout(TOO_LONG).unwrap(), "");
    fs::remove_file(sandbox.path("held")).unwrap();
    let mut listener = running(&sandbox, command, &[]);
    let line = next(&mut listener);
    assert_eq!(
        (&line["seq"], &line["state"]),
        (&json!(1), &json!("delivered"))
    );
}

#[test]
fn output_is_bounded_and_read_to_its_end() {
    let sandbox = Sandbox::new();
    let command =
        "head -c 3000000 /dev/zero | tr '\\0' x; head -c 3000000 /dev/zero | tr '\\0' y >&2";
    let mut listener = running(&sandbox, command, &[]);
    listener.post(event("1", 0));
    let line = next(&mut listener);
    assert_eq!(line["state"], "delivered", "{}", line["error"]);
    assert_eq!(line["answer"].as_str().unwrap().len(), 64 * 1024);
    let message = line["error"]["message"].as_str().unwrap();
    assert!(message.contains("of its output were kept"), "{message}");
}

#[test]
fn a_process_that_a_command_leaves_behind_delays_nothing() {
    let sandbox = Sandbox::new();
    let mut listener = running(&sandbox, "sleep 1000 & echo $! > left", &[]);
    // More than a pipe holds, which the command does not read.
    listener.post(" ".repeat(1_000_000));
    assert_eq!(next(&mut listener)["state"], "delivered");
    let left = sandbox.text("left");
    assert!(
        Command::new("kill")
            .arg(left.trim())
            .status()
            .unwrap()
            .success()
    );
}

#[test]
fn a_command_stands_beside_servers_and_in_the_file() {
    let sandbox = Sandbox::new();
    let table = "[listen]\nport = 0\n[[listen.forward]]\ncommand = 'cat >> rooms'\nquery = 'event:roomdrop'\n";
    sandbox.write("enx-hook.toml", table);
    sandbox
        .enx(&["listen"])
        .code(2)
        .tells("`listen.forward` would be used");
    sandbox
        .enx(&["allow"])
        .code(0)
        .tells("listen.forward.1.command = cat >> rooms");
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json_of("ready");
    listener.post(event("1", 0));
    listener.post(r#"{"type":"roomdrop"}"#);
    assert_eq!(next(&mut listener)["seq"], 2);
    assert_eq!(sandbox.text("rooms"), r#"{"type":"roomdrop"}"#);
    interrupt(listener);

    // It waits for what the run without it logged, until it is forgotten.
    let listener = Listener::start(&sandbox, &["--config", "/dev/null", "--format", "json"]);
    listener.post(event("1", 1));
    let (run, _) = interrupt(listener);
    run.hides("still wait");
    let run = Listener::start(&sandbox, &["--config", "/dev/null", "--format", "json"]);
    let (run, _) = interrupt(run);
    run.tells("1 capture in").tells("--forward-command 'cat >> rooms' delivers them; --forget-target 'command:cat >> rooms' gives");
    let forget = [
        "--config",
        "/dev/null",
        "--format",
        "json",
        "--forget-target",
        "command:cat >> rooms",
    ];
    let (run, _) = interrupt(Listener::start(&sandbox, &forget));
    run.hides("still wait").hides("nothing to forget");
}

#[test]
fn a_command_takes_no_credentials_and_gives_no_answer() {
    let sandbox = Sandbox::new();
    for flags in [
        &["--forward-user", "a:b"][..],
        &["--forward-header", "A: b"],
        &["--forward-keep-path"],
        &["--forward-sync"],
        &["--forward-sync", "--forward", "http://h/"],
        &["--no-log"],
    ] {
        let run = sandbox.enx(
            &[
                &["listen", "--port", "0", "--forward-command", "true"],
                flags,
            ]
            .concat(),
        );
        run.code(2).hides("is listening");
    }
}
