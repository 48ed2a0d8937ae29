//! Every row in every format: what `--format json` says of a document, the others say too.
//!
//! One run a format over all documents at once.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{all, case::reports};
use crate::support::Sandbox;

/// `line:column code` of each finding of the file, in order.
type Places = Vec<String>;

/// All rows as lines of one file, with some that are no JSON.
fn list() -> (Sandbox, Vec<Value>) {
    let mut lines: Vec<String> = all().into_iter().map(|case| case.document).collect();
    lines.extend(
        [
            "{'type':'roomdrop',}",
            "{“type”: Number} // x",
            "type=roomdrop",
            "{\"type\":\"roomdrop\"",
        ]
        .map(str::to_owned),
    );
    let sandbox = Sandbox::new();
    sandbox.write("list.jsonl", lines.join("\n"));
    let reports = reports(&sandbox, &["list.jsonl"]);
    assert_eq!(reports.len(), lines.len());
    (sandbox, reports)
}

fn findings(report: &Value) -> impl Iterator<Item = &Value> {
    report["findings"].as_array().unwrap().iter()
}

/// The places in the file: each document is one line of it.
fn expected(reports: &[Value]) -> Places {
    let place = |report: &Value| -> Places {
        let line = report["line"].clone();
        findings(report)
            .map(|finding| {
                format!(
                    "{line}:{} {}",
                    finding["column"],
                    finding["code"].as_str().unwrap()
                )
            })
            .collect()
    };
    reports.iter().flat_map(place).collect()
}

fn captures(pattern: &str, text: &str) -> Places {
    let pattern = regex::Regex::new(pattern).unwrap();
    let all = pattern.captures_iter(text);
    all.map(|found| format!("{}:{} {}", &found["line"], &found["column"], &found["code"]))
        .collect()
}

#[test]
fn people_read_the_same() {
    let (sandbox, reports) = list();
    let run = sandbox.enx(&["validate", "list.jsonl", "--verbose"]);
    let blocks = r"(?m)^[a-z]+\[(?<code>[a-z0-9-]+)\]: .*(?:\n.+)*?\n *--> list\.jsonl:(?<line>\d+):(?<column>\d+)$";
    assert_eq!(captures(blocks, run.code(1).out()), expected(&reports));
    let verdict = regex::Regex::new(
        r"(?m)^list\.jsonl(?::(\d+))?: (?:.*, )?(valid|warning|unknown|invalid)(?:: [^:]*)?$",
    )
    .unwrap();
    let said: Vec<&str> = verdict
        .captures_iter(run.out())
        .map(|found| found.get(2).unwrap().as_str())
        .collect();
    let judged: Vec<&str> = reports
        .iter()
        .map(|report| report["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(said, judged);
}

#[test]
fn github_reads_the_same() {
    let (sandbox, reports) = list();
    let run = sandbox.enx(&["validate", "list.jsonl", "--format", "github"]);
    let lines = r"(?m)^::(?:error|warning|notice) file=list\.jsonl,line=(?<line>\d+),col=(?<column>\d+),title=validate%3A (?<code>[a-z0-9-]+)::.";
    assert_eq!(captures(lines, run.code(1).out()), expected(&reports));
    let mut levels = BTreeMap::new();
    for finding in reports.iter().flat_map(findings) {
        let level = match finding["severity"].as_str().unwrap() {
            "error" => "error",
            "note" => "notice",
            _ => "warning",
        };
        *levels.entry(level).or_insert(0) += 1;
    }
    for (level, times) in levels {
        let lines = run.out().lines();
        assert_eq!(
            lines
                .filter(|line| line.starts_with(&format!("::{level} ")))
                .count(),
            times
        );
    }
}

#[test]
fn reports_read_the_same() {
    let (sandbox, reports) = list();
    let kinds = [
        "--report", "a.sarif", "--report", "a.xml", "--report", "a.json",
    ];
    sandbox
        .enx(&[&["validate", "list.jsonl", "--only-invalid"], &kinds[..]].concat())
        .code(1);
    let report: Value = serde_json::from_str(&sandbox.text("a.json")).unwrap();
    assert_eq!(report["reports"].as_array().unwrap(), &reports);

    let log: Value = serde_json::from_str(&sandbox.text("a.sarif")).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    let places: Places = results
        .map(|result| {
            let region = &result["locations"][0]["physicalLocation"]["region"];
            let code = result["ruleId"].as_str().unwrap();
            format!("{}:{} {code}", region["startLine"], region["startColumn"])
        })
        .collect();
    assert_eq!(places, expected(&reports));

    let xml = sandbox.text("a.xml");
    let cases: Vec<&str> = xml.split("<testcase ").skip(1).collect();
    assert_eq!(cases.len(), reports.len());
    for (case, report) in cases.iter().zip(&reports) {
        assert_eq!(
            case.contains("<failure"),
            report["verdict"] == "invalid",
            "{case}\n{report}"
        );
        for finding in findings(report) {
            let said = format!(
                "[{}] at {}:{}: ",
                finding["code"].as_str().unwrap(),
                finding["line"],
                finding["column"]
            );
            assert!(case.contains(&said), "{case}\n{report}");
        }
    }
}
