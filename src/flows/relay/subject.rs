//! The names of a relay: `enx.<project>.<source>.<provider>.<event>.<session>`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use xxhash_rust::xxh3::xxh3_128;

/// What stays as it is in a token.
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-');
/// The longest token in bytes; a longer one is replaced by its hash.
const LONGEST: usize = 64;
/// The token of what is not known.
const UNKNOWN: &str = "_";

/// A text as one token of a subject. Two texts have the same token only if they are equal.
pub(super) fn token(text: Option<&str>) -> String {
    let Some(text) = text else {
        return UNKNOWN.to_owned();
    };
    let encoded = utf8_percent_encode(text, TOKEN).to_string();
    match encoded.as_str() {
        // No other text begins with an escape that is not needed.
        "" => "%".to_owned(),
        UNKNOWN => "%5F".to_owned(),
        _ if encoded.len() > LONGEST => format!("%%{:032x}", xxh3_128(text.as_bytes())),
        _ => encoded,
    }
}

/// Whether a name can be a project, a source or a follower as it is.
pub fn is_name(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    !text.is_empty() && text.len() <= LONGEST && text != UNKNOWN && text.bytes().all(is_plain)
}

/// The name that is nearest to a text, such as that of a host.
pub fn name_like(text: &str) -> Option<String> {
    let part = text.split('.').next().unwrap_or(text);
    let plain: String = part
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .take(LONGEST)
        .collect();
    let name = plain.trim_matches('-').to_owned();
    is_name(&name).then_some(name)
}

/// The stream of a project.
pub(super) fn stream(project: &str) -> String {
    format!("ENX_{project}")
}

/// The subjects of a project.
pub(super) fn of_project(project: &str) -> String {
    format!("enx.{project}.>")
}

/// The subjects of a source.
pub(super) fn of_source(project: &str, source: &str) -> String {
    format!("enx.{project}.{source}.>")
}

/// The source that a subject names.
pub(super) fn source(subject: &str) -> Option<&str> {
    let mut tokens = subject.split('.');
    (tokens.next() == Some("enx")).then_some(())?;
    tokens.nth(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_token_is_one_token_and_tells_texts_apart(one: String, other: String) {
            let token = token(Some(&one));
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-%".contains(&byte);
            prop_assert!(!token.is_empty() && token.len() <= LONGEST);
            prop_assert!(token.bytes().all(is_plain), "{token}");
            prop_assert_ne!(&token, UNKNOWN);
            prop_assert_eq!(token == super::token(Some(&other)), one == other);
        }

        #[test]
        fn a_name_is_its_own_token(name in "[A-Za-z0-9_-]{1,64}") {
            prop_assert!(name == UNKNOWN || token(Some(&name)) == name);
            prop_assert_eq!(is_name(&name), name != UNKNOWN);
        }

        #[test]
        fn what_is_like_a_text_is_a_name(text: String) {
            prop_assert!(name_like(&text).is_none_or(|name| is_name(&name)));
        }
    }

    #[test]
    fn texts_of_any_kind_have_tokens() {
        assert_eq!(token(None), "_");
        assert_eq!(token(Some("_")), "%5F");
        assert_eq!(token(Some("")), "%");
        assert_eq!(token(Some("a.b *>")), "a%2Eb%20%2A%3E");
        assert_eq!(token(Some(&"x".repeat(65))).len(), 34);
        assert_eq!(name_like("Box-A.example.org").as_deref(), Some("box-a"));
        assert_eq!(name_like("…"), None);
    }
}
