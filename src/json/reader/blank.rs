//! What stands between tokens: white space, comments, and what merely looks blank.

use memchr::{memchr2, memmem};

use crate::json::fault::Edit;
use crate::json::problem::{Problem, is_odd_space};

use super::cursor::Reader;

impl Reader<'_> {
    /// Skips to the next token.
    pub(super) fn blank(&mut self) {
        while let Some(byte) = self.peek() {
            match (byte, self.text.get(self.at + 1)) {
                (b' ' | b'\t' | b'\n' | b'\r', _) => self.at += 1,
                (b'#', _) | (b'/', Some(b'/' | b'*')) => self.comment(),
                (0x0B | 0x0C | 0xC2.., _) => {
                    if !self.odd_space() {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    fn comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        let end = if rest.starts_with(b"/*") {
            memmem::find(&rest[2..], b"*/").map(|length| start + length + 4)
        } else {
            let length = memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            Some(start + length)
        };
        self.at = end.unwrap_or(self.text.len());
        let span = start..self.at;
        if end.is_some() {
            self.fixable(span, &Problem::Comment, self.without_comment(start));
        } else {
            self.fault(span, &Problem::UnclosedComment);
        }
    }

    /// Removes the comment that was just read: with the blanks before it where it ends
    /// its line, with the line where it has that to itself.
    fn without_comment(&self, start: usize) -> Edit {
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        let blanks_after = self.text[self.at..].iter().take_while(is_blank).count();
        let line_end = self.at + blanks_after;
        let line_break = match self.text[line_end..] {
            [] => 0,
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => return Edit::remove(start..self.at),
        };
        let before = &self.text[..start];
        let from = start - before.iter().rev().take_while(is_blank).count();
        if from == 0 || matches!(self.text[from - 1], b'\n' | b'\r') {
            Edit::remove(from..line_end + line_break)
        } else {
            Edit::remove(from..line_end)
        }
    }

    /// Skips a run of one character that looks blank and is not JSON white space.
    fn odd_space(&mut self) -> bool {
        let Some(space) = self.char_at(self.at).filter(|c| is_odd_space(*c)) else {
            return false;
        };
        let start = self.at;
        while self.char_at(self.at) == Some(space) {
            self.at += space.len_utf8();
        }
        let span = start..self.at;
        let with = if space.is_whitespace() { " " } else { "" };
        let edit = Edit::replace(span.clone(), with);
        self.fixable(span, &Problem::OddSpace(space), edit);
        true
    }
}
