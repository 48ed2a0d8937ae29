//! The codes of what keeps a text from being JSON, and of what is JSON and still a risk.
//!
//! Where there is a repair beyond doubt, the example's second text is what fixing makes of
//! the first; a test says so.

#![allow(missing_docs, reason = "a code's words are its documentation")]

use crate::model::code::Example::{Bytes, Made, Texts};
use crate::model::code::codes;

codes! {
    pub,
    BYTE_ORDER_MARK = "byte-order-mark", Error,
        "a byte order mark stands before the document",
        "JSON begins with its first value (RFC 8259, section 8.1); many parsers stop at the mark, which no editor shows.",
        Texts("\u{feff}{\"n\": 1}", "{\"n\": 1}");
    NOT_JSON = "not-json", Error,
        "another format in place of JSON",
        "What sent it, or what saved it, put the event into another form. The finding names the form and the way back; nothing else is told of such a text.",
        Texts("n=1&m=2", "{\"n\": 1, \"m\": 2}");
    INVALID_UTF8 = "invalid-utf8", Error,
        "bytes that are not UTF-8",
        "JSON is exchanged in UTF-8 alone. A text that was saved as Latin-1 has to be saved anew; what its bytes meant is not known.",
        Bytes(b"{\"n\": \"caf\xe9\"}", "{\"n\": \"café\"}".as_bytes());
    UNEXPECTED_CHARACTER = "unexpected-character", Error,
        "a character that has no meaning in JSON",
        "It may be invisible, such as a zero-width space, or belong to something that is no JSON at all, such as HTML.",
        Texts("{\"n\": 1;}", "{\"n\": 1}");
    EMPTY_TEXT = "empty-text", Error,
        "nothing stands where a document belongs",
        "An empty body is no event; a sender that posts one has failed to write it.",
        Texts("", "{}");
    EXTRA_TEXT = "extra-text", Error,
        "text before or after the document, or a second document",
        "A body is one JSON value. Several documents belong into files of their own, or each on a line of a .jsonl file.",
        Texts("{\"n\": 1} {\"n\": 2}", "{\"n\": 1}");
    COMMENT = "comment", Error,
        "a comment",
        "JSON has none. The annotated and the older pages print their samples with comments, so copies of them have some.",
        Texts("{\"n\": 1 /* seconds */}", "{\"n\": 1 }");
    TRAILING_COMMA = "trailing-comma", Error,
        "a comma after the last item",
        "JSON allows commas between items only, unlike most programming languages.",
        Texts("{\"n\": 1,}", "{\"n\": 1}");
    EXTRA_COMMA = "extra-comma", Error,
        "a comma with no item before it",
        "One comma stands between two items; another says that something was left out.",
        Texts("{\"n\": 1,, \"m\": 2}", "{\"n\": 1, \"m\": 2}");
    MISSING_COMMA = "missing-comma", Error,
        "no comma between two items",
        "Without it a parser stops at the second item.",
        Texts("{\"n\": 1 \"m\": 2}", "{\"n\": 1, \"m\": 2}");
    MISSING_COLON = "missing-colon", Error,
        "no colon between key and value, or another sign in its place",
        "A key and its value are joined by a colon, and by nothing else.",
        Texts("{\"n\" = 1}", "{\"n\" : 1}");
    MISSING_KEY = "missing-key", Error,
        "something other than a member stands in an object",
        "An object holds members: a key in quotes, a colon, a value.",
        Texts("{: 1}", "{\"n\": 1}");
    MISSING_VALUE = "missing-value", Error,
        "a key or a comma without its value",
        "What was meant cannot be told, so there is no repair.",
        Texts("{\"n\": }", "{\"n\": 1}");
    UNQUOTED_KEY = "unquoted-key", Error,
        "a key without quotes",
        "JavaScript takes it, JSON does not.",
        Texts("{n: 1}", "{\"n\": 1}");
    BARE_WORD = "bare-word", Error,
        "a word without quotes that is no JSON word",
        "JSON has true, false and null. Documents write words such as Number or String where a value belongs: those are placeholders and have no repair. True and None of other languages have one.",
        Texts("{\"n\": Number}", "{\"n\": 1}");
    CURLY_QUOTES = "curly-quotes", Error,
        "typographic quotes",
        "Word processors and web pages print them; JSON strings stand in straight quotes.",
        Texts("{“n”: 1}", "{\"n\": 1}");
    SINGLE_QUOTES = "single-quotes", Error,
        "single quotes or backticks",
        "JavaScript and Python take them; JSON strings stand in double quotes.",
        Texts("{'n': 1}", "{\"n\": 1}");
    UNCLOSED_STRING = "unclosed-string", Error,
        "a string without an end",
        "It is read to the end of its line, so what follows may be told wrongly. Where it was to end is not known.",
        Texts("{\"n\": \"1}", "{\"n\": \"1\"}");
    CONTROL_CHARACTER = "control-character", Error,
        "a raw control character in a string",
        "A line break or a tab is written as an escape in JSON.",
        Texts("{\"n\": \"1\t2\"}", "{\"n\": \"1\\t2\"}");
    BAD_ESCAPE = "bad-escape", Error,
        "a backslash with something that is no escape",
        "Paths of Windows and escapes of other languages get into JSON this way. A backslash that is meant is written twice.",
        Texts("{\"n\": \"C:\\dir\"}", "{\"n\": \"C:\\\\dir\"}");
    LONE_SURROGATE = "lone-surrogate", Error,
        "half a character, as an escape",
        "Characters beyond U+FFFF are written as two escapes; one alone is no text, and parsers refuse or replace it.",
        Texts("{\"n\": \"\\ud83d\"}", "{\"n\": \"\\ud83d\\ude00\"}");
    BAD_NUMBER = "bad-number", Error,
        "a number that JSON writes otherwise",
        "JSON numbers have no plus sign, no leading zeros, and digits on both sides of the point.",
        Texts("{\"n\": .5}", "{\"n\": 0.5}");
    NUMBER_OUT_OF_RANGE = "number-out-of-range", Error,
        "a number beyond the largest double",
        "Receivers read it as infinity, or refuse it.",
        Texts("{\"n\": 1e999}", "{\"n\": \"1e999\"}");
    UNCLOSED = "unclosed", Error,
        "the text ends inside an object or an array",
        "It was most likely cut off, and how it went on is not known. What is missing in it is therefore not told.",
        Texts("{\"n\": 1", "{\"n\": 1}");
    UNEXPECTED_CLOSER = "unexpected-closer", Error,
        "a bracket that closes nothing, or not what is open",
        "What is open has to be closed first.",
        Texts("{\"n\": [1}", "{\"n\": [1]}");
    TOO_DEEP = "too-deep", Error,
        "more levels of nesting than are read",
        "Parsers have limits, and no event comes near: 127 levels are read.",
        Made(|| [128, 2].map(|levels| "[".repeat(levels) + &"]".repeat(levels)));
    MORE_FAULTS = "more-faults", Error,
        "further places are not JSON",
        "A hundred places are told; fix these, and run again.",
        Made(|| [format!("[{}1]", "1 ".repeat(120)), "[1]".to_owned()]);
    DUPLICATE_KEY = "duplicate-key", Warning,
        "a key that stands in its object already",
        "Most receivers take the last, some the first, some refuse both (RFC 8259, section 4).",
        Texts("{\"n\": 1, \"n\": 2}", "{\"n\": 2}");
    BIG_INTEGER = "big-integer", Warning,
        "a number beyond 2^53",
        "JavaScript and others hold numbers as doubles and lose digits there. An identifier is safe as a string.",
        Texts("{\"n\": 9007199254740993}", "{\"n\": \"9007199254740993\"}");
    MORE_ODDITIES = "more-oddities", Warning,
        "further keys or numbers of the kinds told before",
        "A hundred places are told.",
        Made(|| [format!("[{}1]", "1e99, ".repeat(120)), "[1]".to_owned()]);
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::ALL;
    use crate::json::{fix, read};
    use crate::model::code::Example;

    #[test]
    fn where_there_is_a_repair_the_example_shows_it() {
        let mut fixed = 0;
        for code in ALL {
            let Example::Texts(before, after) = code.example else {
                continue;
            };
            let reading = read(before.as_bytes());
            if reading.faults.is_empty() {
                continue;
            }
            if let Some(text) = fix(before.as_bytes(), &reading.faults) {
                assert_eq!(String::from_utf8(text).unwrap(), after, "{}", code.name);
                fixed += 1;
            }
        }
        assert!(fixed > 10, "{fixed}");
    }
}
