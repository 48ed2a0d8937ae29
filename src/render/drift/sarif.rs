//! Differences as SARIF. They are about a log as a whole, so they point at its first line, and the
//! message names the capture.

use std::io::Write;

use super::report::DriftReport;
use crate::flows::history::DriftClass;
use crate::model::error::OutputError;
use crate::render::sarif::{Region, Result as SarifResult, Sarif};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    let mut log = Sarif::begin(out)?;
    for listed in report.listed {
        let parts = [
            Some(listed.sentence()),
            listed.source(),
            Some(listed.next.clone()),
        ];
        let message: Vec<String> = parts.into_iter().flatten().collect();
        log.add(&SarifResult {
            rule: listed.row.key.class.word(),
            severity: listed.severity(),
            message: &message.join("; "),
            file: report.file(listed.row.first.as_ref()),
            region: Region {
                line: 1,
                ..Region::default()
            },
            pointer: listed.row.key.pointer.as_deref().unwrap_or_default(),
        })?;
    }
    log.finish(|word| {
        let meaning = DriftClass::of_word(word)?.meaning().to_owned();
        Some((meaning.clone(), meaning))
    })?;
    Ok(())
}
