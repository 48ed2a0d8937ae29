//! Differences as annotations for GitHub Actions.

use std::io::Write;

use super::report::DriftReport;
use crate::model::error::OutputError;
use crate::model::report::Severity;
use crate::render::github::{Level, Place, annotate};

pub(super) fn write(report: &DriftReport<'_>, out: &mut dyn Write) -> Result<(), OutputError> {
    for listed in report.listed {
        let place = Place {
            file: Some(report.file(listed.row.first.as_ref())),
            ..Place::default()
        };
        let level = match listed.severity() {
            Severity::Note => Level::Notice,
            Severity::Warning | Severity::Unknown => Level::Warning,
            Severity::Error => Level::Error,
        };
        let (sentence, source) = (listed.sentence(), listed.source());
        let lines = [Some(&*sentence), source.as_deref(), Some(&*listed.next)];
        let lines: Vec<&str> = lines.into_iter().flatten().collect();
        annotate(out, level, &place, listed.row.key.class.word(), &lines)?;
    }
    Ok(())
}
