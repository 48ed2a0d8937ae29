//! A document of a file, where it stands, and the judgement on it.

use std::borrow::Cow;

use bytes::Bytes;

use crate::journal::{Item, ItemKind};
use crate::model::code::Example::Around;
use crate::model::code::{Code, codes};
use crate::model::report::{Finding, Judgement, Report, Severity, Verdict};
use crate::text::number::bytes;
use crate::validation::Validation;

codes! {
    pub(super),
    /// A record of a log that cannot be read.
    DAMAGED_RECORD = "damaged-record", Error,
        "a record of a log, or an entry of another tool's file, that cannot be read",
        "The file was changed, the disk lost a part of it, or the tool did not keep the whole body. A torn last record, as a crash leaves it, is only a warning on stderr.",
        Around;
    /// A document beyond the limit.
    DOCUMENT_TOO_LARGE = "document-too-large", Error,
        "a document beyond the limit",
        "It was skipped, so that memory stays bounded whatever a file holds. --max-document raises the limit.",
        Around;
}

/// The codes of what is found about items of a file.
pub const DOCUMENT_CODES: &[&Code] = ALL;

/// A document, where it stands, and the judgement on it.
///
/// Engines hand these over in the order of the input.
#[derive(Clone, Copy, Debug)]
pub struct JudgedDocument<'d> {
    /// The file, as it was typed.
    pub file: &'d str,
    /// The line of the file on which the document begins, from 1.
    pub line: u64,
    /// The number of the record whose body it is.
    pub seq: Option<u64>,
    /// Its bytes; none where it could not be read.
    pub document: &'d [u8],
    /// What is said of it.
    pub judgement: Judgement<'d>,
}

impl JudgedDocument<'_> {
    /// The verdict on it.
    pub fn verdict(&self) -> Verdict {
        self.judgement.verdict()
    }

    /// Whether it could not be read, so that nothing is known of it.
    pub fn is_unread(&self) -> bool {
        let mut findings = self.judgement.findings.iter();
        findings.any(|finding| ALL.iter().any(|code| code.name == finding.code))
    }

    /// Where it stands, in short: `a.json`, `a.jsonl:17`, `log.jsonl:17 #17`.
    pub fn title(&self) -> Cow<'_, str> {
        match (self.seq, self.line) {
            (Some(seq), line) => Cow::Owned(format!("{}:{line} #{seq}", self.file)),
            (None, 1) => Cow::Borrowed(self.file),
            (None, line) => Cow::Owned(format!("{}:{line}", self.file)),
        }
    }

    /// The line of the file that a line of the document is, from 1; a body inside a record has
    /// lines of its own, which the file has not.
    pub fn line_in_file(&self, line: usize) -> u64 {
        match self.seq {
            Some(_) => self.line,
            None => (self.line - 1).saturating_add(line as u64),
        }
    }
}

/// What was found about one item of a file.
#[derive(Debug)]
pub enum Said {
    /// A document was judged.
    Document {
        /// The number of the record whose body it is.
        seq: Option<u64>,
        /// What was judged; nothing where it could not be read.
        document: Bytes,
        /// The report on it.
        report: Report,
    },
    /// The last record is torn, and so no document: the reason.
    Torn(String),
}

impl Said {
    /// About how many bytes it holds.
    pub(super) fn weight(&self) -> usize {
        match self {
            Said::Document {
                document, report, ..
            } => {
                let findings = report.findings.iter();
                let findings = findings.map(|finding| {
                    size_of::<Finding>() + finding.pointer.len() + finding.message.len()
                });
                document.len() + findings.sum::<usize>()
            }
            Said::Torn(reason) => reason.len(),
        }
    }
}

/// Judges one thing of a file.
pub fn judge_item(item: &Item, validation: &Validation, max_document: usize) -> Said {
    let (seq, document, report) = match &item.kind {
        ItemKind::Record(record) => {
            let content = record.capture.content();
            let report = validation.report(&content);
            (Some(record.seq), content.bytes, report)
        }
        ItemKind::Body { bytes, .. } => (None, bytes.clone(), validation.report(bytes)),
        ItemKind::Damaged {
            reason,
            torn_tail: true,
        } => return Said::Torn(reason.clone()),
        ItemKind::Damaged { reason, .. } => {
            let message = format!("this record cannot be read: {reason}");
            let help = "the log was changed or damaged here; the other records are not affected";
            unreadable(&DAMAGED_RECORD, message, help)
        }
        ItemKind::Unusable { reason } => {
            let message = format!("entry {} cannot be used: {reason}", item.line);
            let help = "record it again; the other entries are not affected";
            unreadable(&DAMAGED_RECORD, message, help)
        }
        ItemKind::TooLarge { bytes: length } => {
            let (length, limit) = (bytes(*length), bytes(max_document as u64));
            let message = format!("{length}, more than the {limit} that are judged");
            unreadable(
                &DOCUMENT_TOO_LARGE,
                message,
                "--max-document raises the limit",
            )
        }
    };
    Said::Document {
        seq,
        document,
        report,
    }
}

/// What is said of a document that could not be read.
fn unreadable(code: &Code, message: String, help: &str) -> (Option<u64>, Bytes, Report) {
    let finding = Finding::on_document(code.name, Severity::Error, message, help);
    let report = Report {
        findings: vec![finding],
        ..Report::default()
    };
    (None, Bytes::new(), report)
}
