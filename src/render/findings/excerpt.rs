//! The line of a document that a finding points at, and where the carets go.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::glyph::{Form, glyphs};
use crate::text::mask::secrets;
use crate::text::width::{is_printable_ascii, width};

/// Bytes looked at on both sides of the place. More than a screen, so that a URL which
/// begins outside of what is shown is still recognised, and its password masked.
const AROUND: usize = 4096;

/// The narrowest excerpt, however narrow the page is.
const LEAST: usize = 20;

/// The widest excerpt, on a page without a width: one long line may have a hundred findings.
pub(super) const MOST: usize = 500;

/// A source line as shown, and its underline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line, trimmed.
    pub(super) text: String,
    /// Columns before the first caret.
    pub(super) column: usize,
    /// How many carets; at least one.
    pub(super) carets: usize,
}

/// The first line of a span, trimmed to `room` columns around it; nothing if it is empty.
/// A span that reaches out of the document is cut to it.
pub(super) fn excerpt(
    document: &[u8],
    span: &Range<usize>,
    room: Option<usize>,
) -> Option<Excerpt> {
    let start = span.start.min(document.len());
    // A line may have megabytes: no more of it is searched than is shown.
    let near = start.saturating_sub(AROUND);
    let line_start = memchr::memrchr(b'\n', &document[near..start]).map(|at| near + at + 1);
    let begins = line_start.is_some() || near == 0;
    let from = match line_start {
        Some(line_start) => line_start,
        None => boundary(document, near, 0),
    };
    let far = (span.end.clamp(start, start + AROUND) + AROUND).min(document.len());
    let line_end = memchr::memchr(b'\n', &document[start..far]).map(|at| start + at);
    let ends = line_end.is_some() || far == document.len();
    let to = line_end.unwrap_or_else(|| boundary(document, far, start));
    let end = span.end.clamp(start, to);
    let line = &document[from..to];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if line.is_empty() {
        return None;
    }
    let mut excerpt = Pieces::new(line, start - from..end - from).trim(
        room.map_or(MOST, |room| room.max(LEAST)),
        !begins,
        !ends,
    );
    // Most of a long object says nothing about what it lacks; its bracket says where it is.
    let leaves = end < span.end || excerpt.leaves;
    if leaves && matches!(document.get(start), Some(b'{' | b'[')) {
        excerpt.excerpt.carets = 1;
    }
    Some(excerpt.excerpt)
}

/// The nearest place at or before `at` where a character begins.
fn boundary(document: &[u8], at: usize, least: usize) -> usize {
    let continues = |at: usize| document.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    // A character has at most four bytes; what goes on longer is no UTF-8.
    (at.saturating_sub(3).max(least)..=at)
        .rev()
        .find(|at| !continues(*at))
        .unwrap_or(at)
}

struct Trimmed {
    excerpt: Excerpt,
    /// Whether the place goes on beyond what is shown.
    leaves: bool,
}

/// The line, piece by piece.
struct Pieces<'l> {
    /// All of it.
    shown: Cow<'l, str>,
    /// How it is divided.
    division: Division,
    /// The pieces that the carets are for.
    marked: Range<usize>,
}

/// Where the pieces of a line begin.
enum Division {
    /// Each byte is shown as it is, in one column.
    Bytes,
    /// Where in what is shown each piece begins, and its columns; a last one, empty, for the end.
    Glyphs(Vec<(usize, usize)>),
}

impl<'l> Pieces<'l> {
    fn new(line: &'l [u8], span: Range<usize>) -> Pieces<'l> {
        Pieces::of_bytes(line, &span).unwrap_or_else(|| Pieces::of_glyphs(line, &span))
    }

    /// Nearly every line: a file of a million events has few others, and one faulty line of it
    /// may be shown a hundred times.
    fn of_bytes(line: &'l [u8], span: &Range<usize>) -> Option<Pieces<'l>> {
        let shown = str::from_utf8(line).ok()?;
        if !is_printable_ascii(shown) || !secrets(line).is_empty() {
            return None;
        }
        let first = span.start.min(line.len());
        Some(Pieces {
            shown: Cow::Borrowed(shown),
            division: Division::Bytes,
            marked: first..span.end.clamp(first, line.len()),
        })
    }

    fn of_glyphs(line: &[u8], span: &Range<usize>) -> Pieces<'static> {
        let mut shown = String::new();
        let mut pieces = Vec::new();
        let (mut first, mut end) = (0, 0);
        for glyph in glyphs(line) {
            // A masked password is one piece for many bytes, so the piece that a place is
            // in is the last one that begins at or before it.
            if glyph.at <= span.start {
                first = pieces.len();
            }
            if glyph.at < span.end {
                end = pieces.len() + 1;
            }
            let at = shown.len();
            pieces.push((at, glyph.push(Form::Source, &mut shown)));
        }
        if span.start >= line.len() {
            first = pieces.len();
        }
        pieces.push((shown.len(), 0));
        Pieces {
            shown: Cow::Owned(shown),
            division: Division::Glyphs(pieces),
            marked: first..end.max(first),
        }
    }

    /// How many pieces there are.
    fn count(&self) -> usize {
        match &self.division {
            Division::Bytes => self.shown.len(),
            Division::Glyphs(pieces) => pieces.len() - 1,
        }
    }

    /// The columns of one piece.
    fn columns(&self, at: usize) -> usize {
        match &self.division {
            Division::Bytes => 1,
            Division::Glyphs(pieces) => pieces[at].1,
        }
    }

    /// Some pieces as shown.
    fn text(&self, from: usize, to: usize) -> &str {
        match &self.division {
            Division::Bytes => &self.shown[from..to],
            Division::Glyphs(pieces) => &self.shown[pieces[from].0..pieces[to].0],
        }
    }

    /// `before`, `after`: whether the line goes on beyond the pieces.
    fn trim(&self, room: usize, before: bool, after: bool) -> Trimmed {
        let last = self.count();
        let columns = |at: usize| self.columns(at);
        let all: usize = (0..last).map(columns).sum();
        let (mut low, mut high) = (0, last);
        if before || after || all > room {
            // An ellipsis on each side.
            let room = room.saturating_sub(2);
            let mut used = 0;
            low = self.marked.start;
            while low > 0 && used + columns(low - 1) <= room / 3 {
                low -= 1;
                used += columns(low);
            }
            high = self.marked.start;
            while high < last && used + columns(high) <= room {
                used += columns(high);
                high += 1;
            }
            while low > 0 && used + columns(low - 1) <= room {
                low -= 1;
                used += columns(low);
            }
        }
        let head = if low > 0 || before { "…" } else { "" };
        let tail = if high < last || after { "…" } else { "" };
        // Between pieces the width is that of the text: neighbours may join.
        let text = |from: usize, to: usize| self.text(from, to);
        let marked_end = self.marked.end.min(high);
        let column = width(head) + width(text(low, self.marked.start));
        let end = width(head) + width(text(low, marked_end.max(self.marked.start)));
        Trimmed {
            excerpt: Excerpt {
                text: format!("{head}{}{tail}", text(low, high)),
                column,
                carets: end.saturating_sub(column).max(1),
            },
            leaves: self.marked.end > high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What stands above the carets.
    fn underlined(line: &str, span: Range<usize>, room: usize) -> (String, String) {
        let excerpt = excerpt(line.as_bytes(), &span, Some(room)).unwrap_or(Excerpt {
            text: String::new(),
            column: 0,
            carets: 0,
        });
        let mut at = 0;
        let mut above = String::new();
        for c in excerpt.text.chars() {
            if at >= excerpt.column && at < excerpt.column + excerpt.carets {
                above.push(c);
            }
            at += width(&c.to_string());
        }
        (excerpt.text, above)
    }

    #[test]
    fn carets_stand_under_the_place_behind_tabs_wide_and_escaped_characters() {
        let line = "\t\"会議\u{202e}\": \"x\"";
        let at = line.find("\"x\"").unwrap_or_default();
        let (text, above) = underlined(line, at..at + 3, 80);
        assert_eq!(text, r#"    "会議\u{202e}": "x""#);
        assert_eq!(above, "\"x\"");
        let bidi = line.find('\u{202e}').unwrap_or_default();
        assert_eq!(underlined(line, bidi..bidi + 3, 80).1, r"\u{202e}");
    }

    #[test]
    fn a_masked_password_moves_the_carets_with_it() {
        let line = r#"{"url": "https://u:hunter2@h/x", "a": 1}"#;
        let at = line.find("\"a\"").unwrap_or_default();
        let (text, above) = underlined(line, at..at + 3, 80);
        assert_eq!(text, r#"{"url": "https://u:***@h/x", "a": 1}"#);
        assert_eq!(above, "\"a\"");
        let inside = line.find("ter2").unwrap_or_default();
        assert_eq!(underlined(line, inside..inside + 2, 80).1, "***");
    }

    #[test]
    fn a_long_line_is_trimmed_around_the_place() {
        let line = format!("{}HERE{}", "a".repeat(9000), "b".repeat(9000));
        let (text, above) = underlined(&line, 9000..9004, 30);
        assert_eq!(text, "…aaaaaaaaaHEREbbbbbbbbbbbbbbb…");
        assert_eq!(above, "HERE");
        let (text, above) = underlined(&line, 17_998..18_000, 30);
        assert_eq!((text.len(), above.as_str()), (28 + '…'.len_utf8(), "bb"));
        assert!(text.starts_with('…') && text.ends_with('b'));
    }

    #[test]
    fn a_password_whose_url_begins_left_of_the_excerpt_is_masked() {
        let line = format!("https://u:{}@h/{} HERE", "p".repeat(300), "x".repeat(20));
        let (text, _) = underlined(&line, line.len() - 4..line.len(), 60);
        assert!(!text.contains("pp"), "{text}");
    }

    #[test]
    fn of_a_span_over_several_lines_the_first_is_shown() {
        let document = b"{\n  \"a\": [\r\n  1]\n}";
        let excerpt = excerpt(document, &(9..17), Some(80));
        assert_eq!(
            excerpt,
            Some(Excerpt {
                text: "  \"a\": [".to_owned(),
                column: 7,
                carets: 1
            })
        );
    }

    #[test]
    fn the_end_of_a_line_can_be_pointed_at_and_an_empty_line_shows_nothing() {
        let at_end = excerpt(b"{", &(1..1), Some(80));
        assert_eq!(at_end.map(|e| (e.column, e.carets)), Some((1, 1)));
        assert_eq!(excerpt(b"", &(0..0), None), None);
        assert_eq!(excerpt(b"\n\n", &(7..9), None), None);
    }

    proptest! {
        #[test]
        fn a_line_of_bytes_is_trimmed_as_one_of_glyphs(
            line in "[ -~]{1,60}", start in 0_usize..70, length in 0_usize..70,
            room in prop_oneof![20_usize..70, Just(usize::MAX)], before: bool, after: bool,
        ) {
            let span = start..start + length;
            if let Some(pieces) = Pieces::of_bytes(line.as_bytes(), &span) {
                let [quick, other] = [pieces, Pieces::of_glyphs(line.as_bytes(), &span)]
                    .map(|pieces| pieces.trim(room, before, after));
                prop_assert_eq!(quick.excerpt, other.excerpt);
                prop_assert_eq!(quick.leaves, other.leaves);
            }
        }

        #[test]
        fn any_span_of_any_bytes_has_carets_inside_the_room(
            document in prop::collection::vec(any::<u8>(), 0..200),
            start in 0_usize..220, length in 0_usize..220, room in 20_usize..100,
        ) {
            if let Some(excerpt) = excerpt(&document, &(start..start + length), Some(room)) {
                prop_assert!(excerpt.carets >= 1);
                // A caret behind the last character may stand one column further.
                prop_assert!(excerpt.column + excerpt.carets <= room + 1);
                prop_assert!(!excerpt.text.contains(char::is_control));
            }
        }

        #[test]
        fn the_character_meant_is_the_one_underlined(line in "[a-z会é\t\u{202e}/:@\"{]{1,300}", at in 0_usize..300, room in 24_usize..90) {
            // One character that occurs nowhere else.
            let at = at.min(line.chars().count());
            let before: String = line.chars().take(at).collect();
            let after: String = line.chars().skip(at).collect();
            let whole = format!("{before}Z{after}");
            prop_assume!(!crate::text::mask::mask(&whole).contains("***"));
            let (text, above) = underlined(&whole, before.len()..before.len() + 1, room);
            prop_assert_eq!(above, "Z", "{}", text);
        }
    }
}
