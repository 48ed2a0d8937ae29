//! The sentences that the forms of output share.

use std::time::Duration;

use crate::catalog::{Provider, Rule};
use crate::flows::conformance::{Checked, Score};
use crate::text::number::{count, counted};
use crate::text::time;

/// The title of the document that states a rule.
pub(super) fn title<'c>(rule: &'c Rule, provider: &'c Provider) -> &'c str {
    let document = provider.document(&rule.document);
    document.map_or(rule.document.as_str(), |document| &document.title)
}

/// Where a rule stands: `EnableX Video, Webhook Notifications (newest page), "Respond
/// Immediately"`.
pub(super) fn source(rule: &Rule, provider: &Provider) -> String {
    format!("{}, \"{}\"", title(rule, provider), rule.section)
}

/// `29 passed, 1 failed (1 must), 1 warning, 2 skipped in 1.9 s`, by the words for levels
pub fn score(score: &Score, took: Duration) -> String {
    let mut parts = vec![format!("{} passed", score.passed)];
    let kinds = [(score.failed_must, "must"), (score.failed_should, "should")];
    let kinds: Vec<String> = kinds
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if !kinds.is_empty() {
        let failed = score.failed_must + score.failed_should;
        parts.push(format!("{failed} failed ({})", kinds.join(", ")));
    }
    if score.warnings > 0 {
        parts.push(counted(count(score.warnings), "warning", "warnings"));
    }
    if score.skipped > 0 {
        let unreached = match score.unreached {
            0 => String::new(),
            unreached => format!(" ({unreached} out of time)"),
        };
        parts.push(format!("{} skipped{unreached}", score.skipped));
    }
    format!("{} in {}", parts.join(", "), time::duration(took))
}

/// A result for people, a line each: what happened, the rule, what to change.
pub(super) fn lines(checked: &Checked, provider: &Provider) -> Vec<String> {
    let Checked { check, finding, .. } = checked;
    let mut lines = vec![finding.message.clone()];
    if let Some(evidence) = &finding.evidence {
        lines.push(format!("sent: {}", evidence.sent));
        lines.push(format!("came back: {}", evidence.received));
    }
    match check.rule(provider) {
        Some(rule) => lines.push(format!("must: {} ({})", rule.quote, source(rule, provider))),
        None => lines.push(format!("should: {} (good practice)", check.text().title)),
    }
    lines.push(format!("change: {}", checked.change()));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_names_only_what_there_was() {
        let took = Duration::from_millis(1900);
        let mut all = Score {
            passed: 29,
            ..Score::default()
        };
        assert_eq!(score(&all, took), "29 passed in 1.9 s");
        (all.failed_must, all.failed_should, all.warnings) = (1, 2, 1);
        (all.skipped, all.unreached) = (5, 4);
        assert_eq!(
            score(&all, took),
            "29 passed, 3 failed (1 must, 2 should), 1 warning, 5 skipped (4 out of time) in 1.9 s"
        );
    }
}
