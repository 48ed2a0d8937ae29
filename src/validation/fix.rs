//! Makes the repairs that are beyond doubt, and no others.
//!
//! Beyond doubt is what the reader of JSON can fix, and a field under a wrong name that the
//! documents' own prose explains. What is only odd stays: it can be used as it is. Nothing is
//! trusted to be right because it was meant well: each repaired text is read again, and one
//! that does not say what was understood before, or that has a finding it did not have, is
//! thrown away.

use super::classify::Criteria;
use super::codes;
use super::explain::{explain, is_whole};
use crate::json;
use crate::json::edited;
use crate::model::report::{Edit, Finding, Report, Verdict};

/// A text after its repairs.
#[derive(Clone, Debug)]
pub struct Fixed {
    /// The text.
    pub text: Vec<u8>,
    /// How many findings are gone.
    pub repairs: usize,
    /// What is still to be said of it.
    pub report: Report,
}

pub(super) fn fix(criteria: &Criteria, text: &[u8]) -> Fixed {
    let (text, mut repairs) = syntax(text);
    let report = explain(criteria, &text);
    let Some((renamed, gone, after)) = renamed(criteria, &text, &report) else {
        return Fixed {
            text,
            repairs,
            report,
        };
    };
    repairs += gone;
    Fixed {
        text: renamed,
        repairs,
        report: after,
    }
}

/// The text with what keeps it from being JSON fixed, as far as that can be.
fn syntax(text: &[u8]) -> (Vec<u8>, usize) {
    let as_it_is = || (text.to_vec(), 0);
    let before = json::read_up_to(text, usize::MAX);
    // Where it is open how a text goes on, nothing in it is beyond doubt.
    let (fixable, others): (Vec<_>, Vec<_>) = before
        .faults
        .iter()
        .partition(|fault| !fault.edits.is_empty());
    if fixable.is_empty() || !is_whole(&before) {
        return as_it_is();
    }
    let edits = fixable.iter().flat_map(|fault| &fault.edits);
    let Some(fixed) = edited(text, edits) else {
        return as_it_is();
    };
    let after = json::read_up_to(&fixed, usize::MAX);
    let values = [&before, &after].map(|reading| reading.root.as_ref().map(json::Node::to_value));
    let codes =
        |faults: &[&json::Fault]| -> Vec<_> { faults.iter().map(|fault| fault.code).collect() };
    let is_same =
        values[0] == values[1] && codes(&others) == codes(&after.faults.iter().collect::<Vec<_>>());
    if is_same {
        (fixed, fixable.len())
    } else {
        as_it_is()
    }
}

/// The text with misnamed fields renamed, how many, and what is still to be said of it.
fn renamed(criteria: &Criteria, text: &[u8], report: &Report) -> Option<(Vec<u8>, usize, Report)> {
    let misnamed = |finding: &&Finding| finding.code == codes::MISNAMED_FIELD.name;
    let findings: Vec<&Finding> = report.findings.iter().filter(misnamed).collect();
    let edits: Vec<&Edit> = findings.iter().flat_map(|finding| &finding.edits).collect();
    if edits.is_empty() {
        return None;
    }
    let renamed = edited(text, edits.iter().copied())?;
    let after = explain(criteria, &renamed);
    let is_known = |finding: &Finding| {
        let before = report.findings.iter();
        before
            .clone()
            .any(|known| known.code == finding.code && known.pointer == finding.pointer)
    };
    // What was renamed is judged for the first time: it may be odd, and not wrong.
    let is_worse = after
        .findings
        .iter()
        .any(|finding| finding.severity.verdict() > Verdict::Warning && !is_known(finding));
    let gone = edits.len();
    (!is_worse && after.findings.iter().filter(misnamed).count() + gone <= findings.len())
        .then_some((renamed, gone, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::agreement::{VALIDATION, text};
    use crate::model::report::{Severity, Verdict};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn fixing_makes_nothing_worse_and_leaves_nothing_to_fix(text in text()) {
            let before = VALIDATION.report(&text);
            let fixed = VALIDATION.fix(&text);
            prop_assert!(fixed.report.verdict() <= before.verdict());
            prop_assert_eq!(&fixed.report, &VALIDATION.report(&fixed.text));
            let again = VALIDATION.fix(&fixed.text);
            prop_assert_eq!((&again.text, again.repairs), (&fixed.text, 0));
            prop_assert_eq!(fixed.repairs == 0, fixed.text == text);
        }

        #[test]
        fn what_is_usable_is_not_touched(text in text()) {
            let before = VALIDATION.report(&text);
            if before.verdict() < Verdict::Invalid {
                prop_assert_eq!(VALIDATION.fix(&text).text, text);
            }
        }

        #[test]
        fn a_repair_that_is_promised_is_made(text in text()) {
            let before = VALIDATION.report(&text);
            let promised = before.findings.iter().filter(|finding| !finding.edits.is_empty());
            let syntax = promised.filter(|finding| finding.pointer.is_empty()).count();
            prop_assert!(VALIDATION.fix(&text).repairs >= syntax);
            let notes = before.findings.iter().filter(|finding| finding.severity == Severity::Note);
            prop_assert!(notes.filter(|note| !note.edits.is_empty()).count() == 0);
        }
    }
}
