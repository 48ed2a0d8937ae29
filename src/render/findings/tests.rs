//! Findings as people see them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::model::report::{Place, Severity};

/// A finding at the first place where `text` stands in `document`.
fn finding(document: &str, text: &str, severity: Severity) -> Finding {
    let start = document.find(text).unwrap();
    let before = &document[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Finding {
        code: "misnamed-field".into(),
        severity,
        pointer: String::new(),
        place: Place {
            span: start..start + text.len(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        },
        message: "`conf_key` where `conf_num` belongs; the oldest page says conf_key in its prose"
            .into(),
        help: Some("rename it to \"conf_num\"".into()),
        edits: Vec::new(),
        missing: None,
    }
}

fn written(style: TermStyle, document: &str, origin: Origin, findings: &[Finding]) -> String {
    let mut out = Vec::new();
    let source = Source {
        title: "cdr.json",
        bytes: document.as_bytes(),
        origin,
    };
    write_findings(&mut out, style, &source, findings).unwrap();
    String::from_utf8(out).unwrap().replace('\u{1b}', "␛")
}

const CDR: &str = "{\n  \"type\": \"roomdrop\",\n  \"conf_key\": \"7700123\"\n}\n";

#[test]
fn a_finding_shows_what_where_and_what_to_do() {
    let findings = [finding(CDR, "\"conf_key\"", Severity::Error)];
    insta::assert_snapshot!(written(TermStyle::new(false, Some(120)), CDR, Origin::Line(1), &findings), @r#"
    error[misnamed-field]: `conf_key` where `conf_num` belongs; the oldest page says conf_key in its prose
     --> cdr.json:3:3
      |
    3 |   "conf_key": "7700123"
      |   ^^^^^^^^^^
      |
    help: rename it to "conf_num"
    "#);
    insta::assert_snapshot!(written(TermStyle::new(true, Some(80)), CDR, Origin::Line(1), &findings), @r#"
    ␛[1;31merror[misnamed-field]␛[0m: `conf_key` where `conf_num` belongs; the oldest page says
      conf_key in its prose
     ␛[2m-->␛[0m cdr.json:3:3
      ␛[2m|␛[0m
    ␛[2m3 |␛[0m   "conf_key": "7700123"
      ␛[2m|␛[0m   ␛[1;31m^^^^^^^^^^␛[0m
      ␛[2m|␛[0m
    ␛[1;36mhelp␛[0m: rename it to "conf_num"
    "#);
}

#[test]
fn lines_are_those_of_the_file_and_in_a_record_those_of_the_body() {
    let findings = [finding(CDR, "\"conf_key\"", Severity::Warning)];
    insta::assert_snapshot!(written(TermStyle::new(false, Some(40)), CDR, Origin::Line(98), &findings), @r#"
    warning[misnamed-field]: `conf_key` where
      `conf_num` belongs; the oldest page
      says conf_key in its prose
       --> cdr.json:100:3
        |
    100 |   "conf_key": "7700123"
        |   ^^^^^^^^^^
        |
    help: rename it to "conf_num"
    "#);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(40)), CDR, Origin::Record(1204), &findings), @r#"
    warning[misnamed-field]: `conf_key` where
      `conf_num` belongs; the oldest page
      says conf_key in its prose
     --> cdr.json:1204: body 3:3
      |
    3 |   "conf_key": "7700123"
      |   ^^^^^^^^^^
      |
    help: rename it to "conf_num"
    "#);
}

#[test]
fn a_hostile_line_is_harmless_and_the_carets_still_point_at_the_place() {
    let line = "{\t\"url\":\"https://u:hunter2@h/\u{202e}gpj\",\"会議\":\"\u{1b}[2J\",\"conf_key\":\"7700123\",\"recording\":[\"https://media.example/recording/7700123/participant-1.webm\"]}";
    let findings = [finding(line, "\"conf_key\"", Severity::Error)];
    insta::assert_snapshot!(written(TermStyle::new(false, Some(120)), line, Origin::Line(1), &findings), @r#"
    error[misnamed-field]: `conf_key` where `conf_num` belongs; the oldest page says conf_key in its prose
     --> cdr.json:1:48
      |
    1 | …***@h/\u{202e}gpj","会議":"\u{1b}[2J","conf_key":"7700123","recording":["https://media.example/recording/7700123/p…
      |                                        ^^^^^^^^^^
      |
    help: rename it to "conf_num"
    "#);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(60)), line, Origin::Line(1), &findings), @r#"
    error[misnamed-field]: `conf_key` where `conf_num` belongs;
      the oldest page says conf_key in its prose
     --> cdr.json:1:48
      |
    1 | …会議":"\u{1b}[2J","conf_key":"7700123","recording":["h…
      |                    ^^^^^^^^^^
      |
    help: rename it to "conf_num"
    "#);
}

#[test]
fn an_object_that_lacks_something_is_pointed_at_by_its_bracket() {
    let mut whole = finding(CDR, CDR.trim_end(), Severity::Unknown);
    whole.help = None;
    insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), CDR, Origin::Line(1), &[whole]), @r#"
    unknown[misnamed-field]: `conf_key` where `conf_num` belongs; the oldest page
      says conf_key in its prose
     --> cdr.json:1:1
      |
    1 | {
      | ^
    "#);
}

#[test]
fn an_empty_document_has_no_line_to_show() {
    let nothing = finding("", "", Severity::Error);
    insta::assert_snapshot!(written(TermStyle::new(false, Some(80)), "", Origin::Line(1), &[nothing]), @r#"
    error[misnamed-field]: `conf_key` where `conf_num` belongs; the oldest page says
      conf_key in its prose
     --> cdr.json:1:1
    help: rename it to "conf_num"
    "#);
}

#[test]
fn the_compact_form_is_one_line() {
    let mut note = finding(CDR, "7700123", Severity::Warning);
    note.code = "number-for-string".into();
    note.message = "file_size is a number;\nthe documents show a string of digits".into();
    let mut out = Vec::new();
    for width in [Some(80), Some(60), None] {
        write_compact(&mut out, TermStyle::new(false, width), 2, &note).unwrap();
    }
    write_compact(&mut out, TermStyle::new(true, None), 2, &note).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap().replace('\u{1b}', "␛"), @r#"
    warning[number-for-string]  file_size is a number;\nthe documents show a stri…
    warning[number-for-string]  file_size is a number;\nthe d…
    warning[number-for-string]  file_size is a number;\nthe documents show a string of digits
    ␛[1;33mwarning[number-for-string]␛[0m  file_size is a number;\nthe documents show a string of digits
    "#);
}

#[test]
fn the_compact_form_says_where_and_masks_it() {
    let mut note = finding(CDR, "7700123", Severity::Warning);
    note.pointer = "/files/0/https:~1~1u:secret@h~1x~0".into();
    note.message = "a number".into();
    let mut out = Vec::new();
    write_compact(&mut out, TermStyle::new(false, None), 0, &note).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "warning[misnamed-field]  /files/0/https://u:***@h/x~: a number\n"
    );
}
