//! Passwords in the URLs of any text, for display.
//!
//! [`crate::model::secret::mask_url`] takes a text that is one URL. Text for display is often
//! more: a sentence, a line of JSON with escaped slashes (`https:\/\/`), bytes that are not UTF-8.
//! In doubt, too much is masked. Passwords outside of URLs are not recognised.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::secret::{MASK, mask_url};
use crate::text::escape::escape;

/// A text for people, on one line: passwords are masked, then the text is escaped.
pub fn show(text: &str) -> Cow<'_, str> {
    match mask(text) {
        Cow::Borrowed(text) => escape(text),
        Cow::Owned(text) => Cow::Owned(escape(&text).into_owned()),
    }
}

/// The text with the password of every URL in it masked.
pub fn mask(text: &str) -> Cow<'_, str> {
    // A text that begins like a URL is treated as one. Only then can a password contain a space.
    let whole = if begins_as_url(text) {
        mask_url(text)
    } else {
        Cow::Borrowed(text)
    };
    let secrets = secrets(whole.as_bytes());
    if secrets.is_empty() {
        return whole;
    }
    let mut out = String::with_capacity(whole.len());
    let mut end = 0;
    for secret in secrets {
        out.push_str(&whole[end..secret.start]);
        out.push_str(MASK);
        end = secret.end;
    }
    out.push_str(&whole[end..]);
    Cow::Owned(out)
}

/// Whether the text begins with a scheme (RFC 3986, section 3.1) and `://`.
fn begins_as_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// The byte ranges of the passwords: in order, not empty, and not adjacent. They begin and end
/// next to ASCII characters, so a text can be cut there.
pub(crate) fn secrets(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(colon) = memchr::memchr(b':', &bytes[from..]).map(|at| from + at) {
        from = colon + 1;
        let rest = &bytes[from..];
        // JSON may write a slash as `\/`, and PHP does.
        let start = match rest {
            [b'/', b'/', ..] => from + 2,
            [b'\\', b'/', b'\\', b'/', ..] => from + 4,
            _ => continue,
        };
        from = start;
        let authority = &bytes[start..start + authority_len(&bytes[start..])];
        if let Some(at) = memchr::memrchr(b'@', authority) {
            // A user without a password is masked whole: tokens are often sent that way.
            let colon = memchr::memchr(b':', &authority[..at]);
            let secret = start + colon.map_or(0, |colon| colon + 1)..start + at;
            from = start + at;
            if !secret.is_empty() {
                found.push(secret);
            }
        }
    }
    found
}

/// The end of the authority of a URL: a slash, or a character that ends a URL in a text. An
/// escaped quote does not end it, because a password can contain one.
fn authority_len(bytes: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'/' | b'?' | b'#' | b'<' | b'>' => return at,
            b'"' if !escaped => return at,
            byte if byte.is_ascii_whitespace() => return at,
            _ => {}
        }
        escaped = *byte == b'\\' && !escaped;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_url_of_a_text_is_masked() {
        assert_eq!(
            mask("from sftp://a:one@h/x to ftp://b:two@h, token https://three@h"),
            "from sftp://a:***@h/x to ftp://b:***@h, token https://***@h"
        );
        assert_eq!(
            mask("https://h/?next=https://u:p@h/"),
            "https://h/?next=https://u:***@h/"
        );
        assert_eq!(
            mask("x://https://u:p@y://v:q@h"),
            "x://https://u:***@y://v:***@h"
        );
        assert_eq!(mask("https://u:a b@h/"), "https://u:***@h/");
        assert_eq!(
            mask("no answer from http://h, ask a@b"),
            "no answer from http://h, ask a@b"
        );
    }

    #[test]
    fn urls_in_json_text_are_masked_with_escaped_slashes_and_quotes_too() {
        assert_eq!(
            mask(r#"{"url":"https:\/\/u:p@h\/x","mail":"a@b"}"#),
            r#"{"url":"https:\/\/u:***@h\/x","mail":"a@b"}"#
        );
        assert_eq!(
            mask(r#"{"a":"https://h","b":"x@y"}"#),
            r#"{"a":"https://h","b":"x@y"}"#
        );
        assert_eq!(
            mask(r#"{"n":1,"u":"https://h/ https://u:p\"w@h"}"#),
            r#"{"n":1,"u":"https://h/ https://u:***@h"}"#
        );
    }

    #[test]
    fn text_without_a_password_is_not_copied() {
        for text in ["a:b@c", "https://h/a@b", "https://h:80/", "::://@h", ":"] {
            assert!(matches!(mask(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn a_masked_text_is_escaped_as_well() {
        assert_eq!(show("https://u:p\u{202e}q@h\n"), r"https://u:***@h\n");
    }

    proptest! {
        #[test]
        fn a_password_is_never_seen_whatever_stands_around_it(
            before in "[ -~]{0,12}[ \",]", after in "[/ \"][ -~]{0,12}", scheme in "(https|sftp):(//|\\\\/\\\\/)",
        ) {
            let text = format!("{before}{scheme}user:QPASSWORDQ@host{after}");
            prop_assert!(!mask(&text).contains("QPASSWORDQ"), "{}", text);
        }

        #[test]
        fn ranges_are_in_order_and_inside(bytes in prop::collection::vec(prop::sample::select(&b":/@\\\"ux \xff"[..]), 0..60)) {
            let mut end = 0;
            for secret in secrets(&bytes) {
                prop_assert!(end <= secret.start && secret.start < secret.end);
                prop_assert!(secret.end <= bytes.len());
                end = secret.end;
            }
        }
    }
}
