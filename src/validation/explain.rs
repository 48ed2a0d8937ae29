//! The full depth: every finding, placed in the text.
//!
//! A text that is not JSON is read tolerantly: each fault is a finding, and the document is
//! then judged as if it were fixed, so that one run shows everything that needs a fix.

use std::borrow::Cow;
use std::ops::Range;

use super::classify::Criteria;
use super::remark::{Anchor, Remark, Remarks};
use super::rules;
use crate::json;
use crate::json::{Kind, Lines, Node, PointerTree, Reading, codes};
use crate::model::name::Name;
use crate::model::report::{Edit, Finding, Place, Report, Severity};

pub(super) fn explain(criteria: &Criteria, text: &[u8]) -> Report {
    let reading = json::read(text);
    let mut findings = faults(&reading);
    let is_whole = is_whole(&reading);
    let mut faults_left = reading.faults.iter();
    let mut is_fixable = reading.root.is_some() && faults_left.all(|fault| !fault.edits.is_empty());
    let mut report = Report::default();
    if let Some(root) = &reading.root {
        let value = root.to_value();
        is_fixable &= criteria.may_fix(&value);
        let class = criteria.classify(&value);
        if is_whole {
            let mut remarks = Remarks::default();
            class
                .remarks
                .iter()
                .cloned()
                .for_each(|remark| remarks.add(remark));
            if let Some(entry) = class.entry {
                rules::remarks(entry, &value, &mut remarks);
            }
            findings.extend(placed(root, remarks));
        }
        report = Report {
            provider: class.provider.map(|provider| Name::new(&provider.name)),
            session: class.session(&value),
            event: class.event,
            ..report
        };
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
    // In the order of the text: so all of them take one pass over it.
    let lines = Lines::new(text);
    for finding in &mut findings {
        finding.place = lines.place(finding.place.span.clone());
    }
    Report { findings, ..report }
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

/// What the reader has to say, as findings. Lines and columns are not counted yet.
fn faults(reading: &Reading) -> Vec<Finding> {
    let faults = reading.faults.iter().map(|fault| Finding {
        code: Cow::Borrowed(fault.code),
        severity: Severity::Error,
        pointer: String::new(),
        place: at(fault.span.clone()),
        message: fault.message.clone(),
        help: fault.help.clone(),
        edits: fault.edits.clone(),
        missing: None,
    });
    let risks = reading.lints.iter().map(|lint| Finding {
        code: Cow::Borrowed(lint.code),
        severity: Severity::Warning,
        pointer: lint.pointer.clone(),
        place: at(lint.span.clone()),
        message: lint.message.clone(),
        help: lint.help.clone(),
        edits: Vec::new(),
        missing: None,
    });
    faults.chain(risks).collect()
}

/// A place whose line and column are not counted yet.
fn at(span: Range<usize>) -> Place {
    Place {
        span,
        ..Place::default()
    }
}

/// Finds the texts that remarks are about. What is said of a bare word's value is dropped:
/// the word is a fault already, and what was meant by it is not known.
fn placed(root: &Node, remarks: Remarks<'_>) -> impl Iterator<Item = Finding> {
    let (remarks, more) = remarks.finish();
    let mut pointers = PointerTree::default();
    for (number, remark) in remarks.iter().enumerate() {
        pointers.insert(&remark.pointer, number);
    }
    let mut found = vec![(root, None); remarks.len()];
    root.locate(&pointers, &mut |number, node, member| {
        found[number] = (node, member);
    });
    let span = |number: usize, anchor: Anchor| {
        let (node, member) = found.get(number).copied().unwrap_or((root, None));
        match (anchor, member) {
            (Anchor::Opening, _) => node.span.start..node.span.end.min(node.span.start + 1),
            (Anchor::Key, Some(member)) => member.key_span.clone(),
            _ => node.span.clone(),
        }
    };
    let mut findings = Vec::new();
    for (number, remark) in remarks.into_iter().enumerate() {
        if !remark.pointer.is_empty() && matches!(found[number].0.kind, Kind::Bare(_)) {
            continue;
        }
        let span = span(number, remark.anchor);
        findings.push(finding(remark, span));
    }
    for (last, remark) in more {
        findings.push(finding(remark, span(last, Anchor::Opening)));
    }
    findings.into_iter()
}

fn finding(remark: Remark<'_>, span: Range<usize>) -> Finding {
    let edits = remark.rename.map(|name| Edit {
        span: span.clone(),
        with: json::quoted(&name),
    });
    Finding {
        code: Cow::Owned(remark.code.to_owned()),
        severity: remark.severity,
        pointer: remark.pointer,
        place: at(span),
        message: remark.message.into_owned(),
        help: remark.help.map(Cow::into_owned),
        edits: edits.into_iter().collect(),
        missing: remark.missing,
    }
}
