//! One line of a page: pieces of text, each with its role.

use serde::Serialize;

use crate::text::escape::disarm;
use crate::text::width::width;

/// What a piece of text is; a painter knows how that looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Ordinary text, never painted.
    Plain,
    /// The name of an event.
    Event,
    /// The value of a session key.
    Session,
    /// What most readers may skip, such as times.
    Dim,
    /// A key of a JSON object.
    Key,
    /// A JSON string.
    Text,
    /// A JSON number.
    Number,
    /// `true`, `false`, `null`.
    Literal,
    /// Brackets, commas, colons.
    Punctuation,
    /// A remark beside a value.
    Remark,
    /// A note about what is not shown.
    Fold,
    /// The verdict valid, an answer 2xx, a check that passed.
    Valid,
    /// The verdict warning.
    Warning,
    /// The verdict unknown.
    Unknown,
    /// The verdict invalid, a failed answer or check, a text that is not JSON.
    Invalid,
    /// The title of a section.
    Heading,
    /// The word before an error.
    ErrorLabel,
    /// The word before advice.
    HelpLabel,
    /// A finding that changes nothing.
    Note,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Span {
    /// What it is.
    pub role: Role,
    /// Its text, escaped and masked.
    pub text: String,
    /// The finding about it, by its place among all findings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<usize>,
}

/// A line that is put together piece by piece.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
#[serde(transparent)]
pub struct Line {
    spans: Vec<Span>,
    #[serde(skip)]
    width: usize,
}

impl Line {
    /// A line that begins with spaces.
    pub(super) fn indented(columns: usize) -> Line {
        let mut line = Line::default();
        line.space(columns);
        line
    }

    /// Adds a text that is escaped already, but for what a CI runner takes for a command.
    pub(super) fn push(&mut self, role: Role, text: impl Into<String>) -> &mut Line {
        let text = disarm(text.into().into()).into_owned();
        if !text.is_empty() {
            self.width += width(&text);
            self.spans.push(Span {
                role,
                text,
                finding: None,
            });
        }
        self
    }

    /// Adds spaces.
    pub(super) fn space(&mut self, columns: usize) -> &mut Line {
        self.push(Role::Plain, " ".repeat(columns))
    }

    /// Adds a note about what a cut left out of the text before it.
    pub(super) fn note(&mut self, note: Option<&str>) {
        if let Some(note) = note {
            self.space(1).push(Role::Fold, note);
        }
    }

    /// Marks what was added since there were so many pieces.
    pub(super) fn mark(&mut self, pieces: usize, finding: Option<usize>) {
        for span in &mut self.spans[pieces..] {
            span.finding = finding;
        }
    }

    /// Its pieces, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Columns taken so far.
    pub fn width(&self) -> usize {
        self.width
    }
}
