//! `send` without an event on a terminal: it asks.

use serde_json::Value;

use crate::support::{Sandbox, Sink, Terminal};

const SHOW_CURSOR: &str = "\u{1b}[?25h";
const HIDE_CURSOR: &str = "\u{1b}[?25l";

fn kind(sink: &Sink) -> Value {
    let body: Value = serde_json::from_slice(&sink.next().body).unwrap();
    body["type"].clone()
}

/// What `stty` says before and after is the same, and the cursor shows: as a line of shell
/// around a command. It ends with the command's exit code.
fn sane(command: &str) -> String {
    format!("stty -a > before; {command}; code=$?; stty -a > after; cmp before after && exit $code")
}

#[test]
fn an_event_is_found_by_typing_and_the_command_that_is_shown_does_the_same() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --retries 1 --url '{}?a=b&c'", sink.url());
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for("Which event?");
    terminal.press("roomd\r");
    terminal.wait_for("Change a field?");
    terminal.press("\r");
    // A target that was typed is not asked for again.
    terminal.wait_for("Post it to");
    terminal.press("y");
    terminal.wait_for("the same without questions: ");
    let command = terminal.wait_for("\r\n").trim().to_owned();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert_eq!(kind(&sink), "roomdrop");

    let (code, screen) = Terminal::run(&sandbox, &command, &[]).ended();
    assert_eq!(code, Some(0), "{command}\n{screen}");
    assert!(!screen.contains("Which event?"), "{screen}");
    assert!(command.contains("--retries 1"), "{command}");
    let again = sink.next();
    assert!(again.start.contains("?a=b&c"), "{}", again.start);
}

#[test]
fn fields_are_prefilled_and_the_command_has_what_was_changed() {
    let sink = Sink::answering(200);
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --session 1 --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &sane(&line), &[("NO_COLOR", "1")]);
    terminal.wait_for("Which event?");
    terminal.press("transcoded\r");
    terminal.wait_for("Change a field?");
    terminal.press("conf_num\r");
    terminal.wait_for("conf_num:");
    terminal.press("23\r");
    terminal.wait_for("--session 123");
    terminal.wait_for("Change a field?");
    terminal.press("file_size\r");
    terminal.wait_for("file_size:");
    terminal.press(" MB\r");
    // What would be invalid is refused on the spot.
    terminal.wait_for("file_size stays as it was");
    terminal.wait_for("Change a field?");
    terminal.press("stage\r");
    terminal.wait_for("stage:");
    terminal.press("\u{7f}9\r");
    terminal.wait_for("--set-string stage=9");
    terminal.wait_for("Change a field?");
    terminal.press("\r");
    let preview = terminal.wait_for("Post it to");
    assert!(preview.contains("\"123\""), "{preview}");
    terminal.press("y");
    terminal.wait_for("the same without questions: ");
    let command = terminal.wait_for("\r\n").trim().to_owned();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    let body = |sink: &Sink| -> Value { serde_json::from_slice(&sink.next().body).unwrap() };
    let first = body(&sink);
    assert_eq!(first["conf_num"], "123");
    assert_eq!(first["stage"], "9");
    assert_eq!(Terminal::run(&sandbox, &command, &[]).ended().0, Some(0));
    let second = body(&sink);
    assert_eq!(
        (&second["conf_num"], &second["stage"]),
        (&first["conf_num"], &first["stage"])
    );
}

#[test]
fn a_target_of_the_configuration_file_is_offered_and_its_secrets_are_not_shown() {
    let sink = Sink::asking_for("Basic ZW54OmdlaGVpbQ==");
    let sandbox = Sandbox::new();
    let target = format!("[targets.staging]\nurl = '{}'\n", sink.url());
    let config = format!("{target}user = 'enx'\npassword_env = 'STAGING'\n");
    sandbox.allowed("enx-hook.toml", config);
    let variables = [("STAGING", "geheim")];
    let mut terminal = Terminal::run(&sandbox, "enx-hook send", &variables);
    terminal.wait_for("Which event?");
    terminal.press("\r");
    terminal.wait_for("Change a field?");
    terminal.press("\r");
    terminal.wait_for("Where to?");
    terminal.press("stag\r");
    terminal.wait_for("(--to staging)");
    terminal.wait_for("Post it to");
    terminal.press("y");
    terminal.wait_for("the same without questions: ");
    let command = terminal.wait_for("\r\n").trim().to_owned();
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(command.ends_with("--to staging"), "{command}");
    assert!(!screen.contains("geheim") && !command.contains("geheim"));
    let again = Terminal::run(&sandbox, &command, &variables).ended();
    assert_eq!(again.0, Some(0), "{}", again.1);
}

#[test]
fn a_no_at_the_end_sends_nothing() {
    let sink = Sink::unused();
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &sane(&line), &[]);
    for question in ["Which event?", "Change a field?"] {
        terminal.wait_for(question);
        terminal.press("\r");
    }
    terminal.wait_for("Post it to");
    terminal.press("n");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(130), "{screen}");
    assert!(screen.contains("nothing was sent"), "{screen}");
}

#[test]
fn a_url_typed_in_place_of_the_configured_one_gets_no_credentials_of_that() {
    let (configured, typed) = (Sink::unused(), Sink::answering(200));
    let sandbox = Sandbox::new();
    let config = format!("url = '{}'\nuser = 'enx:geheim'\n", configured.url());
    sandbox.allowed("enx-hook.toml", config);
    let mut terminal = Terminal::run(&sandbox, "enx-hook send", &[]);
    for question in ["Which event?", "Change a field?"] {
        terminal.wait_for(question);
        terminal.press("\r");
    }
    terminal.wait_for("Where to?");
    terminal.press(&format!("{}\r", typed.url()));
    terminal.wait_for("Post it to");
    terminal.press("y");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("geheim"), "{screen}");
    assert_eq!(typed.next().header("authorization"), None);
}

#[test]
fn ctrl_c_at_any_question_leaves_the_terminal_as_it_was_and_sends_nothing() {
    let questions = ["Which event?", "Change a field?", "Where to?", "Post it to"];
    let sandbox = Sandbox::new();
    let sink = Sink::unused();
    for last in 0..questions.len() {
        let variable = [("ENX_HOOK_URL", &*sink.url())];
        let mut terminal = Terminal::run(&sandbox, &sane("enx-hook send"), &variable);
        let mut screen = String::new();
        for (number, question) in questions[..=last].iter().enumerate() {
            screen += &terminal.wait_for(question);
            if number < last {
                terminal.press("\r");
            }
        }
        terminal.interrupt();
        let (code, rest) = terminal.ended();
        screen += &rest;
        assert_eq!(code, Some(130), "{}: {screen}", questions[last]);
        let (shown, hidden) = (screen.rfind(SHOW_CURSOR), screen.rfind(HIDE_CURSOR));
        assert!(shown > hidden, "{}: {screen:?}", questions[last]);
    }
}

#[test]
fn ctrl_c_at_the_password_leaves_the_terminal_as_it_was() {
    let sandbox = Sandbox::new();
    for command in [
        "send roomdrop",
        "replay x.jsonl",
        "listen --port 0",
        "check",
    ] {
        let line = sane(&format!("enx-hook {command} --user enx"));
        let mut terminal = Terminal::run(&sandbox, &line, &[]);
        terminal.wait_for("Password for enx: ");
        terminal.press("gehe");
        terminal.interrupt();
        let (code, screen) = terminal.ended();
        assert_eq!(code, Some(130), "{command}: {screen}");
        assert!(!screen.contains("gehe"), "{command}: {screen}");
    }
}

#[test]
fn a_password_is_typed_unseen_and_can_be_mended() {
    let sink = Sink::asking_for("Basic ZW54OmdlaGVpbQ==");
    let sandbox = Sandbox::new();
    let line = format!("enx-hook send roomdrop --user enx --url {}", sink.url());
    let mut terminal = Terminal::run(&sandbox, &sane(&line), &[]);
    terminal.wait_for("Password for enx: ");
    terminal.press("wrong\u{15}geheix\u{7f}m\r");
    let (code, screen) = terminal.ended();
    assert_eq!(code, Some(0), "{screen}");
    assert!(!screen.contains("gehei"), "{screen}");
}

#[test]
fn the_questions_fit_a_narrow_terminal() {
    let sandbox = Sandbox::new();
    let line = sane("stty rows 24 cols 40; enx-hook send; stty rows 0 cols 0");
    let mut terminal = Terminal::run(&sandbox, &line, &[]);
    terminal.wait_for("Which event?");
    let list = terminal.wait_for("roomdrop");
    terminal.press("\r");
    let fields = terminal.wait_for("Change a field?") + &terminal.wait_for("conf_num");
    terminal.interrupt();
    let colours = regex::Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]").unwrap();
    for line in (list + &fields).lines() {
        let width = colours.replace_all(line, "").chars().count();
        assert!(width <= 40, "{width}: {line}");
    }
    drop(terminal);
}
