//! Names what a text is that is not JSON, by its beginning: a form, a dump of a tool, packed
//! bytes. One finding with the format and the cure then stands for all the places where such a
//! text is not JSON. At most [`BEGINNING`] bytes are looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// The bytes of a text that decide.
const BEGINNING: usize = 2048;

/// A format that is not JSON.
#[derive(Debug, PartialEq, Eq)]
pub struct Foreign {
    /// Its name, with an article if it needs one.
    pub name: &'static str,
    /// How to get at the JSON.
    pub cure: &'static str,
}

impl Foreign {
    /// What a text of this format is, in one sentence.
    pub fn message(&self) -> String {
        format!("this is {}, not JSON", self.name)
    }
}

macro_rules! formats {
    ($($constant:ident = $name:literal, $cure:literal;)+) => {
        $(const $constant: Foreign = Foreign { name: $name, cure: $cure };)+
    };
}

const UNPACK: &str = "unpack it, or let the sender say so in Content-Encoding";
const SAVE: &str = "save the text as UTF-8";

// In the order of their names.
formats! {
    BASE64 = "base64", "decode it: base64 -d";
    BINARY = "binary data", "look at how it was written: an event is text";
    BSON = "BSON", "write it as JSON";
    CBOR = "CBOR", "write it as JSON";
    CSV = "CSV", "write each row as a JSON object";
    CURL = "a command of a shell", "keep only the body that it sends, without its quotes";
    DOUBLED = "JSON with doubled quotes, as in a cell of CSV", "take it out of the cell: \"\" is one \"";
    DUMP = "a dump of a programming language", "print the value as JSON, such as with json_encode or json.dumps";
    ENTITIES = "JSON with HTML entities", "unescape it: &quot; is \"";
    ESCAPED = "JSON that was escaped as a string", "unescape it: \\\" is \"";
    FORM = "a form (application/x-www-form-urlencoded)", "send the JSON itself as the body; in a form it is the value of a field";
    HEADERS = "headers of HTTP before a body", "keep only what follows the blank line";
    HEX = "hexadecimal digits", "decode them: xxd -r -p";
    HEX_DUMP = "a hex dump", "turn it into bytes: xxd -r";
    HTML = "HTML", "look at the page: a server may have answered with an error";
    HTTP = "a raw HTTP message", "keep only the body, which follows the blank line";
    JSONP = "JavaScript around JSON", "keep only what stands in the outer brackets";
    JWT = "a JSON Web Token", "the event is no token: take the body, not a header";
    LOG = "a line of a log with JSON in it", "cut off what stands before the {";
    MARKDOWN = "Markdown", "keep only what stands between the fences ```";
    MSGPACK = "MessagePack", "write it as JSON";
    MULTIPART = "a multipart form", "send the JSON itself as the body; here it is one of the parts";
    PDF = "a PDF document", "take the JSON from where it was printed";
    PEM = "PEM", "look at which file this is: an event is JSON";
    PERCENT = "JSON that is percent-encoded", "decode it: %7B is {";
    PROPERTIES = "lines of keys and values", "write them as one JSON object";
    QUOTED_WORD = "JSON in quotes of a shell or a language", "remove the quotes around it";
    RTF = "rich text (RTF)", "save it as plain text";
    SEQUENCE = "a JSON text sequence (RFC 7464)", "remove the record separators (U+001E)";
    SSE = "an event stream (data: …)", "keep only what follows data:";
    XML = "XML", "write it as JSON";
    YAML = "YAML", "write it as JSON, such as with yq -o json";
}

const UTF16: Foreign = Foreign {
    name: "UTF-16",
    cure: SAVE,
};
const UTF32: Foreign = Foreign {
    name: "UTF-32",
    cure: SAVE,
};

/// First bytes of formats whose name is all there is to know.
const MAGIC: [(&[u8], Foreign); 12] = [
    (b"\x1f\x8b", packed("gzip")),
    (b"\x28\xb5\x2f\xfd", packed("Zstandard")),
    (b"BZh", packed("bzip2")),
    (b"\xfd7zXZ\0", packed("xz")),
    (b"7z\xbc\xaf", packed("7z")),
    (b"\x04\x22\x4d\x18", packed("LZ4")),
    (b"PK\x03\x04", packed("a ZIP archive")),
    (b"\x89PNG", image("a PNG image")),
    (b"\xff\xd8\xff", image("a JPEG image")),
    (b"GIF8", image("a GIF image")),
    (b"%PDF", PDF),
    (b"\x1e", SEQUENCE),
];

const fn packed(name: &'static str) -> Foreign {
    Foreign { name, cure: UNPACK }
}

const fn image(name: &'static str) -> Foreign {
    Foreign {
        name,
        cure: "an event is text: take it from where it was copied",
    }
}

/// The format of a text, if its beginning leaves no doubt that it is not JSON.
pub fn foreign(text: &[u8]) -> Option<Foreign> {
    let start = &text[..text.len().min(BEGINNING)];
    if let Some(format) = foreign_bytes(text) {
        return Some(format);
    }
    let is_json = matches!(
        start.first(),
        Some(b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n')
    );
    if !is_json && is_noise(start) {
        return Some(BINARY);
    }
    let readable = start.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let readable = readable.trim_start_matches('\u{feff}').trim_start();
    textual(readable, text)
}

/// The format that a content type names, for a text that does not begin like JSON.
pub fn foreign_of_type(content_type: &str, text: &[u8]) -> Option<Foreign> {
    let begins_like_json = matches!(
        text.trim_ascii_start().first(),
        None | Some(b'{' | b'[' | b'"')
    );
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    let is = |wanted: &str| kind.to_ascii_lowercase().ends_with(wanted);
    Some(match () {
        () if begins_like_json => return None,
        () if is("x-www-form-urlencoded") => FORM,
        () if is("multipart/form-data") || is("multipart/mixed") => MULTIPART,
        () if is("html") => HTML,
        () if is("xml") => XML,
        () if is("yaml") => YAML,
        () if is("csv") => CSV,
        () if is("msgpack") => MSGPACK,
        () if is("cbor") => CBOR,
        () => return None,
    })
}

/// The format of bytes that are no text, or text in another encoding.
pub fn foreign_bytes(text: &[u8]) -> Option<Foreign> {
    let (start, length) = (&text[..text.len().min(BEGINNING)], text.len());
    if let Some(wide) = wide(start) {
        return Some(wide);
    }
    if let Some((_, format)) = MAGIC.iter().find(|(magic, _)| start.starts_with(magic)) {
        return Some(Foreign { ..*format });
    }
    let is_text = |bytes: &[u8]| bytes.iter().all(|byte| (0x20..0x7f).contains(byte));
    Some(match *start {
        [0x78, 0x01 | 0x5e | 0x9c | 0xda, ref rest @ ..] if !rest.is_empty() && !is_text(rest) => {
            packed("zlib")
        }
        [0x81..=0x8f, 0xa1..=0xbf, key, ..] | [0xde, _, _, 0xa1..=0xbf, key, ..]
            if key.is_ascii_alphabetic() =>
        {
            MSGPACK
        }
        [0xa1..=0xb7 | 0xbf, 0x61..=0x77, key, ..] if key.is_ascii_alphabetic() => CBOR,
        [a, b, c, d, 1..=0x13, ..] if u32::from_le_bytes([a, b, c, d]) as usize == length => BSON,
        _ => return None,
    })
}

/// UTF-16 and UTF-32, with a mark or without: every second byte of ASCII is zero there.
fn wide(start: &[u8]) -> Option<Foreign> {
    match *start {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Some(UTF32),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Some(UTF16),
        _ => {}
    }
    let zeros = |first: usize, step: usize| {
        let head = &start[..start.len().min(16)];
        let is_zero = |at: usize| at % step != first;
        head.len() >= 2 * step
            && head
                .iter()
                .enumerate()
                .all(|(at, byte)| (*byte == 0) == is_zero(at))
    };
    if zeros(0, 4) || zeros(3, 4) {
        Some(UTF32)
    } else if zeros(0, 2) || zeros(1, 2) {
        Some(UTF16)
    } else {
        None
    }
}

/// Whether a tenth of the bytes are no text.
fn is_noise(start: &[u8]) -> bool {
    let control = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b);
    let bad: usize = start
        .utf8_chunks()
        .map(|chunk| {
            chunk.valid().bytes().filter(|byte| control(*byte)).count() + chunk.invalid().len()
        })
        .sum();
    bad * 10 > start.len()
}

fn textual(start: &str, whole: &[u8]) -> Option<Foreign> {
    let begins = |words: &[&str]| words.iter().any(|word| start.starts_with(word));
    let line = start.lines().next().unwrap_or_default().trim_end();
    let inside = start.strip_prefix('{').map(str::trim_start);
    let inside_begins = |words: &[&str]| {
        inside.is_some_and(|inside| words.iter().any(|word| inside.starts_with(word)))
    };
    let before_json = line.find(['{', '[']).map(|at| &line[..at]);
    Some(match start.chars().next()? {
        '<' if is_html(start) => HTML,
        '<' => XML,
        '{' if begins(&["{\\rtf"]) => RTF,
        '{' if inside_begins(&["\\\"", "\\\\\""]) => ESCAPED,
        '{' if inside_begins(&["&quot;", "&#34;", "&#x22;", "&#039;"]) => ENTITIES,
        '{' if inside_begins(&["%22"]) => PERCENT,
        '{' if is_doubled(inside) => DOUBLED,
        '"' if is_doubled(start[1..].trim_start().strip_prefix('{')) => DOUBLED,
        '"' if is_table(start) => CSV,
        '[' if is_label(line) => LOG,
        '{' | '"' | '[' => return None,
        _ if begins(&["'{", "'[", "b'{", "b\"{", "`{", "\"\"\"{", "'''{", "$'{"]) => QUOTED_WORD,
        _ if begins(&["%7B", "%7b", "%5B", "%22"]) => PERCENT,
        _ if begins(&[
            "&quot;", "&#123;", "&#x7b;", "&#x7B;", "&lcub;", "&lbrace;", "&#34;",
        ]) =>
        {
            ENTITIES
        }
        _ if begins(&["```", "~~~"]) || start.contains("\n```") => MARKDOWN,
        _ if begins(&["-----BEGIN "]) => PEM,
        _ if start.starts_with("--")
            && start.to_ascii_lowercase().contains("content-disposition") =>
        {
            MULTIPART
        }
        _ if is_shell(line) => CURL,
        _ if is_http(line) => HTTP,
        _ if begins(&["data:", "event:", "id:"])
            && start.contains("data:")
            && before_json
                .is_some_and(|word| word.ends_with("data: ") || word.ends_with("data:")) =>
        {
            SSE
        }
        _ if begins(&["event:"]) && start.contains("\ndata:") => SSE,
        _ if has_headers(start) => HEADERS,
        _ if begins(&[
            ")]}'",
            "while(1)",
            "for(;;)",
            "const ",
            "let ",
            "var ",
            "export ",
            "module.exports",
            "JSON.parse(",
            "return {",
        ]) || is_call(line) =>
        {
            JSONP
        }
        _ if begins(&[
            "array(",
            "array (",
            "Array\n",
            "Array (",
            "map[",
            "%{",
            "dict(",
            "OrderedDict(",
            "Object {",
            "stdClass",
            "a:",
            "O:",
        ]) && is_dump(start) =>
        {
            DUMP
        }
        _ if is_hex_dump(line) => HEX_DUMP,
        _ if is_log(line, before_json) => LOG,
        _ if is_token(line) => JWT,
        _ if is_hex(start) => HEX,
        _ if is_base64(start) => BASE64,
        _ if is_form(line, whole) => FORM,
        _ if is_table(start) => CSV,
        _ if start.starts_with("---\n") || start.starts_with("---\r") || is_pairs(start, ':') => {
            YAML
        }
        _ if is_pairs(start, '=') => PROPERTIES,
        _ => return None,
    })
}

fn is_html(start: &str) -> bool {
    let start = start.to_ascii_lowercase();
    [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<pre",
        "<p>",
        "<div",
        "<h1",
        "<center",
        "<title",
    ]
    .iter()
    .any(|tag| start.starts_with(tag))
        || start.contains("<html")
}

/// `""type""` where `"type"` belongs.
fn is_doubled(inside: Option<&str>) -> bool {
    let key = inside.and_then(|inside| inside.strip_prefix("\"\""));
    key.is_some_and(|key| key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$'))
}

/// `[2026-11-20 14:03:22] INFO {`, `[app] {`: a label in brackets before JSON.
fn is_label(line: &str) -> bool {
    let label = line[1..].split_once(']');
    label.is_some_and(|(label, rest)| {
        rest.contains('{')
            && !rest.trim_start().starts_with(',')
            && !label.contains(['"', '{', '[', '\''])
            && label.contains(|c: char| c.is_ascii_alphabetic() || matches!(c, '-' | ':' | '/'))
            && !matches!(label.trim(), "true" | "false" | "null")
    })
}

fn is_shell(line: &str) -> bool {
    let line = line.trim_start_matches(['$', '>', '#', ' ']);
    let first = line.split_whitespace().next().unwrap_or_default();
    matches!(
        first,
        "curl"
            | "curl.exe"
            | "wget"
            | "xh"
            | "Invoke-WebRequest"
            | "Invoke-RestMethod"
            | "echo"
            | "printf"
    ) || (matches!(first, "http" | "https") && line.contains(" POST "))
}

fn is_http(line: &str) -> bool {
    let mut words = line.split(' ');
    let (first, last) = (
        words.next().unwrap_or_default(),
        words.next_back().unwrap_or_default(),
    );
    let is_method = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_uppercase());
    first.starts_with("HTTP/")
        || (is_method && last.starts_with("HTTP/"))
        || matches!(first, "POST" | "PUT") && last.starts_with(['/', 'h'])
}

/// Lines such as `Content-Type: a/b`, a blank line, and then JSON.
fn has_headers(start: &str) -> bool {
    let head = start
        .split_once("\n\n")
        .or_else(|| start.split_once("\r\n\r\n"));
    head.is_some_and(|(head, body)| {
        body.trim_start().starts_with(['{', '['])
            && head.lines().all(|line| {
                line.split_once(':').is_some_and(|(name, _)| {
                    !name.is_empty()
                        && name
                            .bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
                })
            })
    })
}

/// `callback({`
fn is_call(line: &str) -> bool {
    line.find(['(']).is_some_and(|at| {
        let inside = line[at + 1..].trim_start();
        at > 0
            && line[..at]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$'))
            && (inside.starts_with("{\"") || inside.starts_with("[{"))
    })
}

fn is_dump(start: &str) -> bool {
    start.contains(['(', '[', '{']) && !start.starts_with("a:{")
}

/// A time, a level or the name of a program before JSON.
fn is_log(line: &str, before_json: Option<&str>) -> bool {
    let Some(before) = before_json else {
        return false;
    };
    let first = before.split([' ', '\t', '|']).next().unwrap_or_default();
    let is_time = first.len() >= 4
        && first
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.TZ/,+".contains(&byte));
    let is_level = [
        "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "FATAL", "CRITICAL",
    ]
    .iter()
    .any(|level| {
        before
            .to_ascii_uppercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == *level)
    });
    let is_syslog = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    .contains(&first);
    let is_clf = before.contains("] \"") || before.contains(" | ");
    line.contains("{\"") && (is_time || is_level || is_syslog || is_clf)
}

/// `eyJ….eyJ….sig`
fn is_token(line: &str) -> bool {
    let parts: Vec<&str> = line.split('.').collect();
    let is_part = |part: &&str| {
        part.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
    };
    parts.len() == 3 && line.starts_with("eyJ") && parts.iter().all(is_part)
}

/// `00000000: 7b22 7479`, `00000000  7b 22 74 79`
fn is_hex_dump(line: &str) -> bool {
    let (offset, rest) = line.split_at_checked(8).unwrap_or_default();
    let first = rest.trim_start_matches(':').trim_start();
    !offset.is_empty()
        && offset.bytes().all(|byte| byte.is_ascii_hexdigit())
        && rest.starts_with([':', ' '])
        && (first.starts_with("7b")
            || first.starts_with("5b")
            || first.starts_with("2020")
            || first.starts_with("20 "))
}

fn is_hex(start: &str) -> bool {
    let digits: Vec<u8> = start
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    digits.len() >= 8
        && matches!(&digits[..2], b"7b" | b"7B" | b"5b" | b"5B" | b"0x" | b"0X")
        && digits[2..].iter().all(u8::is_ascii_hexdigit)
}

/// Base64 of something that begins like JSON, or like packed JSON.
fn is_base64(start: &str) -> bool {
    /// What decides, in letters.
    const LETTERS: usize = 64;
    let letters = start.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let plain = |byte| match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let mut letters: Vec<u8> = letters
        .take(LETTERS)
        .map(plain)
        .take_while(|byte| *byte != b'=')
        .collect();
    letters.truncate(letters.len() / 4 * 4);
    letters.len() >= 12
        && STANDARD_NO_PAD.decode(letters).is_ok_and(|decoded| {
            let text = decoded.trim_ascii_start();
            text.starts_with(b"{\"")
                || text.starts_with(b"[{")
                || text.starts_with(b"{ ")
                || text.starts_with(b"{\n")
                || decoded.starts_with(b"\x1f\x8b")
        })
}

/// `a=1&b=%7B`: one line of pairs.
fn is_form(line: &str, whole: &[u8]) -> bool {
    let is_name = |name: &str| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]%+$".contains(&byte))
    };
    let is_one_line = memchr::memchr(b'\n', whole.trim_ascii()).is_none();
    is_one_line
        && !line.contains([' ', '"', '<'])
        && line.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Rows of cells: as many in the second line as in the first.
fn is_table(start: &str) -> bool {
    let mut lines = start.lines();
    let (first, second) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    [',', ';', '\t'].into_iter().any(|between| {
        let cells = |line: &str| line.matches(between).count();
        let is_name = |cell: &str| {
            let cell = cell.trim().trim_matches('"');
            !cell.is_empty()
                && cell
                    .chars()
                    .all(|c| c.is_alphanumeric() || "_- .".contains(c))
        };
        cells(first) >= 2 && cells(second) >= cells(first) && first.split(between).all(is_name)
    })
}

/// Two lines or more, each with a key before the sign, or indented, or a comment.
fn is_pairs(start: &str, sign: char) -> bool {
    let is_key = |key: &str| {
        let key = key.trim().trim_start_matches("- ").trim_matches('"');
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.".contains(c))
    };
    // The last line may be cut off.
    let lines: Vec<&str> = start
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(8)
        .collect();
    let pairs = lines.iter().filter(|line| {
        line.split_once(sign).is_some_and(|(key, value)| {
            is_key(key)
                && (sign == '='
                    || value.is_empty()
                    || value.starts_with(' ')
                    || value.starts_with('\r'))
        })
    });
    let pairs = pairs.count();
    let others = lines
        .iter()
        .filter(|line| line.starts_with([' ', '#', '-', ';', '[']) && !line.contains(sign));
    let is_single = lines.len() == 1 && sign == ':' && !start.contains(['{', '"']);
    (pairs >= 2 || (pairs == 1 && is_single)) && pairs + others.count() >= lines.len()
}

#[cfg(test)]
mod tests {
    use super::foreign;

    #[test]
    fn what_is_json_or_nearly_json_is_left_to_the_reader() {
        for text in [
            "",
            "{",
            "{}",
            "[1]",
            "[\"a\"] {",
            "\"x\"",
            "1",
            "null",
            "{'a': 1}",
            "{“a”: 1}",
            "{a: 1}",
            "[2026, 1]",
            "payload: {\"a\": 1}",
            "// x\n{\"a\": 1}",
            "oops",
            "“a”",
            "{\"a\": \"\"}",
            "{\"\": 1}",
            "[true] {\"a\": 1}",
            "True",
            "-1.5",
            "hello, world",
        ] {
            assert_eq!(foreign(text.as_bytes()), None, "{text}");
        }
    }
}
