//! A capture for people: a headline, and in `pretty` the payload and the findings.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use super::columns::{Columns, Headline, Reply};
use super::page::Page;
use crate::catalog::{Clock, Fresh};
use crate::flows::history::Context;
use crate::json;
use crate::layout::{self, Layout, lay_out_body, lay_out_marked};
use crate::model::capture::Capture;
use crate::model::content::Content;
use crate::model::error::OutputError;
use crate::model::report::{Report, Verdict};
use crate::render::findings::write_compact;
use crate::render::payload::paint;
use crate::render::request::word;
use crate::render::{Line, Role};
use crate::text::number::{bytes, count, counted};
use crate::text::width::{cut, width};
use crate::text::{Zone, show, time};

/// Findings of a capture that are shown before the rest is folded.
const MOST_FINDINGS: usize = 20;

/// `line`: the headline, its remarks, and the name of the worst finding.
pub fn one_line(
    out: &mut dyn Write,
    page: Page,
    columns: &mut Columns,
    headline: &Headline<'_>,
) -> Result<(), OutputError> {
    let mut line = columns.line(page, headline);
    let mut remarks = remarks(headline);
    let verdict = headline.judged.classification().verdict;
    if verdict != Verdict::Valid {
        remarks.extend(worst(headline.judged.report()));
    }
    let path = other_path(headline).unwrap_or_default();
    if !path.is_empty() {
        line.space(page.between()).pad_to(columns.remarks(page));
        let path = show(path);
        line.push(Role::Dim, &cut(&path, page.room(line.width())));
    }
    if !remarks.is_empty() {
        line.space(page.between()).pad_to(columns.remarks(page));
        let remarks = remarks.join("; ");
        let remarks = show(&remarks);
        let room = page.room(line.width());
        line.push(remark_role(verdict), &cut(&remarks, room));
    }
    Ok(line.write(out)?)
}

/// `pretty`: the headline, the payload, the findings.
pub fn in_full(
    out: &mut dyn Write,
    page: Page,
    columns: &mut Columns,
    headline: &Headline<'_>,
    log: Option<&Path>,
) -> Result<(), OutputError> {
    let Page {
        style,
        zone,
        layout,
    } = page;
    let Headline { judged, .. } = headline;
    let content = judged.content();
    let mut line = columns.line(page, headline);
    let path = other_path(headline).map(|path| (Role::Dim, path.to_owned()));
    let remarks = remarks(headline).into_iter();
    let remarks = remarks.map(|remark| (Role::Warning, remark));
    for (role, remark) in path.into_iter().chain(remarks) {
        let wide = line.width() + 2 + width(&remark);
        if style.width.is_some_and(|width| wide > width) {
            line.write(out)?;
            line = Line::indented(style.palette, page.event_column() - 2);
        }
        line.space(2).show(role, &remark);
    }
    line.write(out)?;
    if let Some(packed) = packed(&judged.capture, content) {
        let mut line = Line::indented(style.palette, layout.margin);
        line.show(Role::Dim, &packed).write(out)?;
    }
    // First, since both take memory for every value of the body.
    let findings = &judged.report().findings;
    let width = style.width;
    paint(
        out,
        style,
        &payload(headline, Layout { width, ..layout }, zone),
    )?;
    let most = if layout.full {
        usize::MAX
    } else {
        MOST_FINDINGS
    };
    for finding in findings.iter().take(most) {
        write_compact(out, style, layout.margin, finding)?;
    }
    if findings.len() > most {
        let more = counted(count(findings.len() - most), "finding", "findings");
        let how = match (log, judged.seq) {
            (Some(log), Some(seq)) => {
                let log = word(&log.to_string_lossy());
                format!("enx-hook validate {log} --seq {seq}")
            }
            _ => "--full shows them".to_owned(),
        };
        let mut line = Line::indented(style.palette, layout.margin);
        line.show(Role::Fold, &format!("… +{more}: {how}"))
            .write(out)?;
    }
    Ok(())
}

/// The body, laid out. Its pieces know the findings about them.
pub fn payload(headline: &Headline<'_>, layout: Layout, zone: Zone) -> Vec<layout::Line> {
    let findings = &headline.judged.report().findings;
    let content = headline.judged.content();
    let is_small = !json::has_too_many_values(&content.bytes);
    let reading = is_small.then(|| json::read(&content.bytes));
    let parts = reading
        .as_ref()
        .map(|reading| (&reading.root, &reading.faults[..]));
    let Some((Some(root), [])) = parts else {
        return lay_out_body(&content.bytes, layout);
    };
    let annotate = |pointer: &str| annotate(headline, root, pointer, zone);
    let mut places = HashMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if finding.missing.is_none() {
            places.entry(&*finding.pointer).or_insert(index);
        }
    }
    let finding = |pointer: &str| places.get(pointer).copied();
    lay_out_marked(root, layout, &annotate, &finding)
}

/// The path and query of the request, unless it is the usual path.
fn other_path<'h>(headline: &'h Headline<'_>) -> Option<&'h str> {
    let target = headline.judged.capture.target.as_str();
    (headline.path? != target).then_some(target)
}

/// How a capture relates to earlier ones, in words: `duplicate of #1207`.
fn remarks(headline: &Headline<'_>) -> Vec<String> {
    let Context {
        gap: _,
        duplicate_of,
        same_key_as,
        out_of_order_after,
        missing_before,
    } = headline.context;
    let mut remarks = Vec::new();
    if let Some(earlier) = duplicate_of {
        remarks.push(format!("duplicate of {earlier}"));
    }
    if let Some(earlier) = same_key_as {
        remarks.push(format!("same key as {earlier}, another body"));
    }
    if let Some((event, earlier)) = out_of_order_after {
        remarks.push(format!("out of order: after {event} {earlier}"));
    }
    if !missing_before.is_empty() {
        remarks.push(format!("no {} before it", missing_before.join(", ")));
    }
    if headline.reply == Reply::Closed {
        remarks.push("closed without a reply".to_owned());
    }
    remarks
}

/// The role of the remarks of a capture.
fn remark_role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Invalid => Role::Invalid,
        _ => Role::Warning,
    }
}

/// The remark beside a time: the moment in words, and its distance from the arrival.
fn annotate(
    headline: &Headline<'_>,
    root: &json::Node,
    pointer: &str,
    zone: Zone,
) -> Option<String> {
    let judged = headline.judged;
    let field = pointer.strip_prefix('/')?;
    let provider = judged.classification().provider.as_deref()?;
    let provider = judged.catalog().provider(provider)?;
    let clock: Clock = provider
        .fresh
        .iter()
        .find_map(|(name, fresh)| match fresh {
            Fresh::Now { now } if name == field => Some(*now),
            _ => None,
        })?;
    let moment = clock.read(&root.at(pointer)?.to_value())?;
    let Some(received_at) = headline.received_at else {
        return Some(zone.date_time(moment));
    };
    let distance = received_at - moment;
    let (length, side) = match distance.to_std() {
        Ok(before) => (before, "before"),
        Err(_) => ((-distance).to_std().ok()?, "after"),
    };
    let same_day = received_at.date_naive() == moment.date_naive();
    let shown = if same_day {
        zone.clock_seconds(moment)
    } else {
        zone.date_time(moment)
    };
    // Most times in events are whole seconds, so a smaller distance means nothing.
    if length < Duration::from_secs(1) {
        return Some(format!("{shown}, as it arrived"));
    }
    Some(format!(
        "{shown}, {} {side} it arrived",
        time::duration(length)
    ))
}

/// How a body was compressed, if it was: `gzip: 153 bytes, unpacked 1.2 kB`.
fn packed(capture: &Capture, content: &Content) -> Option<String> {
    if content.codings.is_empty() {
        return None;
    }
    let codings = content.codings.join(", ");
    let before = bytes(count(capture.body.len()));
    Some(match content.fault {
        None => {
            let after = bytes(count(content.bytes.len()));
            format!("({codings}: {before}, unpacked {after})")
        }
        Some(_) => format!("({codings}: {before}, shown as it came)"),
    })
}

/// The code of the worst finding, and how many more there are.
fn worst(report: &Report) -> Option<String> {
    let worst = report
        .findings
        .iter()
        .rev()
        .max_by_key(|finding| finding.severity)?;
    Some(match report.findings.len() - 1 {
        0 => worst.code.to_string(),
        more => format!("{} and {more} more", worst.code),
    })
}
