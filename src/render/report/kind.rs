//! What a report is written as, by the name of its file.

use std::path::Path;

/// What a report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// `JUnit`, which every CI shows.
    Junit,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// HAR 1.2, for browsers and debugging proxies.
    Har,
    /// One JSON document.
    Json,
}

impl ReportKind {
    const ALL: [ReportKind; 4] = [
        ReportKind::Junit,
        ReportKind::Sarif,
        ReportKind::Har,
        ReportKind::Json,
    ];

    /// The kind that a file's name says.
    pub fn of(path: &Path) -> Option<ReportKind> {
        let extension = path.extension()?;
        ReportKind::ALL
            .into_iter()
            .find(|kind| extension.eq_ignore_ascii_case(kind.extension()))
    }

    fn extension(self) -> &'static str {
        match self {
            ReportKind::Junit => "xml",
            ReportKind::Sarif => "sarif",
            ReportKind::Har => "har",
            ReportKind::Json => "json",
        }
    }

    /// How to name a file of this kind: `FILE.xml for JUnit`.
    pub fn example(self) -> &'static str {
        match self {
            ReportKind::Junit => "FILE.xml for JUnit",
            ReportKind::Sarif => "FILE.sarif for SARIF",
            ReportKind::Har => "FILE.har for an HTTP archive",
            ReportKind::Json => "FILE.json",
        }
    }
}
