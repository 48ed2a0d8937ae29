//! Untrusted bytes as escaped and masked pieces, each with its place in the bytes and its width.
//! Text that is cut or pointed at is laid out from these pieces.

use std::ops::Range;

use crate::model::secret::MASK;
use crate::text::escape::{TAB, is_unsafe, push_byte, push_form};
use crate::text::mask::secrets;
use crate::text::number::{count, counted};
use crate::text::width::{char_width, width};

/// How safe characters with a special meaning at their place are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Unchanged.
    Plain,
    /// Inside quotes: a quote and a backslash get a backslash.
    Quoted,
    /// As a line of a file: tabs are spaces.
    Source,
    /// Without loss: a backslash is doubled.
    Bytes,
}

/// One piece: a character, a byte that is not UTF-8, or a whole password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Glyph {
    /// The position of its first byte in the source.
    pub(crate) at: usize,
    what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Char(char),
    Byte(u8),
    Masked,
}

impl Glyph {
    /// Appends the piece as shown; returns its columns.
    pub(crate) fn push(self, form: Form, out: &mut String) -> usize {
        let start = out.len();
        match (self.what, form) {
            // The common case.
            (What::Char(c), Form::Plain | Form::Source) if c.is_ascii_graphic() => out.push(c),
            (What::Masked, _) => out.push_str(MASK),
            (What::Byte(byte), _) => push_byte(byte, out),
            (What::Char('\t'), Form::Source) => out.push_str(TAB),
            (What::Char(c), _) if is_unsafe(c) => push_form(c, out),
            (What::Char(c @ ('"' | '\\')), Form::Quoted) | (What::Char(c @ '\\'), Form::Bytes) => {
                out.push('\\');
                out.push(c);
            }
            (What::Char(c), _) => {
                out.push(c);
                return char_width(c);
            }
        }
        // All of the above is ASCII.
        out.len() - start
    }
}

/// The pieces of `bytes`, in order.
pub(crate) fn glyphs(bytes: &[u8]) -> impl Iterator<Item = Glyph> {
    let mut secrets = secrets(bytes).into_iter().peekable();
    pieces(bytes).filter_map(move |glyph| {
        while secrets.next_if(|secret| secret.end <= glyph.at).is_some() {}
        match secrets.peek() {
            Some(Range { start, .. }) if glyph.at == *start => Some(Glyph {
                what: What::Masked,
                ..glyph
            }),
            Some(Range { start, .. }) if glyph.at > *start => None,
            _ => Some(glyph),
        }
    })
}

fn pieces(bytes: &[u8]) -> impl Iterator<Item = Glyph> {
    let mut at = 0;
    bytes.utf8_chunks().flat_map(move |chunk| {
        let (valid, invalid) = (chunk.valid(), chunk.invalid());
        let start = at;
        let end = start + valid.len();
        at = end + invalid.len();
        let characters = valid.char_indices().map(move |(offset, c)| Glyph {
            at: start + offset,
            what: What::Char(c),
        });
        let others = invalid.iter().enumerate().map(move |(offset, byte)| Glyph {
            at: end + offset,
            what: What::Byte(*byte),
        });
        characters.chain(others)
    })
}

/// A text as shown, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The part that fits.
    pub(crate) shown: String,
    /// A note on the omitted part; empty if all is shown.
    pub(crate) note: Option<String>,
}

/// The fewest columns of a text that are shown before it is cut.
const LEAST: usize = 8;

/// The text in one line of `room` columns: whole if it fits, or else its beginning and a
/// note such as `… +1,204 characters`, which with a space before it takes its part of the room.
pub(crate) fn cut(text: &str, form: Form, room: usize) -> Cut {
    let mut shown = String::new();
    // Where the text would be cut: bytes shown, and glyphs up to there, by their number.
    let mut used = 0;
    let mut ends = Vec::new();
    for glyph in glyphs(text.as_bytes()) {
        ends.push((shown.len(), used, glyph.at));
        used += glyph.push(form, &mut shown);
        if used > room.max(LEAST) {
            let total = text.chars().count();
            let longest = width(&left_out(total)) + 1;
            let keep = room.saturating_sub(longest).max(LEAST);
            let cut = ends.iter().rev().find(|(_, used, _)| *used <= keep);
            let (length, _, at) = cut.copied().unwrap_or_default();
            shown.truncate(length);
            let note = left_out(text[at..].chars().count());
            return Cut {
                shown,
                note: Some(note),
            };
        }
    }
    Cut { shown, note: None }
}

fn left_out(characters: usize) -> String {
    format!(
        "… +{}",
        counted(count(characters), "character", "characters")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(bytes: &[u8], form: Form) -> String {
        let mut out = String::new();
        for glyph in glyphs(bytes) {
            glyph.push(form, &mut out);
        }
        out
    }

    #[test]
    fn each_form_treats_its_special_characters() {
        let text = b"\"a\\\tb\xff\"";
        assert_eq!(shown(text, Form::Plain), r#""a\\tb\xff""#);
        assert_eq!(shown(text, Form::Quoted), r#"\"a\\\tb\xff\""#);
        assert_eq!(shown(text, Form::Source), r#""a\    b\xff""#);
        assert_eq!(shown(text, Form::Bytes), r#""a\\\tb\xff""#);
    }

    #[test]
    fn a_password_is_one_glyph_at_its_first_byte() {
        let all: Vec<Glyph> = glyphs("s://u:pß\u{ff}q@h".as_bytes()).collect();
        assert_eq!(
            shown("s://u:pß\u{ff}q@h".as_bytes(), Form::Plain),
            "s://u:***@h"
        );
        assert_eq!(all[6].what, What::Masked);
        assert_eq!((all[6].at, all[7].at), (6, 12));
    }

    #[test]
    fn a_cut_text_says_how_much_is_missing_and_fits_with_its_note() {
        let text = "x".repeat(1300);
        let cut = cut(&text, Form::Quoted, 60);
        let note = cut.note.unwrap_or_default();
        assert_eq!(note, "… +1,260 characters");
        assert_eq!(cut.shown.len(), 40);
        assert!(cut.shown.len() + 1 + width(&note) <= 60);
    }

    #[test]
    fn a_text_that_fits_is_whole_and_an_escape_is_never_torn() {
        assert_eq!(cut("1234567890", Form::Plain, 10).note, None);
        let torn = cut(&"\u{202e}".repeat(40), Form::Plain, 38);
        assert_eq!(torn.shown, r"\u{202e}\u{202e}");
        assert_eq!(torn.note.as_deref(), Some("… +38 characters"));
    }
}
