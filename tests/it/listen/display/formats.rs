//! `--format line` and `quiet`, filters, and pages of different widths.

use super::event;
use crate::listen::interrupt;
use crate::support::{Listener, Run, Sandbox, masked, post};

#[track_caller]
fn shown(sandbox: &Sandbox, args: &[&str], bodies: &[String]) -> Run {
    let listener = Listener::start(sandbox, args);
    for body in bodies {
        assert_eq!(listener.post(body).status(), 200);
    }
    listener.signal("INT");
    let run = listener.ended();
    run.code(0);
    run
}

fn bodies() -> Vec<String> {
    vec![
        event("session_start", "1", ""),
        event("roomdrop", "0f8fad5b-d9cb-469f-a165-70867728950e", ""),
        event("room_drop", "1", ""),
        "{".to_owned(),
        event("roomdrop", "1", ""),
    ]
}

#[test]
fn line_shows_one_line_an_event_and_what_is_wrong_by_name() {
    let sandbox = Sandbox::new();
    let run = shown(&sandbox, &["--format", "line"], &bodies());
    // One byte a column.
    let out = run.out().replace('µ', "u");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 5, "{}", run.out());
    assert!(lines[0].ends_with("200  valid    #1"), "{}", lines[0]);
    assert!(lines[2].ends_with("#3  unknown-event"), "{}", lines[2]);
    assert!(lines[3].contains("(no event)"), "{}", lines[3]);
    // One long id moves its own line only.
    let status = |line: &str| line.find("  200  ");
    let mut columns: Vec<_> = lines.iter().map(|line| status(line)).collect();
    assert!(columns.remove(1) > columns[0], "{}", run.out());
    assert!(columns.iter().all(|at| *at == columns[0]), "{}", run.out());
}

#[test]
fn long_ids_that_go_on_get_a_wider_column() {
    let sandbox = Sandbox::new();
    let long = "0f8fad5b-d9cb-469f-a165-70867728950e";
    let bodies = [long, long, "1", long].map(|id| event("roomdrop", id, ""));
    let run = shown(&sandbox, &["--format", "line"], &bodies);
    let out = run.out().replace('µ', "u");
    let mut columns = out.lines().map(|line| line.find("  200  "));
    columns.next();
    let second = columns.next();
    assert!(columns.all(|at| Some(at) == second), "{out}");
}

#[test]
fn a_path_is_shown_where_it_is_not_the_usual_one() {
    for format in ["line", "pretty"] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--format", format]);
        for path in ["/", "/hook?x=1"] {
            post(listener.address(), path, &[], crate::listen::ROOMDROP);
        }
        let run = interrupt(listener);
        assert_eq!(run.out().matches("/hook?x=1").count(), 1, "{}", run.out());
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--format", format, "--path", "/hook"]);
        post(listener.address(), "/hook", &[], crate::listen::ROOMDROP);
        assert!(!interrupt(listener).out().contains("/hook"));
    }
}

#[test]
fn many_findings_are_cut_and_the_command_that_is_named_shows_them_all() {
    let body = "{'type':'roomdrop','a':'b','c':'d','e':'f','g':'h','i':'j','k':'l'}";
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--log", "my log.jsonl"]);
    for body in [crate::listen::ROOMDROP, body] {
        assert_eq!(listener.post(body).status(), 200);
    }
    let run = interrupt(listener);
    let more = run.out().lines().find(|line| line.contains("… +"));
    let (more, command) = more.expect("a line").split_once(": ").unwrap();
    let more = more.trim().trim_start_matches("… +");
    let more: usize = more.split(' ').next().unwrap().parse().unwrap();
    assert_eq!(command, "enx-hook validate 'my log.jsonl' --seq 2");
    let all = sandbox.enx(&["validate", "my log.jsonl", "--seq", "2"]);
    let findings = |text: &str| text.matches("]: ").count() + text.matches("]  ").count();
    assert_eq!(findings(all.out()), findings(run.out()) + more);
    all.code(1).hides("#1");

    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--full"]);
    listener.post(body);
    interrupt(listener).hides("… +");
}

#[test]
fn quiet_shows_the_totals_and_nothing_else() {
    let sandbox = Sandbox::new();
    let run = shown(&sandbox, &["--format", "quiet"], &bodies());
    insta::assert_snapshot!(masked(run.out()), @r"
    5 captures in <duration> on http://<peer>: 3 valid, 1 unknown, 1 invalid; 2 sessions. All are in log.jsonl.
    ");
    assert!(!run.err().contains("captures in"), "{}", run.err());
}

#[test]
fn filters_hide_and_the_log_and_the_totals_have_everything() {
    let of = |args: &[&str]| {
        let sandbox = Sandbox::new();
        let args = [&["--format", "line"], args].concat();
        let run = shown(&sandbox, &args, &bodies());
        run.tells("5 captures in ").tells("3 valid");
        assert_eq!(sandbox.text("log.jsonl").lines().count(), 5);
        let seq = |line: &str| {
            let (_, seq) = line.split_once('#').expect("a number");
            seq[..1].parse::<u32>().expect("a number")
        };
        (run.out().lines().map(seq).collect::<Vec<_>>(), run)
    };
    assert_eq!(of(&["--event", "roomdrop"]).0, [2, 5]);
    assert_eq!(of(&["--event", "roomdrop,session_start"]).0, [1, 2, 5]);
    assert_eq!(of(&["--session", "1"]).0, [1, 3, 5]);
    assert_eq!(of(&["--session", "1", "--event", "roomdrop"]).0, [5]);
    let args = ["--verdict", "unknown", "--verdict", "invalid"];
    assert_eq!(of(&args).0, [3, 4]);
    // A name that the catalog does not have may be meant; that it is none is said.
    let (seqs, run) = of(&["--event", "room_drop"]);
    assert_eq!(seqs, [3]);
    run.tells("no event in the catalog is called `room_drop`: it selects unknown events")
        .tells("did you mean `roomdrop`?");
}

#[test]
fn an_alias_selects_its_event() {
    let sandbox = Sandbox::new();
    let bodies = ["file-transfer", "file_transfer", "roomdrop"];
    let bodies = bodies.map(|name| event(name, "1", ""));
    let args = ["--format", "line", "--event", "file-transfer"];
    let run = shown(&sandbox, &args, &bodies);
    assert_eq!(run.out().lines().count(), 2, "{}", run.out());
    assert!(!run.err().contains("no event"), "{}", run.err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_narrow_terminal_is_kept_to() {
    use crate::support::{Terminal, post};

    let sandbox = Sandbox::new();
    let line = "stty rows 40 cols 60; enx-hook listen --port 0 --format line --ready-file ready";
    let mut terminal = Terminal::run(&sandbox, line, &[("NO_COLOR", "1")]);
    terminal.wait_for("Setup Webhook");
    terminal.wait_for("\n");
    let url = sandbox.text("ready");
    let address = url.trim().trim_start_matches("http://").parse().unwrap();
    let long = event("session_start", &"9".repeat(60), &"x".repeat(500));
    for body in [&long, &long] {
        assert_eq!(post(address, "/", &[], body).status(), 200);
    }
    let shown = terminal.wait_for("#2");
    let rest = terminal.wait_for("\n");
    for line in (shown + &rest).lines().filter(|line| line.contains('#')) {
        assert!(line.contains("99999…"), "{line}");
    }
    terminal.interrupt();
}

#[cfg(target_os = "linux")]
#[test]
fn a_narrow_terminal_is_kept_to_by_the_banner_headlines_and_refusals_too() {
    use crate::support::{Terminal, post};

    let sandbox = Sandbox::new();
    let line = "stty rows 40 cols 60; exec enx-hook listen --port 0 --user enx:x --trust-proxy \
                --max-body 1MiB --idle-timeout 5s --ready-file ready";
    let mut terminal = Terminal::run(&sandbox, line, &[("NO_COLOR", "1")]);
    let ready = terminal.wait_for("\n");
    assert!(ready.contains("listening"), "{ready}");
    let mut shown = terminal.wait_for("Setup Webhook");
    let url = sandbox.text("ready");
    let address = url.trim().trim_start_matches("http://").parse().unwrap();
    let known = [("Authorization", "Basic ZW54Ong=")];
    let bodies = [("", "200"), ("other", "200"), ("x", "413")];
    assert_eq!(post(address, "/a/path/to/post/to", &[], "").status(), 401);
    for (apart, status) in bodies {
        let apart = if status == "413" {
            "x".repeat(2 << 20)
        } else {
            apart.to_owned()
        };
        let body = event("session_start", "7700123", &apart);
        assert_eq!(
            post(address, "/", &known, body).status().to_string(),
            status
        );
    }
    shown += &terminal.wait_for("too large");
    for line in shown.lines() {
        assert!(line.chars().count() <= 60, "{line}");
    }
    for said in ["refused  401", "#2", "same key as #1"] {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    terminal.press("\u{3}");
    assert_eq!(terminal.ended().0, Some(0));
}
