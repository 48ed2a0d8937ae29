//! Strings: their quotes, their escapes, and what must not stand in them raw.

use std::ops::Range;

use crate::json::fault::Edit;
use crate::json::problem::{Problem, escaped};
use crate::json::raw::{short_escape, unicode};

use super::cursor::Reader;
use super::quote::{End, Quote};

/// Edits of one fault up to which it has a repair: text with more quotes in it than
/// this is no string that lost its quotes.
const MAX_EDITS: usize = 1000;

/// Control characters in a row that one fault speaks of.
const LONGEST_RUN: usize = 64;

impl<'t> Reader<'t> {
    /// The string that begins with the quote here: its text, and its bytes with quotes.
    pub(super) fn string(&mut self) -> (String, Range<usize>) {
        let start = self.at;
        let open = self.quote_at(start).unwrap_or(Quote::Straight);
        let from = start + open.width();
        if open == Quote::Straight {
            let end = self.plain_until(from, self.text.len());
            let plain = self.utf8.and_then(|text| text.get(from..end));
            if let (Some(b'"'), Some(plain)) = (self.text.get(end), plain) {
                self.at = end + 1;
                return (plain.to_owned(), start..self.at);
            }
        }
        let end = if open == Quote::Straight {
            self.end_of_straight(from)
        } else {
            self.end_of_other(open, from)
        };
        match end {
            End::At(end, close) => self.closed(start, open, from..end, close),
            End::Never(line_end) => self.unclosed_string(start, from..line_end),
        }
    }

    fn closed(
        &mut self,
        start: usize,
        open: Quote,
        content: Range<usize>,
        close: Quote,
    ) -> (String, Range<usize>) {
        let mut edits = Vec::new();
        if open != Quote::Straight {
            edits.push(Edit::replace(start..content.start, "\""));
        }
        let end = content.end + close.width();
        let text = self.content(content.clone(), open, &mut edits);
        if close != Quote::Straight {
            edits.push(Edit::replace(content.end..end, "\""));
        }
        if edits.len() > MAX_EDITS || self.may_end_elsewhere(content, open) {
            edits = Vec::new();
        }
        let problem = match (open, close) {
            (Quote::Apostrophe, _) => Some(Problem::SingleQuotes),
            (Quote::Backtick, _) => Some(Problem::Backticks),
            _ if open.is_curly() || close.is_curly() => Some(Problem::CurlyQuotes),
            _ => None,
        };
        if let Some(problem) = problem {
            self.faults.add(start..end, &problem, edits);
        }
        self.at = end;
        (text, start..end)
    }

    /// Whether quotes in a string leave open where it ends. One between letters is an apostrophe.
    fn may_end_elsewhere(&self, content: Range<usize>, open: Quote) -> bool {
        if open == Quote::Straight {
            return false;
        }
        let is_letter = |at: usize| {
            let byte = self.text.get(at).copied();
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
        };
        let mut at = content.start;
        while at < content.end {
            match (self.text[at], self.quote_at(at)) {
                (b'\\', _) => at += 2,
                (_, Some(quote)) if quote.is_like(open) => {
                    let after = at + quote.width();
                    let is_apostrophe = !quote.is_double()
                        && at > content.start
                        && is_letter(at - 1)
                        && is_letter(after);
                    if !is_apostrophe {
                        return true;
                    }
                    at = after;
                }
                _ => at += 1,
            }
        }
        false
    }

    /// A string without an end is taken to end with its line, before the comma.
    fn unclosed_string(&mut self, start: usize, line: Range<usize>) -> (String, Range<usize>) {
        let content = self.text[line.clone()].trim_ascii_end();
        let content = content.strip_suffix(b",").unwrap_or(content);
        let end = line.start + content.len();
        self.fault(start..end, &Problem::UnclosedString);
        self.at = end;
        let text = String::from_utf8_lossy(content).into_owned();
        (text, start..end)
    }

    /// The text between the quotes.
    fn content(&mut self, span: Range<usize>, open: Quote, edits: &mut Vec<Edit>) -> String {
        let text: &'t [u8] = self.text;
        let mut content = String::with_capacity(span.len());
        let mut at = span.start;
        let mut invalid: Option<Range<usize>> = None;
        for chunk in text[span].utf8_chunks() {
            if !chunk.valid().is_empty() {
                if let Some(span) = invalid.take() {
                    self.fault(span, &Problem::InvalidUtf8);
                }
                self.valid(chunk.valid(), at, open, &mut content, edits);
                at += chunk.valid().len();
            }
            if !chunk.invalid().is_empty() {
                let end = at + chunk.invalid().len();
                invalid = Some(invalid.map_or(at, |span| span.start)..end);
                content.push(char::REPLACEMENT_CHARACTER);
                at = end;
            }
        }
        if let Some(span) = invalid {
            self.fault(span, &Problem::InvalidUtf8);
        }
        content
    }

    /// Content that is UTF-8 and stands at `base`.
    fn valid(
        &mut self,
        text: &'t str,
        base: usize,
        open: Quote,
        content: &mut String,
        edits: &mut Vec<Edit>,
    ) {
        let mut rest = text;
        loop {
            let at = base + text.len() - rest.len();
            let length = self.plain_until(at, base + text.len()) - at;
            content.push_str(&rest[..length]);
            rest = &rest[length..];
            let at = at + length;
            let taken = match rest.as_bytes().first() {
                None => return,
                Some(b'"') => {
                    // It is text between other quotes, and not between its own.
                    if edits.len() <= MAX_EDITS {
                        edits.push(Edit::insert(at, "\\"));
                    }
                    content.push('"');
                    1
                }
                Some(b'\\') => self.escape(rest, at, open, content, edits),
                Some(_) => self.control_characters(rest, at, content),
            };
            rest = &rest[taken..];
        }
    }

    fn control_characters(&mut self, rest: &str, at: usize, content: &mut String) -> usize {
        let run = rest
            .bytes()
            .take(LONGEST_RUN)
            .take_while(|byte| *byte < 0x20);
        let length = run.clone().count();
        content.push_str(&rest[..length]);
        let span = at..at + length;
        let edit = Edit::replace(span.clone(), run.map(escaped).collect::<String>());
        let first = rest.as_bytes()[0];
        self.fixable(span, &Problem::ControlCharacter(first), edit);
        length
    }

    /// The escape at the beginning of `rest`; returns its bytes.
    fn escape(
        &mut self,
        rest: &'t str,
        at: usize,
        open: Quote,
        content: &mut String,
        edits: &mut Vec<Edit>,
    ) -> usize {
        let Some(escape) = rest[1..].chars().next() else {
            content.push('\\');
            self.fault(at..at + 1, &Problem::BadEscape(rest));
            return 1;
        };
        if let Some(plain) = short_escape(escape) {
            content.push(plain);
            return 2;
        }
        match escape {
            'u' => self.unicode(rest, at, content),
            '\'' if open == Quote::Apostrophe => {
                // Between single quotes it had to be escaped: part of the same fault.
                if edits.len() <= MAX_EDITS {
                    edits.push(Edit::remove(at..at + 1));
                }
                content.push('\'');
                2
            }
            _ => self.bad_escape(rest, escape, at, content),
        }
    }

    /// An escape that JSON does not have; two of other languages leave no doubt.
    fn bad_escape(&mut self, rest: &str, escape: char, at: usize, content: &mut String) -> usize {
        if matches!(escape, '\'' | '`') {
            content.push(escape);
            let edit = Edit::remove(at..at + 1);
            self.fixable(at..at + 2, &Problem::BadEscape(&rest[..2]), edit);
            return 2;
        }
        if escape == 'x'
            && let Some(code) = hexadecimal(rest, 2..4)
        {
            content.push(char::from_u32(code).unwrap_or_default());
            let edit = Edit::replace(at..at + 4, format!("\\u00{code:02x}"));
            self.fixable(at..at + 4, &Problem::BadEscape(&rest[..4]), edit);
            return 4;
        }
        let length = 1 + escape.len_utf8();
        content.push_str(&rest[..length]);
        self.fault(at..at + length, &Problem::BadEscape(&rest[..length]));
        length
    }

    /// `\uXXXX`, or two of them for a character beyond U+FFFF (RFC 8259, section 7).
    fn unicode(&mut self, rest: &str, at: usize, content: &mut String) -> usize {
        if let Some((character, length)) = unicode(rest.as_bytes()) {
            content.push(character);
            return length;
        }
        let digits = rest[2..].bytes().take(4).take_while(u8::is_ascii_hexdigit);
        let length = 2 + digits.count();
        let escape = &rest[..length];
        if length == 6 {
            content.push(char::REPLACEMENT_CHARACTER);
            self.fault(at..at + length, &Problem::LoneSurrogate(escape));
        } else {
            content.push_str(escape);
            self.fault(at..at + length, &Problem::BadEscape(escape));
        }
        length
    }
}

/// The number that these bytes of a text write in hexadecimal digits, if all are.
fn hexadecimal(text: &str, bytes: Range<usize>) -> Option<u32> {
    let digits = text.get(bytes)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    all.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}
