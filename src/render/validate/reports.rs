//! `--report`: the results of `validate` in files for other programs.
//!
//! SARIF and JSON are written as the run goes, so that they take no memory. `JUnit` begins with
//! its counts and is kept in memory, so it lists a limited number of documents.

use std::path::PathBuf;
use std::time::Duration;

use super::json;
use crate::catalog::Catalog;
use crate::flows::judging::{DOCUMENT_CODES, JudgedDocument, JudgingTotals};
use crate::json::Lines;
use crate::model::error::{Failure, OutputError};
use crate::model::report::Verdict;
use crate::render::junit::{Case, End, Suite};
use crate::render::report::{JsonDocument, ReportError, ReportFile, ReportKind};
use crate::render::sarif::{Region, Sarif};
use crate::render::{junit, sarif};
use crate::validation::known_codes;
use crate::wire::OfKind;

/// Documents that a `JUnit` report lists one by one.
const MOST_CASES: usize = 10_000;

/// The reports that were asked for.
#[derive(Default)]
pub struct Reports(Vec<Report>);

struct Report {
    path: PathBuf,
    body: Body,
}

enum Body {
    Junit {
        file: ReportFile,
        suites: Vec<Suite>,
        listed: usize,
        not_listed: u64,
    },
    Sarif(Sarif<ReportFile>),
    Json(ReportFile, JsonDocument),
}

impl Reports {
    /// Begins them all, so that a file that cannot be written is known before the work.
    pub fn begin(reports: &[(PathBuf, ReportKind)]) -> Result<Reports, Failure> {
        let report = |(path, kind): &(PathBuf, ReportKind)| -> Result<Report, Failure> {
            let file = ReportFile::create(path)?;
            let body = Body::begin(file, *kind).map_err(|error| ReportError::new(path, error))?;
            Ok(Report {
                path: path.clone(),
                body,
            })
        };
        let reports = reports.iter().map(report);
        reports.collect::<Result<_, _>>().map(Reports)
    }

    /// Whether a report names documents without findings too.
    pub fn want_each(&self) -> bool {
        let mut reports = self.0.iter();
        reports.any(|report| !matches!(report.body, Body::Sarif(_)))
    }

    /// Adds a document to all of them.
    pub fn add(&mut self, judged: &JudgedDocument<'_>, is_failure: bool) -> Result<(), Failure> {
        for Report { path, body } in &mut self.0 {
            let added = body.add(judged, is_failure);
            added.map_err(|error| ReportError::new(path, error))?;
        }
        Ok(())
    }

    /// Ends them all and puts them in their places.
    pub fn finish(self, totals: &JudgingTotals, catalog: &Catalog) -> Result<(), Failure> {
        for Report { path, body } in self.0 {
            let ended = body.end(totals, catalog);
            ended
                .map_err(|error| ReportError::new(&path, error))?
                .keep()?;
        }
        Ok(())
    }
}

impl Body {
    fn begin(mut file: ReportFile, kind: ReportKind) -> Result<Body, OutputError> {
        Ok(match kind {
            ReportKind::Sarif => Body::Sarif(Sarif::begin(file)?),
            ReportKind::Json => {
                let members = [("kind", "validation")];
                let document = JsonDocument::begin(&members, "reports", &mut file)?;
                Body::Json(file, document)
            }
            // The command line refuses any other kind.
            ReportKind::Junit | ReportKind::Har => Body::Junit {
                file,
                suites: Vec::new(),
                listed: 0,
                not_listed: 0,
            },
        })
    }

    fn add(&mut self, judged: &JudgedDocument<'_>, is_failure: bool) -> Result<(), OutputError> {
        match self {
            Body::Junit {
                listed, not_listed, ..
            } if *listed == MOST_CASES => *not_listed += 1,
            Body::Junit { suites, listed, .. } => {
                *listed += 1;
                add_case(suites, judged, is_failure);
            }
            Body::Sarif(log) => add_results(log, judged)?,
            Body::Json(file, document) => {
                let object = &json::report(judged, usize::MAX);
                let kind = "report";
                document.add(&OfKind { kind, object }, file)?;
            }
        }
        Ok(())
    }

    /// Writes the end.
    fn end(self, totals: &JudgingTotals, catalog: &Catalog) -> Result<ReportFile, OutputError> {
        match self {
            Body::Junit {
                mut file,
                mut suites,
                not_listed,
                ..
            } => {
                if let Some(suite) = suites.first_mut() {
                    let count = |verdict: Verdict| {
                        let documents = totals.stats.verdicts().get(verdict);
                        (verdict.word().to_owned(), documents.to_string())
                    };
                    suite.properties = Verdict::ALL.map(count).to_vec();
                    let not_listed = ("not listed".to_owned(), not_listed.to_string());
                    suite.properties.push(not_listed);
                }
                junit::write(&mut file, env!("CARGO_PKG_NAME"), &suites)?;
                Ok(file)
            }
            Body::Sarif(log) => {
                let known = known_codes(catalog, DOCUMENT_CODES);
                log.finish(|name| {
                    let code = known.iter().find(|code| code.name == name)?;
                    let why = code.why.unwrap_or(&code.what);
                    Some((code.what.clone().into_owned(), why.to_owned()))
                })
            }
            Body::Json(mut file, _) => {
                let object = &json::summary(totals);
                let kind = "summary";
                JsonDocument::end(&OfKind { kind, object }, &mut file)?;
                Ok(file)
            }
        }
    }
}

/// One file is a suite, one document a case.
fn add_case(suites: &mut Vec<Suite>, judged: &JudgedDocument<'_>, is_failure: bool) {
    if suites.last().is_none_or(|suite| suite.name != judged.file) {
        suites.push(Suite {
            name: judged.file.to_owned(),
            ..Suite::default()
        });
    }
    let findings = judged.judgement.findings.iter().map(|finding| {
        let (line, column) = (finding.place.line, finding.place.column);
        let help = finding.help.as_ref().map(|help| format!("; {help}"));
        format!(
            "{}[{}] at {line}:{column}: {}{}",
            finding.severity.word(),
            finding.code,
            finding.message,
            help.unwrap_or_default()
        )
    });
    let lines: Vec<String> = findings.collect();
    let (end, remarks) = if is_failure {
        let worst = judged.judgement.findings.iter();
        let worst = worst.max_by_key(|finding| finding.severity);
        let failed = End::Failed {
            kind: worst.map_or_else(String::new, |finding| finding.code.clone().into_owned()),
            message: worst.map_or_else(String::new, |finding| finding.message.clone()),
            lines,
        };
        (failed, Vec::new())
    } else {
        (End::Passed, lines)
    };
    if let Some(suite) = suites.last_mut() {
        suite.cases.push(Case {
            name: judged.title().into_owned(),
            class: judged.judgement.event.unwrap_or("no event").to_owned(),
            took: Duration::ZERO,
            end,
            remarks,
        });
    }
}

/// Adds the findings on a document to a SARIF log.
fn add_results(
    log: &mut Sarif<ReportFile>,
    judged: &JudgedDocument<'_>,
) -> Result<(), OutputError> {
    let findings = judged.judgement.findings;
    if findings.is_empty() {
        return Ok(());
    }
    let lines = Lines::new(judged.document);
    for finding in findings {
        let place = &finding.place;
        let mut message = finding.message.clone();
        if let Some(help) = &finding.help {
            message = format!("{message}; {help}");
        }
        let region = if judged.seq.is_some() {
            // The body stands in a string of that line, and has places of its own.
            message = format!("{message} (body {}:{})", place.line, place.column);
            Region {
                line: judged.line,
                ..Region::default()
            }
        } else {
            let end = lines.place(place.span.end..place.span.end);
            Region {
                line: judged.line_in_file(place.line),
                column: Some(place.column as u64),
                end: Some((judged.line_in_file(end.line), end.column as u64)),
            }
        };
        log.add(&sarif::Result {
            rule: &finding.code,
            severity: finding.severity,
            message: &message,
            file: judged.file,
            region,
            pointer: &finding.pointer,
        })?;
    }
    Ok(())
}
