//! The kinds of faults: their codes, and their words for people.
//!
//! A problem is put into words only if it is shown: a text of many megabytes that is
//! no JSON at all has as many problems.

use std::borrow::Cow;

use super::codes;
use super::foreign::Foreign;
use super::tree::MAX_DEPTH;
use crate::model::code::Code;

/// What was found, before it is put into words.
pub(super) enum Problem<'t> {
    ByteOrderMark,
    /// Another format.
    Foreign(Foreign),
    InvalidUtf8,
    EmptyText,
    Headline,
    TextBefore,
    SecondDocument,
    TextAfter,
    Comment,
    UnclosedComment,
    TrailingComma,
    ExtraComma,
    MissingComma,
    MissingColon,
    EqualsSign,
    /// A full-width sign, and the one of JSON.
    WideSign(char, char),
    MissingKey,
    MissingValue,
    MissingValueOf(&'t str),
    UnquotedKey(&'t str),
    BareWord(&'t str),
    /// A word of another language, and the JSON word for it.
    ForeignWord(&'t str, &'static str),
    UnexpectedCharacter(char),
    OddSpace(char),
    CurlyQuotes,
    SingleQuotes,
    Backticks,
    UnclosedString,
    ControlCharacter(u8),
    BadEscape(&'t str),
    LoneSurrogate(&'t str),
    /// A number as written, and as JSON writes it.
    BadNumber(&'t str, Option<&'t str>),
    NumberOutOfRange(&'t str),
    /// Line and column of what is open, the closer that it lacks, and how many are open.
    Unclosed(usize, usize, char, usize),
    /// What was found, and the closer of what is open; none if nothing is.
    UnexpectedCloser(char, Option<char>),
    TooDeep,
}

impl Problem<'_> {
    /// The name of the rule.
    pub(super) fn code(&self) -> &'static Code {
        match self {
            Problem::ByteOrderMark => &codes::BYTE_ORDER_MARK,
            Problem::Foreign(_) => &codes::NOT_JSON,
            Problem::InvalidUtf8 => &codes::INVALID_UTF8,
            Problem::UnexpectedCharacter(_) | Problem::OddSpace(_) | Problem::WideSign(_, ',') => {
                &codes::UNEXPECTED_CHARACTER
            }
            Problem::EmptyText => &codes::EMPTY_TEXT,
            Problem::Headline
            | Problem::TextBefore
            | Problem::SecondDocument
            | Problem::TextAfter => &codes::EXTRA_TEXT,
            Problem::Comment | Problem::UnclosedComment => &codes::COMMENT,
            Problem::TrailingComma => &codes::TRAILING_COMMA,
            Problem::ExtraComma => &codes::EXTRA_COMMA,
            Problem::MissingComma => &codes::MISSING_COMMA,
            Problem::MissingColon | Problem::EqualsSign | Problem::WideSign(..) => {
                &codes::MISSING_COLON
            }
            Problem::MissingKey => &codes::MISSING_KEY,
            Problem::MissingValue | Problem::MissingValueOf(_) => &codes::MISSING_VALUE,
            Problem::UnquotedKey(_) => &codes::UNQUOTED_KEY,
            Problem::BareWord(_) | Problem::ForeignWord(..) => &codes::BARE_WORD,
            Problem::CurlyQuotes => &codes::CURLY_QUOTES,
            Problem::SingleQuotes | Problem::Backticks => &codes::SINGLE_QUOTES,
            Problem::UnclosedString => &codes::UNCLOSED_STRING,
            Problem::ControlCharacter(_) => &codes::CONTROL_CHARACTER,
            Problem::BadEscape(_) => &codes::BAD_ESCAPE,
            Problem::LoneSurrogate(_) => &codes::LONE_SURROGATE,
            Problem::BadNumber(..) => &codes::BAD_NUMBER,
            Problem::NumberOutOfRange(_) => &codes::NUMBER_OUT_OF_RANGE,
            Problem::Unclosed(..) => &codes::UNCLOSED,
            Problem::UnexpectedCloser(..) => &codes::UNEXPECTED_CLOSER,
            Problem::TooDeep => &codes::TOO_DEEP,
        }
    }

    /// What is wrong, in one sentence.
    pub(super) fn message(&self) -> Cow<'static, str> {
        match *self {
            Problem::ByteOrderMark => "JSON begins without a byte order mark".into(),
            Problem::Foreign(ref format) => format.message().into(),
            Problem::InvalidUtf8 => "these bytes are not UTF-8".into(),
            Problem::EmptyText => "there is no JSON here".into(),
            Problem::Headline => "this is the line that `listen` shows above a body".into(),
            Problem::TextBefore => "this text stands before the document".into(),
            Problem::SecondDocument => "a second document begins after the first".into(),
            Problem::TextAfter => "this text stands after the end of the document".into(),
            Problem::Comment => "JSON has no comments".into(),
            Problem::UnclosedComment => "JSON has no comments, and this one never ends".into(),
            Problem::TrailingComma => "JSON has no comma after the last item".into(),
            Problem::ExtraComma => "this comma has no member before it".into(),
            Problem::MissingComma => "a comma is missing between two items".into(),
            Problem::MissingColon => "a colon is missing between key and value".into(),
            Problem::EqualsSign => "JSON joins key and value by a colon".into(),
            Problem::WideSign(found, json) => {
                format!("the full-width `{found}` is not JSON's `{json}`").into()
            }
            Problem::MissingKey => "a key is expected here".into(),
            Problem::MissingValue => "a value is missing before this".into(),
            Problem::MissingValueOf(key) => format!("`{}` has no value", brief(key)).into(),
            Problem::UnquotedKey(key) => {
                format!("the key `{}` stands without quotes", brief(key)).into()
            }
            Problem::BareWord(word) => {
                format!("`{}` {}", brief(word), Word::of(word).message()).into()
            }
            Problem::ForeignWord(word, _) => format!("`{word}` is not a JSON word").into(),
            Problem::UnexpectedCharacter(found) => {
                format!("{} has no meaning here", named(found)).into()
            }
            Problem::OddSpace(found) => format!("{} is not JSON white space", named(found)).into(),
            Problem::CurlyQuotes => "typographic quotes are not JSON quotes".into(),
            Problem::SingleQuotes => "JSON strings do not stand in single quotes".into(),
            Problem::Backticks => "JSON strings do not stand in backticks".into(),
            Problem::UnclosedString => "this string never ends".into(),
            Problem::ControlCharacter(byte) => {
                format!("{} stands raw in a string", control(byte)).into()
            }
            Problem::BadEscape(escape) => {
                format!("`{}` is not a JSON escape", brief(escape)).into()
            }
            Problem::LoneSurrogate(escape) => format!("`{escape}` is half a character").into(),
            Problem::BadNumber(number, _) => {
                format!("`{}` is not a JSON number", brief(number)).into()
            }
            Problem::NumberOutOfRange(number) => {
                format!("`{}` is beyond the largest double", brief(number)).into()
            }
            Problem::Unclosed(line, column, closer, _) => {
                let what = container(closer);
                format!("the text ends inside the {what} that begins at {line}:{column}").into()
            }
            Problem::UnexpectedCloser(found, Some(closer)) => {
                format!("`{found}` does not close an {}", container(closer)).into()
            }
            Problem::UnexpectedCloser(found, None) => {
                format!("`{found}` closes nothing that is open").into()
            }
            Problem::TooDeep => format!("more than {MAX_DEPTH} levels of nesting").into(),
        }
    }

    /// What to do about it.
    pub(super) fn help(&self) -> Cow<'static, str> {
        match *self {
            Problem::ByteOrderMark
            | Problem::Comment
            | Problem::UnclosedComment
            | Problem::TrailingComma
            | Problem::ExtraComma
            | Problem::Headline
            | Problem::TextAfter
            | Problem::UnexpectedCharacter(_) => "remove it".into(),
            Problem::Foreign(ref format) => format.cure.into(),
            Problem::InvalidUtf8 => "save the text as UTF-8".into(),
            Problem::EmptyText => "put a document here".into(),
            Problem::TextBefore => "remove it, so that the document stands alone".into(),
            Problem::SecondDocument => {
                "put each into a file of its own, or each on one line of a .jsonl file".into()
            }
            Problem::MissingComma => "insert a comma".into(),
            Problem::MissingColon => "insert a colon".into(),
            Problem::EqualsSign => "replace it by a colon".into(),
            Problem::WideSign(_, json) => format!("replace it by {json}").into(),
            Problem::MissingKey => "an object holds members: \"key\": value".into(),
            Problem::MissingValue => "insert one, or remove the comma".into(),
            Problem::MissingValueOf(_) => "insert one, or remove the key".into(),
            Problem::UnquotedKey(_) => "put it in \"".into(),
            Problem::BareWord(word) => Word::of(word).help().into(),
            Problem::ForeignWord(_, json) => format!("replace it by {json}").into(),
            Problem::OddSpace(found) if found.is_whitespace() => "replace it by a space".into(),
            Problem::OddSpace(_) => "remove it; it does not show".into(),
            Problem::CurlyQuotes | Problem::SingleQuotes | Problem::Backticks => {
                "replace them by \"".into()
            }
            Problem::UnclosedString => "close it by \"".into(),
            Problem::ControlCharacter(byte) => format!("write {}", escaped(byte)).into(),
            Problem::BadEscape(_) => "if a backslash is meant, write \\\\".into(),
            Problem::LoneSurrogate(_) => "write both halves, or the character itself".into(),
            Problem::BadNumber(_, Some(json)) => format!("write {}", brief(json)).into(),
            Problem::BadNumber(_, None) => "if it is text, put it in \"".into(),
            Problem::NumberOutOfRange(_) => "send it as a string".into(),
            Problem::Unclosed(.., closer, 1) => {
                format!("if it was not cut off, close it by {closer}").into()
            }
            Problem::Unclosed(.., open) => {
                format!("if it was not cut off, close all {open} that are open").into()
            }
            Problem::UnexpectedCloser(_, Some(closer)) => {
                format!("`{closer}` is expected before it").into()
            }
            Problem::UnexpectedCloser(_, None) => "remove it, or open what it closes".into(),
            Problem::TooDeep => "what is nested deeper was not read".into(),
        }
    }
}

/// What a bare word seems to be.
enum Word {
    /// What `listen` and `log` write in place of items that they do not show.
    Elided,
    Ellipsis,
    Placeholder,
    NoNumber,
    Undefined,
    Text,
}

impl Word {
    fn of(word: &str) -> Word {
        /// What documents write where a value belongs.
        const PLACEHOLDERS: [&str; 23] = [
            "any",
            "array",
            "bool",
            "boolean",
            "date",
            "datetime",
            "decimal",
            "double",
            "email",
            "enum",
            "float",
            "int",
            "integer",
            "list",
            "long",
            "number",
            "object",
            "str",
            "string",
            "time",
            "timestamp",
            "url",
            "uuid",
        ];
        let lower = word.to_lowercase();
        let first = lower.split(|c: char| !c.is_alphanumeric()).next();
        let unsigned = lower.trim_start_matches(['-', '+']);
        let elided = word
            .strip_prefix("… ")
            .and_then(|rest| rest.strip_suffix(" more"));
        if elided.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit())) {
            Word::Elided
        } else if is_ellipsis(word) {
            Word::Ellipsis
        } else if matches!(unsigned, "nan" | "inf" | "infinity") {
            Word::NoNumber
        } else if lower == "undefined" {
            Word::Undefined
        } else if word.starts_with(['<', '$', '%'])
            || first.is_some_and(|first| PLACEHOLDERS.contains(&first))
        {
            Word::Placeholder
        } else {
            Word::Text
        }
    }

    fn message(&self) -> &'static str {
        match self {
            Word::Elided | Word::Ellipsis => "is a placeholder for what was left out",
            Word::Placeholder => "is a placeholder, not a value",
            Word::NoNumber => "is not a JSON number",
            Word::Undefined => "is not a JSON word",
            Word::Text => "is not JSON",
        }
    }

    fn help(&self) -> &'static str {
        match self {
            Word::Elided => "take the whole body: enx-hook log show NUMBER --raw",
            Word::Ellipsis => "write it out, or remove it",
            Word::Placeholder => "put a real value in its place",
            Word::NoNumber => "write null, or send a string",
            Word::Undefined => "write null, or leave the member out",
            Word::Text => "if it is text, put it in \"",
        }
    }
}

/// Whether a word begins with an ellipsis, as what was left out does.
pub(super) fn is_ellipsis(word: &str) -> bool {
    word.starts_with("..") || word.starts_with(['…', '⋯'])
}

/// Whether a character looks blank, or has no width, and is not JSON white space: web pages are
/// full of no-break spaces.
pub(super) fn is_odd_space(character: char) -> bool {
    match character {
        ' ' | '\t' | '\n' | '\r' => false,
        '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => true,
        other => other.is_whitespace(),
    }
}

/// How JSON writes a control character in a string.
pub(super) fn escaped(byte: u8) -> String {
    match byte {
        b'\n' => "\\n".to_owned(),
        b'\r' => "\\r".to_owned(),
        b'\t' => "\\t".to_owned(),
        0x08 => "\\b".to_owned(),
        0x0C => "\\f".to_owned(),
        other => format!("\\u{other:04x}"),
    }
}

fn control(byte: u8) -> String {
    match byte {
        b'\n' | b'\r' => "a line break".to_owned(),
        b'\t' => "a tab".to_owned(),
        other => format!("the control character U+{other:04X}"),
    }
}

fn container(closer: char) -> &'static str {
    if closer == ']' { "array" } else { "object" }
}

/// A character as people can read it: what does not show goes by its number.
fn named(character: char) -> String {
    if character.is_control() || character.is_whitespace() || is_odd_space(character) {
        format!("U+{:04X}", u32::from(character))
    } else {
        format!("`{character}`")
    }
}

/// The beginning of a piece of text, as long as a message bears.
pub fn brief(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
