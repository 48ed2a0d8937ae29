//! A run for machines: one JSON object a line, each with a `kind`.

use std::io::Write;

use super::text::title;
use crate::catalog::{self, Provider};
use crate::flows::conformance::{Check, Checked, Plan, RunOptions, Summary};
use crate::model::error::OutputError;
use crate::wire::{JsonLines, check};

/// `{"kind":"plan",…}`: what is going to happen.
pub fn plan(
    plan: &Plan<'_>,
    options: &RunOptions,
    mark: &str,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let object = check::Plan {
        url: options.target.url.to_string(),
        provider: &plan.provider.name,
        checks: plan.checks.len(),
        requests_at_most: plan.requests,
        requests_a_second: options.rate,
        seconds_at_most: plan.length.as_secs_f64(),
        mark,
    };
    JsonLines::new(out).write("plan", &object)
}

fn rule<'c>(rule: &'c catalog::Rule, provider: &'c Provider) -> check::Rule<'c> {
    check::Rule {
        rule: &rule.rule,
        quote: &rule.quote,
        document: title(rule, provider),
        section: &rule.section,
    }
}

/// `{"kind":"check",…}`: one result.
pub fn checked(
    checked: &Checked,
    provider: &Provider,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let Checked { check, finding, .. } = checked;
    let object = check::Check {
        check: check.name,
        group: check.group.word(),
        level: check.level(provider).word(),
        result: finding.result.word(),
        message: &finding.message,
        evidence: finding.evidence.as_ref().map(|evidence| check::Evidence {
            sent: &evidence.sent,
            received: &evidence.received,
            seconds: evidence.took.as_secs_f64(),
        }),
        rule: check.rule(provider).map(|stated| rule(stated, provider)),
        change: finding.result.is_bad().then(|| checked.change()),
        seconds: checked.took.as_secs_f64(),
    };
    JsonLines::new(out).write("check", &object)
}

/// `{"kind":"summary",…}`: the score, and what the run leaves behind.
pub fn summary(summary: &Summary, out: &mut dyn Write) -> Result<(), OutputError> {
    let score = &summary.score;
    let object = check::Summary {
        passed: score.passed,
        failed: score.failed_must + score.failed_should,
        failed_must: score.failed_must,
        warnings: score.warnings,
        skipped: score.skipped,
        not_reached: score.unreached,
        undone: summary.undone.as_deref(),
        requests: summary.requests,
        sessions: summary.sessions,
        mark: &summary.mark,
        unmarked_events: &summary.unmarked_events,
        seconds: summary.took.as_secs_f64(),
    };
    JsonLines::new(out).write("summary", &object)
}

/// `{"kind":"known-check",…}`: each check, with its level for this provider.
pub fn list(
    checks: &[&'static Check],
    provider: &Provider,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    for check in checks {
        let object = check::KnownCheck {
            check: check.name,
            group: check.group.word(),
            level: check.level(provider).word(),
            title: &check.text().title,
            about: &check.text().about,
            change: &check.text().change,
            rule: check.rule(provider).map(|stated| rule(stated, provider)),
        };
        JsonLines::new(&mut *out).write("known-check", &object)?;
    }
    Ok(())
}
