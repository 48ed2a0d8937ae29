//! The two streams: data on one, all else on the other; colour where it is wanted; and what
//! happens when they fail.

use crate::support::{Listener, Reply, Run, Sandbox, Sink, record};

const ESCAPE: &str = "\u{1b}";

/// Names and values of environment variables.
type Variables = &'static [(&'static str, &'static str)];

/// A sandbox with a document that has findings, and a log.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", "{\"type\":\"roomdrop\",\"conf_num\":7}");
    sandbox.write(
        "log.jsonl",
        record(1, "{\"type\":\"roomdrop\"}") + "\nnonsense\n",
    );
    sandbox
}

/// Commands that write on stdout, of those that need no listener.
fn writers(url: &str) -> Vec<Vec<&str>> {
    vec![
        vec!["events"],
        vec!["events", "roomdrop"],
        vec!["events", "roomdrop", "--schema"],
        vec!["events", "--format", "json"],
        vec!["validate", "a.json"],
        vec!["validate", "a.json", "--format", "json"],
        vec!["send", "roomdrop", "--url", url],
        vec!["send", "roomdrop", "--url", url, "--format", "json"],
        vec!["replay", "log.jsonl", "--url", url],
        vec!["replay", "log.jsonl", "--url", url, "--format", "json"],
        vec!["replay", "log.jsonl", "--dry-run"],
        vec!["replay", "log.jsonl", "--dry-run", "--format", "json"],
        vec!["completions", "bash"],
        vec!["--help"],
        vec!["--version"],
        vec!["send", "--help"],
    ]
}

#[track_caller]
fn painted(run: &Run, expected: bool) {
    let out = run.out().contains(ESCAPE);
    let err = run.err().contains(ESCAPE);
    assert_eq!((out, err), (expected, expected), "{run:?}");
}

#[test]
fn a_pipe_gets_colour_only_where_that_was_said() {
    let sandbox = sandbox();
    let cases: [(&[&str], Variables, bool); 13] = [
        (&[], &[], false),
        (&["--color", "auto"], &[("TERM", "xterm-256color")], false),
        (&["--color", "always"], &[], true),
        (&["--color", "never"], &[], false),
        (&["--color", "always"], &[("NO_COLOR", "1")], true),
        (&["--color", "always"], &[("TERM", "dumb")], true),
        (&["--color", "never"], &[("CLICOLOR_FORCE", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1")], true),
        (&[], &[("CLICOLOR_FORCE", "0")], false),
        (&[], &[("CLICOLOR_FORCE", "")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], false),
        (&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")], true),
        (&[], &[("CLICOLOR_FORCE", "1"), ("TERM", "dumb")], true),
    ];
    for (flags, variables, expected) in cases {
        let args = [&["validate", "a.json", "nowhere.json"], flags].concat();
        let call = variables
            .iter()
            .fold(sandbox.call(&args), |call, (name, value)| {
                call.env(name, value)
            });
        painted(&call.run(), expected);
    }
    sandbox
        .enx(&["events", "--color", "sometimes"])
        .code(2)
        .tells("always");
}

#[test]
fn help_and_usage_errors_obey_the_last_colour_that_was_typed() {
    let sandbox = Sandbox::new();
    let forced = |args: &[&str]| sandbox.call(args).env("CLICOLOR_FORCE", "1").run();
    for args in [&["--help"][..], &["send", "--nonsense"], &["listen", "-h"]] {
        let colour = |run: &Run| run.out().contains(ESCAPE) || run.err().contains(ESCAPE);
        let with = |flags: &[&'static str]| [args, flags].concat();
        assert!(colour(&sandbox.enx(&with(&["--color", "always"]))));
        assert!(colour(
            &sandbox.enx(&with(&["--color=never", "--color=always"]))
        ));
        assert!(!colour(&forced(&with(&["--color", "never"]))));
        assert!(!colour(&forced(&with(&[
            "--color=always",
            "--color=never"
        ]))));
    }
    let repeated = ["--color", "never", "events", "--color", "always"];
    assert!(sandbox.enx(&repeated).code(0).out().contains(ESCAPE));
    let repeated = ["events", "--color", "always", "--color", "never"];
    assert!(!forced(&repeated).code(0).out().contains(ESCAPE));
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let sandbox = sandbox();
    for args in [
        &["events"][..],
        &["events", "roomdrop"],
        &["validate", "a.json"],
    ] {
        let plain = sandbox.enx(args);
        let coloured = sandbox.enx(&[args, &["--color", "always"]].concat());
        assert!(coloured.out().contains(ESCAPE));
        assert_eq!(without_colour(coloured.out()), plain.out());
    }
}

/// The text without `ESC [ … m`.
fn without_colour(text: &str) -> String {
    let mut pieces = text.split("\u{1b}[");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (style, rest) = piece.split_once('m').expect("a style ends with m");
        assert!(
            style.chars().all(|c| c.is_ascii_digit() || c == ';'),
            "{style:?}"
        );
        plain.push_str(rest);
    }
    plain
}

#[test]
fn machines_never_get_colour() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    let url = sink.url();
    for args in writers(&url) {
        if args.contains(&"json") || args.contains(&"--schema") {
            let run = sandbox.enx(&[&args[..], &["--color", "always"]].concat());
            assert!(!run.out().contains(ESCAPE), "{args:?}");
        }
    }
}

#[test]
fn stdout_has_the_data_and_stderr_the_rest() {
    let sandbox = sandbox();
    let sink = Sink::answering(200);
    let url = sink.url();
    for args in writers(&url) {
        let run = sandbox.enx(&args);
        assert_ne!(run.out(), "", "{args:?}");
        for noise in [
            "warning: ",
            "error: ",
            "sending to",
            "replaying to",
            "would send to",
            " sent: ",
        ] {
            assert!(!run.out().contains(noise), "{args:?}: {}", run.out());
        }
        if args.contains(&"json") {
            assert!(!run.json_lines().is_empty());
        }
        let quiet = sandbox.enx(&[&args[..], &["--quiet"]].concat());
        // What was skipped is said all the same.
        for line in quiet.err().lines() {
            assert!(line.starts_with("warning: log.jsonl:2"), "{args:?}: {line}");
        }
    }
}

#[test]
fn help_and_version_are_data() {
    let sandbox = Sandbox::new();
    for args in [
        &["--help"][..],
        &["-h"],
        &["help"],
        &["--version"],
        &["-V"],
        &["listen", "--help"],
        &["send", "-h"],
        &["replay", "--help"],
        &["validate", "--help"],
        &["events", "--help"],
        &["help", "send"],
    ] {
        let run = sandbox.enx(args);
        run.code(0);
        assert_ne!(run.out(), "");
        assert_eq!(run.err(), "");
    }
    sandbox
        .enx(&["--version"])
        .says(concat!("enx-hook ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn wrong_usage_is_told_on_stderr_and_nothing_else_happens() {
    let sandbox = Sandbox::new();
    for args in [
        &[][..],
        &["lisen"],
        &["--nonsense"],
        &["send", "--nonsense"],
        &["validate"],
        &["replay"],
        &["listen", "--port", "99999"],
        &["listen", "--port", "x"],
        &["events", "--quiet", "--verbose"],
        &["completions", "tcl"],
    ] {
        let run = sandbox.enx(args);
        run.code(2);
        assert_eq!(run.out(), "", "{args:?}");
        assert_ne!(run.err(), "", "{args:?}");
    }
    sandbox.enx(&["lisen"]).tells("listen");
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::File;
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    use super::{ESCAPE, Variables, sandbox, writers};
    use crate::support::{Listener, Reply, Sandbox, Sink, Terminal, post, record};

    fn full() -> Stdio {
        File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
            .into()
    }

    #[test]
    fn a_full_disk_behind_stdout_is_one_error_for_every_command() {
        let sandbox = sandbox();
        let sink = Sink::answering(200);
        let url = sink.url();
        for args in writers(&url) {
            let output = sandbox
                .command(&args)
                .stdin(Stdio::null())
                .stdout(full())
                .output()
                .unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(3), "{args:?}: {said}");
            assert!(!said.contains("panicked"), "{args:?}: {said}");
            let errors = said
                .matches("error: the output could not be written")
                .count();
            assert_eq!(errors, 1, "{args:?}: {said}");
        }
    }

    #[test]
    fn stderr_that_cannot_be_written_changes_no_exit_code() {
        let sandbox = sandbox();
        for (args, code) in [
            (&["nonsense"][..], 2),
            (&["send"], 2),
            (&["validate", "nowhere"], 3),
            (&["events", "roomdrp"], 2),
        ] {
            let status = sandbox
                .command(args)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(full())
                .status()
                .unwrap();
            assert_eq!(status.code(), Some(code), "{args:?}");
        }
    }

    /// stdout that nothing reads.
    fn unread() -> Stdio {
        let (_, writer) = std::io::pipe().unwrap();
        writer.into()
    }

    #[test]
    fn a_reader_that_went_away_is_no_error_and_changes_no_exit_code() {
        let sandbox = sandbox();
        let sink = Sink::answering(200);
        let url = sink.url();
        for args in writers(&url) {
            let run = |out| {
                let mut command = sandbox.command(&args);
                let output = command.stdin(Stdio::null()).stdout(out).output().unwrap();
                let said = String::from_utf8(output.stderr).unwrap();
                assert!(!said.contains("panicked"), "{args:?}: {said}");
                assert!(!said.contains("error: "), "{args:?}: {said}");
                output.status.code()
            };
            let (read, unread) = (run(Stdio::null()), run(unread()));
            // `replay --dry-run` has no other work, and ends before the bad line.
            if !args.contains(&"--dry-run") {
                assert_eq!(unread, read, "{args:?}");
            }
        }
    }

    #[test]
    fn a_reader_that_went_away_does_not_change_the_work_of_a_replay() {
        let sandbox = Sandbox::new();
        let lines: String = (1..=300)
            .map(|seq| record(seq, "{\"type\":\"roomdrop\"}") + "\n")
            .collect();
        sandbox.write("log.jsonl", lines);
        let sink = Sink::new(|number, _| Reply::status(if number == 250 { 500 } else { 200 }));
        let url = sink.url();
        for format in ["human", "json"] {
            let before = sink.count();
            let args = ["replay", "log.jsonl", "--url", &url, "--format", format];
            let mut command = sandbox.command(&args);
            command.args(["--report", "out.xml"]);
            let output = command.stdin(Stdio::null()).stdout(unread()).output();
            let code = i32::from(format == "human");
            assert_eq!(output.unwrap().status.code(), Some(code));
            assert_eq!(sink.count() - before, 300);
            let report = sandbox.text("out.xml");
            assert_eq!(report.matches("<testcase").count(), 300);
        }
    }

    #[test]
    fn stderr_that_nothing_reads_changes_nothing_either() {
        let sandbox = sandbox();
        let sink = Sink::answering(200);
        for (args, code) in [
            (&["replay", "log.jsonl", "--url", &sink.url()][..], 1),
            (&["validate", "a.json", "nowhere.json"], 3),
            (&["send", "roomdrop", "--url", &sink.url()], 0),
        ] {
            let mut command = sandbox.command(args);
            let command = command
                .stdin(Stdio::null())
                .stdout(unread())
                .stderr(unread());
            assert_eq!(command.status().unwrap().code(), Some(code), "{args:?}");
        }
        assert_eq!(sink.count(), 2);
    }

    #[test]
    fn an_unread_verdict_still_decides_the_exit_code_and_is_in_the_report() {
        let sandbox = Sandbox::new();
        let bad = "{\"type\":\"roomdrop\"}\n";
        sandbox.write("bad.jsonl", bad.repeat(3000));
        for args in [
            &["validate", "bad.jsonl"][..],
            &["validate", "bad.jsonl", "--format", "json"],
        ] {
            let mut command = sandbox.command(args);
            let output = command.stdin(Stdio::null()).stdout(unread()).output();
            assert_eq!(output.unwrap().status.code(), Some(1));
        }
        let mut command = sandbox.command(&["validate", "bad.jsonl", "--report", "out.json"]);
        let output = command.stdin(Stdio::null()).stdout(unread()).output();
        assert_eq!(output.unwrap().status.code(), Some(1));
        assert!(sandbox.text("out.json").contains("3000"));
    }

    #[test]
    fn a_listener_outlives_the_reader_of_its_output_if_it_has_other_work() {
        let sandbox = Sandbox::new();
        let event = "{\"type\":\"roomdrop\"}";
        let listen = |args: &[&str]| {
            let mut command = sandbox.command(&["listen", "--port", "0", "--format", "json"]);
            command.args(args);
            command.stdin(Stdio::null()).stdout(unread());
            let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
            let line = lines.next().unwrap().unwrap();
            let (_, address) = line.split_once("http://").unwrap();
            let (address, _) = address.split_once(' ').unwrap();
            (child, address.parse().unwrap(), lines)
        };
        let (mut child, address, lines) = listen(&["--expect", "roomdrop=3", "--settle", "1ms"]);
        for _ in 0..3 {
            assert_eq!(post(address, "/", &[], event).status(), 200);
        }
        assert_eq!(child.wait().unwrap().code(), Some(0));
        drop(lines);
        assert_eq!(sandbox.text("log.jsonl").lines().count(), 3);
        let (mut child, address, lines) = listen(&["--no-log"]);
        assert_eq!(post(address, "/", &[], event).status(), 200);
        assert_eq!(child.wait().unwrap().code(), Some(0));
        drop(lines);
    }

    #[test]
    fn a_terminal_gets_colour_unless_that_was_refused() {
        let sandbox = sandbox();
        let cases: [(&str, Variables, bool); 8] = [
            ("", &[], true),
            ("--color never", &[], false),
            ("", &[("NO_COLOR", "1")], false),
            ("", &[("NO_COLOR", "")], true),
            ("", &[("TERM", "dumb")], false),
            ("", &[("CLICOLOR_FORCE", "0")], true),
            (
                "--color always",
                &[("NO_COLOR", "1"), ("TERM", "dumb")],
                true,
            ),
            ("--help", &[("NO_COLOR", "1")], false),
        ];
        for (flags, variables, expected) in cases {
            let line = format!("enx-hook validate a.json {flags}");
            let (_, screen) = Terminal::run(&sandbox, &line, variables).ended();
            assert_ne!(screen, "");
            assert_eq!(
                screen.contains(ESCAPE),
                expected,
                "{line} {variables:?}\n{screen}"
            );
        }
    }

    #[test]
    fn a_dumb_terminal_is_asked_a_line_and_nothing_that_moves_the_cursor() {
        let sandbox = sandbox();
        let dumb = [("TERM", "dumb")];
        let (code, screen) = Terminal::run(&sandbox, "enx-hook send", &dumb).ended();
        assert_eq!(code, Some(2), "{screen}");
        assert!(screen.contains("name an event"), "{screen}");
        let line = "enx-hook send roomdrop --user enx --dry-run";
        let mut terminal = Terminal::run(&sandbox, line, &dumb);
        let question = terminal.wait_for("Password for enx: ");
        terminal.press("geheim\r");
        let (code, screen) = terminal.ended();
        assert_eq!(code, Some(0), "{screen}");
        assert!(!(question + &screen).contains(ESCAPE), "{screen}");
    }

    #[test]
    fn a_listener_follows_the_width_of_its_terminal() {
        let sandbox = Sandbox::new();
        let line = "stty rows 24 cols 120; tty >tty; enx-hook listen --port 0 --ready-file ready";
        let mut terminal = Terminal::run(&sandbox, line, &[("NO_COLOR", "1")]);
        terminal.wait_for("next");
        let url = sandbox.text("ready");
        let address = url.trim().trim_start_matches("http://").parse().unwrap();
        let body = "{\"type\":\"roomdrop\"}";
        let shown = |terminal: &mut Terminal| {
            crate::support::post(address, "/", &[], body);
            terminal.wait_for("roomdrop")
        };
        // A narrow page has no milliseconds.
        assert!(shown(&mut terminal).contains('.'));
        let tty = sandbox.text("tty");
        let mut stty = std::process::Command::new("stty");
        stty.args(["-F", tty.trim(), "cols", "60"]);
        assert!(stty.status().unwrap().success());
        terminal.wait_for("}");
        let headline = shown(&mut terminal);
        let headline = headline.lines().last().unwrap();
        assert!(!headline.contains('.'), "{headline}");
        terminal.interrupt();
    }

    #[test]
    fn a_line_without_room_for_the_url_leaves_it_out() {
        let sink = Sink::answering(200);
        for (columns, is_shown) in [(120, true), (60, false)] {
            let url = sink.url();
            let line = format!("stty rows 24 cols {columns}; enx-hook send roomdrop --url {url}");
            let terminal = Terminal::run(&Sandbox::new(), &line, &[("NO_COLOR", "1")]);
            let (_, screen) = terminal.ended();
            assert!(screen.contains("  200 in "), "{screen}");
            assert_eq!(screen.contains(&format!("->  {url}")), is_shown, "{screen}");
            assert!(screen.contains(&format!("sending to {url}")), "{screen}");
        }
    }

    #[test]
    fn each_stream_has_its_own_colour() {
        let sandbox = sandbox();
        let line = "enx-hook validate a.json nowhere.json 2>errors";
        let (_, screen) = Terminal::run(&sandbox, line, &[]).ended();
        assert!(screen.contains(ESCAPE));
        assert!(!sandbox.text("errors").contains(ESCAPE));
        let line = "enx-hook validate a.json nowhere.json >data";
        let (_, screen) = Terminal::run(&sandbox, line, &[]).ended();
        assert!(screen.contains(ESCAPE), "{screen}");
        assert!(!sandbox.text("data").contains(ESCAPE));
    }

    #[test]
    fn a_listener_writes_no_colour_into_a_pipe() {
        let sandbox = Sandbox::new();
        let mut listener = Listener::start(&sandbox, &[]);
        listener.post("{\"type\":\"roomdrop\"}");
        assert!(!listener.line().contains(ESCAPE));
        listener.signal("INT");
        listener.ended().code(0).hides(ESCAPE);
    }
}

#[test]
fn foreign_text_is_no_command_to_the_runner_of_a_ci_service() {
    const TEXTS: [&str; 4] = [
        "::stop-commands::x",
        "\n::add-mask::x",
        "a ##[error]x",
        "##vso[task.complete]x",
    ];
    let sandbox = Sandbox::new();
    for text in TEXTS {
        let event = serde_json::json!({"type": text, "conf_num": text, text: [text]}).to_string();
        sandbox.write("a.json", &event);
        sandbox.write("text.json", text);
        sandbox.write(
            "log.jsonl",
            record(1, &event) + "\n" + &record(2, "{}") + "\n",
        );
        let sink = Sink::new(move |_, _| Reply::Answer(500, Vec::new(), text.to_owned()));
        let url = sink.url();
        let listener = Listener::of(
            sandbox
                .call(&[
                    "listen",
                    "--port",
                    "0",
                    "--log",
                    "other.jsonl",
                    "--max-events",
                    "2",
                ])
                .env("GITHUB_ACTIONS", "true"),
        );
        listener.post(&event);
        listener.post(text);
        let mut runs = vec![listener.ended()];
        for format in ["human", "json"] {
            for args in [
                &["replay", "log.jsonl", "--url", &url][..],
                &["replay", "log.jsonl", "--dry-run"],
                &["validate", "a.json"],
                &["validate", "text.json"],
                &["send", "--data", "@a.json", "--force", "--url", &url],
            ] {
                let call = sandbox.call(&[args, &["--format", format]].concat());
                runs.push(call.env("GITHUB_ACTIONS", "true").run());
            }
        }
        for run in runs {
            for line in run.out().lines().chain(run.err().lines()) {
                let own = ["::error ", "::warning ", "::notice "];
                let is_own = own.iter().any(|command| line.starts_with(command));
                assert!(is_own || !line.trim_start().starts_with("::"), "{line}");
                assert!(!line.contains("##[") && !line.contains("##vso["), "{line}");
            }
        }
    }
}
