//! What `validate` finds, as JSON objects.

use crate::flows::judging::{JudgedDocument, JudgingTotals};
use crate::model::error::OutputError;
use crate::model::report::Verdict;
use crate::validation::{KnownCode, VerdictCounts};
use crate::wire::JsonLines;
use crate::wire::finding::FindingJson;
use crate::wire::validate::{
    CodeJson, EventVerdictsJson, FindingTimesJson, ReportJson, SourceJson, ValidateSummaryJson,
    VerdictsJson,
};

/// The verdict on a document, with at most `most` of its findings.
pub fn report<'d>(judged: &JudgedDocument<'d>, most: usize) -> ReportJson<'d> {
    let judgement = &judged.judgement;
    let findings = judgement.findings.iter().take(most);
    let not_shown = judgement.findings.len().saturating_sub(most);
    ReportJson {
        file: judged.file,
        line: judged.line,
        seq: judged.seq,
        provider: judgement.provider,
        event: judgement.event,
        session: judgement.session,
        verdict: judged.verdict(),
        findings: findings.map(FindingJson::from).collect(),
        findings_not_shown: (not_shown > 0).then_some(not_shown),
    }
}

/// The result of a run.
pub fn summary(totals: &JudgingTotals) -> ValidateSummaryJson<'_> {
    let stats = &totals.stats;
    let name = |name| Some(name).filter(|name: &&str| !name.is_empty());
    ValidateSummaryJson {
        documents: stats.verdicts().total(),
        verdicts: verdicts(stats.verdicts()),
        events: stats
            .events()
            .map(|(provider, event, counts)| EventVerdictsJson {
                provider: name(provider),
                event: name(event),
                verdicts: verdicts(counts),
            })
            .collect(),
        findings: stats
            .commonest()
            .into_iter()
            .map(|(code, _, times)| FindingTimesJson { code, times })
            .collect(),
        left_out: totals.left_out,
        findings_not_shown: totals.not_shown,
        bytes: totals.bytes,
        seconds: totals.took().as_secs_f64(),
    }
}

fn verdicts(counts: VerdictCounts) -> VerdictsJson {
    VerdictsJson {
        valid: counts.get(Verdict::Valid),
        warning: counts.get(Verdict::Warning),
        unknown: counts.get(Verdict::Unknown),
        invalid: counts.get(Verdict::Invalid),
    }
}

/// Writes what there is to say about a code.
pub fn write_code(code: &KnownCode<'_>, out: &mut dyn std::io::Write) -> Result<(), OutputError> {
    let example = code.shown();
    let (before, after) = example
        .map(|example| (example.before, example.after))
        .unzip();
    let sources = code.sources.iter().map(|(provider, source)| SourceJson {
        provider: &provider.name,
        document: &source.document,
        section: &source.section,
    });
    let object = CodeJson {
        code: code.name,
        severities: code.severities.iter().copied().collect(),
        what: &code.what,
        why: code.why,
        sources: sources.collect(),
        before,
        after,
    };
    JsonLines::new(out).write("code", &object)
}
