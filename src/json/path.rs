//! Paths into a JSON document as people type them: `files[0].url`, `files.0.url`, the JSON
//! Pointer `/files/0/url`, and `"odd.name"[0]` for names with special characters.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::pointer::{index, push_token};

/// Characters that end a plain name or have a meaning inside a path.
const SPECIAL: &str = ".[]\"=<>()";

/// The keys and indices that lead to one value of a document.
///
/// Whether `0` is an index or the name of a member depends on the document. `-` stands for the
/// place after the last item of an array.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Path {
    keys: Vec<String>,
}

/// A text that is not a path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {}: expected {expected}", at + 1)]
pub struct PathError {
    /// Characters before the fault.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

/// Where a path ends inside a longer text. It also ends before an operator: `=`, `!=`, `~=`,
/// `<`, `>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathEnd {
    /// At the operator or at the end of the text: names may contain spaces.
    Operator,
    /// Also at white space and at parentheses.
    Word,
}

impl Path {
    /// A path of these keys.
    pub fn new(keys: Vec<String>) -> Path {
        Path { keys }
    }

    /// The keys and indices, from the root on.
    pub fn keys(&self) -> &[String] {
        &self.keys
    }

    /// Reads the path at the start of a text; returns it with the rest of the text.
    ///
    /// # Errors
    ///
    /// The column is counted in characters from the start of the text.
    pub fn read(text: &str, end: PathEnd) -> Result<(Path, &str), PathError> {
        let mut reader = Reader {
            text,
            rest: text,
            end,
        };
        let keys = if text.starts_with('/') {
            reader.pointer()?
        } else {
            reader.dotted()?
        };
        Ok((Path { keys }, reader.rest))
    }

    /// The value that the path leads to.
    pub fn find<'v>(&self, document: &'v Value) -> Option<&'v Value> {
        self.keys
            .iter()
            .try_fold(document, |value, key| match value {
                Value::Object(members) => members.get(key),
                Value::Array(items) => items.get(index(key)?),
                _ => None,
            })
    }

    /// The path as a JSON Pointer (RFC 6901).
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for key in &self.keys {
            push_token(&mut pointer, key);
        }
        pointer
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        match Path::read(text, PathEnd::Operator)? {
            (path, rest) if rest.trim().is_empty() => Ok(path),
            (_, rest) => Err(PathError {
                at: text.chars().count() - rest.chars().count(),
                expected: "the end of the path; quote a name with special characters",
            }),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, key) in self.keys.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            if is_plain(key, at == 0) {
                f.write_str(key)?;
            } else {
                f.write_str(&quoted(key))?;
            }
        }
        Ok(())
    }
}

/// A text as a JSON string.
pub fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// Whether a name needs no quotes. The first one must not look like a part of a query either.
fn is_plain(key: &str, is_first: bool) -> bool {
    let fits = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-');
    let is_word = matches!(key, "and" | "or" | "not" | "exists");
    !key.is_empty() && key.chars().all(fits) && !(is_first && (key.starts_with('-') || is_word))
}

struct Reader<'t> {
    text: &'t str,
    rest: &'t str,
    end: PathEnd,
}

impl<'t> Reader<'t> {
    fn error(&self, expected: &'static str) -> PathError {
        let before = self.text.len() - self.rest.len();
        PathError {
            at: self.text[..before].chars().count(),
            expected,
        }
    }

    fn take(&mut self, bytes: usize) -> &'t str {
        let (taken, rest) = self.rest.split_at(bytes);
        self.rest = rest;
        taken
    }

    /// Whether the path ends before this part of the text.
    fn ends(&self, rest: &str) -> bool {
        let is_word = self.end == PathEnd::Word;
        let behind = if is_word { rest } else { rest.trim_start() };
        let is_operator = behind.starts_with(['=', '<', '>'])
            || behind.starts_with("!=")
            || behind.starts_with("~=");
        let is_blank = rest.starts_with(char::is_whitespace);
        is_operator
            || rest.is_empty()
            || (is_word && (is_blank || rest.starts_with(['(', ')'])))
            || (is_blank && matches!(behind.trim_end(), "" | "exists"))
    }

    /// Bytes up to the first character that `stops`, or to the end of the path.
    fn length(&self, stops: impl Fn(char) -> bool) -> usize {
        let mut places = self.rest.char_indices();
        let stop = places.find(|(at, character)| stops(*character) || self.ends(&self.rest[*at..]));
        stop.map_or(self.rest.len(), |(at, _)| at)
    }

    fn pointer(&mut self) -> Result<Vec<String>, PathError> {
        let mut keys = Vec::new();
        while self.rest.starts_with('/') {
            self.take(1);
            let mut key = String::new();
            loop {
                let length = self.length(|character| matches!(character, '/' | '~'));
                key.push_str(self.take(length));
                if self.ends(self.rest) || self.rest.starts_with('/') {
                    break;
                }
                key.push(match self.rest.get(..2) {
                    Some("~0") => '~',
                    Some("~1") => '/',
                    _ => return Err(self.error("`~0` for `~`, or `~1` for `/`, in a JSON Pointer")),
                });
                self.take(2);
            }
            keys.push(key);
        }
        Ok(keys)
    }

    fn dotted(&mut self) -> Result<Vec<String>, PathError> {
        let mut keys = Vec::new();
        if !self.rest.starts_with('[') {
            keys.push(self.name()?);
        }
        while !self.ends(self.rest) {
            if self.rest.starts_with('.') {
                self.take(1);
                keys.push(self.name()?);
            } else if self.rest.starts_with('[') {
                self.take(1);
                keys.push(self.item()?);
            } else {
                return Err(self.error("`.`, `[`, or the end of the path"));
            }
        }
        Ok(keys)
    }

    fn name(&mut self) -> Result<String, PathError> {
        if self.rest.starts_with('"') {
            return self.quoted();
        }
        let length = self.length(|character| SPECIAL.contains(character));
        if length == 0 {
            return Err(self.error("the name of a field, such as conf_num"));
        }
        Ok(self.take(length).to_owned())
    }

    /// What stands in brackets, and the closing one.
    fn item(&mut self) -> Result<String, PathError> {
        let key = if self.rest.starts_with('"') {
            self.quoted()?
        } else {
            let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
            let length = if self.rest.starts_with('-') {
                1
            } else {
                digits
            };
            let key = self.take(length);
            if key.is_empty() {
                return Err(self.error("an index, such as 0, or a quoted name"));
            }
            key.to_owned()
        };
        if !self.rest.starts_with(']') {
            return Err(self.error("`]`"));
        }
        self.take(1);
        Ok(key)
    }

    /// A name written as a JSON string.
    fn quoted(&mut self) -> Result<String, PathError> {
        let mut strings = serde_json::Deserializer::from_str(self.rest).into_iter::<String>();
        match strings.next() {
            Some(Ok(name)) => {
                let length = strings.byte_offset();
                self.take(length);
                Ok(name)
            }
            _ => Err(self.error("a name in quotes, written as a JSON string")),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn keys(text: &str) -> Vec<String> {
        text.parse::<Path>().unwrap().keys
    }

    #[test]
    fn dots_brackets_quotes_and_pointers_are_one_path() {
        for text in [
            "files[0].url",
            "files.0.url",
            "/files/0/url",
            "\"files\"[0][\"url\"]",
        ] {
            assert_eq!(keys(text), ["files", "0", "url"], "{text}");
        }
        assert_eq!(keys("[2].a"), ["2", "a"]);
        assert_eq!(keys("a.\"b.c\".d"), ["a", "b.c", "d"]);
        assert_eq!(keys("/a~1b/~01/"), ["a/b", "~1", ""]);
        assert_eq!(keys("files[-]"), ["files", "-"]);
        assert_eq!(keys("xml:lang"), ["xml:lang"]);
        assert_eq!(keys("start time.x"), ["start time", "x"]);
        assert_eq!(keys("\"\""), [""]);
    }

    #[test]
    fn a_path_ends_before_an_operator_and_in_a_query_at_a_space() {
        let read = |text: &str, end| {
            let (path, rest) = Path::read(text, end).unwrap();
            (path.to_string(), rest.to_owned())
        };
        let pair = |path: &str, rest: &str| (path.to_owned(), rest.to_owned());
        for rest in ["=1", " = 1", "!=1", "~=x", " <3", ">= 3", " exists"] {
            let text = format!("a.b{rest}");
            assert_eq!(read(&text, PathEnd::Operator), pair("a.b", rest));
            let text = format!("/a/b{rest}");
            assert_eq!(read(&text, PathEnd::Operator), pair("a.b", rest));
        }
        assert_eq!(
            read("\"a=b\"=c=d", PathEnd::Operator),
            pair("\"a=b\"", "=c=d")
        );
        assert_eq!(read("a b", PathEnd::Word), pair("a", " b"));
        assert_eq!(read("/a/b)", PathEnd::Word), pair("a.b", ")"));
        assert_eq!(read("a!b=1", PathEnd::Operator), pair("\"a!b\"", "=1"));
    }

    #[test]
    fn an_error_points_at_its_column() {
        let error = |text: &str| text.parse::<Path>().unwrap_err();
        for (text, at, expected) in [
            ("", 0, "the name of a field, such as conf_num"),
            ("a..b", 2, "the name of a field, such as conf_num"),
            ("é.", 2, "the name of a field, such as conf_num"),
            ("a[x]", 2, "an index, such as 0, or a quoted name"),
            ("a[01x]", 4, "`]`"),
            ("a[0]b", 4, "`.`, `[`, or the end of the path"),
            ("a\"b", 1, "`.`, `[`, or the end of the path"),
            ("a.\"b", 2, "a name in quotes, written as a JSON string"),
            (
                "/a/~2",
                3,
                "`~0` for `~`, or `~1` for `/`, in a JSON Pointer",
            ),
            (
                "a>b",
                1,
                "the end of the path; quote a name with special characters",
            ),
        ] {
            assert_eq!(error(text), PathError { at, expected }, "{text}");
        }
        assert_eq!(
            error("a..b").to_string(),
            "column 3: expected the name of a field, such as conf_num"
        );
    }

    #[test]
    fn a_path_leads_to_members_and_items() {
        let document = json!({ "files": [{ "u/l": 1 }], "0": "zero" });
        let find = |text: &str| text.parse::<Path>().unwrap().find(&document).cloned();
        assert_eq!(find("files[0].u/l"), Some(json!(1)));
        assert_eq!(find("/files/0/u~1l"), Some(json!(1)));
        assert_eq!(find("0"), Some(json!("zero")));
        for nowhere in ["files[1]", "files.00", "files[-]", "files.u", "0.x", "none"] {
            assert_eq!(find(nowhere), None, "{nowhere}");
        }
    }

    fn key() -> impl Strategy<Value = String> {
        prop_oneof![
            "[a-z]{1,3}",
            "[0-9]{1,2}",
            "[-.a=/~!<>\"\\\\ \\[\\]():é\u{1}]{0,4}"
        ]
    }

    fn path() -> impl Strategy<Value = Path> {
        prop::collection::vec(key(), 1..5).prop_map(Path::new)
    }

    proptest! {
        #[test]
        fn a_printed_path_reads_as_itself(path in path(), tail in "(=x| exists)?") {
            prop_assert_eq!(path.to_string().parse::<Path>(), Ok(path.clone()));
            let text = format!("{path}{tail}");
            for end in [PathEnd::Operator, PathEnd::Word] {
                prop_assert_eq!(Path::read(&text, end), Ok((path.clone(), &*tail)));
            }
        }

        #[test]
        fn the_pointer_and_the_dotted_form_agree(
            keys in prop::collection::vec("[a-z.\"é0-9/~]{0,3}", 1..5),
        ) {
            let path = Path::new(keys);
            prop_assert_eq!(path.pointer().parse::<Path>(), Ok(path));
        }

        #[test]
        fn the_pointer_finds_what_serde_json_finds(
            path in path(),
            leaf in "[a-z]{0,3}",
        ) {
            let document = path.keys().iter().rev().fold(json!(leaf), |inner, key| {
                if key == "0" { json!([inner]) } else { json!({ key: inner }) }
            });
            prop_assert_eq!(path.find(&document), Some(&json!(leaf)));
            prop_assert_eq!(path.find(&document), document.pointer(&path.pointer()));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,12}") {
            let _ = text.parse::<Path>();
            let _ = Path::read(&text, PathEnd::Word);
        }
    }
}
