//! What people and their word processors take for quotes, and where a string ends.

use super::cursor::{Reader, WIDE_COLON, WIDE_COMMA};

/// A character that can stand around a string.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Quote {
    /// `"`, JSON's own.
    Straight,
    /// A typographic double quote; `true` if it only ever closes.
    Double(char, bool),
    /// A typographic single quote.
    Single(char),
    /// `'`
    Apostrophe,
    /// A backtick.
    Backtick,
}

/// Where a string ends.
pub(super) enum End {
    /// At this quote.
    At(usize, Quote),
    /// At no quote; the line ends here.
    Never(usize),
}

impl Quote {
    fn of(character: char) -> Option<Quote> {
        match character {
            '"' => Some(Quote::Straight),
            '”' | '»' | '″' | '＂' => Some(Quote::Double(character, true)),
            '“' | '„' | '‟' | '«' => Some(Quote::Double(character, false)),
            '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' | '＇' => {
                Some(Quote::Single(character))
            }
            '\'' => Some(Quote::Apostrophe),
            '`' => Some(Quote::Backtick),
            _ => None,
        }
    }

    /// Its bytes.
    pub(super) fn width(self) -> usize {
        match self {
            Quote::Double(character, _) | Quote::Single(character) => character.len_utf8(),
            _ => 1,
        }
    }

    pub(super) fn is_double(self) -> bool {
        matches!(self, Quote::Straight | Quote::Double(..))
    }

    pub(super) fn is_curly(self) -> bool {
        matches!(self, Quote::Double(..) | Quote::Single(_))
    }

    /// Whether it may begin or end a string as `open` does.
    pub(super) fn is_like(self, open: Quote) -> bool {
        match open {
            Quote::Straight | Quote::Apostrophe | Quote::Backtick => self == open,
            Quote::Double(..) => self.is_curly() && self.is_double(),
            Quote::Single(_) => matches!(self, Quote::Single(_) | Quote::Apostrophe),
        }
    }

    /// Whether it may end a string that `open` began.
    fn may_close(self, open: Quote) -> bool {
        match open {
            Quote::Straight | Quote::Apostrophe | Quote::Backtick => self == open,
            Quote::Double(..) => self.is_double(),
            Quote::Single(_) => matches!(self, Quote::Single(_) | Quote::Apostrophe),
        }
    }
}

impl Reader<'_> {
    /// The quote at a place.
    pub(super) fn quote_at(&self, at: usize) -> Option<Quote> {
        match self.text.get(at)? {
            b'"' | b'\'' | b'`' | 0xC2.. => Quote::of(self.char_at(at)?),
            _ => None,
        }
    }

    /// Where the string ends that began with JSON's quote before `from`.
    pub(super) fn end_of_straight(&mut self, from: usize) -> End {
        let mut at = from;
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'"' => return End::At(at, Quote::Straight),
                b'\\' => at += self.escape_width(at),
                b'\n' | b'\r' => {
                    // A raw line break, or a quote forgotten? The next quote tells:
                    // one that closes has after it what follows a string.
                    let next = self.next_straight(at);
                    return match next.filter(|quote| self.ends_like(quote + 1)) {
                        Some(quote) => End::At(quote, Quote::Straight),
                        None => self.end_of_line(from, at),
                    };
                }
                _ => at += 1,
            }
        }
        self.end_of_line(from, at)
    }

    /// Where the string ends that another quote began before `from`: in its line. A
    /// quote that may also be part of the text, as an apostrophe is, ends it only if
    /// after it stands what follows a string; if none does, the first one ends it.
    pub(super) fn end_of_other(&mut self, open: Quote, from: usize) -> End {
        let mut first = None;
        let mut at = from;
        while let Some(byte) = self.text.get(at) {
            match byte {
                b'\n' | b'\r' => break,
                b'\\' => at += self.escape_width(at),
                _ => match self.quote_at(at).filter(|quote| quote.may_close(open)) {
                    None => at += 1,
                    Some(quote) => {
                        let closes = matches!(quote, Quote::Double(_, true));
                        if closes || self.ends_like(at + quote.width()) {
                            return End::At(at, quote);
                        }
                        first.get_or_insert((at, quote));
                        at += quote.width();
                        if self.budget == 0 {
                            break;
                        }
                    }
                },
            }
        }
        match first {
            Some((quote_at, quote)) => {
                self.budget = self.budget.saturating_sub(at - quote_at);
                End::At(quote_at, quote)
            }
            None => End::Never(at),
        }
    }

    /// Where a string ends that has no straight quote in its line: at a typographic
    /// one, if one stands where strings end.
    fn end_of_line(&self, from: usize, line_end: usize) -> End {
        let mut line = (from..line_end).filter(|at| self.text[*at] >= 0xC2);
        line.find_map(|at| {
            let quote = self
                .quote_at(at)
                .filter(|quote| matches!(quote, Quote::Double(..)))?;
            self.ends_like(at + quote.width())
                .then_some(End::At(at, quote))
        })
        .unwrap_or(End::Never(line_end))
    }

    /// The next `"` that is not escaped, as far as the budget reaches.
    fn next_straight(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        let stop = self.text.len().min(from + self.budget);
        let mut found = None;
        while at < stop {
            match self.text[at] {
                b'"' => {
                    found = Some(at);
                    break;
                }
                b'\\' => at += self.escape_width(at),
                _ => at += 1,
            }
        }
        self.budget = self.budget.saturating_sub(at - from);
        found
    }

    /// The bytes from a backslash on in which no quote ends a string.
    fn escape_width(&self, at: usize) -> usize {
        match self.text.get(at + 1) {
            None | Some(b'\n' | b'\r' | 0x80..) => 1,
            Some(_) => 2,
        }
    }

    /// Whether what stands here is what follows a string.
    fn ends_like(&self, at: usize) -> bool {
        let rest = self.text.get(at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        match &rest[blanks.count()..] {
            [] | [b',' | b':' | b'}' | b']' | b'\n' | b'\r' | b'#', ..] => true,
            [b'/', next, ..] => matches!(next, b'/' | b'*'),
            [0xEF, ..] => {
                let next = self.text.len() - rest.trim_ascii_start().len();
                matches!(self.char_at(next), Some(WIDE_COLON | WIDE_COMMA))
            }
            _ => false,
        }
    }

    /// The first byte that a plain string does not have, or the end.
    pub(super) fn plain_until(&self, from: usize, end: usize) -> usize {
        let rest = &self.text[from..end];
        let special = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
        let length = rest.iter().position(special).unwrap_or(rest.len());
        from + length
    }
}
