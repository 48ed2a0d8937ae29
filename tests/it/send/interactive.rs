//! `send` without an event on a terminal: it asks.

use serde_json::Value;

use crate::support::{Sandbox, Sink, Terminal};

const SHOW_CURSOR: &str = "\u{1b}[?25h";
const HIDE_CURSOR: &str = "\u{1b}[?25l";

fn kind(sink: &Sink) -> Value {
    let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
    body["type"].clone()
}

#[test]
fn an_event_is_found_by_typing_and_the_command_that_is_shown_does_the_same() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for("Which event?");
    terminal.press("roomd\r");
    terminal.wait_for("Where to?");
    terminal.press("\r");
    terminal.wait_for("the same without questions: ");
    let command = terminal.wait_for("\r\n").trim().to_owned();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(kind(&sink), "roomdrop");

    let (code, screen) = Terminal::run(&sandbox, &command, &[]).ended();
    assert_eq!(code, Some(0), "{command}\n{screen}");
    assert!(!screen.contains("Which event?"), "{screen}");
    assert_eq!(kind(&sink), "roomdrop");
}

#[test]
fn a_url_typed_in_place_of_the_configured_one_gets_no_credentials_of_that() {
    let (configured, typed) = (Sink::answering(200), Sink::answering(200));
    let sandbox = Sandbox::new();
    let config = format!("url = '{}'\nuser = 'enx:geheim'\n", configured.url());
    sandbox.write("enx-hook.toml", config);
    let mut terminal = Terminal::run(&sandbox, "enx-hook send", &[]);
    terminal.wait_for("Which event?");
    terminal.press("\r");
    terminal.wait_for("Where to?");
    terminal.press(&format!("{}\r", typed.url()));
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("geheim"), "{screen}");
    assert_eq!(typed.next().header("authorization"), None);
    assert_eq!(configured.rest(), []);
}

#[test]
fn ctrl_c_leaves_with_the_cursor_shown_and_nothing_sent() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for(HIDE_CURSOR);
    terminal.wait_for("Which event?");
    terminal.interrupt();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains(SHOW_CURSOR), "{screen}");
    assert_eq!(sink.rest(), []);
}

#[test]
fn ctrl_c_at_the_second_question_leaves_likewise() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for("Which event?");
    terminal.press("\r");
    terminal.wait_for("Where to?");
    terminal.interrupt();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(130), "{screen}");
    assert_eq!(sink.rest(), []);
}
