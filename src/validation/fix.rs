//! Makes the repairs that are beyond doubt, and no others: all of a document, or none. A text
//! that is no event, or would still not be JSON, stays as it is.
//!
//! Beyond doubt is what the reader of JSON can fix, and a field under a wrong name that the
//! documents' own prose explains. What is only odd stays: it can be used as it is. Nothing is
//! trusted to be right because it was meant well: each repaired text is read again, and one
//! that does not say what was understood before, or that has a finding it did not have, is
//! thrown away.

use super::classify::Criteria;
use super::codes;
use super::explain::explain;
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
    /// Why repairs that it has were not made.
    pub refusal: Option<String>,
}

pub(super) fn fix(criteria: &Criteria, text: &[u8]) -> Fixed {
    let (text, mut repairs) = match syntax(criteria, text) {
        Ok(fixed) => fixed,
        Err(refusal) => {
            return Fixed {
                text: text.to_vec(),
                repairs: 0,
                report: explain(criteria, text),
                refusal,
            };
        }
    };
    let report = explain(criteria, &text);
    let Some((renamed, gone, after)) = renamed(criteria, &text, &report) else {
        return Fixed {
            text,
            repairs,
            report,
            refusal: None,
        };
    };
    repairs += gone;
    Fixed {
        text: renamed,
        repairs,
        report: after,
        refusal: None,
    }
}

/// The text with all that keeps it from being JSON fixed, and how many places that are; or why
/// that cannot be, if it has repairs at all.
fn syntax(criteria: &Criteria, text: &[u8]) -> Result<(Vec<u8>, usize), Option<String>> {
    let before = json::read_up_to(text, usize::MAX);
    let faults = &before.faults;
    let has_repair = |fault: &json::Fault| !fault.edits.is_empty();
    if !faults.iter().any(has_repair) {
        let is_event = before
            .root
            .as_ref()
            .is_some_and(|root| criteria.may_fix(&root.to_value()));
        return if faults.is_empty() && is_event {
            Ok((text.to_vec(), 0))
        } else {
            Err(None)
        };
    }
    if let Some(fault) = faults.iter().find(|fault| !has_repair(fault)) {
        let place = json::Lines::new(text).place(fault.span.clone());
        let (line, column, code) = (place.line, place.column, fault.code);
        return Err(Some(format!(
            "what stands at {line}:{column} has no certain repair ({code})"
        )));
    }
    let value = before
        .root
        .as_ref()
        .map(json::Node::to_value)
        .unwrap_or_default();
    if !criteria.may_fix(&value) {
        return Err(Some("it is no event".to_owned()));
    }
    let fixed = edited(text, faults.iter().flat_map(|fault| &fault.edits));
    let is_same = |fixed: &Vec<u8>| {
        let after = json::read_up_to(fixed, 1);
        after.faults.is_empty() && after.root.is_some_and(|root| root.to_value() == value)
    };
    match fixed.filter(is_same) {
        Some(fixed) => Ok((fixed, faults.len())),
        None => Err(Some("its repairs do not go together".to_owned())),
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
    use super::{codes, edited};
    use crate::model::report::{Finding, Severity, Verdict};

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
        fn what_is_written_is_an_event_and_differs_only_where_a_finding_says_so(text in text()) {
            let fixed = VALIDATION.fix(&text).text;
            if fixed != text {
                let value = serde_json::from_slice::<serde_json::Value>(&fixed);
                prop_assert!(value.is_ok(), "{}", text.escape_ascii());
                let value = value.unwrap_or_default();
                let has = |name| value.get(name).is_some();
                prop_assert!(has("type") || has("status"), "{}", value);
                let findings = VALIDATION.report(&text).findings;
                let made = |is_said: fn(&Finding) -> bool| {
                    let said = findings.iter().filter(|finding| is_said(finding));
                    edited(&text, said.flat_map(|finding| &finding.edits))
                };
                // Fields are renamed only where nothing becomes worse by it.
                let syntax = made(|finding| finding.code != codes::MISNAMED_FIELD.name);
                let made = [made(|_| true), syntax].contains(&Some(fixed));
                prop_assert!(made, "{}", text.escape_ascii());
            }
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
