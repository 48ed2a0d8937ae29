//! Counts of captures as bars, and their JSON.

use std::io::Write;

use crate::flows::history::{By, Statistics};
use crate::model::error::OutputError;
use crate::render::listen::Page;
use crate::render::picture::bar;
use crate::render::{Line, Role};
use crate::text::number::{counted, grouped};
use crate::text::width::{cut, width};
use crate::text::{show, time};
use crate::wire::log::{GapsJson, StatJson, StatsSummary};
use crate::wire::{JsonLines, milliseconds};

/// The widest name of a row.
const NAME: usize = 32;
/// The widest bar.
const BAR: usize = 60;
/// The width of a page in a file or a pipe.
const PIPED: usize = 80;
/// Rows of one count that people see. Programs get all.
const ROWS: usize = 48;

/// For people: a group of bars for each count.
pub fn statistics(
    counts: &Statistics,
    by: &[By],
    page: Page,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let palette = page.style.palette;
    let mut line = Line::new(palette);
    line.push(
        Role::Heading,
        &counted(counts.captures(), "capture", "captures"),
    );
    if let Some([first, last]) = counts.ends() {
        let (first, last) = (page.zone.date_time(first), page.zone.date_time(last));
        line.push(Role::Plain, &format!(", {first} to {last}"));
    }
    line.write(out)?;
    for by in by {
        let rows: Vec<(String, u64)> = match by {
            By::Hour => {
                let hours = counts.hours();
                hours
                    .map(|(hour, count)| (page.zone.hour(hour), count))
                    .collect()
            }
            by => counts.rows(*by),
        };
        if !rows.is_empty() {
            writeln!(out)?;
            Line::new(palette)
                .push(Role::Heading, by.word())
                .write(out)?;
            bars(&rows, counts.captures(), page, out)?;
        }
    }
    if let [Some(median), Some(p90), Some(p99), Some(longest)] =
        [0.5, 0.9, 0.99, 1.0].map(|share| counts.gap(share))
    {
        writeln!(out)?;
        let mut line = Line::new(palette);
        let [median, p90, p99, longest] = [median, p90, p99, longest].map(time::duration);
        let text = format!("  median {median}, 90% {p90}, 99% {p99}, longest {longest}");
        line.push(Role::Heading, "gaps")
            .push(Role::Plain, &text)
            .write(out)?;
    }
    Ok(())
}

/// `roomdrop   1,204   30%  ███████`
fn bars(
    rows: &[(String, u64)],
    captures: u64,
    page: Page,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let names: Vec<String> = rows
        .iter()
        .take(ROWS)
        .map(|(name, _)| show(name).into_owned())
        .collect();
    let widest = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or(0)
        .min(NAME);
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let digits = grouped(most).len();
    let before = 2 + widest + 2 + digits + 2 + "100%".len() + 2;
    let columns = page
        .style
        .width
        .unwrap_or(PIPED)
        .saturating_sub(before)
        .clamp(4, BAR);
    for (name, (_, count)) in names.iter().zip(rows) {
        let number = grouped(*count);
        let share = format!("{}%", percent(*count, captures));
        let mut line = Line::indented(page.style.palette, 2);
        line.push(Role::Event, &cut(name, widest))
            .pad_to(2 + widest + 2 + digits - number.len())
            .push(Role::Plain, &number)
            .pad_to(before - 2 - share.len())
            .push(Role::Dim, &share)
            .pad_to(before)
            .push(Role::Session, &bar(*count, most, columns));
        line.write(out)?;
    }
    if rows.len() > ROWS {
        let more = grouped((rows.len() - ROWS) as u64);
        let mut line = Line::indented(page.style.palette, 2);
        line.push(
            Role::Dim,
            &format!("and {more} more, which --format json has"),
        );
        line.write(out)?;
    }
    Ok(())
}

fn percent(count: u64, of: u64) -> u128 {
    (u128::from(count) * 100 + u128::from(of) / 2) / u128::from(of.max(1))
}

/// For programs.
pub fn statistics_json(
    counts: &Statistics,
    by: &[By],
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let mut lines = JsonLines::new(out);
    for by in by {
        for (key, count) in counts.rows(*by) {
            #[allow(clippy::cast_precision_loss, reason = "a share has few digits")]
            let share = count as f64 / counts.captures().max(1) as f64;
            let share = (share * 1e6).round() / 1e6;
            let object = StatJson {
                by: by.word(),
                key: &key,
                count,
                share,
            };
            lines.write("stat", &object)?;
        }
    }
    let gap = |share| counts.gap(share).map(milliseconds);
    let gaps = counts.gap(0.5).map(|_| GapsJson {
        p50_ms: gap(0.5).unwrap_or_default(),
        p90_ms: gap(0.9).unwrap_or_default(),
        p99_ms: gap(0.99).unwrap_or_default(),
        max_ms: gap(1.0).unwrap_or_default(),
    });
    let summary = StatsSummary {
        captures: counts.captures(),
        first_at: counts
            .ends()
            .map(|[first, _]| crate::wire::listen::timestamp(first)),
        last_at: counts
            .ends()
            .map(|[_, last]| crate::wire::listen::timestamp(last)),
        gaps,
    };
    lines.write("summary", &summary)
}
