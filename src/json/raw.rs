//! Reads the strings of a JSON text eight bytes at a time.
//!
//! For fast readers that leave every unusual string to the full reader: a string that is cut
//! off, or has a raw control character, half a character or invalid UTF-8, reads as `None`.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// A string as it stands in a text, its quotes aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'t> {
    /// Its bytes, escapes as written; UTF-8.
    pub bytes: &'t [u8],
    /// Whether it has an escape. Whether that is one, [`unescape`] tells.
    pub has_escape: bool,
    /// Whether all of it is ASCII without blanks and control characters, escapes aside.
    pub is_graphic: bool,
}

/// The string whose content begins at `start`, behind its opening quote. It ends at
/// `start + bytes.len()`, where its closing quote stands.
pub fn string(text: &[u8], start: usize) -> Option<Raw<'_>> {
    let mut at = start;
    let mut has_escape = false;
    // A bit in the high half of a byte: one of the bytes up to there was not graphic.
    let mut odd = 0;
    loop {
        let mut word = [0; 8];
        if let Some(bytes) = text.get(at..at + 8) {
            word.copy_from_slice(bytes);
        } else {
            // The end of the text: zeros behind it stop the search.
            let rest = text.get(at..)?;
            word[..rest.len()].copy_from_slice(rest);
        }
        let (stop, oddities) = look(u64::from_le_bytes(word));
        if stop == 0 {
            odd |= oddities;
            at += 8;
            continue;
        }
        let before = stop.trailing_zeros() & !7;
        // Only the bytes before the stop belong to the string.
        odd |= oddities & !(u64::MAX << before);
        at += (before / 8) as usize;
        match *text.get(at)? {
            b'"' => break,
            b'\\' => {
                has_escape = true;
                // The byte behind is escaped, be it a quote; `unescape` looks at it.
                if text.get(at + 1)? < &0x20 {
                    return None;
                }
                at += 2;
            }
            _ => return None,
        }
    }
    let bytes = &text[start..at];
    if odd != 0 && !bytes.is_ascii() && str::from_utf8(bytes).is_err() {
        return None;
    }
    Some(Raw {
        bytes,
        has_escape,
        is_graphic: odd == 0,
    })
}

/// For eight bytes, the lowest in front: where a string stops (its lowest bit is exact), and
/// whether a byte before that is not graphic.
fn look(word: u64) -> (u64, u64) {
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let below = |limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGHS;
    let quote = zero(word ^ (ONES * u64::from(b'"')));
    let backslash = zero(word ^ (ONES * u64::from(b'\\')));
    let delete = zero(word ^ (ONES * 0x7f));
    let stop = quote | backslash | below(0x20);
    (stop, below(0x21) | delete | (word & HIGHS))
}

/// Adds a string to `out` with its escapes resolved (RFC 8259, section 7). False: one of them
/// is none, or half a character.
pub fn unescape(raw: &[u8], out: &mut Vec<u8>) -> bool {
    out.reserve(raw.len());
    unescape_to(raw, |bytes| out.extend_from_slice(bytes))
}

/// The same, in pieces to wherever it belongs.
pub fn unescape_to(raw: &[u8], mut put: impl FnMut(&[u8])) -> bool {
    let mut rest = raw;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        put(&rest[..at]);
        let Some(escape) = rest.get(at + 1) else {
            return false;
        };
        if *escape == b'u' {
            let Some((character, length)) = unicode(&rest[at..]) else {
                return false;
            };
            let mut buffer = [0; 4];
            put(character.encode_utf8(&mut buffer).as_bytes());
            rest = &rest[at + length..];
            continue;
        }
        let Some(plain) = short_escape(char::from(*escape)) else {
            return false;
        };
        // A short escape stands for an ASCII character.
        put(&[plain as u8]);
        rest = &rest[at + 2..];
    }
    put(rest);
    true
}

/// The character that a backslash and this one stand for; `u` aside.
pub(super) fn short_escape(escape: char) -> Option<char> {
    Some(match escape {
        '"' | '\\' | '/' => escape,
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => return None,
    })
}

/// The character that begins with `\u`, and the bytes of its one or two escapes.
pub(super) fn unicode(text: &[u8]) -> Option<(char, usize)> {
    let first = four_digits(text, 2)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, 6));
    }
    if text.get(6..8)? != b"\\u" {
        return None;
    }
    let second = four_digits(text, 8)?;
    let halves = (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(&second);
    let whole = 0x1_0000 + (first.checked_sub(0xD800)? << 10) + second.checked_sub(0xDC00)?;
    halves
        .then(|| char::from_u32(whole))
        .flatten()
        .map(|character| (character, 12))
}

fn four_digits(text: &[u8], at: usize) -> Option<u32> {
    let digits = text.get(at..at + 4)?;
    digits.iter().try_fold(0, |code, digit| {
        Some(code * 16 + char::from(*digit).to_digit(16)?)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    /// The content of a string at the start of a text, as this file reads it.
    fn read(text: &[u8]) -> Option<Vec<u8>> {
        let raw = string(text, 1)?;
        assert_eq!(text[1 + raw.bytes.len()], b'"');
        let mut out = Vec::new();
        if raw.has_escape {
            return unescape(raw.bytes, &mut out).then_some(out);
        }
        assert_eq!(
            raw.is_graphic,
            raw.bytes.iter().all(u8::is_ascii_graphic),
            "{raw:?}"
        );
        Some(raw.bytes.to_vec())
    }

    /// The same as `serde_json` reads it.
    fn judge(text: &[u8]) -> Option<Vec<u8>> {
        let mut stream = serde_json::Deserializer::from_slice(text).into_iter::<String>();
        stream.next()?.ok().map(String::into_bytes)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn a_string_is_what_serde_json_takes_it_for(
            pieces in prop::collection::vec(
                select(vec![
                    &b"a"[..], b" ", b"0123456789", b"\xc3\xa9", b"\xff", b"\x7f", b"\x1f", b"\n", b"\0",
                    b"\\n", b"\\\"", b"\\\\", b"\\/", b"\\u00e9", b"\\ud83d\\ude00", b"\\ud83d",
                    b"\\ude00", b"\\u12", b"\\x", b"\\", b"\"", b"https://", b"\\ud83d\\u0041",
                ]),
                0..14,
            ),
        ) {
            let text = [&b"\""[..], &pieces.concat(), b"\""].concat();
            prop_assert_eq!(read(&text), judge(&text));
        }
    }

    #[test]
    fn a_string_without_an_end_is_none() {
        for text in [
            &b"\""[..],
            b"\"abcdefgh",
            b"\"abcdefg",
            b"\"a\\",
            b"\"a\\\"",
        ] {
            assert_eq!(string(text, 1), None);
        }
        assert_eq!(string(b"\"", 7), None);
    }
}
