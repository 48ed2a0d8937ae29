//! The summary of a run: one line, and a table if there are many documents.

use std::time::Duration;

use crate::flows::judging::JudgingTotals;
use crate::model::error::OutputError;
use crate::model::report::Verdict;
use crate::render::style::{Role, TermStyle};
use crate::render::table::{Cell, Column, Table};
use crate::text::number::{bytes, counted, grouped};
use crate::text::time::duration;
use crate::validation::{FURTHER_EVENTS, ValidationStats, VerdictCounts};

/// For up to this many documents, the line of each has said everything.
const FEW: u64 = 10;

/// Codes that the summary names.
const COMMONEST: usize = 5;

/// The verdicts that came up: `5 valid, 1 warning`.
pub fn verdicts(counts: VerdictCounts) -> String {
    let words: Vec<String> = counts
        .seen()
        .map(|(verdict, documents)| format!("{} {verdict}", grouped(documents)))
        .collect();
    words.join(", ")
}

/// Writes the summary.
pub fn write_summary(
    out: &mut dyn std::io::Write,
    style: TermStyle,
    totals: &JudgingTotals,
) -> Result<(), OutputError> {
    let stats = &totals.stats;
    let all = stats.verdicts().total();
    let many = all > FEW;
    let documents = counted(all, "document", "documents");
    let took = totals.took();
    let speed = if many {
        let speed = bytes(per_second(totals.bytes, took));
        format!(" in {} ({speed} a second)", duration(took))
    } else {
        String::new()
    };
    writeln!(out, "{documents}{speed}: {}", verdicts(stats.verdicts()))?;
    if totals.left_out > 0 {
        let others = counted(totals.left_out, "document", "documents");
        writeln!(out, "{others} not selected")?;
    }
    if totals.not_shown > 0 {
        let more = counted(totals.not_shown, "more finding", "more findings");
        writeln!(out, "{more} not shown (--max-findings)")?;
    }
    if many {
        events(stats).write(out, style)?;
        let commonest = stats.commonest();
        if !commonest.is_empty() {
            writeln!(out, "commonest findings")?;
            let columns = [Column::right(), Column::left(), Column::left()];
            let mut table = Table::new(columns).with_margin(2);
            for (code, severity, times) in commonest.into_iter().take(COMMONEST) {
                table.row([
                    Cell::from(grouped(times)),
                    Cell::new(Role::from(severity), severity.word()),
                    Cell::from(code),
                ]);
            }
            table.write(out, style)?;
        }
    }
    Ok(())
}

fn events(stats: &ValidationStats) -> Table {
    let shown: Vec<Verdict> = stats
        .verdicts()
        .seen()
        .map(|(verdict, _)| verdict)
        .collect();
    let mut columns = vec![Column::right(); shown.len() + 1];
    columns[0] = Column::left();
    let mut table = Table::new(columns).with_margin(2);
    for (_, event, counts) in stats.events() {
        let name = match event {
            "" => Cell::new(Role::Dim, "no event"),
            FURTHER_EVENTS => Cell::new(Role::Dim, "further events"),
            event => Cell::new(Role::Event, event),
        };
        let cells = shown.iter().map(|verdict| match counts.get(*verdict) {
            0 => Cell::from(""),
            number => Cell::new(
                Role::from(*verdict),
                format!("{} {verdict}", grouped(number)),
            ),
        });
        table.row([name].into_iter().chain(cells));
    }
    table
}

fn per_second(bytes: u64, took: Duration) -> u64 {
    let per_second = u128::from(bytes) * 1_000_000 / took.as_micros().max(1);
    u64::try_from(per_second).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speed_is_no_trouble_when_no_time_has_passed() {
        assert_eq!(per_second(1000, Duration::from_millis(500)), 2000);
        assert_eq!(per_second(5, Duration::ZERO), 5_000_000);
        assert_eq!(per_second(u64::MAX, Duration::ZERO), u64::MAX);
    }
}
