//! Bodies that are made to cost much: judging takes time in proportion to them, says what is wrong
//! in few words, and gets the verdict right all the same.
//!
//! Each is so large that work which grows with its square does not end within a test's time.

use serde_json::Value;

use crate::support::Sandbox;

/// Items, members or faults of a body.
const MANY: usize = 20_000;

/// More output than this is not told of one document, however many findings it has.
const MOST_OUTPUT: usize = 400_000;

fn event(members: &str) -> String {
    format!(
        r#"{{"type":"recording","trans_date":1731573916,"app_id":"a","room_id":"r","conf_num":"7",{members}}}"#
    )
}

fn recording(item: &str, rest: &str) -> String {
    let items = vec![item; MANY].join(",");
    event(&format!(r#""recording":[{items}]{rest}"#))
}

fn members(member: impl Fn(usize) -> String) -> String {
    let all: Vec<String> = (0..MANY).map(member).collect();
    event(&format!(r#""recording":["https://h/f"],{}"#, all.join(",")))
}

/// Judges a document in both formats.
#[track_caller]
fn judged(body: &str) -> Value {
    let sandbox = Sandbox::new();
    sandbox.write("body.json", body);
    let run = sandbox.enx(&["validate", "body.json"]);
    assert!(run.out().len() < MOST_OUTPUT, "{}", run.out().len());
    let run = sandbox.enx(&["validate", "--format", "json", "body.json"]);
    assert!(run.out().len() < MOST_OUTPUT, "{}", run.out().len());
    run.json_of("report").remove(0)
}

/// How many findings of a code there are.
fn count(report: &Value, code: &str) -> usize {
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["code"] == code)
        .count()
}

/// What is said of the findings that are left out.
fn more(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().unwrap().iter();
    let more = findings.filter(|finding| finding["code"] == "more-findings");
    more.map(|finding| finding["message"].as_str().unwrap())
        .collect()
}

#[test]
fn odd_urls_on_one_line_are_told_a_hundred_times_and_counted_beyond() {
    let report = judged(&recording(r#""http://h/f""#, ""));
    assert_eq!(report["verdict"], "warning");
    assert_eq!(count(&report, "http-url"), 100);
    assert_eq!(more(&report), ["and 19,900 more `http-url`"]);
}

#[test]
fn what_is_rejected_a_thousand_items_later_is_counted_and_makes_the_verdict() {
    let report = judged(&recording(r#"{"url":"x"}"#, ","));
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(count(&report, "trailing-comma"), 1);
    assert_eq!(count(&report, "not-a-url"), 100);
    assert!(
        more(&report).contains(&"and 19,900 more `not-a-url`"),
        "{:?}",
        more(&report)
    );

    let urls = vec![r#""https://h/f""#; MANY].join(",");
    let report = judged(&event(&format!(r#""recording":[{urls},7,"https://h/f"]"#)));
    assert_eq!(report["verdict"], "invalid");
    assert_eq!(
        report["findings"][0]["pointer"],
        format!("/recording/{MANY}")
    );
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);
}

#[test]
fn repeated_keys_and_undocumented_members_are_counted() {
    let report = judged(&members(|number| format!(r#""k":{number}"#)));
    assert_eq!(report["verdict"], "warning");
    assert_eq!(count(&report, "duplicate-key"), 100);
    assert_eq!(count(&report, "more-oddities"), 1);

    let report = judged(&members(|number| format!(r#""k{number}":1"#)));
    assert_eq!(report["verdict"], "valid");
    assert_eq!(count(&report, "unknown-field"), 100);
    assert_eq!(more(&report), ["and 19,900 more `unknown-field`"]);
}

#[test]
fn what_is_not_json_in_many_places_or_very_deep_is_told_in_few() {
    for (body, code) in [
        (format!("[{}]", "1 ".repeat(MANY)), "more-faults"),
        ("[".repeat(4 * MANY), "too-deep"),
        (
            event(&format!(r#""x":"{}""#, r"\q".repeat(MANY))),
            "more-faults",
        ),
        (format!("[{}", "'a".repeat(MANY)), "unclosed"),
    ] {
        let report = judged(&body);
        assert_eq!(report["verdict"], "invalid");
        assert_eq!(count(&report, code), 1, "{code}");
    }
}

#[test]
fn long_names_and_texts_are_not_told_in_full() {
    let long = "k".repeat(50 * MANY);
    let report = judged(&event(&format!(
        r#""recording":["https://h/f"],"{long}":1"#
    )));
    assert_eq!(
        (count(&report, "unknown-field"), &report["verdict"]),
        (1, &"valid".into())
    );

    let nested = format!(
        "{}{}{}",
        format!(r#"{{"{long}":"#).repeat(3),
        r#"{"a":1,"a":2}"#,
        "}}}"
    );
    let report = judged(&event(&format!(
        r#""recording":["https://h/f"],"x":{nested}"#
    )));
    assert_eq!(
        (count(&report, "duplicate-key"), &report["verdict"]),
        (1, &"warning".into())
    );

    let escapes = r"\u00e9\n".repeat(10 * MANY);
    let report = judged(&event(&format!(
        r#""recording":["https://h/f"],"x":"{escapes}""#
    )));
    assert_eq!(report["verdict"], "valid");

    let report = judged(&format!(
        r#"{{"type":"{long}","conf_num":"{long}","app_id":"a"}}"#
    ));
    assert_eq!(report["verdict"], "unknown");
    for name in ["event", "session"] {
        let told = report[name].as_str().unwrap();
        assert!(told.starts_with("kkkk") && told.len() < 256, "{told}");
    }
}

#[test]
fn a_hundred_thousand_values_are_too_many_and_the_event_is_named_all_the_same() {
    let zeros = "0,".repeat(100_001);
    for rest in ["", ","] {
        let report = judged(&event(&format!(r#""x":[{zeros}0]{rest}"#)));
        assert_eq!(
            (&report["verdict"], &report["session"]),
            (&"invalid".into(), &"7".into())
        );
        assert_eq!(report["findings"].as_array().unwrap().len(), 1);
        assert_eq!(count(&report, "too-many-values"), 1);
    }
}

#[test]
fn an_event_that_keeps_every_rule_is_valid_however_many_values_it_has() {
    let files = r#""https://h/f","#.repeat(200_000);
    let report = judged(&event(&format!(r#""recording":[{files}"https://h/f"]"#)));
    assert_eq!(report["verdict"], "valid", "{report}");
}
