//! What people, code hosts and pages get, baselines, and the exit code.

use super::fixture::sandbox;
use crate::log;
use crate::support::Sandbox;
#[cfg(unix)]
use crate::support::Terminal;

#[test]
fn people_see_a_block_for_each_class_and_what_to_do_next() {
    let run = sandbox().enx(&["drift", "--event", "recording"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook drift --event recording
    exit code 0
    -- stdout
    unplanned-field  fields that the documents do not have
      recording /duration  1 of 2  50%  #4
          such as    341
          documents  The recordings of single participants are ready, one file per stream. (Individual Recordings Ready, EnableX Video, Webhook Notifications (newest page))
          next       enx-hook learn --write learned

    format  values in another form than documented
      recording /recording/*  1 of 2  50%  #9  http-url
          such as    "http://host.example/f"
          documents  The URLs of the files, one per participant stream. (Individual Recordings Ready, EnableX Video, Webhook Notifications (newest page))
          next       enx-hook log show 9

    2 differences in 2 captures: 1 unplanned-field, 1 format
    -- stderr
    look closer: enx-hook log show 9
    "#);
    let run = log::fixture::sandbox().enx(&["drift"]);
    for line in [
        "  session_stop  1 of 19  5%  #38  after roomdrop\n",
        "  roomdrop  3 of 20  15%  #7 to #43\n",
        "  roomdrop  1 of 17  6%  #13\n",
        "12 differences in 56 captures: 9 never-seen, 1 order, 1 incomplete-session, 1 redelivery\n",
    ] {
        run.says(line);
    }
    run.tells("look closer: enx-hook log timeline 48213912");
}

#[test]
fn a_log_without_differences_or_captures_says_so() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["drift", "--seq", "1..3"]);
    assert_eq!(
        run.code(0).err().trim(),
        "look closer: enx-hook events session_start"
    );
    sandbox.write("empty.jsonl", "");
    let run = sandbox.enx(&["drift", "empty.jsonl"]);
    assert_eq!(run.code(0).out(), "0 differences in 0 captures\n");
    assert_eq!(run.err().trim(), "no capture was compared");
    let run = sandbox.enx(&["drift", "nowhere.jsonl"]);
    run.code(3).tells("nowhere.jsonl");
}

#[test]
fn a_baseline_leaves_out_what_was_known_and_only_new_differences_fail() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["drift", "--seq", "1..8", "--format", "json"]);
    sandbox.write("baseline.jsonl", run.code(0).out());
    let args = [
        "drift",
        "--format",
        "json",
        "--baseline",
        "baseline.jsonl",
        "--fail-on",
    ];
    let fail_on = |class: &str| sandbox.enx(&[&args[..], &[class]].concat());
    let run = fail_on("unplanned-event,unplanned-field");
    let summary = &run.code(0).json_of("summary")[0];
    assert!(summary["known"].as_u64() > Some(3), "{summary}");
    assert_eq!(summary["failing"], 0);
    let is_known = |class: &str| run.json_of("drift").iter().any(|one| one["class"] == class);
    assert!(!is_known("unplanned-event") && is_known("new-value"));
    let run = fail_on("new-value");
    assert_eq!(run.code(1).json_of("summary")[0]["failing"], 1);
    sandbox.enx(&["drift", "--fail-on", "type"]).code(1);
    sandbox
        .enx(&["drift", "--fail-on", "nothing"])
        .code(2)
        .tells("redelivery");
}

#[test]
fn a_file_that_is_no_baseline_is_refused_before_anything_is_read() {
    let sandbox = sandbox();
    let text = sandbox.enx(&["drift", "--format", "json"]).out().to_owned();
    let torn = text.lines().next().unwrap();
    for (wrong, said) in [
        (
            sandbox.text("log.jsonl"),
            "wrong.jsonl:1: this is no output of drift",
        ),
        (format!("{torn}\n"), "no summary at its end"),
    ] {
        sandbox.write("wrong.jsonl", wrong);
        let run = sandbox.enx(&["drift", "--baseline", "wrong.jsonl"]);
        run.code(2).tells(said).tells("--format json > FILE");
    }
    sandbox
        .enx(&["drift", "--baseline", "nowhere"])
        .code(3)
        .tells("nowhere");
}

#[test]
fn github_gets_an_annotation_for_each_difference_and_errors_for_what_fails() {
    let run = sandbox().enx(&["drift", "--format", "github", "--fail-on", "new-value"]);
    let lines: Vec<&str> = run.code(1).out().lines().collect();
    assert!(
        lines[0].starts_with("::warning file=log.jsonl,title=unplanned-event::whiteboard: 1 of 14")
    );
    let new = lines
        .iter()
        .find(|line| line.contains("title=new-value"))
        .unwrap();
    assert!(new.starts_with("::error "), "{new}");
    assert!(new.contains("%0Aenx-hook log show 11"), "{new}");
}

#[test]
fn code_hosts_get_sarif_with_the_classes_as_rules() {
    let run = sandbox().enx(&["drift", "--format", "sarif"]);
    let log: serde_json::Value = serde_json::from_str(run.code(0).out()).unwrap();
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 11);
    assert!(
        rules
            .iter()
            .all(|rule| rule["shortDescription"]["text"].is_string())
    );
    let results = run["results"].as_array().unwrap();
    let field = results
        .iter()
        .find(|one| one["ruleId"] == "unplanned-field")
        .unwrap();
    assert_eq!(field["level"], "note");
    let place = &field["locations"][0];
    assert_eq!(
        place["physicalLocation"]["artifactLocation"]["uri"],
        "log.jsonl"
    );
}

#[test]
fn in_markdown_nothing_that_was_sent_has_a_meaning() {
    let sandbox = Sandbox::new();
    let body =
        r#"{"type":"a|`x` @you #1 <b>","conf_num":"1","trans_date":1,"app_id":"a","room_id":"b"}"#;
    sandbox.write("log.jsonl", format!("{body}\n"));
    let run = sandbox.enx(&["drift", "--format", "markdown"]);
    let line = run
        .code(0)
        .out()
        .lines()
        .find(|line| line.contains("unplanned-event"));
    let line = line.unwrap();
    assert!(line.contains(r"``a\|`x` @you #1 <b>``"), "{line}");
    let columns = line.replace(r"\|", "").matches('|').count();
    assert_eq!(columns, 9, "{line}");
}

#[cfg(unix)]
#[test]
fn no_line_but_a_command_is_wider_than_the_terminal() {
    let sandbox = sandbox();
    for columns in [80, 160] {
        let line =
            format!("stty rows 24 cols {columns}; enx-hook drift --color never; echo end $?");
        let mut terminal = Terminal::run(&sandbox, &line, &[]);
        let shown = terminal.wait_for("end ");
        assert!(shown.lines().count() > 20, "{shown}");
        for line in shown.lines().filter(|line| !line.contains("next  ")) {
            let width = line.chars().count();
            assert!(width <= columns, "at {columns} it has {width}: {line}");
        }
    }
}
