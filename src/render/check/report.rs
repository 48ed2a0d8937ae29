//! A run for CI: annotations for GitHub, and a `JUnit` report.

use std::io::Write;
use std::time::Duration;

use super::text::lines;
use crate::flows::conformance::{CheckResult, Checked, Plan, Summary};
use crate::model::error::OutputError;
use crate::render::github::{self, Place};
use crate::render::junit::{self, Case, End, Suite};

/// Annotates a failure or a warning.
pub fn annotate(
    checked: &Checked,
    plan: &Plan<'_>,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let level = match checked.finding.result {
        CheckResult::Pass | CheckResult::Skip => return Ok(()),
        _ if plan.counts(checked) => github::Level::Error,
        _ => github::Level::Warning,
    };
    let title = format!("check: {}", checked.check.name);
    let lines = lines(checked, plan.provider);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    github::annotate(out, level, &Place::default(), &title, &lines)
}

/// Writes the run as `JUnit`. The report is red if the exit code is not 0: a failure that does
/// not count is a remark, and an incomplete run is a failed case of its own.
pub fn junit(
    url: &str,
    plan: &Plan<'_>,
    results: &[Checked],
    summary: &Summary,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let whole = summary.undone.as_ref().map(|why| Case {
        name: "whole-run".to_owned(),
        class: "check".to_owned(),
        took: Duration::ZERO,
        end: End::Failed {
            kind: "undone".to_owned(),
            message: why.clone(),
            lines: Vec::new(),
        },
        remarks: Vec::new(),
    });
    let property = |name: &str, value: String| (name.to_owned(), value);
    let suite = Suite {
        name: format!("check of {url}"),
        properties: vec![
            property("provider", plan.provider.name.clone()),
            property("made-up ids begin with", summary.mark.clone()),
            property("requests", summary.requests.to_string()),
        ],
        cases: results
            .iter()
            .map(|checked| case(checked, plan))
            .chain(whole)
            .collect(),
    };
    junit::write(out, "enx-hook", &[suite])
}

fn case(checked: &Checked, plan: &Plan<'_>) -> Case {
    let Checked { check, finding, .. } = checked;
    let mut text = lines(checked, plan.provider);
    let (end, remarks) = match finding.result {
        CheckResult::Skip => (End::Skipped(finding.message.clone()), Vec::new()),
        CheckResult::Pass => {
            text.truncate(1);
            (End::Passed, text)
        }
        _ if plan.counts(checked) => {
            let failed = End::Failed {
                kind: check.level(plan.provider).word().to_owned(),
                message: finding.message.clone(),
                lines: text.split_off(1),
            };
            (failed, Vec::new())
        }
        result => {
            text[0] = format!("{}: {}", result.word(), text[0]);
            (End::Passed, text)
        }
    };
    Case {
        name: check.name.to_owned(),
        class: check.group.word().to_owned(),
        took: checked.took,
        end,
        remarks,
    }
}
