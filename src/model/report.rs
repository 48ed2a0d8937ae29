//! The result of validating one document.

use crate::model::name::Name;
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Serialize;

/// From best to worst: as documented; odd, but the meaning is clear; not an event of the
/// catalog; broken. The worst finding alone decides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(
    test,
    derive(schemars::JsonSchema),
    schemars(rename = "verdict", title = "Verdict")
)]
pub enum Verdict {
    /// As documented; extra fields are allowed.
    Valid,
    /// Not as documented, but the meaning is clear.
    Warning,
    /// An event that the catalog does not have.
    Unknown,
    /// Not JSON, or documented data is missing, unusable or ambiguous.
    Invalid,
}

impl Verdict {
    /// Every verdict, from best to worst.
    pub const ALL: [Verdict; 4] = [
        Verdict::Valid,
        Verdict::Warning,
        Verdict::Unknown,
        Verdict::Invalid,
    ];

    /// The word for it in output and flags.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Valid => "valid",
            Verdict::Warning => "warning",
            Verdict::Unknown => "unknown",
            Verdict::Invalid => "invalid",
        }
    }

    /// Whether CI should fail on it: invalid always; warnings and unknowns if `strict`.
    pub fn is_failure(self, strict: bool) -> bool {
        match self {
            Verdict::Valid => false,
            Verdict::Warning | Verdict::Unknown => strict,
            Verdict::Invalid => true,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The severity of a finding, from lightest to heaviest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub enum Severity {
    /// Worth knowing; never changes the verdict.
    Note,
    /// Makes the document a [`Verdict::Warning`].
    Warning,
    /// Makes the document [`Verdict::Unknown`].
    Unknown,
    /// Makes the document [`Verdict::Invalid`].
    Error,
}

impl Severity {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Unknown => "unknown",
            Severity::Error => "error",
        }
    }

    /// The verdict that a document with such a finding gets at least.
    pub fn verdict(self) -> Verdict {
        match self {
            Severity::Note => Verdict::Valid,
            Severity::Warning => Verdict::Warning,
            Severity::Unknown => Verdict::Unknown,
            Severity::Error => Verdict::Invalid,
        }
    }
}

/// A place in the text of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Bytes of the document, from its first.
    pub span: Range<usize>,
    /// Line within the document, from 1.
    pub line: usize,
    /// Column within the line, from 1, counted in characters.
    pub column: usize,
}

impl Default for Place {
    /// The start of the document.
    fn default() -> Place {
        Place {
            span: 0..0,
            line: 1,
            column: 1,
        }
    }
}

/// One thing that validation reports about a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable, kebab-case name of the rule.
    pub code: Cow<'static, str>,
    /// Its severity.
    pub severity: Severity,
    /// JSON Pointer (RFC 6901) to the value; empty for the whole document.
    pub pointer: String,
    /// Its place in the text; for a missing member, the object that lacks it.
    pub place: Place,
    /// What is odd or wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// The repair: all of these together. Empty if there is no certain repair.
    pub edits: Vec<Edit>,
    /// The documented member that is missing there, if the finding is about one.
    pub missing: Option<String>,
}

impl Finding {
    /// A finding about a document as a whole, without a repair.
    pub fn on_document(
        code: &'static str,
        severity: Severity,
        message: String,
        help: &str,
    ) -> Finding {
        Finding {
            code: Cow::Borrowed(code),
            severity,
            pointer: String::new(),
            place: Place::default(),
            message,
            help: Some(help.to_owned()),
            edits: Vec::new(),
            missing: None,
        }
    }
}

/// Bytes of a text, and their replacement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The replaced bytes; empty to insert.
    pub span: Range<usize>,
    /// The replacement; empty to remove.
    pub with: String,
}

/// Everything that validation reports about one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The provider that the document belongs to, if that could be told.
    pub provider: Option<Name>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<Name>,
    /// The value of the provider's session key.
    pub session: Option<Name>,
    /// In the order of the text.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The judgement: that of the worst finding, or valid.
    pub fn verdict(&self) -> Verdict {
        self.judgement().verdict()
    }

    /// The same, borrowed.
    pub fn judgement(&self) -> Judgement<'_> {
        Judgement {
            provider: self.provider.as_deref(),
            event: self.event.as_deref(),
            session: self.session.as_deref(),
            findings: &self.findings,
        }
    }
}

/// The cheap judgement: the event of a document and its verdict. It agrees with the
/// [`Report`] on that document, without the findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    /// The provider that the document belongs to, if that could be told.
    pub provider: Option<Name>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<Name>,
    /// The value of the provider's session key.
    pub session: Option<Name>,
    /// The judgement.
    pub verdict: Verdict,
}

/// Which event a document is, and of which session: enough to pass it on in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identification {
    /// The provider that the document belongs to, if that could be told.
    pub provider: Option<Name>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<Name>,
    /// The value of the provider's session key.
    pub session: Option<Name>,
}

impl Identification {
    /// The same with a verdict.
    pub fn judged(self, verdict: Verdict) -> Classification {
        Classification {
            provider: self.provider,
            event: self.event,
            session: self.session,
            verdict,
        }
    }
}

impl From<&Classification> for Identification {
    fn from(known: &Classification) -> Identification {
        Identification {
            provider: known.provider.clone(),
            event: known.event.clone(),
            session: known.session.clone(),
        }
    }
}

impl From<&Report> for Classification {
    fn from(report: &Report) -> Classification {
        Classification {
            provider: report.provider.clone(),
            event: report.event.clone(),
            session: report.session.clone(),
            verdict: report.verdict(),
        }
    }
}

/// What is said of a document, from wherever it comes: a whole [`Report`], or a quick look
/// that found nothing to say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Judgement<'r> {
    /// The provider that the document belongs to, if that could be told.
    pub provider: Option<&'r str>,
    /// The event: its name in the catalog, or the unknown name as received.
    pub event: Option<&'r str>,
    /// The value of the provider's session key.
    pub session: Option<&'r str>,
    /// In the order of the text.
    pub findings: &'r [Finding],
}

impl Judgement<'_> {
    /// The verdict: that of the worst finding, or valid.
    pub fn verdict(&self) -> Verdict {
        let findings = self.findings.iter();
        let verdicts = findings.map(|finding| finding.severity.verdict());
        verdicts.max().unwrap_or(Verdict::Valid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_findings_the_worst_gives_the_verdict() {
        let worst_of = |severities: &[Severity]| {
            let finding = |severity: &Severity| Finding {
                code: "x".into(),
                severity: *severity,
                pointer: String::new(),
                place: Place::default(),
                message: String::new(),
                help: None,
                edits: Vec::new(),
                missing: None,
            };
            let findings = severities.iter().map(finding).collect();
            Report {
                findings,
                ..Report::default()
            }
            .verdict()
        };
        assert_eq!(worst_of(&[]), Verdict::Valid);
        assert_eq!(worst_of(&[Severity::Note]), Verdict::Valid);
        assert_eq!(
            worst_of(&[Severity::Unknown, Severity::Warning]),
            Verdict::Unknown
        );
        assert_eq!(
            worst_of(&[Severity::Warning, Severity::Error]),
            Verdict::Invalid
        );
    }
}
