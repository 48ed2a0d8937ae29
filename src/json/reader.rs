//! Reads a text that may not be JSON: what it finds wrong it reports, and reads on as
//! if it were right.
//!
//! One pass from the first byte to the last. Where the reader looks ahead to tell what
//! was meant, it draws on a budget in proportion to the text, so that no text, however
//! made, takes longer than that.

mod array;
mod blank;
mod number;
mod object;
mod quote;
mod string;
mod word;

use std::ops::Range;

use super::fault::{Edit, Fault, Faults};
use super::lines::{BYTE_ORDER_MARK, Lines};
use super::problem::Problem;
use super::{Kind, MAX_DEPTH, Node};

pub(super) use blank::is_odd_space;

/// A text, and how far it has been read.
pub(super) struct Reader<'t> {
    text: &'t [u8],
    /// The same, if all of it is UTF-8.
    utf8: Option<&'t str>,
    /// The next byte.
    at: usize,
    faults: Faults,
    /// Bytes that may still be looked at in vain.
    budget: usize,
    /// Arrays and objects around the next byte.
    arrays: usize,
    objects: usize,
    /// What is to be said once: of a closer, of depth, of the end of the text.
    told_closer: Option<usize>,
    told_depth: bool,
    told_end: bool,
}

/// What may come next in an array or an object.
#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// An item: this is the beginning, or a comma went before.
    Item,
    /// A comma: an item went before.
    Comma,
    /// Either: something went before whose fault is told.
    Either,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t [u8], faults: usize) -> Reader<'t> {
        Reader {
            text,
            utf8: std::str::from_utf8(text).ok(),
            at: 0,
            faults: Faults::up_to(faults),
            budget: text.len() + 1024,
            arrays: 0,
            objects: 0,
            told_closer: None,
            told_depth: false,
            told_end: false,
        }
    }

    /// Reads the whole text.
    pub(super) fn document(mut self) -> (Option<Node>, Vec<Fault>) {
        let whole = 0..self.text.len();
        if self.text.starts_with(b"\xFF\xFE") || self.text.starts_with(b"\xFE\xFF") {
            self.fault(whole, &Problem::Utf16);
            return (None, self.faults.finish());
        }
        if self.text.starts_with(BYTE_ORDER_MARK) {
            self.at = BYTE_ORDER_MARK.len();
            self.mendable(
                0..self.at,
                &Problem::ByteOrderMark,
                Edit::remove(0..self.at),
            );
        }
        self.blank();
        let root = match self.peek() {
            None => {
                self.fault(self.at..self.at, &Problem::EmptyText);
                None
            }
            Some(b'<') => {
                self.fault(self.at..self.text.len(), &Problem::Markup);
                self.at = self.text.len();
                None
            }
            Some(_) => self.root(),
        };
        self.blank();
        self.after();
        (root, self.faults.finish())
    }

    /// The value that is the document; none where the text has none.
    fn root(&mut self) -> Option<Node> {
        self.before();
        loop {
            if let Some(root) = self.value() {
                return Some(root);
            }
            let found = char::from(self.peek()?);
            let problem = match found {
                ',' => Problem::UnexpectedCharacter(found),
                _ => Problem::UnexpectedCloser(found, None),
            };
            self.fault(self.at..self.at + 1, &problem);
            self.at += 1;
            self.blank();
        }
    }

    /// Skips words before a bracket on the line that the document begins in, such as
    /// `payload:` in a line of a log.
    fn before(&mut self) {
        if self.starts_value() {
            return;
        }
        let run = self.run(word::Where::Before);
        if matches!(self.text.get(run.next), Some(b'{' | b'[')) {
            self.fault(run.span, &Problem::TextBefore);
            self.at = run.next;
        }
    }

    /// Reports what stands after the document.
    fn after(&mut self) {
        let rest = &self.text[self.at..];
        let span = self.at..self.at + rest.trim_ascii_end().len();
        match rest.trim_ascii_end() {
            [] => {}
            [b',' | b';'] => {
                self.mendable(span.clone(), &Problem::TextAfter, Edit::remove(span));
            }
            [b'}' | b']', ..] => {
                let found = char::from(rest[0]);
                self.fault(span, &Problem::UnexpectedCloser(found, None));
            }
            [b'{' | b'[' | b'"', ..] => self.fault(span, &Problem::SecondDocument),
            _ => self.fault(span, &Problem::TextAfter),
        }
    }

    /// Reads a value, if one begins here or after what has no meaning here; else stops
    /// at a comma, at a closer or at the end of the text, and leaves it to the caller.
    fn value(&mut self) -> Option<Node> {
        loop {
            match self.peek()? {
                b'{' => return Some(self.container(b'}')),
                b'[' => return Some(self.container(b']')),
                b',' | b'}' | b']' => return None,
                _ => {}
            }
            if let Some(node) = self.literal() {
                return Some(node);
            }
            if self.starts_number() {
                return Some(self.number());
            }
            if self.quote_at(self.at).is_some() {
                let (text, span) = self.string();
                let kind = Kind::String(text);
                return Some(Node { span, kind });
            }
            if let Some(node) = self.word() {
                return Some(node);
            }
            self.blank();
        }
    }

    /// `null`, `true` and `false` where the next byte leaves no doubt.
    fn literal(&mut self) -> Option<Node> {
        let rest = &self.text[self.at..];
        let (length, kind) = match rest.first()? {
            b'n' if rest.starts_with(b"null") => (4, Kind::Null),
            b't' if rest.starts_with(b"true") => (4, Kind::Bool(true)),
            b'f' if rest.starts_with(b"false") => (5, Kind::Bool(false)),
            _ => return None,
        };
        if !matches!(
            rest.get(length),
            None | Some(b',' | b'}' | b']' | b'\r' | b'\n')
        ) {
            return None;
        }
        let span = self.at..self.at + length;
        self.at = span.end;
        Some(Node { span, kind })
    }

    /// Whether a value begins here that is JSON or can be mended into it.
    fn starts_value(&self) -> bool {
        matches!(self.peek(), Some(b'"' | b'{' | b'['))
            || self.starts_number()
            || self.quote_at(self.at).is_some()
            || self.starts_json_word()
    }

    /// An array or an object, by the closer that belongs to it.
    fn container(&mut self, closer: u8) -> Node {
        let start = self.at;
        if self.arrays + self.objects == MAX_DEPTH {
            if !self.told_depth {
                self.told_depth = true;
                self.fault(start..start + 1, &Problem::TooDeep);
            }
            self.skip_container();
            let span = start..self.at;
            return Node {
                span,
                kind: Kind::Bare(String::new()),
            };
        }
        self.at += 1;
        let kind = if closer == b']' {
            self.arrays += 1;
            let items = self.items(start);
            self.arrays -= 1;
            Kind::Array(items)
        } else {
            self.objects += 1;
            let members = self.members(start);
            self.objects -= 1;
            Kind::Object(members)
        };
        let span = start..self.at;
        Node { span, kind }
    }

    /// Skips what is nested too deep, by counting brackets outside of strings.
    fn skip_container(&mut self) {
        let mut open = 0_usize;
        let mut in_string = false;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'"' => in_string = !in_string,
                b'\\' if in_string => self.at = (self.at + 1).min(self.text.len()),
                b'{' | b'[' if !in_string => open += 1,
                b'}' | b']' if !in_string => {
                    open -= 1;
                    if open == 0 {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// Reports that the text ends in what began at `start`.
    fn unclosed(&mut self, start: usize, closer: char) {
        if self.told_end {
            return;
        }
        self.told_end = true;
        let end = self.text.trim_ascii_end().len();
        let place = Lines::new(self.text).place(start..start);
        let open = self.arrays + self.objects;
        let problem = Problem::Unclosed(place.line, place.column, closer, open);
        self.fault(end..end, &problem);
    }

    /// Reports a closer of the wrong kind. Tells whether it ends what is open here: it
    /// does if it closes something further out, which then finds it, or ends the text.
    fn wrong_closer(&mut self, expected: char) -> bool {
        let (found, others) = if expected == ']' {
            ('}', self.objects)
        } else {
            (']', self.arrays)
        };
        let span = self.at..self.at + 1;
        if self.told_closer != Some(self.at) {
            self.told_closer = Some(self.at);
            self.fault(span, &Problem::UnexpectedCloser(found, Some(expected)));
        }
        if others > 0 {
            return true;
        }
        self.at += 1;
        self.text[self.at..].trim_ascii_start().is_empty()
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// The character at a place; none if there is none, or no UTF-8.
    fn char_at(&self, at: usize) -> Option<char> {
        let first = *self.text.get(at)?;
        if first.is_ascii() {
            return Some(char::from(first));
        }
        if let Some(text) = self.utf8 {
            return text.get(at..)?.chars().next();
        }
        let rest = &self.text[at..self.text.len().min(at + 4)];
        rest.utf8_chunks().next()?.valid().chars().next()
    }

    /// A fault without a repair.
    fn fault(&mut self, span: Range<usize>, problem: &Problem<'_>) {
        self.faults.add(span, problem, Vec::new());
    }

    /// A fault with its repair.
    fn mendable(&mut self, span: Range<usize>, problem: &Problem<'_>, edit: Edit) {
        self.faults.add(span, problem, vec![edit]);
    }
}
