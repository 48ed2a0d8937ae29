//! How it starts: the socket, the ready line, the log that it takes or leaves alone.

use std::fs;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream};
use std::process::Command;

use super::{LOG, ROOMDROP, records};
use crate::support::{Listener, Run, Sandbox, post, record, skip};

/// A start that fails: code 3, one error on stderr, nothing on stdout.
#[track_caller]
fn cannot(sandbox: &Sandbox, args: &[&str]) -> Run {
    let run = sandbox.enx(&[&["listen"], args].concat());
    run.code(3);
    assert_eq!(run.out(), "");
    assert_eq!(run.err().matches("error:").count(), 1, "{}", run.err());
    assert!(!run.err().contains("is listening"), "{}", run.err());
    run
}

#[test]
fn the_ready_line_comes_when_the_port_is_bound_and_names_the_one_that_was_picked() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    assert_ne!(listener.address().port(), 0);
    assert!(listener.address().ip().is_loopback());
    TcpStream::connect(listener.address()).expect("it listens at once");
}

#[test]
fn a_taken_port_is_an_error_that_names_it_and_offers_another() {
    let sandbox = Sandbox::new();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = cannot(&sandbox, &["--port", &port]);
    run.tells(&format!("127.0.0.1:{port}")).tells("taken");
    run.tells("--port 0");
}

#[test]
fn a_host_of_another_machine_is_an_error() {
    let sandbox = Sandbox::new();
    // TEST-NET-1 (RFC 5737): no machine has it.
    let run = cannot(&sandbox, &["--port", "0", "--host", "192.0.2.1"]);
    run.tells("192.0.2.1")
        .tells("not an address of this machine");
}

#[test]
fn a_host_that_is_none_is_quoted() {
    let sandbox = Sandbox::new();
    // Labels end at 63 characters (RFC 1035), so no resolver is asked.
    let host = "h".repeat(64);
    cannot(&sandbox, &["--port", "0", "--host", &host]).tells(&format!("`{host}`"));
}

#[test]
fn ipv6_is_taken_with_and_without_brackets() {
    if let Err(error) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        return skip(&format!("this machine has no ::1: {error}"));
    }
    for host in ["[::1]", "::1"] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--host", host]);
        assert_eq!(listener.address().ip(), Ipv6Addr::LOCALHOST);
        assert_eq!(post(listener.address(), "/", &[], ROOMDROP).status(), 200);
        let peer = records(&sandbox, LOG)[0]["peer"].clone();
        assert!(peer.as_str().unwrap().starts_with("[::1]:"), "{peer}");
    }
}

#[test]
fn the_log_can_be_in_another_folder() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("logs")).unwrap();
    let listener = Listener::start(&sandbox, &["--log", "logs/mine.jsonl"]);
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    assert_eq!(records(&sandbox, "logs/mine.jsonl").len(), 1);
    assert!(!sandbox.path(LOG).exists());
}

#[test]
fn a_log_in_a_folder_that_is_not_there_is_an_error() {
    let sandbox = Sandbox::new();
    let log = "nowhere/log.jsonl";
    let run = cannot(&sandbox, &["--port", "0", "--log", log]);
    run.tells("nowhere").tells("create the directory");
    assert!(!sandbox.path("nowhere").exists());
}

#[test]
fn a_folder_is_no_log() {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("folder")).unwrap();
    cannot(&sandbox, &["--port", "0", "--log", "folder"]).tells("folder");
    assert_eq!(fs::read_dir(sandbox.path("folder")).unwrap().count(), 0);
}

#[test]
fn files_that_are_not_its_log_are_left_alone() {
    let newer = "{\"enx_hook\":2,\"seq\":1,\"something\":\"else\"}\n";
    for (content, reason) in [
        ("Nov 20 14:03:22 host sshd[1]: started\n", "not a log"),
        ("{\n  \"setting\": true\n}\n", "not a log"),
        ("{\"type\":\"roomdrop\"}\n", "not records"),
        (newer, "newer"),
        ("no line end", "not a log"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("theirs", content);
        let before = fs::metadata(sandbox.path("theirs")).unwrap();
        let run = cannot(&sandbox, &["--port", "0", "--log", "theirs"]);
        run.tells("theirs").tells(reason);
        assert_eq!(sandbox.text("theirs"), content);
        let after = fs::metadata(sandbox.path("theirs")).unwrap();
        assert_eq!(after.modified().unwrap(), before.modified().unwrap());
    }
}

#[cfg(unix)]
#[test]
fn a_log_that_may_not_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::new();
    sandbox.write("closed/log.jsonl", "");
    for (name, mode) in [("closed/log.jsonl", 0o400), ("closed", 0o500)] {
        fs::set_permissions(sandbox.path(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    if fs::write(sandbox.path("closed/other"), "").is_ok() {
        return skip("this user may write everywhere");
    }
    let run = cannot(&sandbox, &["--port", "0", "--log", "closed/log.jsonl"]);
    run.tells("closed/log.jsonl").tells("--log");
    fs::set_permissions(sandbox.path("closed"), fs::Permissions::from_mode(0o700)).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_place_where_nobody_can_write_is_an_error() {
    let sandbox = Sandbox::new();
    cannot(&sandbox, &["--port", "0", "--log", "/proc/log.jsonl"]).tells("/proc/log.jsonl");
}

#[cfg(unix)]
#[test]
fn the_log_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    listener.post(ROOMDROP);
    let mode = fs::metadata(sandbox.path(LOG))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600, "{mode:o}");
}

#[cfg(unix)]
#[test]
fn a_second_listener_on_one_log_is_told_who_has_it_and_the_first_goes_on() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    let mut connection = first.connect();
    assert_eq!(connection.post(ROOMDROP).unwrap().status(), 200);
    let run = cannot(&sandbox, &["--port", "0"]);
    run.tells(&format!(
        "log.jsonl is being written by process {} ",
        first.pid()
    ));
    assert_eq!(connection.post(ROOMDROP).unwrap().status(), 200);
    assert_eq!(super::seqs(&records(&sandbox, LOG)), [1, 2]);
    // Another log is another matter.
    let other = Listener::start(&sandbox, &["--log", "other.jsonl"]);
    assert_eq!(other.post(ROOMDROP).status(), 200);
}

#[cfg(unix)]
#[test]
fn quiet_keeps_the_ready_line_and_drops_the_rest() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["-q"]);
    let url = listener.url();
    assert_eq!(listener.post(ROOMDROP).status(), 200);
    let run = super::interrupt(listener);
    assert_eq!(run.err().lines().count(), 1, "{}", run.err());
    run.tells(url.trim_end_matches('/'));
    run.says("roomdrop");
}

#[cfg(unix)]
#[test]
fn the_banner_says_what_it_does_and_what_is_next() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    let port = listener.address().port();
    listener.post(ROOMDROP);
    let run = super::interrupt(listener);
    run.tells("log.jsonl, new").tells("--user NAME");
    run.tells(&format!("ngrok http {port}"));

    let run = super::interrupt(Listener::start(&sandbox, &[]));
    run.tells("log.jsonl, 1 capture so far");
    let run = super::interrupt(Listener::start(&sandbox, &["--host", "0.0.0.0"]));
    run.tells("warning: other machines can reach this port");
}

#[test]
fn flags_that_contradict_each_other_are_wrong_usage() {
    let sandbox = Sandbox::new();
    for args in [
        &["--no-log", "--log", "x"][..],
        &["--port", "65536"],
        &["--max-body", "lots"],
        &["--provider", "enablex"],
        &["--quiet", "--verbose"],
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], args].concat());
        run.code(2).tells(args[0]);
    }
    assert!(!sandbox.path(LOG).exists());
}

#[test]
fn a_new_log_that_git_would_take_is_told_once() {
    let sandbox = Sandbox::new();
    sandbox.write(".git/HEAD", "");
    let start = |log: &str| {
        let listener = Listener::start(&sandbox, &["--log", log]);
        listener.post("{}");
        listener.signal("INT");
        listener.ended()
    };
    let told = "holds what senders post, and git does not ignore it";
    let run = start("hooks.jsonl");
    run.tells(told)
        .tells("add a line to .gitignore: hooks*.jsonl*");
    start("hooks.jsonl").hides(told);
    sandbox.write(".gitignore", "*.jsonl\n");
    start("other.jsonl").hides(told);
}

#[test]
fn a_log_beyond_1_gb_that_is_not_rotated_is_mentioned() {
    use std::io::{Seek as _, SeekFrom, Write as _};
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", format!("{}\n", record(1, "{}")));
    // Most of it is a hole.
    let file = std::fs::OpenOptions::new()
        .write(true)
        .open(sandbox.path("log.jsonl"));
    let mut file = file.expect("the log");
    file.seek(SeekFrom::Start(1_100_000_000)).expect("a place");
    write!(file, "\n{}\n", record(2, "{}")).expect("space");
    let start = |args: &[&str]| {
        let listener = Listener::start(&sandbox, args);
        listener.signal("INT");
        listener.ended()
    };
    start(&[])
        .tells("log.jsonl has grown to 1.1 GB")
        .tells("--rotate 100MiB");
    start(&["--rotate", "2GiB"]).hides("has grown");
}

/// Nobody writes to the pipe: whoever opens it waits.
#[cfg(unix)]
#[test]
fn a_pipe_where_git_has_a_file_keeps_nobody_waiting() {
    let sandbox = Sandbox::new();
    std::fs::create_dir(sandbox.path(".git")).expect("a folder");
    let made = Command::new("mkfifo")
        .arg(sandbox.path(".gitignore"))
        .status();
    assert!(made.expect("mkfifo").success());
    let listener = Listener::start(&sandbox, &["--format", "json"]);
    assert_eq!(listener.post("{}").status(), 200);
    listener.signal("TERM");
    listener.ended().code(0);
}
