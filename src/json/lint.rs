//! JSON that different receivers read differently.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Number;

use super::codes;
use super::fault::MAX_FAULTS;
use super::pointer::{bounded, push_index, push_token};
use super::problem::brief;
use super::tree::{Kind, Member, Node};

/// JSON that carries a risk; EVENTS.md makes it a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lint {
    /// Stable, kebab-case name: `duplicate-key`, `big-integer`, `more-oddities`.
    pub code: &'static str,
    /// Bytes of the repeated key, or of the number.
    pub span: Range<usize>,
    /// JSON Pointer (RFC 6901) to the member or the number.
    pub pointer: String,
    /// What the risk is, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The largest integer up to which every integer is exact in a double, 2^53.
const LARGEST_EXACT: u64 = 1 << 53;

/// Whether a number lies beyond 2^53 in magnitude, where a double, and therefore
/// many receivers, cannot tell neighbouring integers apart. The value counts, not the way it is
/// written.
pub fn is_big(number: &Number) -> bool {
    if let Some(value) = number.as_u64() {
        value > LARGEST_EXACT
    } else if let Some(value) = number.as_i64() {
        value.unsigned_abs() > LARGEST_EXACT
    } else {
        // 2^53 itself is exact in a double.
        number
            .as_f64()
            .is_some_and(|value| value.abs() > 9_007_199_254_740_992.0)
    }
}

/// All lints of a document, in its order, up to [`MAX_FAULTS`].
pub(super) fn lints(root: &Node) -> Vec<Lint> {
    let mut search = Search::default();
    search.node(root);
    let mut found = search.found;
    if let Some((left_out, span)) = search.left_out {
        found.push(Lint {
            code: codes::MORE_ODDITIES.name,
            span,
            pointer: String::new(),
            message: format!("{left_out} more keys or numbers like these are not shown"),
            help: None,
        });
    }
    found
}

#[derive(Default)]
struct Search {
    found: Vec<Lint>,
    /// How many were too many, and where the first of them stands.
    left_out: Option<(usize, Range<usize>)>,
    /// The way to where the search is.
    pointer: String,
}

impl Search {
    /// Recursion is bounded: no tree is deeper than `MAX_DEPTH`.
    fn node(&mut self, node: &Node) {
        match &node.kind {
            Kind::Number(text) => self.number(node, text),
            Kind::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    let parent = self.pointer.len();
                    push_index(&mut self.pointer, index);
                    self.node(item);
                    self.pointer.truncate(parent);
                }
            }
            Kind::Object(members) => self.members(members),
            _ => {}
        }
    }

    fn members(&mut self, members: &[Member]) {
        let mut keys = HashSet::with_capacity(members.len());
        for member in members {
            let parent = self.pointer.len();
            push_token(&mut self.pointer, &member.key);
            if !keys.insert(member.key.as_str()) {
                self.add(codes::DUPLICATE_KEY.name, &member.key_span, || {
                    (
                        format!("the key `{}` stands here again", brief(&member.key)),
                        "the last one counts for most receivers, not for all; keep one",
                    )
                });
            }
            self.node(&member.value);
            self.pointer.truncate(parent);
        }
    }

    fn number(&mut self, node: &Node, text: &str) {
        // 2^53 has 16 digits: what is shorter and has no exponent is not beyond it.
        if text.len() < 16 && !text.contains(['e', 'E']) {
            return;
        }
        if text.parse::<Number>().is_ok_and(|number| is_big(&number)) {
            self.add(codes::BIG_INTEGER.name, &node.span, || {
                (
                    "this number is beyond 2^53, where many receivers lose digits".to_owned(),
                    "send it as a string",
                )
            });
        }
    }

    fn add(
        &mut self,
        code: &'static str,
        span: &Range<usize>,
        words: impl FnOnce() -> (String, &'static str),
    ) {
        if self.found.len() == MAX_FAULTS {
            self.left_out.get_or_insert_with(|| (0, span.clone())).0 += 1;
            return;
        }
        let (message, help) = words();
        self.found.push(Lint {
            code,
            span: span.clone(),
            pointer: bounded(&self.pointer).to_owned(),
            message,
            help: Some(help.to_owned()),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MAX_FAULTS, read};

    fn found(text: &str) -> Vec<(&'static str, String, &str)> {
        read(text.as_bytes())
            .lints
            .into_iter()
            .map(|lint| (lint.code, lint.pointer, &text[lint.span]))
            .collect()
    }

    #[test]
    fn a_repeated_key_is_found_at_its_second_place_however_it_is_escaped() {
        let text = r#"{"a": {"k": 1, "j": 2, "\u006b": 3}, "A": 0}"#;
        let expected = [("duplicate-key", "/a/k".to_owned(), r#""\u006b""#)];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn numbers_are_big_from_the_first_integer_that_a_double_cannot_hold() {
        let text = "[9007199254740992, 9007199254740993, -9007199254740993, 1e20, 0.5, \
                    1234567890.1234567890, 123456789012345678901234567890]";
        let expected = [
            ("big-integer", "/1".to_owned(), "9007199254740993"),
            ("big-integer", "/2".to_owned(), "-9007199254740993"),
            ("big-integer", "/3".to_owned(), "1e20"),
            (
                "big-integer",
                "/6".to_owned(),
                "123456789012345678901234567890",
            ),
        ];
        assert_eq!(found(text), expected);
    }

    #[test]
    fn a_flood_of_lints_ends_with_one_that_says_how_many_more_there_are() {
        let text = format!("[{}0]", "1e99,".repeat(MAX_FAULTS + 7));
        let all = read(text.as_bytes()).lints;
        assert_eq!(all.len(), MAX_FAULTS + 1);
        let last = all.last().map(|lint| (lint.code, &*lint.message));
        let expected = "7 more keys or numbers like these are not shown";
        assert_eq!(last, Some(("more-oddities", expected)));
    }
}
