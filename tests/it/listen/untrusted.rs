//! Nothing that comes over the network acts on a terminal, an editor or an eye.

use std::fmt::Write as _;
use std::net::SocketAddr;

use super::{LOG, ROOMDROP, interrupt, records};
use crate::support::{Connection, Listener, Sandbox, post, post_raw};

/// Characters that act instead of showing: C0, DEL, C1, bidi, zero-width, separators.
const DANGEROUS: [char; 18] = [
    '\0',
    '\x07',
    '\x08',
    '\r',
    '\x0b',
    '\x1b',
    '\x7f',
    '\u{85}',
    '\u{9b}',
    '\u{9d}',
    '\u{ad}',
    '\u{200b}',
    '\u{200f}',
    '\u{202e}',
    '\u{2028}',
    '\u{2066}',
    '\u{feff}',
    '\u{e0041}',
];

/// Such a text in a JSON string, as it may be written raw there.
fn raw() -> String {
    let raw = DANGEROUS.iter().filter(|c| **c >= ' ');
    format!("a{}z", raw.collect::<String>())
}

/// The same as JSON escapes, and a whole attack on a terminal's title and colours.
fn escaped() -> String {
    let mut all = String::new();
    for unit in DANGEROUS.iter().collect::<String>().encode_utf16() {
        write!(all, "\\u{unit:04x}").unwrap();
    }
    format!("{all}\\u001b]0;owned\\u0007\\u001b[31m\\u001b[2J\\r\\nspoofed")
}

fn bodies() -> Vec<String> {
    let mut bodies = vec![
        // Not JSON at all: every character as it is.
        DANGEROUS.iter().collect(),
        format!("\x1b]0;owned\x07\x1b[31m{ROOMDROP}"),
        format!("{ROOMDROP}\u{202e}"),
    ];
    for text in [raw(), escaped()] {
        bodies.push(format!(r#"{{"type":"{text}","conf_num":"{text}"}}"#));
        bodies.push(ROOMDROP.replace("7700123", &text));
        bodies.push(ROOMDROP.replace("\"room_id\"", &format!("\"{text}\":\"{text}\",\"room_id\"")));
        bodies.push(ROOMDROP.replace("1731000000", &format!("\"{text}\"")));
        bodies.push(format!(r#"{{"status":"{text}","rec_id":"{text}"}}"#));
        bodies.push(format!(
            r#"{{"type":"roomdrop","{text}":["{text}",{{"{text}":1}}],}}"#
        ));
        bodies.push(format!(r#"{{"a":"{text}","a":"{text}"}}"#));
    }
    bodies
}

/// Posts everything that could do harm, in every place where it can be put.
fn attack(address: SocketAddr) -> usize {
    let post = |body: &[u8]| post(address, "/hook", &[], body).status();
    let mut posts = 0;
    for body in bodies() {
        assert_eq!(post(body.as_bytes()), 200);
        posts += 1;
    }
    // No UTF-8, with the single bytes that are C1 controls in other encodings.
    assert_eq!(post(b"\x9b31m\x85\xff{\"type\":\"\x9d0;x\x9c\"}"), 200);
    posts += 1;
    // Targets: what is not ASCII goes through HTTP parsers.
    for request in [
        "PUT /\u{202e}\u{200b}\u{9b}x?\u{2066} HTTP/1.1",
        "PUT /%1b%5b31m%e2%80%ae HTTP/1.1",
        "P\u{7c}T /x HTTP/1.1",
        "\x1b]0;owned\x07 / HTTP/1.1",
    ] {
        let mut connection = Connection::to(address);
        let request = format!("{request}\r\nHost: h\r\nConnection: close\r\n\r\n");
        connection.send(request).unwrap();
        // Refused or unreadable; only what is shown of it matters.
        let _ = connection.answer();
    }
    let request = format!(
        "POST /\u{202e}\u{200b}x HTTP/1.1\r\nHost: h\r\nContent-Type: \u{9b}\u{202e}\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{ROOMDROP}",
        ROOMDROP.len()
    );
    let status = post_raw(address, request.as_bytes()).status();
    posts + usize::from(status == 200)
}

/// No character acts, line ends aside.
#[track_caller]
fn is_harmless(text: &str) {
    for line in text.lines() {
        let found = line
            .chars()
            .find(|c| DANGEROUS.contains(c) || c.is_control());
        assert!(found.is_none(), "{found:?} in {line:?}");
        // `lines` would eat it.
        assert!(!line.ends_with('\r'));
    }
    assert!(!text.contains("\r\n"));
}

#[test]
fn nothing_dangerous_reaches_a_stream_in_any_format() {
    for format in ["pretty", "json"] {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--format", format, "--full", "-v"]);
        let posts = attack(listener.address());
        let run = interrupt(listener);
        is_harmless(run.out());
        is_harmless(run.err());
        assert_eq!(records(&sandbox, LOG).len(), posts);
        if format == "pretty" {
            // It is not lost either: people see its number.
            run.says("\\u{202e}").says("\\u{1b}").says("\\u{9b}");
            run.says("\\xff");
            assert!(!run.out().lines().any(|line| line.starts_with("spoofed")));
        }
    }
}

#[test]
fn with_colour_only_our_own_sequences_are_left() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--color", "always"]);
    for body in bodies() {
        let answer = listener.connect().post(&body);
        assert_eq!(answer.unwrap().status(), 200);
    }
    let run = interrupt(listener);
    for text in [run.out(), run.err()] {
        assert!(text.contains("\x1b["), "there is colour: {text}");
        is_harmless(&without_colour(text));
    }
}

/// Lines that are so long that only a part can be shown, and all of it would do harm.
#[cfg(target_os = "linux")]
fn long_lines() -> [String; 3] {
    const LONG: usize = 5 * 1024 * 1024;
    let escaped = escaped().repeat(LONG / escaped().len());
    let raw: String = DANGEROUS.iter().collect();
    [
        ROOMDROP.replace("7700123", &escaped),
        ROOMDROP.replace("r-9901", &escaped),
        raw.repeat(LONG / raw.len()),
    ]
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_raw_reaches_a_terminal() {
    use crate::support::Terminal;

    for format in ["pretty", "line"] {
        let sandbox = Sandbox::new();
        let line = format!(
            "stty rows 40 cols 100; exec enx-hook listen --port 0 --format {format} --ready-file ready"
        );
        let mut terminal = Terminal::run(&sandbox, &line, &[]);
        let mut seen = terminal.wait_for("Setup Webhook");
        let url = sandbox.text("ready");
        let address = url.trim().trim_start_matches("http://").parse().unwrap();
        let mut posts = attack(address);
        for body in long_lines() {
            assert_eq!(post(address, "/", &[], &body).status(), 200);
            posts += 1;
        }
        let mut header = Connection::to(address);
        let field = "\u{202e}\u{9b}31m".repeat(700_000);
        let _ = header.send(format!("POST / HTTP/1.1\r\nHost: h\r\nX: {field}\r\n\r\n"));
        assert_eq!(header.answer().unwrap().unwrap().status(), 431);
        seen += &terminal.wait_for("431");
        // Once: it has a lot to show, and a second time would not wait for that.
        terminal.press("\u{3}");
        let (code, rest) = terminal.ended();
        assert_eq!(code, Some(0));
        // A terminal's own line ends.
        let seen = (seen + &rest).replace("\r\n", "\n");
        assert!(
            seen.contains("\x1b[") && seen.contains("captures in"),
            "{seen}"
        );
        is_harmless(&without_colour(&seen));
        assert_eq!(records(&sandbox, LOG).len(), posts);
    }
}

/// The text without `ESC [ digits m`, which sets colours and nothing else.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';'));
        match end.map(|end| part.split_at(end)) {
            Some((_, rest)) if rest.starts_with('m') => plain.push_str(&rest[1..]),
            _ => panic!("a sequence that is no colour: {part:?}"),
        }
    }
    plain
}

#[test]
fn for_machines_the_text_is_escaped_and_the_same() {
    let sandbox = Sandbox::new();
    let mut listener = Listener::start(&sandbox, &["--format", "json"]);
    listener.json();
    for body in bodies() {
        listener.post(&body);
        let line = listener.line();
        is_harmless(&line);
        let shown: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(shown["body"], body.as_str());
    }
}
