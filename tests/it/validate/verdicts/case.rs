//! A document, and what is expected to be said of it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::Sandbox;

/// A document on one line, and its report.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// The row of the agreement that it is an instance of.
    row: String,
    pub(super) document: String,
    verdict: &'static str,
    /// The codes of all findings, notes aside.
    codes: BTreeSet<&'static str>,
    /// What the message of the worst finding contains.
    says: Vec<&'static str>,
    /// What the message of the worst finding or its help contains.
    hints: Vec<&'static str>,
    /// The codes of the notes.
    notes: BTreeSet<&'static str>,
    event: Option<&'static str>,
}

/// A document as it is written: JSON text, or a value that is yet to be.
pub(super) struct Text(String);

impl From<Value> for Text {
    fn from(value: Value) -> Text {
        Text(value.to_string())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.to_owned())
    }
}

impl Case {
    fn new(row: &str, document: impl Into<Text>, verdict: &'static str) -> Case {
        Case {
            row: row.to_owned(),
            document: document.into().0,
            verdict,
            codes: BTreeSet::new(),
            says: Vec::new(),
            hints: Vec::new(),
            notes: BTreeSet::new(),
            event: None,
        }
    }

    /// One more code among the findings.
    pub(super) fn code(mut self, code: &'static str) -> Case {
        self.codes.insert(code);
        self
    }

    /// The message contains this.
    pub(super) fn says(mut self, word: &'static str) -> Case {
        self.says.push(word);
        self
    }

    /// The message or the help contains this.
    pub(super) fn hints(mut self, word: &'static str) -> Case {
        self.hints.push(word);
        self
    }

    /// There is a note of this code.
    pub(super) fn note(mut self, code: &'static str) -> Case {
        self.notes.insert(code);
        self
    }

    /// The document was taken for this event.
    pub(super) fn event(mut self, event: &'static str) -> Case {
        self.event = Some(event);
        self
    }

    /// What is wrong about a report, if anything is.
    fn fault(&self, report: &Value) -> Option<String> {
        let none = Vec::new();
        let findings = report["findings"].as_array().unwrap_or(&none);
        let codes = |is_note: bool| -> BTreeSet<&str> {
            let findings = findings
                .iter()
                .filter(|finding| (finding["severity"] == "note") == is_note);
            findings
                .filter_map(|finding| finding["code"].as_str())
                .collect()
        };
        let severity = if self.verdict == "invalid" {
            "error"
        } else {
            self.verdict
        };
        let mut worst = findings
            .iter()
            .filter(|finding| finding["severity"] == severity);
        let text =
            |finding: &Value, member: &str| finding[member].as_str().unwrap_or_default().to_owned();
        let explained = worst.any(|finding| {
            let (message, help) = (text(finding, "message"), text(finding, "help"));
            self.says.iter().all(|word| message.contains(word))
                && self
                    .hints
                    .iter()
                    .all(|word| message.contains(word) || help.contains(word))
        });
        let right = report["verdict"] == self.verdict
            && codes(false) == self.codes
            && codes(true) == self.notes
            && (explained || self.verdict == "valid")
            && self.event.is_none_or(|event| report["event"] == event);
        (!right).then(|| {
            let Case { row, document, verdict, codes, says, hints, notes, event } = self;
            let expected = format!("{verdict} {codes:?}, notes {notes:?}, says {says:?}, hints {hints:?}, event {event:?}");
            let found: Vec<String> = findings
                .iter()
                .map(|finding| format!("\n    {finding}"))
                .collect();
            format!(
                "{row}\n  {document}\n  expected {expected}\n  got {} for {}{}\n",
                report["verdict"], report["event"], found.concat()
            )
        })
    }
}

pub(super) fn valid(row: &str, document: impl Into<Text>) -> Case {
    Case::new(row, document, "valid")
}

pub(super) fn warning(row: &str, document: impl Into<Text>, code: &'static str) -> Case {
    Case::new(row, document, "warning").code(code)
}

pub(super) fn invalid(row: &str, document: impl Into<Text>, code: &'static str) -> Case {
    Case::new(row, document, "invalid").code(code)
}

pub(super) fn unknown(row: &str, document: impl Into<Text>) -> Case {
    Case::new(row, document, "unknown").code("unknown-event")
}

/// Judges all cases in one run, as lines of one file, and shows every one that is wrong.
#[track_caller]
pub(super) fn check(cases: &[Case]) {
    let sandbox = Sandbox::new();
    let lines: Vec<&str> = cases.iter().map(|case| &*case.document).collect();
    sandbox.write("cases.jsonl", lines.join("\n"));
    let reports = reports(&sandbox, &["cases.jsonl"]);
    assert_eq!(reports.len(), cases.len(), "one report a line");
    let lines: Vec<_> = reports
        .iter()
        .map(|report| report["line"].as_u64())
        .collect();
    let expected: Vec<_> = (1..).take(cases.len()).map(Some).collect();
    assert_eq!(lines, expected, "in the order of the file");
    let pairs = cases.iter().zip(&reports);
    let wrong: Vec<String> = pairs
        .filter_map(|(case, report)| case.fault(report))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong\n\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

/// What `validate` reports of these files, in order.
#[track_caller]
pub(super) fn reports(sandbox: &Sandbox, files: &[&str]) -> Vec<Value> {
    let run = sandbox.enx(&[&["validate", "--format", "json"], files].concat());
    let mut reports = run.json_lines();
    reports.retain(|line| line["kind"] == "report");
    let any_invalid = reports.iter().any(|report| report["verdict"] == "invalid");
    run.code(i32::from(any_invalid));
    reports
}

/// The findings of a report as `line:column code`, notes aside.
pub(super) fn places(report: &Value) -> Vec<String> {
    let findings = report["findings"]
        .as_array()
        .expect("a list of findings")
        .iter();
    let findings = findings.filter(|finding| finding["severity"] != "note");
    let place = |finding: &Value| {
        let code = finding["code"].as_str().expect("a code");
        format!("{}:{} {code}", finding["line"], finding["column"])
    };
    findings.map(place).collect()
}
