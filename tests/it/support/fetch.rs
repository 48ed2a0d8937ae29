//! A client that downloads, by hand: also what breaks off.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use super::{Message, TOO_LONG};

/// What `Authorization` says for `enx:secret`.
pub(crate) const SECRET: (&str, &str) = ("Authorization", "Basic ZW54OnNlY3JldA==");

/// Asks for a URL of this machine. The body is what came before the connection was closed.
#[track_caller]
pub(crate) fn fetch(method: &str, url: &str, headers: &[(&str, &str)]) -> Message {
    let (address, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap_or_else(|| panic!("not a URL of this machine: {url}"));
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(TOO_LONG)).expect("a time-out");
    let fields: Vec<String> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let head = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{}\r\n",
        fields.concat()
    );
    stream.write_all(head.as_bytes()).expect("it is taken");
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no answer to {method} {url}"));
    let head = String::from_utf8(bytes[..end].to_vec()).expect("a head");
    let mut lines = head.split("\r\n");
    Message {
        start: lines.next().unwrap_or_default().to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: bytes[end + 4..].to_vec(),
    }
}

/// The URLs of this machine in an event.
pub(crate) fn urls(event: &[u8]) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) if text.starts_with("http://127.0.0.1:") => {
                found.push(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            Value::Object(members) => members.values().for_each(|member| walk(member, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(
        &serde_json::from_slice(event).unwrap_or_default(),
        &mut found,
    );
    found
}
