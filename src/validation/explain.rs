//! The full depth: every finding, placed in the text.
//!
//! A text that is not JSON is read tolerantly: each fault is a finding, and the document is
//! then judged as if it were fixed, so that one run shows everything that needs a fix.

use std::borrow::Cow;

use super::classify::Criteria;
use super::remark::{Anchor, Remark};
use super::rules;
use crate::json;
use crate::json::{Kind, Lines, Node, Reading, codes};
use crate::model::report::{Edit, Finding, Report, Severity};

pub(super) fn explain(criteria: &Criteria, text: &[u8]) -> Report {
    let reading = json::read(text);
    let lines = Lines::new(text);
    let mut findings = faults(&reading, &lines);
    let is_fixable = reading.faults.iter().all(|fault| !fault.edits.is_empty());
    let root = reading.root.as_ref().map(Node::to_value);
    let is_fixable = is_fixable && root.is_some_and(|root| criteria.may_fix(&root));
    let Some(root) = &reading.root else {
        forget_repairs(&mut findings);
        return Report {
            findings,
            ..Report::default()
        };
    };
    let value = root.to_value();
    let class = criteria.classify(&value);
    if is_whole(&reading) {
        let mut say = |remark: Remark<'_>| findings.extend(place(root, &lines, remark));
        class.remarks.iter().cloned().for_each(&mut say);
        if let Some(entry) = class.entry {
            rules::remarks(entry, &value, &mut say);
        }
    }
    if !is_fixable {
        forget_repairs(&mut findings);
    }
    findings.sort_by_key(|finding| {
        (
            finding.place.span.start,
            std::cmp::Reverse(finding.severity),
        )
    });
    Report {
        provider: class.provider.map(|provider| provider.name.clone()),
        session: class.session(&value),
        event: class.event,
        findings,
    }
}

/// Repairs are made all or none, and in events alone: others are not promised.
fn forget_repairs(findings: &mut [Finding]) {
    for finding in findings {
        finding.edits.clear();
    }
}

/// The report on a text whose header names a format that is not JSON.
pub(super) fn named(format: &json::Foreign) -> Report {
    let (code, help) = (codes::NOT_JSON.name, format.cure);
    let finding = Finding::on_document(code, Severity::Error, format.message(), help);
    Report {
        findings: vec![finding],
        ..Report::default()
    }
}

/// Faults after which the structure of the text is in doubt. A missing field may then only be
/// out of place, so only the reader's findings are reported. A stray comma after the document
/// has a repair, so it leaves no doubt.
const DISRUPTIVE: [&str; 6] = [
    codes::UNCLOSED.name,
    codes::UNCLOSED_STRING.name,
    codes::UNEXPECTED_CLOSER.name,
    codes::EXTRA_TEXT.name,
    codes::TOO_DEEP.name,
    codes::MORE_FAULTS.name,
];

fn is_whole(reading: &Reading) -> bool {
    !reading
        .faults
        .iter()
        .any(|fault| fault.edits.is_empty() && DISRUPTIVE.contains(&fault.code))
}

/// What the reader has to say, as findings.
fn faults(reading: &Reading, lines: &Lines<'_>) -> Vec<Finding> {
    let faults = reading.faults.iter().map(|fault| Finding {
        code: Cow::Borrowed(fault.code),
        severity: Severity::Error,
        pointer: String::new(),
        place: lines.place(fault.span.clone()),
        message: fault.message.clone(),
        help: fault.help.clone(),
        edits: fault.edits.clone(),
    });
    let risks = reading.lints.iter().map(|lint| Finding {
        code: Cow::Borrowed(lint.code),
        severity: Severity::Warning,
        pointer: lint.pointer.clone(),
        place: lines.place(lint.span.clone()),
        message: lint.message.clone(),
        help: lint.help.clone(),
        edits: Vec::new(),
    });
    faults.chain(risks).collect()
}

/// Finds the text that a remark is about. What is said of a bare word's value is dropped:
/// the word is a fault already, and what was meant by it is not known.
fn place(root: &Node, lines: &Lines<'_>, remark: Remark<'_>) -> Option<Finding> {
    let node = root.at(&remark.pointer).unwrap_or(root);
    if matches!(node.kind, Kind::Bare(_)) && !remark.pointer.is_empty() {
        return None;
    }
    let span = match remark.anchor {
        Anchor::Value => node.span.clone(),
        Anchor::Opening => node.span.start..node.span.end.min(node.span.start + 1),
        Anchor::Key => root
            .member_at(&remark.pointer)
            .map_or_else(|| node.span.clone(), |member| member.key_span.clone()),
    };
    let edits = remark.rename.map(|name| Edit {
        span: span.clone(),
        with: json::quoted(&name),
    });
    Some(Finding {
        code: Cow::Owned(remark.code.into_owned()),
        severity: remark.severity,
        pointer: remark.pointer,
        place: lines.place(span),
        message: remark.message.into_owned(),
        help: remark.help.map(Cow::into_owned),
        edits: edits.into_iter().collect(),
    })
}
