//! What is written, whatever the format: the differences, and words for them.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::flows::history::{CaptureName, DriftClass, DriftRow};
use crate::model::report::Severity;
use crate::text::number::{counted, grouped};

/// A difference, with the command that looks closer.
#[derive(Debug)]
pub struct Listed {
    /// The difference.
    pub row: DriftRow,
    /// The command.
    pub next: String,
    /// Whether it is of a class of `--fail-on`.
    pub is_failing: bool,
}

/// All that is written.
#[derive(Debug)]
pub struct DriftReport<'r> {
    /// The differences, in order.
    pub listed: &'r [Listed],
    /// Captures that were compared.
    pub captures: u64,
    /// Differences that the baseline has.
    pub known: u64,
    /// Differences of the baseline that are gone.
    pub gone: u64,
    /// Captures with differences that were not counted apart.
    pub beyond: u64,
    /// Sessions that were judged before all was read.
    pub forgotten: u64,
    /// The only input, for captures whose number alone names them.
    pub input: &'r str,
}

impl DriftReport<'_> {
    /// Differences by class.
    pub(super) fn classes(&self) -> BTreeMap<DriftClass, u64> {
        let mut classes = BTreeMap::new();
        for listed in self.listed {
            *classes.entry(listed.row.key.class).or_default() += 1;
        }
        classes
    }

    /// `12 differences in 56 captures`.
    pub(super) fn heading(&self) -> String {
        let differences = counted(self.listed.len() as u64, "difference", "differences");
        let captures = counted(self.captures, "capture", "captures");
        format!("{differences} in {captures}")
    }

    /// What there is to know besides: a sentence each.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        let classes = self.classes();
        let unplanned = [DriftClass::UnplannedEvent, DriftClass::UnplannedField];
        let is_planned = unplanned.iter().all(|class| !classes.contains_key(class));
        if is_planned && !self.listed.is_empty() && self.known + self.beyond == 0 {
            remarks.push("every event and field that came is documented".to_owned());
        }
        if self.known > 0 {
            let known = counted(self.known, "difference", "differences");
            remarks.push(format!("{known} left out: the baseline has them"));
        }
        if self.gone > 0 {
            let gone = counted(self.gone, "difference", "differences");
            remarks.push(format!("{gone} of the baseline gone"));
        }
        if self.beyond > 0 {
            let captures = counted(self.beyond, "more difference", "more differences");
            remarks.push(format!(
                "{captures} not listed: at most 2,000 are counted apart"
            ));
        }
        if self.forgotten > 0 {
            let sessions = counted(self.forgotten, "session", "sessions");
            remarks.push(format!(
                "{sessions} judged before all was read: only the last 100,000 are remembered"
            ));
        }
        remarks
    }

    /// The file with a capture.
    pub(super) fn file<'f>(&'f self, name: Option<&'f CaptureName>) -> &'f str {
        name.and_then(|name| name.file.as_deref())
            .unwrap_or(self.input)
    }
}

impl Listed {
    /// What differs: `recording /files/*/url`.
    pub(super) fn subject(&self) -> String {
        let key = &self.row.key;
        let event = key.event.as_deref().unwrap_or("(no event)");
        match &key.pointer {
            Some(pointer) => format!("{event} {pointer}"),
            None => event.to_owned(),
        }
    }

    /// The code of the findings, where it says more than the class; or what came too early.
    pub(super) fn detail(&self) -> Option<String> {
        let detail = self.row.key.detail.as_deref()?;
        match self.row.key.class {
            DriftClass::Type | DriftClass::Format | DriftClass::NewValue => Some(detail.to_owned()),
            DriftClass::Order => Some(format!("after {detail}")),
            _ => None,
        }
    }

    /// `12 of 40`
    pub(super) fn counts(&self) -> String {
        format!("{} of {}", grouped(self.row.count), grouped(self.row.of))
    }

    /// `30%`; small shares are not nothing, and large ones are not all.
    pub(super) fn percent(&self) -> String {
        let (count, of) = (u128::from(self.row.count), u128::from(self.row.of.max(1)));
        match (count * 200 + of) / (of * 2) {
            0 if count > 0 => "<1%".to_owned(),
            100 if count < of => ">99%".to_owned(),
            percent => format!("{percent}%"),
        }
    }

    /// `#17`, or `#17 to #803`.
    pub(super) fn captures(&self) -> Option<String> {
        let (first, last) = (self.row.first.as_ref()?, self.row.last.as_ref()?);
        Some(if first == last {
            first.to_string()
        } else {
            format!("{first} to {last}")
        })
    }

    /// The example as JSON; a session or a capture as it is.
    pub(super) fn example(&self) -> Option<String> {
        let example = self.row.example.as_ref()?;
        let class = self.row.key.class;
        let is_name = matches!(
            class,
            DriftClass::Order | DriftClass::IncompleteSession | DriftClass::Redelivery
        );
        Some(match example {
            Value::String(name) if is_name => name.clone(),
            value => value.to_string(),
        })
    }

    /// The words of the documents, and where they stand.
    pub(super) fn source(&self) -> Option<String> {
        let source = self.row.source.as_ref()?;
        let place = [&source.section, &source.document];
        let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
        Some(match &place[..] {
            [] => source.text.clone(),
            place => format!("{} ({})", source.text, place.join(", ")),
        })
    }

    /// How much it weighs.
    pub fn severity(&self) -> Severity {
        match self.row.key.class {
            _ if self.is_failing => Severity::Error,
            DriftClass::MissingRequired => Severity::Error,
            DriftClass::UnplannedField
            | DriftClass::NeverSeen
            | DriftClass::SometimesSent
            | DriftClass::Redelivery => Severity::Note,
            _ => Severity::Warning,
        }
    }

    /// All of it in one sentence, for annotations.
    pub(super) fn sentence(&self) -> String {
        let example = self.example().map(|example| format!("such as {example}"));
        let parts = [self.detail(), self.captures(), example];
        let (subject, counts, percent) = (self.subject(), self.counts(), self.percent());
        let first = format!("{subject}: {counts} ({percent})");
        let parts = std::iter::once(first).chain(parts.into_iter().flatten());
        parts.collect::<Vec<_>>().join(", ")
    }
}
