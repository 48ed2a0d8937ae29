//! Differences for programs.

use std::io::Write;

use super::report::{DriftReport, Listed};
use crate::flows::history::DriftClass;
use crate::model::error::OutputError;
use crate::text::number::count;
use crate::wire::JsonLines;
use crate::wire::drift::{DriftJson, DriftSummary, SentenceJson};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    let mut lines = JsonLines::new(out);
    for listed in report.listed {
        lines.write("drift", &object(listed))?;
    }
    let classes = report.classes().into_iter();
    let summary = DriftSummary {
        captures: report.captures,
        differences: count(report.listed.len()),
        classes: classes
            .map(|(class, count)| (class.word(), count))
            .collect(),
        failing: count(report.listed.iter().filter(|one| one.is_failing).count()),
        known: report.known,
        gone: report.gone,
        beyond: report.beyond,
        forgotten: report.forgotten,
    };
    lines.write("summary", &summary)
}

fn object(listed: &Listed) -> DriftJson<'_> {
    let (row, key) = (&listed.row, &listed.row.key);
    let (first, last) = (row.first.as_ref(), row.last.as_ref());
    let detail = key.detail.as_deref();
    let is_order = key.class == DriftClass::Order;
    DriftJson {
        class: key.class.word(),
        provider: key.provider.as_deref(),
        event: key.event.as_deref(),
        pointer: key.pointer.as_deref(),
        code: detail.filter(|_| !is_order),
        after: detail.filter(|_| is_order),
        count: row.count,
        of: row.of,
        share: row.share(),
        first_seq: first.and_then(|name| name.number),
        last_seq: last.and_then(|name| name.number),
        first_file: first.and_then(|name| name.file.as_deref()),
        last_file: last.and_then(|name| name.file.as_deref()),
        example: row.example.as_ref(),
        source: row.source.as_ref().map(|source| SentenceJson {
            quote: &source.text,
            document: source.document.as_deref(),
            section: source.section.as_deref(),
        }),
        next: &listed.next,
    }
}
