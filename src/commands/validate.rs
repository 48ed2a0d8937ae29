//! `validate`: the verdict on each document of the inputs, and what is found in it.

mod engine;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use serde::Serialize;

use engine::{Thing, Told, What};

use super::finding::{FindingJson, findings};
use super::{Chatter, Console, Format, Input, Outcome, event, open};
use crate::error::{Failure, OutputError};
use crate::journal::Source;
use crate::output::findings::{self as lay_out, Origin};
use crate::output::number::{bytes, counted};
use crate::output::verdict::write_verdict;
use crate::output::{JsonLines, Page};
use crate::report::{Finding, Place, Report, Severity, Verdict};
use crate::validation::Validation;

/// What `validate` was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to judge.
    pub files: Vec<Input>,
    /// The event that every document is to be taken for.
    pub taken_for: Option<String>,
    /// Warnings and unknown events count as failures.
    pub strict: bool,
    /// The largest document that is judged, in bytes.
    pub max_document: usize,
    /// What stdout carries.
    pub format: Format,
}

/// Judges every document of every input.
///
/// An input that cannot be read is said, and the others are judged all the same.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let mut validation = Validation::new(catalog.clone());
    if let Some(name) = &options.taken_for {
        validation = validation.taking_for(event(&catalog, name)?);
    }
    let mut run = Run {
        out: BufWriter::new(std::mem::replace(
            &mut console.out,
            Box::new(std::io::sink()),
        )),
        page: console.page,
        options,
        verdicts: BTreeMap::new(),
        outcome: Outcome::Done,
    };
    for input in &options.files {
        let name = input.name();
        match open(input, &mut console.input, options.max_document) {
            Ok(source) => run.judge_all(&name, source, &validation, console)?,
            Err(error) => {
                run.outcome = run.outcome.and(Outcome::Undone);
                console.fail(&Failure::from(error))?;
            }
        }
    }
    run.out.flush().map_err(OutputError::from)?;
    if run.verdicts.is_empty() && run.outcome == Outcome::Done {
        // A check in CI that checked nothing must not look like one that passed.
        run.outcome = Outcome::Negative;
    }
    run.summarise(console)?;
    Ok(run.outcome)
}

struct Run<'o> {
    out: BufWriter<Box<dyn Write + Send>>,
    page: Page,
    options: &'o Options,
    verdicts: BTreeMap<Verdict, u64>,
    outcome: Outcome,
}

/// A document, where it stands, and what is said of it.
struct Judged<'d> {
    file: &'d str,
    line: u64,
    /// The number of the record whose body it is.
    seq: Option<u64>,
    document: &'d [u8],
    report: &'d Report,
}

impl Run<'_> {
    fn judge_all(
        &mut self,
        file: &str,
        source: Source,
        validation: &Validation,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let read = engine::judge_all(source, validation, true, &mut |told| match told {
            Told::Thing(thing) => self.thing(file, thing, console),
            Told::Passed { documents, .. } => {
                *self.verdicts.entry(Verdict::Valid).or_default() += documents;
                Ok(())
            }
        })?;
        if let Err(error) = read {
            self.outcome = self.outcome.and(Outcome::Undone);
            return console.fail(&Failure::from(error));
        }
        Ok(())
    }

    fn thing(&mut self, file: &str, thing: &Thing, console: &mut Console) -> Result<(), Failure> {
        let Thing { line, what } = thing;
        let report;
        let (seq, document, report) = match what {
            What::Document { seq, bytes, report } => (*seq, &bytes[..], report),
            What::Damaged {
                reason,
                torn_tail: true,
            } => {
                console.warn(
                    &format!(
                        "{file}:{line}: the last record is torn, as a crash leaves it: {reason}"
                    ),
                    None,
                )?;
                return Ok(());
            }
            What::Damaged { reason, .. } => {
                let message = format!("this record cannot be read: {reason}");
                let help =
                    "the log was changed or damaged here; the other records are not affected";
                report = unreadable("damaged-record", message, help);
                (None, &b""[..], &report)
            }
            What::TooLarge { bytes: length } => {
                let limit = self.options.max_document as u64;
                let message = format!(
                    "{}, more than the {} that are judged",
                    bytes(*length),
                    bytes(limit)
                );
                let help = "--max-document raises the limit";
                report = unreadable("document-too-large", message, help);
                (None, &b""[..], &report)
            }
        };
        Ok(self.tell(&Judged {
            file,
            line: *line,
            seq,
            document,
            report,
        })?)
    }

    /// Counts a report and writes it.
    fn tell(&mut self, judged: &Judged<'_>) -> Result<(), OutputError> {
        let verdict = judged.report.verdict();
        *self.verdicts.entry(verdict).or_default() += 1;
        if verdict.is_failure(self.options.strict) {
            self.outcome = self.outcome.and(Outcome::Negative);
        }
        match self.options.format {
            Format::Json => self.write_json(judged),
            Format::Human => self.write_human(judged),
        }
    }

    fn write_human(&mut self, judged: &Judged<'_>) -> Result<(), OutputError> {
        let Judged {
            file,
            line,
            seq,
            document,
            report,
        } = judged;
        let line_number = usize::try_from(*line).unwrap_or(usize::MAX);
        let source = lay_out::Source {
            title: file,
            bytes: document,
            origin: if seq.is_some() {
                Origin::Record(line_number)
            } else {
                Origin::Line(line_number)
            },
        };
        lay_out::write_findings(&mut self.out, self.page, &source, &report.findings)?;
        let title = match (seq, line) {
            (Some(seq), _) => Cow::Owned(format!("{file}:{line} #{seq}")),
            (None, 1) => Cow::Borrowed(*file),
            (None, _) => Cow::Owned(format!("{file}:{line}")),
        };
        write_verdict(&mut self.out, self.page, &title, report)?;
        if !report.findings.is_empty() {
            writeln!(self.out)?;
        }
        Ok(())
    }

    fn write_json(&mut self, judged: &Judged<'_>) -> Result<(), OutputError> {
        let Judged {
            file,
            line,
            seq,
            report,
            ..
        } = judged;
        let object = ReportJson {
            file,
            line: *line,
            seq: *seq,
            provider: report.provider.as_deref(),
            event: report.event.as_deref(),
            session: report.session.as_deref(),
            verdict: report.verdict().word(),
            findings: findings(report),
        };
        JsonLines::new(&mut self.out).write("report", &object)
    }

    /// Says on stderr what came of many documents; of one, its own line has said it.
    fn summarise(&self, console: &mut Console) -> Result<(), OutputError> {
        let all: u64 = self.verdicts.values().sum();
        if all == 0 && self.outcome == Outcome::Negative {
            return console.warn("the input has no document, so nothing was judged", None);
        }
        if all < 2 || self.options.format == Format::Json && console.chatter < Chatter::Verbose {
            return Ok(());
        }
        let counts: Vec<String> = Verdict::ALL
            .iter()
            .filter_map(|verdict| Some(format!("{} {verdict}", self.verdicts.get(verdict)?)))
            .collect();
        console.say(&format!(
            "{}: {}",
            counted(all, "document", "documents"),
            counts.join(", ")
        ))
    }
}

/// A report on what could not be judged.
fn unreadable(code: &'static str, message: String, help: &str) -> Report {
    let finding = Finding {
        code: Cow::Borrowed(code),
        severity: Severity::Error,
        pointer: String::new(),
        place: Place {
            span: 0..0,
            line: 1,
            column: 1,
        },
        message,
        help: Some(help.to_owned()),
    };
    Report {
        provider: None,
        event: None,
        session: None,
        findings: vec![finding],
    }
}

/// The verdict on one document, for machines.
#[derive(Serialize)]
struct ReportJson<'r> {
    file: &'r str,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    provider: Option<&'r str>,
    event: Option<&'r str>,
    session: Option<&'r str>,
    verdict: &'static str,
    findings: Vec<FindingJson<'r>>,
}
