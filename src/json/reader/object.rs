//! Objects: members between commas, each a key, a colon and a value.

use std::ops::Range;

use crate::json::fault::Edit;
use crate::json::problem::{Problem, is_ellipsis};
use crate::json::tree::{Kind, Member, Node};

use super::cursor::{Gap, Reader, WIDE_COLON};
use super::word::Where;

impl Reader<'_> {
    /// What stands where a member belongs; tells what may follow it.
    pub(super) fn member(&mut self, gap: Gap, end: usize, members: &mut Vec<Member>) -> Gap {
        if self.quote_at(self.at).is_some() {
            if gap == Gap::Comma {
                self.missing_comma(end);
            }
            let (key, span) = self.string();
            members.extend(self.named(key, span));
            return Gap::Comma;
        }
        if matches!(self.peek(), Some(b'{' | b'[' | b':')) {
            self.keyless();
            return Gap::Comma;
        }
        let run = self.run(Where::Key);
        let joined = matches!(self.text.get(run.next), Some(b':' | b'='))
            || self.char_at(run.next) == Some(WIDE_COLON);
        let Some(key) = run.text.filter(|key| joined && !is_ellipsis(key)) else {
            self.stray_words();
            return Gap::Either;
        };
        if gap == Gap::Comma {
            self.missing_comma(end);
        }
        let mut edits = Vec::new();
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | '@');
        if key.chars().all(plain) {
            edits.push(Edit::replace(run.span.clone(), format!("\"{key}\"")));
        }
        let problem = Problem::UnquotedKey(key);
        self.faults.add(run.span.clone(), &problem, edits);
        self.at = run.span.end;
        members.extend(self.named(key.to_owned(), run.span));
        Gap::Comma
    }

    /// The colon and the value after a key; no member where the text ends before.
    fn named(&mut self, key: String, key_span: Range<usize>) -> Option<Member> {
        self.blank();
        match self.peek()? {
            b':' => self.at += 1,
            b'=' => {
                let arrow = self.text[self.at..].starts_with(b"=>");
                let span = self.at..self.at + if arrow { 2 } else { 1 };
                self.at = span.end;
                let edit = Edit::replace(span.clone(), ":");
                self.fixable(span, &Problem::EqualsSign, edit);
            }
            b',' | b'}' | b']' => {}
            _ if self.char_at(self.at) == Some(WIDE_COLON) => {
                let span = self.at..self.at + WIDE_COLON.len_utf8();
                self.at = span.end;
                let problem = Problem::WideSign(WIDE_COLON, ':');
                self.fixable(span.clone(), &problem, Edit::replace(span, ":"));
            }
            _ => {
                let end = key_span.end;
                let edit = Edit::insert(end, ":");
                self.fixable(end..end, &Problem::MissingColon, edit);
            }
        }
        self.blank();
        let told = self.faults.count();
        let value = match self.value() {
            Some(value) => value,
            None if self.at == self.text.len() => return None,
            None => {
                if self.faults.count() == told {
                    self.fault(key_span.clone(), &Problem::MissingValueOf(&key));
                }
                let span = self.at..self.at;
                let kind = Kind::Bare(String::new());
                Node { span, kind }
            }
        };
        Some(Member {
            key,
            key_span,
            value,
        })
    }

    /// A value without a key: its faults count, but there is no place for it.
    fn keyless(&mut self) {
        self.fault(self.at..self.at + 1, &Problem::MissingKey);
        if self.peek() == Some(b':') {
            self.at += 1;
            self.blank();
        }
        self.value();
    }
}
