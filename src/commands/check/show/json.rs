//! A run for machines: one JSON object a line, each with a `kind`.

use std::io::Write;
use std::time::Duration;

use serde::Serialize;

use super::{Plan, Score};
use crate::catalog::{Provider, Rule};
use crate::commands::check::engine::Checked;
use crate::commands::check::finding::Mark;
use crate::commands::check::ground::Ground;
use crate::model::error::OutputError;
use crate::wire::JsonLines;

#[derive(Serialize)]
struct PlanJson<'p> {
    url: String,
    provider: &'p str,
    checks: usize,
    requests_at_most: u32,
    requests_a_second: u32,
    seconds_at_most: f64,
    mark: &'p str,
}

/// `{"kind":"plan",…}`: what is going to happen.
pub(super) fn plan(plan: &Plan<'_>, mark: &str, out: &mut dyn Write) -> Result<(), OutputError> {
    let object = PlanJson {
        url: plan.options.target.url.to_string(),
        provider: &plan.provider.name,
        checks: plan.checks.len(),
        requests_at_most: plan.requests,
        requests_a_second: plan.options.rate,
        seconds_at_most: plan.options.length.as_secs_f64(),
        mark,
    };
    JsonLines::new(out).write("plan", &object)
}

#[derive(Serialize)]
struct CheckJson<'c> {
    check: &'static str,
    group: &'static str,
    level: &'static str,
    result: &'static str,
    message: &'c str,
    evidence: Option<EvidenceJson<'c>>,
    rule: Option<RuleJson<'c>>,
    change: Option<&'c str>,
    seconds: f64,
}

#[derive(Serialize)]
struct EvidenceJson<'c> {
    sent: &'c str,
    received: &'c str,
    seconds: f64,
}

#[derive(Serialize)]
pub(super) struct RuleJson<'c> {
    rule: &'c str,
    quote: &'c str,
    document: &'c str,
    section: &'c str,
}

/// A rule with the title of the document that states it.
pub(super) fn rule<'c>(rule: &'c Rule, provider: &'c Provider) -> RuleJson<'c> {
    let document = provider.document(&rule.document);
    RuleJson {
        rule: &rule.rule,
        quote: &rule.quote,
        document: document.map_or(rule.document.as_str(), |document| &document.title),
        section: &rule.section,
    }
}

/// `{"kind":"check",…}`: one finding.
pub(super) fn checked(
    checked: &Checked,
    provider: &Provider,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let Checked { check, finding, .. } = checked;
    let needs_change = matches!(finding.mark, Mark::Fail | Mark::Warn);
    let object = CheckJson {
        check: check.name,
        group: check.group.word(),
        level: check.level(provider).word(),
        result: finding.mark.word(),
        message: &finding.said,
        evidence: finding.evidence.as_ref().map(|evidence| EvidenceJson {
            sent: &evidence.sent,
            received: &evidence.received,
            seconds: evidence.took.as_secs_f64(),
        }),
        rule: check.rule(provider).map(|stated| rule(stated, provider)),
        change: needs_change.then(|| finding.change.as_deref().unwrap_or(check.change)),
        seconds: checked.took.as_secs_f64(),
    };
    JsonLines::new(out).write("check", &object)
}

#[derive(Serialize)]
struct SummaryJson<'s> {
    passed: usize,
    failed: usize,
    failed_must: usize,
    warnings: usize,
    skipped: usize,
    not_reached: usize,
    undone: Option<&'s str>,
    requests: u32,
    sessions: usize,
    mark: &'s str,
    unmarked_events: Vec<String>,
    seconds: f64,
}

/// `{"kind":"summary",…}`: the score, and what is left behind.
pub(super) fn summary(
    score: &Score,
    undone: Option<&str>,
    took: Duration,
    ground: &Ground<'_>,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let object = SummaryJson {
        passed: score.passed,
        failed: score.failed_must + score.failed_should,
        failed_must: score.failed_must,
        warnings: score.warnings,
        skipped: score.skipped,
        not_reached: score.unreached,
        undone,
        requests: ground.requests(),
        sessions: ground.bodies.sessions(),
        mark: ground.bodies.mark(),
        unmarked_events: ground.bodies.unmarked(),
        seconds: took.as_secs_f64(),
    };
    JsonLines::new(out).write("summary", &object)
}
