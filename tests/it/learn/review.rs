//! `--review`: questions on a terminal.

use super::drafts::sandbox;
use crate::support::Terminal;

#[test]
fn each_event_and_field_is_asked_for_and_the_command_does_the_same() {
    let sandbox = sandbox();
    let mut terminal = Terminal::run(&sandbox, "enx-hook learn a.jsonl --write own --review", &[]);
    terminal.wait_for("recording: a new field /duration. Learn it?");
    terminal.press("y");
    terminal.wait_for("screen_recording: a variant of recording");
    terminal.press("n");
    terminal.wait_for("whiteboard: a new event");
    terminal.press("y");
    terminal.wait_for("the same without questions: ");
    let command = terminal.wait_for("\r\n").trim().to_owned();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(
        command,
        "enx-hook learn --write own --only 'recording#/duration' --only whiteboard a.jsonl"
    );
    let path = |name: &str| sandbox.path(format!("own/schemas/enablex/{name}.json"));
    assert!(path("recording").exists() && path("whiteboard").exists());
    assert!(!path("screen_recording").exists());
    let (code, screen) = Terminal::run(&sandbox, &command.replace("own", "again"), &[]).ended();
    assert_eq!(code, Some(0), "{screen}");
    let file = "schemas/enablex/whiteboard.json";
    assert_eq!(
        sandbox.text(format!("own/{file}")),
        sandbox.text(format!("again/{file}"))
    );
}

#[test]
fn without_a_terminal_it_says_what_to_type() {
    let run = sandbox().enx(&["learn", "a.jsonl", "--write", "own", "--review"]);
    run.code(2)
        .tells("there is no terminal to ask on")
        .tells("--only EVENT");
}
