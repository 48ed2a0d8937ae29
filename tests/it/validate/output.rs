//! `--format github` and `--report`: what others read.

use serde_json::{Value, json};

use super::verdicts;
use crate::support::{Sandbox, record};

/// What SARIF 2.1.0 asks of the members that are written, and no other members.
fn sarif_schema() -> Value {
    let text = json!({
        "type": "object", "properties": {"text": {"type": "string", "minLength": 1}},
        "required": ["text"], "additionalProperties": false
    });
    let level = json!({"enum": ["none", "note", "warning", "error"]});
    let number = json!({"type": "integer", "minimum": 1});
    json!({
        "type": "object",
        "properties": {
            "$schema": {"type": "string", "format": "uri"},
            "version": {"const": "2.1.0"},
            "runs": {"type": "array", "items": {
                "type": "object",
                "properties": {
                    "tool": {"type": "object", "properties": {"driver": {
                        "type": "object",
                        "properties": {
                            "name": {"type": "string"}, "version": {"type": "string"},
                            "rules": {"type": "array", "uniqueItems": true, "items": {
                                "type": "object",
                                "properties": {
                                    "id": {"type": "string"},
                                    "shortDescription": text, "fullDescription": text,
                                    "defaultConfiguration": {
                                        "type": "object", "properties": {"level": level},
                                        "additionalProperties": false
                                    },
                                },
                                "required": ["id"], "additionalProperties": false
                            }},
                        },
                        "required": ["name"], "additionalProperties": false
                    }}, "required": ["driver"], "additionalProperties": false},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": {
                        "type": "object",
                        "properties": {
                            "ruleId": {"type": "string"}, "level": level, "message": text,
                            "locations": {"type": "array", "minItems": 1, "items": {
                                "type": "object",
                                "properties": {
                                    "physicalLocation": {
                                        "type": "object",
                                        "properties": {
                                            "artifactLocation": {
                                                "type": "object",
                                                "properties": {"uri": {"type": "string", "format": "uri-reference"}},
                                                "additionalProperties": false
                                            },
                                            "region": {
                                                "type": "object",
                                                "properties": {
                                                    "startLine": number, "startColumn": number,
                                                    "endLine": number, "endColumn": number
                                                },
                                                "required": ["startLine"], "additionalProperties": false
                                            },
                                        },
                                        "required": ["artifactLocation"], "additionalProperties": false
                                    },
                                    "logicalLocations": {"type": "array", "minItems": 1, "items": {
                                        "type": "object",
                                        "properties": {
                                            "fullyQualifiedName": {"type": "string"},
                                            "kind": {"type": "string"}
                                        },
                                        "additionalProperties": false
                                    }},
                                },
                                "additionalProperties": false
                            }},
                        },
                        "required": ["message"], "additionalProperties": false
                    }},
                },
                "required": ["tool"], "additionalProperties": false
            }},
        },
        "required": ["version", "runs"], "additionalProperties": false
    })
}

/// A sandbox with findings of every kind, in files with odd names.
fn findings() -> Sandbox {
    let sandbox = verdicts();
    sandbox.write("a dir/ü,:%.json", "{'a': 1,\n 'b': [\n}");
    sandbox.write(
        "log.jsonl",
        record(9, "{\"type\": 7}") + "\n{\"enx_hook\":1,\n{}\n",
    );
    sandbox
}

/// The official schema is not ours to copy: where `ENX_HOOK_SARIF_SCHEMA` names it, the log is
/// held against it too.
#[test]
fn a_sarif_log_is_as_its_standard_says() {
    let sandbox = findings();
    sandbox
        .enx(&["validate", ".", "--report", "all.sarif"])
        .code(1);
    let log: Value = serde_json::from_str(&sandbox.text("all.sarif")).unwrap();
    let mut schemas = vec![(sarif_schema(), true)];
    if let Ok(path) = std::env::var("ENX_HOOK_SARIF_SCHEMA") {
        let text = std::fs::read_to_string(path).unwrap();
        // One of its own patterns is no regular expression, which the formats would tell.
        schemas.push((serde_json::from_str(&text).unwrap(), false));
    }
    for (schema, formats) in schemas {
        let options = jsonschema::options().should_validate_formats(formats);
        let validator = options.build(&schema).unwrap();
        let errors: Vec<_> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    let run = &log["runs"][0];
    let rules: Vec<&Value> = run["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .iter()
        .collect();
    for result in run["results"].as_array().unwrap() {
        assert!(
            rules.iter().any(|rule| rule["id"] == result["ruleId"]),
            "{result}"
        );
    }
    for rule in rules {
        assert!(rule["fullDescription"]["text"].is_string(), "{rule}");
    }
}

#[test]
fn an_annotation_names_file_line_and_column_and_no_text_breaks_out() {
    let sandbox = findings();
    let run = sandbox.enx(&["validate", "a dir/ü,:%.json", "--format", "github"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook validate a dir/ü,:%.json --format github
    exit code 1
    -- stdout
    ::error file=a dir/ü%2C%3A%25.json,line=1,col=2,title=validate%3A single-quotes::JSON strings do not stand in single quotes%0Ahelp: replace them by "
    ::error file=a dir/ü%2C%3A%25.json,line=2,col=2,title=validate%3A single-quotes::JSON strings do not stand in single quotes%0Ahelp: replace them by "
    ::error file=a dir/ü%2C%3A%25.json,line=3,col=1,title=validate%3A unexpected-closer::`}` does not close an array%0Ahelp: `]` is expected before it
    "#);
    let run = sandbox.enx(&[
        "validate",
        "log.jsonl",
        "warning.json",
        "--format",
        "github",
    ]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate log.jsonl warning.json --format github
    exit code 1
    -- stdout
    ::error file=log.jsonl,line=1,title=validate%3A bad-discriminator::`type` is a number; it must be the name of the event, a string%0Ahelp: `enx-hook events` lists the names%0Ain the body of #9, at 1:10
    ::error file=log.jsonl,line=2,col=1,title=validate%3A damaged-record::this record cannot be read: EOF while parsing a value at column 14%0Ahelp: the log was changed or damaged here; the other records are not affected
    ::error file=log.jsonl,line=3,col=1,title=validate%3A missing-discriminator::no `type` or `status`: this does not say which event it is%0Ahelp: every event names itself there; `enx-hook events` lists them
    ::warning file=warning.json,line=1,col=84,title=validate%3A number-for-string::a number; the documents show a string%0Ahelp: put it in quotes: a number loses leading zeros, and digits beyond 2^53
    -- stderr
    4 documents: 1 warning, 3 invalid
    ");
    let run = sandbox.enx(&["validate", "warning.json", "--format", "github", "--strict"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate warning.json --format github --strict
    exit code 1
    -- stdout
    ::error file=warning.json,line=1,col=84,title=validate%3A number-for-string::a number; the documents show a string%0Ahelp: put it in quotes: a number loses leading zeros, and digits beyond 2^53
    ");
    sandbox.write("evil.json", "{\"type\": \"x\\n::error::y\u{202e}\"}");
    let run = sandbox.enx(&["validate", "evil.json", "--format", "github"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate evil.json --format github
    exit code 0
    -- stdout
    ::warning file=evil.json,line=1,col=10,title=validate%3A unknown-event::EnableX Video documents no event `x\n::error::y\u{202e}`%0Ahelp: new events may come without notice: a receiver answers 200 to them
    ");
}

#[test]
fn several_reports_are_written_and_one_that_cannot_be_is_an_error_before_the_work() {
    let sandbox = verdicts();
    let args = ["validate", "valid.json", "warning.json", "invalid.json"];
    let reports = [
        "--report", "a.xml", "--report", "a.sarif", "--report", "a.json",
    ];
    sandbox.enx(&[&args[..], &reports].concat()).code(1);
    let xml = sandbox.text("a.xml");
    assert!(
        xml.contains("tests=\"3\" skipped=\"0\" failures=\"1\""),
        "{xml}"
    );
    assert!(xml.contains("<testsuite name=\"warning.json\""), "{xml}");
    let report: Value = serde_json::from_str(&sandbox.text("a.json")).unwrap();
    assert_eq!(report["reports"].as_array().unwrap().len(), 3);
    assert_eq!(
        report["summary"]["verdicts"],
        json!({"valid": 1, "warning": 1, "invalid": 1})
    );
    // The report of the run before is no event.
    let run = sandbox.enx(&[&["validate", "."], &reports[..]].concat());
    run.tells("4 documents").hides("a.json");
    let run = sandbox.enx(&["validate", "valid.json", "--report", "no/such/folder/a.xml"]);
    run.code(3)
        .tells("cannot write the report no/such/folder/a.xml");
    assert_eq!(run.out(), "");
    let run = sandbox.enx(&["validate", "valid.json", "--report", "a.html"]);
    run.code(2).tells("FILE.sarif");
}
