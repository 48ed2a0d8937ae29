//! Several documents in one file, each over many lines, as `jq` and editors print them.
//!
//! A document begins on a line with `{` or `[` as its first byte, outside of all brackets, or
//! after a line with nothing but a closer as its first byte: a document that is not JSON may
//! leave brackets open.

use super::line::{Item, ItemKind, is_json};
use crate::files::lines::{BYTE_ORDER_MARK, without_mark};

/// The documents of a text; none if it is one document, or no documents at all.
pub(super) fn split(text: &[u8]) -> Option<Vec<Item>> {
    let start = text.len() - without_mark(text).len();
    debug_assert!(start <= BYTE_ORDER_MARK.len());
    if !matches!(text[start..].trim_ascii_start().first(), Some(b'{' | b'[')) {
        return None;
    }
    let starts = starts(text, start);
    if starts.len() < 2 {
        return None;
    }
    let ends = starts.iter().skip(1).map(|(_, at)| *at).chain([text.len()]);
    let items = starts.iter().zip(ends).map(|(&(line, from), to)| {
        let document = text[from..to].trim_ascii_end();
        let kind = ItemKind::Body {
            bytes: document.to_vec().into(),
            is_json: is_json(document),
        };
        Item { line, kind }
    });
    Some(items.collect())
}

/// The line and the first byte of each document.
fn starts(text: &[u8], start: usize) -> Vec<(u64, usize)> {
    let mut starts = vec![(1, start)];
    let mut open = 0_usize;
    let mut is_closed = false;
    let mut at = start;
    for (number, line) in (1..).zip(text[start..].split_inclusive(|byte| *byte == b'\n')) {
        let words = line.trim_ascii_end();
        let begins = matches!(words.first(), Some(b'{' | b'['));
        let has_content = !text[starts[starts.len() - 1].1..at].trim_ascii().is_empty();
        if begins && has_content && (open == 0 || is_closed) {
            starts.push((number, at));
            open = 0;
        }
        open = brackets(words, open);
        if !words.is_empty() {
            is_closed = matches!(words, b"}" | b"]");
        }
        at += line.len();
    }
    starts
}

/// The brackets that are open after a line; a string ends with its line at the latest.
fn brackets(line: &[u8], mut open: usize) -> usize {
    let mut in_string = false;
    let mut bytes = line.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' if in_string => drop(bytes.next()),
            b'{' | b'[' if !in_string => open += 1,
            b'}' | b']' if !in_string => open = open.saturating_sub(1),
            _ => {}
        }
    }
    open
}
