//! Text in columns: its width, cutting and wrapping it.
//!
//! Widths are those of a terminal (Unicode Standard Annex 11). They are correct only for escaped
//! text.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of the text in columns.
pub fn width(text: &str) -> usize {
    // The common case.
    if is_printable_ascii(text) {
        return text.len();
    }
    text.width()
}

/// Whether each byte is a character that is shown unchanged in one column.
pub(crate) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// The width of a character in columns.
pub(crate) fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// The text, or the longest beginning that fits into `columns` with a `…` after it.
pub fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let end = fitting(text, columns.saturating_sub(1));
    Cow::Owned(format!("{}…", text[..end].trim_end()))
}

/// The text in lines, broken at spaces if possible: the first line at most `first`
/// columns wide, the others `rest`. A word too long for a line is broken.
pub fn wrap(text: &str, first: usize, rest: usize) -> Vec<&str> {
    if first == usize::MAX {
        // Into a file or a pipe.
        return vec![text.trim_end_matches(' ')];
    }
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    let mut used = 0;
    let mut room = first;
    for token in text.split_inclusive(' ') {
        let word = token.trim_end_matches(' ');
        if used > 0 && used + width(word) > room {
            lines.push(text[start..at].trim_end_matches(' '));
            (start, used, room) = (at, 0, rest);
        }
        let mut word_start = 0;
        while used + width(&word[word_start..]) > room {
            let end = word_start
                + fitting(&word[word_start..], room).max(first_char(&word[word_start..]));
            if end == word.len() {
                break;
            }
            lines.push(&text[start..at + end]);
            (start, used, room) = (at + end, 0, rest);
            word_start = end;
        }
        used += width(&token[word_start..]);
        at += token.len();
        if used == token.len() && word.is_empty() && !lines.is_empty() {
            // Spaces at the beginning of a line that was wrapped.
            (start, used) = (at, 0);
        }
    }
    lines.push(text[start..].trim_end_matches(' '));
    lines
}

/// The number of bytes of the text that fit into `columns`.
fn fitting(text: &str, columns: usize) -> usize {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += char_width(c);
        if used > columns {
            return at;
        }
    }
    text.len()
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cut_text_ends_in_an_ellipsis_and_fits() {
        assert_eq!(cut("room_end", 8), "room_end");
        assert_eq!(cut("room_end", 7), "room_e…");
        assert_eq!(cut("会議室です", 6), "会議…");
        assert_eq!(cut("a b", 2), "a…");
    }

    #[test]
    fn lines_break_at_spaces_and_inside_a_word_only_when_it_must_be() {
        assert_eq!(wrap("one two three", 7, 7), ["one two", "three"]);
        assert_eq!(wrap("one two three", 3, 20), ["one", "two three"]);
        assert_eq!(wrap("abcdefghij k", 4, 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("会議室 です", 4, 4), ["会議", "室", "です"]);
        assert_eq!(wrap("  kept", 20, 20), ["  kept"]);
        assert_eq!(wrap("", 5, 5), [""]);
        assert_eq!(wrap("会", 1, 1), ["会"]);
        assert_eq!(wrap("a     b", 2, 2), ["a", "b"]);
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_spaces_and_fits(text in "[a-z会 ]{0,60}", first in 2_usize..20, rest in 2_usize..20) {
            let lines = wrap(&text, first, rest);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            for (at, line) in lines.iter().enumerate() {
                prop_assert!(width(line) <= if at == 0 { first } else { rest }, "{:?}", lines);
            }
        }

        #[test]
        fn cutting_fits(text in "\\PC{0,30}", columns in 1_usize..20) {
            let escaped = crate::text::escape(&text).into_owned();
            prop_assert!(width(&cut(&escaped, columns)) <= columns);
        }
    }
}
