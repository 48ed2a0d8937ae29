//! A port that is taken: what a second listener offers.

use std::net::TcpListener;

use super::{ROOMDROP, records};
use crate::support::{Listener, Sandbox, Terminal, post};

/// The port of a listener.
fn port(listener: &Listener) -> String {
    listener.address().port().to_string()
}

#[test]
fn a_second_listener_names_the_log_of_the_first_and_a_port_and_log_of_its_own() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    let port = port(&first);
    let run = sandbox.enx(&["listen", "--port", &port]);
    run.code(3)
        .tells(&format!(
            "the port is taken by enx-hook (process {})",
            first.pid()
        ))
        .tells("it writes log.jsonl, and `enx-hook log --follow log.jsonl` shows what it receives")
        .tells("--log listen-");
    // What it names works.
    let (_, rest) = run.err().split_once("of its own: ").unwrap();
    let words: Vec<&str> = rest.split_whitespace().collect();
    assert_eq!((words[0], words[2]), ("--port", "--log"));
    let next: u16 = words[1].parse().unwrap();
    assert!(next > first.address().port());
    assert_eq!(words[3], format!("listen-{next}.jsonl"));
    let second = Listener::of(sandbox.call(&[&["listen"], &words[..4]].concat()));
    assert_eq!(second.address().port(), next);
}

#[test]
fn the_log_of_a_listener_elsewhere_is_told_from_that_of_the_port() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let run = sandbox.enx(&["listen", "--port", &port]);
    run.code(3).tells(&format!(
        "the listener at {} writes log.jsonl",
        first.address()
    ));
    // Another log is not held, and needs no other name.
    let run = sandbox.enx(&["listen", "--port", &port, "--log", "mine.jsonl"]);
    run.code(3)
        .tells(" is free, --port 0 picks a free one")
        .hides("--log");
}

#[test]
fn on_a_terminal_the_next_port_is_a_choice() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    // Without `exec`, a shell that gets the Ctrl-C too ends with 130.
    let line = format!("exec enx-hook listen --port {}", port(&first));
    let mut terminal = Terminal::run(&sandbox, &line, &[("NO_COLOR", "1")]);
    terminal.wait_for("What now?");
    let shown = terminal.wait_for(", with the log listen-");
    let (_, next) = shown.rsplit_once("listen on port ").unwrap();
    let next: u16 = next.split(',').next().unwrap().parse().unwrap();
    terminal.press("\r");
    terminal.wait_for(&format!("is listening on http://127.0.0.1:{next}"));
    let address = (first.address().ip(), next).into();
    assert_eq!(post(address, "/", &[], ROOMDROP).status(), 200);
    terminal.wait_for("roomdrop");
    terminal.press("\u{3}");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(records(&sandbox, &format!("listen-{next}.jsonl")).len(), 1);
}

#[test]
fn on_a_terminal_the_log_of_the_first_can_be_followed_and_neither_is_an_error() {
    let sandbox = Sandbox::new();
    let first = Listener::start(&sandbox, &[]);
    first.post(ROOMDROP);
    let line = format!("enx-hook listen --port {}", port(&first));
    let mut terminal = Terminal::run(&sandbox, &line, &[("NO_COLOR", "1")]);
    terminal.wait_for("What now?");
    terminal.wait_for("neither");
    terminal.press("show\r");
    terminal.wait_for("7700123");
    first.post(r#"{"type":"metadata","conf_num":"4821"}"#);
    terminal.wait_for("4821");
    terminal.press("\u{3}");
    terminal.ended();

    let mut terminal = Terminal::run(&sandbox, &line, &[("NO_COLOR", "1")]);
    terminal.wait_for("neither");
    terminal.press("neither\r");
    terminal.wait_for("the port is taken");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(3), "{screen}");
}
