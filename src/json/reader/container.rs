//! Arrays and objects: entries between commas, and the bracket that closes them.

use std::ops::Range;

use crate::json::fault::Edit;
use crate::json::lines::Lines;
use crate::json::problem::Problem;
use crate::json::tree::{Kind, MAX_DEPTH, Node, kept_at};

use super::cursor::{Gap, Reader, WIDE_COMMA};

impl Reader<'_> {
    /// An array or an object, by the closer that belongs to it.
    pub(super) fn container(&mut self, closer: u8) -> Node {
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
            let items = self.entries(start, ']', Self::item);
            self.arrays -= 1;
            Kind::Array(items)
        } else {
            self.objects += 1;
            let members = self.entries(start, '}', Self::member);
            self.objects -= 1;
            Kind::Object(members)
        };
        let span = start..self.at;
        Node { span, kind }
    }

    /// Skips what is nested too deep, by counting brackets outside of strings.
    pub(super) fn skip_container(&mut self) {
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
    pub(super) fn unclosed(&mut self, start: usize, closer: char) {
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
    pub(super) fn wrong_closer(&mut self, expected: char) -> bool {
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

    /// The entries of the array or object whose bracket is at `start`, and its closer. `entry`
    /// reads one: from the gap before it, the end of the last one, and the list, to the gap
    /// after it.
    fn entries<T>(
        &mut self,
        start: usize,
        closer: char,
        entry: impl Fn(&mut Self, Gap, usize, &mut Vec<T>) -> Gap,
    ) -> Vec<T> {
        let mut entries = Vec::new();
        let mut gap = Gap::Item;
        let mut comma = None;
        let mut end = self.at;
        loop {
            self.blank();
            match self.peek().map(char::from) {
                None => {
                    self.unclosed(start, closer);
                    return entries;
                }
                Some(found) if found == closer => {
                    self.trailing_comma(comma);
                    self.at += 1;
                    return entries;
                }
                Some(']' | '}') => {
                    if self.wrong_closer(closer) {
                        return entries;
                    }
                    gap = Gap::Either;
                    comma = None;
                }
                Some(_) if self.peek() == Some(b',') || self.is_wide_comma() => {
                    let is_array = closer == ']';
                    let span = self.comma();
                    match gap {
                        // It may stand for a value that was left out, or be a typing error.
                        Gap::Item if is_array => self.fault(span.clone(), &Problem::MissingValue),
                        Gap::Item => {
                            let edit = Edit::remove(span.clone());
                            self.fixable(span.clone(), &Problem::ExtraComma, edit);
                        }
                        _ => self.wide_comma(span.clone(), closer),
                    }
                    if is_array || gap != Gap::Item {
                        comma = Some(span.clone());
                    }
                    gap = Gap::Item;
                    self.at = span.end;
                }
                Some(_) => {
                    comma = None;
                    gap = entry(self, gap, end, &mut entries);
                    let level = self.arrays + self.objects;
                    // What has more faults than are told is only identified.
                    let kept = if self.faults.is_over() {
                        kept_at
                    } else {
                        self.kept
                    };
                    entries.truncate(kept(level));
                    end = self.at;
                }
            }
        }
    }

    /// The item of an array.
    fn item(&mut self, gap: Gap, end: usize, items: &mut Vec<Node>) -> Gap {
        if gap == Gap::Comma {
            if !self.starts_value() {
                self.stray_word();
                return Gap::Either;
            }
            self.missing_comma(end);
        }
        match self.value() {
            Some(node) => {
                items.push(node);
                Gap::Comma
            }
            None => Gap::Either,
        }
    }

    fn is_wide_comma(&self) -> bool {
        self.char_at(self.at) == Some(WIDE_COMMA)
    }

    /// The bytes of the comma here.
    fn comma(&self) -> Range<usize> {
        let width = if self.is_wide_comma() {
            WIDE_COMMA.len_utf8()
        } else {
            1
        };
        self.at..self.at + width
    }

    /// Reports a full-width comma, unless it is to be removed anyway.
    fn wide_comma(&mut self, span: Range<usize>, closer: char) {
        let rest = self.text[span.end..].trim_ascii_start();
        if span.len() > 1 && rest.first().is_none_or(|next| char::from(*next) != closer) {
            let problem = Problem::WideSign(WIDE_COMMA, ',');
            self.fixable(span.clone(), &problem, Edit::replace(span, ","));
        }
    }

    /// Reports the comma that nothing came after.
    fn trailing_comma(&mut self, comma: Option<Range<usize>>) {
        if let Some(span) = comma {
            self.fixable(span.clone(), &Problem::TrailingComma, Edit::remove(span));
        }
    }

    /// Reports that an entry follows the one that ended at `end` without a comma.
    pub(super) fn missing_comma(&mut self, end: usize) {
        self.fixable(end..end, &Problem::MissingComma, Edit::insert(end, ","));
    }
}
