//! `log sessions`: which sessions are complete, and what the others miss.

use serde_json::{Value, json};

use super::fixture::{DOUBLED, LACKING, OPEN, SWAPPED, id, sandbox};
use crate::support::Sandbox;
#[cfg(target_os = "linux")]
use crate::support::Terminal;

/// The state of each session by its id.
fn states(sandbox: &Sandbox, args: &[&str]) -> Vec<(String, String)> {
    let run = sandbox.enx(&[&["log", "sessions", "--format", "json"], args].concat());
    let sessions = run.code(0).json_of("session").into_iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let states = sessions.map(|one| (text(&one["session"]), text(&one["state"])));
    states.collect()
}

#[test]
fn each_session_has_its_state_whatever_the_captures_are_read_from() {
    let sandbox = sandbox();
    let expected: Vec<_> = (1..=20)
        .map(|session| {
            let state = match session {
                OPEN => "open",
                SWAPPED => "out-of-order",
                lacking if LACKING.contains(&lacking) => "missing",
                _ => "complete",
            };
            (id(session), state.to_owned())
        })
        .collect();
    for log in ["log.jsonl", "parts/log.jsonl", "recorded.har", "bare.jsonl"] {
        assert_eq!(states(&sandbox, &[log]), expected, "{log}");
    }
}

#[test]
fn json_says_what_is_missing_and_where_a_session_stands() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "sessions", "--format", "json"]);
    let sessions = run.code(0).json_of("session");
    let lacking = &sessions[4];
    assert_eq!(lacking["missing"], json!(["roomdrop"]));
    assert_eq!(lacking["problems"], json!(["missing"]));
    assert_eq!(
        lacking["events"],
        json!({"session_start": 1, "session_stop": 1})
    );
    assert_eq!(
        (&lacking["seconds"], &lacking["verdict"]),
        (&json!(1080.0), &json!("valid"))
    );
    assert_eq!(lacking["first_at"], "2026-11-20T09:25:00.000000Z");
    assert_eq!(
        sessions[usize::try_from(DOUBLED).unwrap() - 1]["duplicates"],
        1
    );
    let summary = &run.json_of("summary")[0];
    for (field, count) in [
        ("sessions", 20),
        ("listed", 20),
        ("complete", 15),
        ("missing", 3),
        ("out_of_order", 1),
        ("open", 1),
        ("truncated", 0),
        ("forgotten", 0),
    ] {
        assert_eq!(summary[field], count, "{field}");
    }
}

#[test]
fn the_table_is_plain_text_through_a_pipe_and_ends_with_the_next_step() {
    let sandbox = sandbox();
    let args = [
        "log", "sessions", "--utc", "--sort", "state", "--limit", "6",
    ];
    let run = sandbox.enx(&args);
    assert_eq!(
        run.code(0).out(),
        "\
session   first     length  captures  promised  activity   state             worst
48213905  09:25:00     18m         2    2 of 3  █       █  missing roomdrop  valid
48213909  09:45:00     18m         2    2 of 3  █       █  missing roomdrop  valid
48213914  10:10:00     18m         2    2 of 3  █       █  missing roomdrop  valid
48213912  10:00:00  18m 2s         3    3 of 3  ▅       █  out of order      valid
48213920  10:40:00       -         1    1 of 3  █          open              valid
48213901  09:05:00  18m 2s         3    3 of 3  ▅       █  complete          valid
6 of 20 sessions listed; of all, 15 complete, 1 open, 1 out of order, 3 with something missing
"
    );
    run.tells("look closer: enx-hook log timeline 48213905\n");
    let some = sandbox.enx(&["log", "sessions", "--state", "missing"]);
    some.code(0)
        .says("\n3 of 20 sessions listed; of all, 15 complete, ");
    let other = sandbox.enx(&["log", "sessions", "recorded.har"]);
    other.tells("enx-hook log timeline 48213905 recorded.har\n");
}

#[cfg(target_os = "linux")]
#[test]
fn no_line_is_wider_than_the_terminal() {
    let sandbox = sandbox();
    for columns in [80, 160] {
        for command in [
            "sessions",
            "timeline 48213905",
            "stats",
            "diff 1 2 --exact",
            "--format line",
        ] {
            let line = format!(
                "stty rows 24 cols {columns}; enx-hook log {command} --color never; echo end $?"
            );
            let mut terminal = Terminal::run(&sandbox, &line, &[]);
            let shown = terminal.wait_for("end ");
            assert!(shown.lines().count() > 2, "{shown}");
            for line in shown.lines() {
                let width = line.chars().count();
                // The suggestion is one word of a shell more.
                assert!(
                    width <= columns,
                    "{command} at {columns} has {width}: {line}"
                );
            }
        }
    }
}

#[test]
fn states_select_and_the_exit_code_is_negative_only_if_asked_for() {
    let sandbox = sandbox();
    let missing = states(&sandbox, &["--state", "missing,open"]);
    let ids: Vec<_> = missing.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [5, 9, 14, 20].map(id));
    sandbox.enx(&["log", "sessions"]).code(0);
    sandbox
        .enx(&["log", "sessions", "--expect-complete"])
        .code(1);
    let args = [
        "log",
        "sessions",
        "--expect-complete",
        "--session",
        "48213901",
    ];
    sandbox.enx(&args).code(0);
    // Out of order is not incomplete.
    let args = [
        "log",
        "sessions",
        "--expect-complete",
        "--session",
        "48213912",
    ];
    sandbox.enx(&args).code(0);
    let run = sandbox.enx(&["log", "sessions", "--session", "none", "--format", "json"]);
    assert_eq!(run.code(0).json_lines().len(), 1);
}

#[test]
fn a_session_of_which_only_a_part_is_read_misses_nothing() {
    let sandbox = sandbox();
    // Its beginning lies before the selection, or another part of it.
    for selection in [
        &["--since", "2026-11-20T09:30:00Z"][..],
        &["--event", "session_start"],
    ] {
        for (id, state) in states(&sandbox, selection) {
            let is_cut = id.as_str() < "48213906" || selection[0] == "--event";
            if is_cut && id != "48213920" {
                assert_eq!(state, "truncated", "{id} {selection:?}");
            }
        }
    }
    // Its beginning lies in a part that was deleted.
    std::fs::remove_file(sandbox.path("parts/log-1.jsonl.gz")).unwrap();
    let states = states(&sandbox, &["parts/log.jsonl"]);
    let truncated = states.iter().filter(|(_, state)| state == "truncated");
    assert!(truncated.count() > 0);
    let whole = |id: &String| id.as_str() > "48213908";
    assert!(
        states
            .iter()
            .all(|(id, state)| state != "missing" || whole(id))
    );
}

#[cfg(target_os = "linux")]
#[test]
fn the_table_is_drawn_anew_while_the_log_grows() {
    let sandbox = sandbox();
    let line = "exec enx-hook log sessions --watch --color never";
    let mut terminal = Terminal::run(&sandbox, line, &[]);
    terminal.wait_for("20 sessions: ");
    let path = sandbox.path("log.jsonl");
    let mut log = std::fs::OpenOptions::new().append(true).open(path).unwrap();
    let next = super::fixture::event("session_start", 21, super::fixture::at(200, 0));
    let line = super::fixture::records(&[next]).concat();
    std::io::Write::write_all(
        &mut log,
        line.replace("\"seq\":1,", "\"seq\":57,").as_bytes(),
    )
    .unwrap();
    terminal.wait_for("21 sessions: ");
    terminal.interrupt();
    let (code, shown) = terminal.ended();
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn what_follows_an_event_is_missing_only_after_a_while() {
    let sandbox = sandbox();
    let all = states(&sandbox, &["--settle-after", "100000d"]);
    let lacking = all.iter().filter(|(_, state)| state == "missing").count();
    assert_eq!(lacking, 0);
    let open = all.iter().filter(|(_, state)| state == "open").count();
    assert_eq!(open, 4);
}

#[test]
fn nothing_missing_yet_names_what_is_still_open() {
    let sandbox = Sandbox::new();
    let now = chrono::Utc::now().timestamp();
    let body = |event| {
        format!(
            "{{\"type\":\"{event}\",\"trans_date\":{now},\"app_id\":\"a\",\"room_id\":\"r\",\"conf_num\":\"7\"}}"
        )
    };
    let at = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let lines = ["session_start", "session_stop"].map(|event| {
        let known = crate::support::record(1, &body(event));
        let mut line: Value = serde_json::from_str(&known).unwrap();
        line["received_at"] = json!(at);
        line.to_string() + "\n"
    });
    sandbox.write("log.jsonl", lines.concat());
    let args = ["log", "sessions", "--state", "missing"];
    let run = sandbox.enx(&args);
    run.code(0).tells(
        "1 open session may still get what is missing, until 10m after the last event; to count that as missing \
         now: enx-hook log sessions --state missing --settle-after 0s",
    );
    run.hides("look closer");
    let run = sandbox.enx(&[&args[..], &["--settle-after", "0s"]].concat());
    run.code(0).says("missing roomdrop");
    run.tells("look closer: enx-hook log timeline 7 --settle-after 0s");
    run.hides("may still get");
    sandbox
        .enx(&["log", "timeline", "7", "--settle-after", "0s"])
        .code(0)
        .says("roomdrop");
}
