//! `log`: the captures as rows.

use super::fixture::{event, records, sandbox};
#[cfg(unix)]
use crate::support::Running;
use crate::support::Sandbox;

#[test]
fn captures_are_listed_as_listen_shows_them_each_day_under_its_date() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "--utc", "--format", "line", "--session", "48213903"]);
    assert_eq!(
        run.code(0).out(),
        "\
2026-11-20
09:15:00.000  session_start   48213903            valid    #3
09:33:00.000  session_stop    48213903  +18m      valid    #11
09:33:02.000  roomdrop        48213903  +2s       valid    #12
09:33:30.000  roomdrop        48213903  +28s      valid    #13  duplicate of #12
"
    );
    run.tells("4 captures; which sessions are complete: enx-hook log sessions\n");
}

#[test]
fn last_and_limit_cut_the_rows_and_an_empty_answer_is_no_error() {
    let sandbox = sandbox();
    let seqs = |args: &[&str]| {
        let run = sandbox.enx(&[&["log", "--format", "json"], args].concat());
        let captures = run.code(0).json_of("capture");
        captures
            .iter()
            .map(|one| one["seq"].as_u64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(seqs(&["--limit", "2"]), [1, 2]);
    assert_eq!(seqs(&["--last", "2"]), [55, 56]);
    assert_eq!(seqs(&["--last", "3", "--limit", "1"]), [54]);
    assert_eq!(seqs(&["--seq", "7..8"]), [7, 8]);
    assert_eq!(seqs(&["--event", "recording"]), [0; 0]);
}

#[test]
fn a_log_named_like_a_subcommand_is_typed_with_its_folder() {
    let sandbox = Sandbox::new();
    let line = records(&[event("roomdrop", 1, super::fixture::at(0, 0))]).concat();
    sandbox.write("sessions", line);
    sandbox.enx(&["log", "./sessions"]).code(0).says("roomdrop");
    sandbox.enx(&["log"]).code(3).tells("cannot read log.jsonl");
}

#[test]
fn a_name_that_is_no_file_is_an_error_that_says_what_may_be_meant() {
    let sandbox = Sandbox::new();
    let told = |args: &[&str]| {
        let run = sandbox.enx(args);
        assert_eq!(run.code(3).out(), "");
        run.err().to_owned()
    };
    let nothing = "error: cannot read log.jsonl: No such file or directory (os error 2)\n";
    let missing = |advice: &str| format!("{nothing}  {advice}\n");
    for command in [&["log"][..], &["log", "sessions"], &["drift"]] {
        assert_eq!(told(command), missing("`enx-hook listen` writes a log"));
    }
    let line = records(&[event("roomdrop", 1, super::fixture::at(0, 0))]).concat();
    sandbox.write("mine.jsonl", &line);
    sandbox.write("mine.deliveries.jsonl", "");
    sandbox.write("other.json", "{}");
    assert_eq!(told(&["log"]), missing("there is mine.jsonl"));
    sandbox.write("packed.jsonl.gz", "");
    let both = told(&["log", "stats"]);
    assert!(
        both.contains("  there are packed.jsonl.gz, mine.jsonl\n")
            || both.contains("  there are mine.jsonl, packed.jsonl.gz\n"),
        "{both}"
    );
    // Nothing of the other file is shown.
    let number = told(&["log", "17", "mine.jsonl"]);
    assert!(number.starts_with("error: cannot read 17: "), "{number}");
    assert!(number.contains("--seq 17 selects captures"), "{number}");
    let query = told(&["log", "mine.jsonl", "has:missing"]);
    assert!(
        query.ends_with("  a query is given with --query\n"),
        "{query}"
    );
    let url = told(&["log", "http://localhost:1"]);
    assert_eq!(url.lines().count(), 1, "{url}");
    assert_eq!(told(&["log", "nothing*.jsonl"]).lines().count(), 2);
    let json = told(&["validate", "another.json"]);
    assert!(json.ends_with("  there is other.json\n"), "{json}");
}

#[test]
fn what_cannot_be_read_is_skipped_with_a_warning() {
    let sandbox = sandbox();
    let log = sandbox.text("log.jsonl");
    let (first, rest) = log.split_once('\n').unwrap();
    let torn = &first[..50];
    sandbox.write("log.jsonl", format!("{first}\n{torn}\n{rest}{torn}"));
    let run = sandbox.enx(&["log", "sessions"]);
    run.code(0).says("20 sessions: 15 complete");
    run.tells("warning: log.jsonl:2: ")
        .tells("the last record is torn");
}

#[cfg(unix)]
#[test]
fn a_log_that_is_being_written_is_followed_until_ctrl_c() {
    let sandbox = sandbox();
    let args = ["log", "--follow", "--format", "line", "--event", "metadata"];
    let mut running = Running::of(sandbox.call(&args));
    let next = event("metadata", 1, super::fixture::at(200, 0));
    let line = records(&[next])
        .concat()
        .replace("\"seq\":1,", "\"seq\":57,");
    let path = sandbox.path("log.jsonl");
    let mut log = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    // In two pieces, as a reader may see it.
    std::io::Write::write_all(&mut log, &line.as_bytes()[..60]).unwrap();
    std::io::Write::write_all(&mut log, &line.as_bytes()[60..]).unwrap();
    assert_eq!(running.line().trim_end(), "2026-11-20");
    let row = running.line();
    assert!(row.contains("metadata") && row.contains("#57"), "{row}");
    running.signal("INT");
    running.ended().code(0).tells("1 capture; ");
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_reads_through_the_pager() {
    let sandbox = sandbox();
    let pager = [("PAGER", "sed s/^/paged:/")];
    let line = "enx-hook log --format line --limit 1; echo end";
    let mut terminal = crate::support::Terminal::run(&sandbox, line, &pager);
    let shown = terminal.wait_for("end");
    assert!(
        shown.contains("paged:") && shown.contains("2026-11-20"),
        "{shown}"
    );
    // A pipe is no person.
    let piped = sandbox.call(&["log", "--format", "line", "--limit", "1"]);
    assert!(
        !piped
            .env("PAGER", "sed s/^/paged:/")
            .run()
            .out()
            .contains("paged")
    );
}

#[test]
fn options_of_all_commands_may_stand_before_the_subcommand() {
    let sandbox = sandbox();
    let expected = sandbox.enx(&["log", "sessions", "--utc", "--color", "never"]);
    for line in [
        &["log", "--utc", "--color=never", "sessions"][..],
        &["log", "--utc", "--color", "never", "sessions"],
        &["--utc", "log", "--color", "never", "sessions"],
    ] {
        let run = sandbox.enx(line);
        assert_eq!(run.code(0).out(), expected.out(), "{line:?}");
    }
    sandbox
        .enx(&["log", "-q", "timeline", "48213905"])
        .code(0)
        .hides("look closer");
    // Any other option has to stand behind it, and the message says so.
    let run = sandbox.enx(&["log", "--format", "json", "sessions"]);
    run.code(2)
        .tells("there is no file `sessions`; as a command it stands right behind `log`")
        .tells("enx-hook log sessions …");
    // A file of that name is a file.
    sandbox.write("stats", sandbox.text("bare.jsonl"));
    sandbox
        .enx(&["log", "--format", "line", "stats"])
        .code(0)
        .says("stats#1");
}

#[test]
fn a_path_is_shown_where_it_differs_from_that_of_the_first_row() {
    let sandbox = Sandbox::new();
    let records = records(&[
        event("session_start", 1, super::fixture::at(0, 0)),
        event("session_stop", 1, super::fixture::at(1, 0)),
    ]);
    let other = records[1].replace("/hook", "/other?x=1");
    sandbox.write("log.jsonl", records[0].clone() + &other);
    for format in ["line", "human"] {
        let run = sandbox.enx(&["log", "--format", format]);
        run.code(0).says("/other?x=1").hides("/hook");
    }
}

/// Whoever opens a named pipe waits until somebody writes to it.
#[cfg(unix)]
#[test]
fn pipes_beside_a_log_keep_nobody_waiting() {
    let sandbox = sandbox();
    for name in ["log-900.jsonl", "log-901.jsonl.gz", "log.deliveries.jsonl"] {
        let made = std::process::Command::new("mkfifo")
            .arg(sandbox.path(name))
            .status();
        assert!(made.expect("mkfifo").success());
    }
    sandbox.enx(&["log"]).code(0).says("roomdrop");
    sandbox
        .enx(&["log", "show", "1"])
        .code(0)
        .says("POST /hook");
    sandbox
        .enx(&["replay", "log.jsonl", "--dry-run"])
        .code(0)
        .says("roomdrop");
    sandbox
        .enx(&[
            "listen", "--port", "0", "--for", "1ms", "--keep", "2", "--rotate", "1MB",
        ])
        .code(0);
}
