//! Words outside of quotes: JSON has three of them, documents have many.

use std::ops::Range;

use crate::json::fault::Edit;
use crate::json::problem::{Problem, is_ellipsis, is_odd_space};
use crate::json::tree::{Kind, Node};

use super::cursor::{Reader, WIDE_COLON, WIDE_COMMA};

/// Words up to something that is not part of them.
pub(super) struct Run<'t> {
    /// Their bytes, without blanks at the end.
    pub(super) span: Range<usize>,
    /// Their text, if it is UTF-8.
    pub(super) text: Option<&'t str>,
    /// Where what ended them stands.
    pub(super) next: usize,
}

/// Where words stand; it decides what ends them.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Where {
    /// Before the document: a bracket, a quote or the end of the line.
    Before,
    /// For a key: besides, a comma, a colon or an equals sign.
    Key,
    /// For a value: besides, a comma.
    Value,
    /// For members, in prose: no more than before the document.
    Prose,
}

impl<'t> Reader<'t> {
    /// The words that begin here, of one character at least.
    pub(super) fn run(&self, place: Where) -> Run<'t> {
        let start = self.at;
        let mut next = start + self.width(start);
        // A mark alone, such as `;`, is not the beginning of the words after it.
        let mut is_word = is_wordy(self.text[start]);
        while next < self.text.len() && !self.ends_run(next, place) {
            if !is_word && matches!(self.text[next], b' ' | b'\t') {
                break;
            }
            is_word |= is_wordy(self.text[next]);
            next += self.width(next);
        }
        let words = &self.text[start..next];
        let is_end = |c: char| {
            c.is_ascii_whitespace() || is_odd_space(c) || (place == Where::Prose && c == ',')
        };
        let text = std::str::from_utf8(words).ok();
        let text = text.map(|text| text.trim_end_matches(is_end));
        let length = text.map_or(words.trim_ascii_end().len(), str::len);
        let length = length.max(self.width(start));
        // A run of nothing but what is trimmed keeps its first character.
        let words = &self.text[start..start + length];
        Run {
            span: start..start + length,
            text: std::str::from_utf8(words).ok(),
            next,
        }
    }

    /// The bytes of the character at a place; one where there is no UTF-8.
    fn width(&self, at: usize) -> usize {
        self.char_at(at).map_or(1, char::len_utf8)
    }

    fn ends_run(&self, at: usize, place: Where) -> bool {
        let before = self.text[at - 1];
        let after = self.text.get(at + 1).copied();
        match self.text[at] {
            b'\n' | b'\r' | b'{' | b'}' | b'[' | b']' | b'"' => true,
            b',' => matches!(place, Where::Key | Where::Value),
            b':' | b'=' if place == Where::Key => true,
            // A time and a URL go on, a key does not.
            b':' if place == Where::Value => {
                !after.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'/')
            }
            b'/' => after == Some(b'*') || (after == Some(b'/') && before != b':'),
            b'#' => matches!(before, b' ' | b'\t'),
            0xEF if place != Where::Before && place != Where::Prose && self.is_wide(at) => true,
            b'\'' | b'`' | 0x80.. => self.quote_at(at).is_some_and(|quote| {
                // `don't` has no quote in it.
                quote.is_double() || !before.is_ascii_alphanumeric()
            }),
            _ => false,
        }
    }

    fn is_wide(&self, at: usize) -> bool {
        matches!(self.char_at(at), Some(WIDE_COLON | WIDE_COMMA))
    }

    /// Whether one of JSON's words begins here, or another language's word for it.
    pub(super) fn starts_json_word(&self) -> bool {
        self.run(Where::Value)
            .text
            .is_some_and(|text| json_word(text).is_some())
    }

    /// The words that stand where a value belongs; none if they have no meaning at all.
    pub(super) fn word(&mut self) -> Option<Node> {
        let Run { span, text, .. } = self.run(Where::Value);
        self.at = span.end;
        let Some((kind, json)) = text.and_then(json_word) else {
            let told = self.meaningless(span.clone(), text);
            return told.map(|word| Node {
                span,
                kind: Kind::Bare(word),
            });
        };
        if let Some(word) = text.filter(|word| *word != json) {
            let edit = Edit::replace(span.clone(), json);
            self.fixable(span.clone(), &Problem::ForeignWord(word, json), edit);
        }
        Some(Node { span, kind })
    }

    /// Reports words after a value in an array.
    pub(super) fn stray_word(&mut self) {
        let Run { span, text, .. } = self.run(Where::Value);
        self.at = span.end;
        self.meaningless(span, text);
    }

    /// Reports words where a member belongs: prose up to the end of its line.
    pub(super) fn stray_words(&mut self) {
        let mut run = self.run(Where::Key);
        if run
            .text
            .is_some_and(|text| is_ellipsis(text) || text.contains(' '))
        {
            run = self.run(Where::Prose);
        }
        self.at = run.span.end;
        self.meaningless(run.span, run.text);
    }

    /// Reports what is not JSON; returns it if it is a word.
    fn meaningless(&mut self, span: Range<usize>, text: Option<&str>) -> Option<String> {
        let Some(text) = text else {
            let words = &self.text[span.clone()];
            let chunk = words.utf8_chunks().next();
            let (valid, bad) = chunk.map_or((0, 0), |c| (c.valid().len(), c.invalid().len()));
            let start = span.start + valid;
            self.fault(start..start + bad, &Problem::InvalidUtf8);
            return Some(String::from_utf8_lossy(words).into_owned());
        };
        if is_ellipsis(text) || text.contains(char::is_alphanumeric) {
            self.fault(span, &Problem::BareWord(text));
            return Some(text.to_owned());
        }
        let first = text.chars().next().unwrap_or_default();
        self.fault(span, &Problem::UnexpectedCharacter(first));
        None
    }
}

/// Whether a byte makes a word of what it stands in, be it an ellipsis.
fn is_wordy(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'.' || !byte.is_ascii()
}

/// What a word says in JSON, and how JSON writes it.
pub(super) fn json_word(word: &str) -> Option<(Kind, &'static str)> {
    if word.eq_ignore_ascii_case("true") {
        Some((Kind::Bool(true), "true"))
    } else if word.eq_ignore_ascii_case("false") {
        Some((Kind::Bool(false), "false"))
    } else if word.eq_ignore_ascii_case("null") || matches!(word, "None" | "nil") {
        Some((Kind::Null, "null"))
    } else {
        None
    }
}
