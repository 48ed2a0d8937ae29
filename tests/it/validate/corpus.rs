//! The corpus: documents in the form that people have them, each with its verdict, its findings
//! and what `--fix` makes of it, in every form of input. `tests/corpus/expected.tsv` says what is
//! expected; `tests/corpus/fixed` has the files that `--fix` changes, as they are then.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::support::{Listener, Sandbox};

/// A document, and what is expected of it.
struct Case {
    name: String,
    bytes: Vec<u8>,
    verdict: String,
    codes: Option<BTreeSet<String>>,
    says: String,
    fixed: Vec<u8>,
    forms: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus")
}

fn cases() -> Vec<Case> {
    let table = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let case = |row: &str| {
        let cells: Vec<&str> = row.split('\t').collect();
        let [name, verdict, codes, says, fix, forms] = cells[..] else {
            panic!("{row}")
        };
        let bytes = std::fs::read(folder().join(name)).unwrap();
        let fixed = match fix {
            "fixed" => std::fs::read(folder().join("fixed").join(name)).unwrap(),
            _ => bytes.clone(),
        };
        Case {
            name: name.to_owned(),
            bytes,
            verdict: verdict.to_owned(),
            codes: (codes != "*").then(|| codes.split_whitespace().map(str::to_owned).collect()),
            says: says.to_owned(),
            fixed,
            forms: forms.to_owned(),
        }
    };
    rows.map(case).collect()
}

impl Case {
    /// What is not as expected of a report on this document.
    fn compare(&self, form: &str, report: &Value, wrong: &mut String) {
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let heavy = findings
            .iter()
            .filter(|finding| finding["severity"] != "note");
        let codes: BTreeSet<String> = heavy
            .map(|finding| finding["code"].as_str().unwrap().to_owned())
            .collect();
        let says = findings.iter().any(|finding| {
            let text = format!("{} {}", finding["message"], finding["help"]);
            text.contains(&self.says)
        });
        let is_code = self
            .codes
            .as_ref()
            .is_none_or(|expected| *expected == codes);
        // One finding names another format; the places in it are not told as well.
        let is_one = !codes.contains("not-json") || findings.len() == 1;
        if report["verdict"] != *self.verdict
            || !is_code
            || !is_one
            || !(says || self.says.is_empty())
        {
            let _ = writeln!(
                wrong,
                "{} ({form}): expected {} {:?} `{}`, got {} {:?}",
                self.name, self.verdict, self.codes, self.says, report["verdict"], findings
            );
        }
    }
}

/// The cases of a form, and the reports that came of them.
fn compare(all: &[Case], form: char, reports: &[Value], wrong: &mut String) {
    let cases: Vec<&Case> = all
        .iter()
        .filter(|case| case.forms.contains(form))
        .collect();
    if cases.len() != reports.len() {
        let _ = writeln!(
            wrong,
            "{form}: {} reports of {}",
            reports.len(),
            cases.len()
        );
    }
    for (case, report) in cases.iter().zip(reports) {
        case.compare(&form.to_string(), report, wrong);
    }
}

#[test]
fn every_document_of_the_corpus_is_judged_alike_in_every_form_of_input() {
    let sandbox = Sandbox::new();
    let cases = cases();
    assert!(cases.len() >= 150);
    let mut wrong = String::new();
    let of = |form: char| cases.iter().filter(move |case| case.forms.contains(form));

    // Files: one document each.
    for case in &cases {
        sandbox.write(&case.name, &case.bytes);
    }
    let mut args = vec!["validate", "--format", "json"];
    args.extend(of('f').map(|case| &*case.name));
    let mut reports = BTreeMap::<String, Vec<Value>>::new();
    for report in sandbox.enx(&args).json_of("report") {
        let file = report["file"].as_str().unwrap().to_owned();
        reports.entry(file).or_default().push(report);
    }
    for case in of('f') {
        match reports.get(&case.name).map(Vec::as_slice) {
            Some([report]) => case.compare("file", report, &mut wrong),
            other => {
                let count = other.map_or(0, <[_]>::len);
                let _ = writeln!(wrong, "{} (file): {count} documents", case.name);
            }
        }
    }

    // stdin: every fourth, since each takes a process.
    for case in of('s').step_by(4) {
        let run = sandbox
            .call(&["validate", "--format", "json", "-"])
            .input(&*case.bytes)
            .run();
        match &run.json_of("report")[..] {
            [report] => case.compare("stdin", report, &mut wrong),
            many => {
                let _ = writeln!(wrong, "{} (stdin): {} documents", case.name, many.len());
            }
        }
    }

    // Records of a log.
    let body = |case: &Case| BASE64.encode(&case.bytes);
    let record = |(seq, case): (usize, &Case)| {
        let rest = json!({"seq": seq + 1, "received_at": "2026-11-20T14:03:22Z", "peer": "",
            "method": "POST", "target": "/", "headers": [], "body_base64": body(case)});
        format!("{{\"enx_hook\":1,{}\n", &rest.to_string()[1..])
    };
    sandbox.write(
        "log.jsonl",
        of('r').enumerate().map(record).collect::<String>(),
    );
    let run = sandbox.enx(&["validate", "--format", "json", "log.jsonl"]);
    compare(&cases, 'r', &run.json_of("report"), &mut wrong);

    // Entries of a HAR file.
    let entry = |case: &Case| {
        json!({"startedDateTime": "2026-11-20T14:00:02Z", "request": {"method": "POST",
            "url": "https://h/", "postData": {"text": body(case), "encoding": "base64"}}})
    };
    let entries: Vec<Value> = of('h')
        .filter(|case| !case.bytes.is_empty())
        .map(entry)
        .collect();
    sandbox.write("all.har", json!({"log": {"entries": entries}}).to_string());
    let run = sandbox.enx(&["validate", "--format", "json", "all.har"]);
    compare(&cases, 'h', &run.json_of("report"), &mut wrong);

    // Lines of a file, for documents of one line.
    let is_line = |case: &&Case| {
        std::str::from_utf8(&case.bytes).is_ok_and(|text| !text.contains(['\n', '\0', '\r']))
    };
    let lines: Vec<&Case> = of('j').filter(is_line).collect();
    let mut text = b"{\"type\":\"x\"}\n".to_vec();
    for case in &lines {
        text.extend_from_slice(&case.bytes);
        text.push(b'\n');
    }
    sandbox.write("lines.jsonl", text);
    let run = sandbox.enx(&["validate", "--format", "json", "lines.jsonl"]);
    let reports = run.json_of("report");
    assert_eq!(reports.len(), lines.len() + 1, "{wrong}");
    for (case, report) in lines.iter().zip(&reports[1..]) {
        case.compare("line", report, &mut wrong);
    }

    // Bodies that a listener receives.
    let mut listener = Listener::start(&sandbox, &["--format", "json", "--no-log"]);
    listener.json_of("ready");
    for case in of('l') {
        listener.post(&case.bytes);
        case.compare("listen", &listener.json_of("capture"), &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_fix_makes_of_the_corpus_is_what_is_expected_and_an_event() {
    let sandbox = Sandbox::new();
    let cases = cases();
    let files: Vec<&Case> = cases
        .iter()
        .filter(|case| case.forms.contains('f'))
        .collect();
    for case in &files {
        sandbox.write(&case.name, &case.bytes);
    }
    let mut args = vec!["validate", "--fix"];
    args.extend(files.iter().map(|case| &*case.name));
    sandbox.enx(&args);
    for case in files {
        let after = std::fs::read(sandbox.path(&case.name)).unwrap();
        assert_eq!(
            String::from_utf8_lossy(&after),
            String::from_utf8_lossy(&case.fixed),
            "{}",
            case.name
        );
        if after != case.bytes {
            let value: Value = serde_json::from_slice(&after).unwrap();
            assert!(value["type"].is_string(), "{}", case.name);
        }
    }
}
