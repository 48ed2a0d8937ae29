//! Makes text from the network harmless to read.
//!
//! A terminal obeys control characters, an editor obeys bidirectional ones, and zero-width ones
//! are invisible. With each of them, a sender can make a text look different from its bytes
//! ("Trojan Source", CVE-2021-42574). One scheme replaces them everywhere:
//!
//! | what | shown as |
//! | --- | --- |
//! | line feed, carriage return, tab | `\n`, `\r`, `\t` |
//! | any other unsafe character | `\u{202e}`: its code point in hex |
//! | a byte that is not UTF-8 | `\xff` |
//!
//! A runner of a CI service also reads commands from the log of a run: `::error::x` at the beginning
//! of a line (GitHub), and `##[error]x`, `##vso[…]`, `##teamcity[…]` anywhere in it. One character of
//! such a text is shown by its code point, so that no runner obeys it: `\u{3a}:error::x`.
//!
//! The output is for reading and cannot be parsed back: a backslash in the text is not doubled,
//! so a text can imitate an escape, which is harmless. Only [`escape_bytes`] doubles it, because
//! people copy bytes from its output.

use std::borrow::Cow;
use std::net::Ipv6Addr;

/// The replacement of a tab where lines are kept. Its width is fixed, so that columns are known.
pub const TAB: &str = "    ";

/// Whether a character acts on the display or on the order of text, or cannot be seen.
///
/// Control characters (C0, DEL, C1), line and paragraph separators, bidirectional
/// controls, and what Unicode calls default ignorable: zero-width characters, fillers,
/// tags, and variation selectors too, although some emoji use them: a run of them hides
/// any text, and terminals do not agree on how wide they make the character before.
/// Also the invisible format characters of single scripts (musical, shorthand, Egyptian).
pub fn is_unsafe(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(c,
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'..='\u{1160}'
        | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// The text on one line, with every unsafe character in its visible form.
pub fn escape(text: &str) -> Cow<'_, str> {
    disarm(replace(text, |c, out| {
        if is_unsafe(c) {
            push_form(c, out);
        } else {
            out.push(c);
        }
    }))
}

/// Whether the character at that index is the second `#` of a command of a CI runner, such as
/// `##[error]` or `##vso[task.complete]`.
pub(crate) fn is_command_sign(text: &str, index: usize) -> bool {
    text[index..].starts_with('#')
        && text[..index].ends_with('#')
        && text[index + 1..]
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
}

/// Replaces one character of each text that a CI runner takes for a command.
pub(crate) fn disarm(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut signs = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let trimmed = line.trim_start();
        // An IPv6 address may begin like that.
        if trimmed.starts_with("::") && trimmed.parse::<Ipv6Addr>().is_err() {
            signs.push(start + line.len() - trimmed.len());
        }
        let hashes = memchr::memchr_iter(b'#', line.as_bytes());
        let hashes = hashes.filter(|index| is_command_sign(line, *index));
        signs.extend(hashes.map(|index| start + index));
        start += line.len() + 1;
    }
    if signs.is_empty() {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut end = 0;
    for sign in signs {
        out.push_str(&text[end..sign]);
        end = sign + 1;
        text[sign..end].chars().for_each(|c| push_form(c, &mut out));
    }
    out.push_str(&text[end..]);
    Cow::Owned(out)
}

/// Like [`escape`], but line feeds stay and tabs become [`TAB`]. A carriage return is
/// escaped even before a line feed: alone it would overwrite the line.
pub fn escape_lines(text: &str) -> Cow<'_, str> {
    disarm(replace(text, |c, out| match c {
        '\n' => out.push(c),
        '\t' => out.push_str(TAB),
        _ if is_unsafe(c) => push_form(c, out),
        _ => out.push(c),
    }))
}

/// Any bytes on one line, without loss: UTF-8 as in [`escape`], other bytes as `\xff`, and
/// backslashes doubled.
pub fn escape_bytes(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes)
        && !text.contains(|c| c == '\\' || is_unsafe(c))
    {
        return disarm(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(bytes.len() * 2);
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                _ if is_unsafe(c) => push_form(c, &mut out),
                _ => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            push_byte(*byte, &mut out);
        }
    }
    disarm(Cow::Owned(out))
}

/// Appends the visible form of an unsafe character.
pub(crate) fn push_form(c: char, out: &mut String) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        // The standard form for any character: `\u{` lower-case hex `}`.
        _ => out.extend(c.escape_unicode()),
    }
}

/// Appends the visible form of a byte that is no UTF-8.
pub(crate) fn push_byte(byte: u8, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push_str("\\x");
    out.push(char::from(HEX[usize::from(byte >> 4)]));
    out.push(char::from(HEX[usize::from(byte & 15)]));
}

/// Copies the text only if a character must be replaced.
fn replace(text: &str, push: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte);
    if text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let Some(first) = text.find(is_unsafe) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for c in text[first..].chars() {
        push(c, &mut out);
    }
    Cow::Owned(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Written down a second time, from the contract and not from the code.
    fn must_not_be_seen(c: char) -> bool {
        let bidi = "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\
                    \u{200e}\u{200f}\u{61c}";
        let invisible = "\u{200b}\u{200c}\u{200d}\u{2060}\u{2061}\u{2062}\u{2063}\u{2064}\u{feff}\
                         \u{ad}\u{180e}\u{fff9}\u{fffa}\u{fffb}\u{2028}\u{2029}\u{e0001}\u{e007f}\
                         \u{fe0f}\u{e0100}\u{3164}";
        c.is_control() || bidi.contains(c) || invisible.contains(c)
    }

    fn hostile() -> impl Strategy<Value = String> {
        let character = prop_oneof![
            any::<char>(),
            prop::char::range('\u{0}', '\u{ff}'),
            prop::char::range('\u{2000}', '\u{206f}'),
            prop::char::range('\u{fe00}', '\u{ffff}'),
            prop::char::range('\u{e0000}', '\u{e01ff}'),
        ];
        prop::collection::vec(character, 0..40).prop_map(|all| all.into_iter().collect())
    }

    #[test]
    fn the_page_of_the_inspector_escapes_the_same_characters() {
        let script = include_str!("../flows/inspector/page/dom.js");
        let (_, list) = script.split_once("const UNSAFE = /").unwrap();
        let (list, _) = list.split_once("/gu;").unwrap();
        let list = regex::Regex::new(&list.replace("\\0", "\\x00")).unwrap();
        for c in '\0'..=char::MAX {
            // A page shows both as they are.
            let is_shown = ['\t', '\n'].contains(&c);
            let is_listed = list.is_match(c.encode_utf8(&mut [0; 4]));
            assert_eq!(is_listed, is_unsafe(c) && !is_shown, "{c:?}");
        }
    }

    #[test]
    fn each_kind_of_unsafe_character_has_its_visible_form() {
        assert_eq!(escape("a\nb\r\tc"), r"a\nb\r\tc");
        assert_eq!(escape("\u{1b}[31mred"), r"\u{1b}[31mred");
        assert_eq!(escape("\u{9b}2J"), r"\u{9b}2J");
        assert_eq!(escape("abc\u{202e}fed"), r"abc\u{202e}fed");
        assert_eq!(escape("room\u{200b}id"), r"room\u{200b}id");
        assert_eq!(escape("\u{e0041}"), r"\u{e0041}");
    }

    #[test]
    fn no_runner_finds_a_command_in_a_text() {
        for (text, shown) in [
            ("::error::x", r"\u{3a}:error::x"),
            ("  ::stop-commands::x", r"  \u{3a}:stop-commands::x"),
            ("::x", r"\u{3a}:x"),
            ("##[error]x", r"#\u{23}[error]x"),
            ("a ##vso[task.complete]", r"a #\u{23}vso[task.complete]"),
            ("###[x]##teamcity[y", r"##\u{23}[x]#\u{23}teamcity[y"),
        ] {
            assert_eq!(escape(text), shown);
            assert_eq!(escape_lines(text), shown);
            assert_eq!(escape_bytes(text.as_bytes()), shown);
        }
        assert_eq!(escape_lines("a\n::debug::x\nb"), "a\n\\u{3a}:debug::x\nb");
        for text in [
            "a::b",
            "::1",
            "::ffff:127.0.0.1",
            "## [x]",
            "#[x]",
            "## Title",
        ] {
            assert_eq!(escape(text), text);
        }
    }

    #[test]
    fn ordinary_text_of_any_script_stays_and_is_not_copied() {
        for text in ["", "plain", r"back\slash", "Grüße, 会議室 👍", "שלום"] {
            assert!(matches!(escape(text), Cow::Borrowed(same) if same == text));
            assert!(matches!(escape_lines(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn the_variant_for_lines_keeps_line_feeds_alone() {
        assert_eq!(escape_lines("a\r\nb\tc\u{8}"), "a\\r\nb    c\\u{8}");
    }

    #[test]
    fn bytes_that_are_no_text_show_in_hex_and_backslashes_are_doubled() {
        assert_eq!(escape_bytes(b"gr\xfc\xdfe\n\\n"), r"gr\xfc\xdfe\n\\n");
        assert!(matches!(escape_bytes(b"plain"), Cow::Borrowed("plain")));
    }

    /// Reads the forms of [`escape_bytes`] back.
    fn unescape(text: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let mut character = c;
            if c == '\\' {
                let kind = rest.chars().next().unwrap();
                rest = &rest[1..];
                character = match kind {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    '\\' => '\\',
                    'x' => {
                        bytes.push(u8::from_str_radix(&rest[..2], 16).unwrap());
                        rest = &rest[2..];
                        continue;
                    }
                    _ => {
                        let end = rest.find('}').unwrap();
                        let code = u32::from_str_radix(&rest[1..end], 16).unwrap();
                        rest = &rest[end + 1..];
                        char::from_u32(code).unwrap()
                    }
                };
            }
            bytes.extend(character.to_string().bytes());
        }
        bytes
    }

    proptest! {
        #[test]
        fn no_dangerous_character_survives(text in hostile()) {
            prop_assert!(!escape(&text).contains(must_not_be_seen));
            prop_assert!(!escape_bytes(text.as_bytes()).contains(must_not_be_seen));
            let lines = escape_lines(&text);
            prop_assert!(!lines.contains(|c| c != '\n' && must_not_be_seen(c)));
            prop_assert_eq!(lines.matches('\n').count(), text.matches('\n').count());
        }

        #[test]
        fn what_is_escaped_already_stays_as_it_is(text in hostile()) {
            let once = escape(&text).into_owned();
            prop_assert_eq!(escape(&once), once.as_str());
        }

        #[test]
        fn escaped_bytes_lose_nothing(bytes: Vec<u8>) {
            prop_assert_eq!(unescape(&escape_bytes(&bytes)), bytes);
        }
    }
}
