//! JSON Pointers (RFC 6901): how they are put together and taken apart.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

/// The longest pointer in bytes that is told of a place. A deeper place, or one with a longer key,
/// goes by the nearest place around it: a sender must not multiply its keys by the findings.
pub const LONGEST_POINTER: usize = 4096;

/// The pointer, or that of the nearest place around whose pointer is not too long.
pub fn bounded(pointer: &str) -> &str {
    match pointer.as_bytes().get(..=LONGEST_POINTER) {
        Some(beginning) => &pointer[..memchr::memrchr(b'/', beginning).unwrap_or(0)],
        None => pointer,
    }
}

/// Pointers, each with numbers, by their tokens: a walk over a document that descends along with
/// it finds all of them in one pass.
#[derive(Clone, Debug, Default)]
pub struct PointerTree {
    numbers: Vec<usize>,
    inside: HashMap<String, PointerTree>,
}

impl PointerTree {
    /// Adds a pointer with a number; false if it was there.
    pub fn insert(&mut self, pointer: &str, number: usize) -> bool {
        let mut place = self;
        for token in tokens(pointer).into_iter().flatten() {
            place = place.inside.entry(token.into_owned()).or_default();
        }
        place.numbers.push(number);
        place.numbers.len() == 1
    }

    /// The numbers of the pointer that leads here.
    pub fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// Whether no pointer goes on from here.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }

    /// The pointers that go on from this one.
    pub fn at(&self, pointer: &str) -> Option<&PointerTree> {
        tokens(pointer)?.try_fold(self, |tree, token| tree.inside(&token))
    }

    /// The pointers that go on with this token.
    pub fn inside(&self, token: &str) -> Option<&PointerTree> {
        self.inside.get(token)
    }

    /// The tokens that pointers go on with.
    pub(super) fn tokens(&self) -> impl Iterator<Item = (&str, &PointerTree)> {
        self.inside.iter().map(|(token, inner)| (&**token, inner))
    }
}

/// Appends a member's key to a pointer, escaped.
pub fn push_token(pointer: &mut String, token: &str) {
    pointer.push('/');
    for character in token.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// Appends an array's index, from 0, to a pointer.
pub fn push_index(pointer: &mut String, index: usize) {
    // A String takes whatever is written to it.
    let _ = write!(pointer, "/{index}");
}

/// The tokens of a pointer, unescaped; none if it is no pointer.
pub(super) fn tokens(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    (pointer.is_empty() || pointer.starts_with('/'))
        .then(|| pointer.split('/').skip(1).map(unescape))
}

/// A token as the key that it stands for.
pub fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        // In this order: `~01` stands for `~1`.
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

/// An array's index; RFC 6901 allows neither a sign nor a leading zero.
pub(super) fn index(token: &str) -> Option<usize> {
    let digits = token.bytes().all(|byte| byte.is_ascii_digit());
    let plain = token == "0" || !token.starts_with('0');
    (digits && plain).then(|| token.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_with_slash_and_tilde_survives_the_way_into_a_pointer_and_back() {
        let mut pointer = String::new();
        push_token(&mut pointer, "a/b~1");
        push_index(&mut pointer, 12);
        assert_eq!(pointer, "/a~1b~01/12");
        let back: Vec<_> = tokens(&pointer).into_iter().flatten().collect();
        assert_eq!(back, ["a/b~1", "12"]);
    }

    #[test]
    fn a_long_pointer_is_cut_to_a_place_around_it() {
        let key = "é".repeat(LONGEST_POINTER);
        assert_eq!(bounded(&format!("/a/{key}/b")), "/a");
        assert_eq!(bounded(&format!("/{key}")), "");
        let fits = format!("/{}", "k".repeat(LONGEST_POINTER - 1));
        assert_eq!(bounded(&fits), fits);
        assert_eq!(bounded(&format!("{fits}/x")), fits);
    }

    #[test]
    fn an_index_has_no_sign_and_no_leading_zero() {
        let given = ["0", "10", "01", "+1", "-1", "", "x"].map(index);
        assert_eq!(given, [Some(0), Some(10), None, None, None, None, None]);
    }
}
