//! Imports requests that other tools recorded: HAR files, and ngrok's list of captured requests.
//!
//! The shape of a file decides its kind; then each entry is read by itself. A POST request with a
//! body becomes a record, numbered in the order of receipt. An entry whose body is not all there
//! is named and not used. A file of such a tool is never taken for a body.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use compact_str::CompactString;
use serde_json::Value;

use super::line::{Item, ItemKind};
use super::record::Record;
use crate::files::lines::without_mark;
use crate::model::capture::{Capture, Headers};
use crate::text::number::{count, grouped};

/// What is in an entry: nothing of use to us (a GET), a capture, or the reason why it has none.
type Entry = Result<Option<Capture>, String>;

/// The items of a document, if another tool wrote it. Their lines are the numbers of its entries.
pub(super) fn items(text: &[u8]) -> Option<Vec<Item>> {
    // A cheap check first, since most documents are something else.
    let holds = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let may_be = holds("\"entries\"") || holds("\"requests\"") || holds("\"raw\"");
    if !may_be {
        return None;
    }
    let root: Value = serde_json::from_slice(without_mark(text)).ok()?;
    let entries = root.pointer("/log/entries").and_then(Value::as_array);
    let exchanges = root.get("requests").and_then(Value::as_array);
    let is_exchange = |value: &Value| value.pointer("/request/raw").is_some();
    let (entries, read): (_, fn(&Value) -> Entry) = if let Some(entries) = entries {
        (&entries[..], har)
    } else if let Some(exchanges) = exchanges.filter(|list| {
        let is_list = root.get("uri").is_some_and(Value::is_string);
        is_list || list.iter().any(is_exchange)
    }) {
        (&exchanges[..], ngrok)
    } else if is_exchange(&root) {
        (std::slice::from_ref(&root), ngrok)
    } else {
        return None;
    };
    Some(in_order(entries, read))
}

/// Reads each entry, and puts all in the order of their times: ngrok lists the newest first. An
/// entry without a time stays behind the one before it.
fn in_order(entries: &[Value], read: fn(&Value) -> Entry) -> Vec<Item> {
    let mut last = DateTime::<Utc>::default();
    let mut found = Vec::new();
    for (number, entry) in (1..).zip(entries) {
        let at = entry.get("startedDateTime").or_else(|| entry.get("start"));
        let at = at.and_then(|at| at.as_str()?.parse().ok());
        last = at.unwrap_or(last);
        if let Some(read) = read(entry).transpose() {
            found.push((last, number, read));
        }
    }
    found.sort_by_key(|(at, ..)| *at);
    let mut seq = 0;
    let item = |(received_at, line, read): (_, u64, Result<Capture, String>)| {
        let kind = match read {
            Ok(capture) => {
                seq += 1;
                let capture = Capture {
                    received_at,
                    ..capture
                };
                ItemKind::Record(Record {
                    seq,
                    log: None,
                    capture,
                    from: None,
                })
            }
            Err(reason) => ItemKind::Unusable { reason },
        };
        Item { line, kind }
    };
    found.into_iter().map(item).collect()
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key)?.as_str()
}

fn har(entry: &Value) -> Entry {
    let request = entry.get("request").ok_or("it has no request")?;
    if text(request, "method") != Some("POST") {
        return Ok(None);
    }
    let mut headers = Headers::new();
    for field in request
        .get("headers")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let (Some(name), Some(value)) = (text(field, "name"), text(field, "value"))
            // HTTP/2 writes the request line as pseudo-headers.
            && !name.starts_with(':')
        {
            headers.push(name.to_owned(), value.to_owned());
        }
    }
    let size = request.get("bodySize").and_then(Value::as_u64);
    // None where nothing says it: some tools leave it out, or write -1.
    let size = length(&headers).or(size);
    let none = Value::Null;
    let data = request.get("postData").unwrap_or(&none);
    let written = text(data, "text").filter(|text| !text.is_empty());
    // HAR has no encoding for requests; tools that need one use either name.
    let encoding = text(data, "encoding").or_else(|| text(data, "_encoding"));
    let kind = text(data, "mimeType").unwrap_or_default();
    let body: Bytes = match (written, form(data, kind)) {
        (Some(text), _) if encoding == Some("base64") => BASE64
            .decode(text)
            .map_err(|_| "its body is not base64")?
            .into(),
        (Some(text), _) => text.to_owned().into(),
        (None, Some(form)) => form.into(),
        (None, None) if size == Some(0) => return Ok(None),
        (None, None) => return Err("its body was not recorded".to_owned()),
    };
    // The text of a packed body is unpacked, and that of a form is rebuilt.
    if written.is_some() && headers.get("content-encoding").is_none() {
        whole(&body, size.unwrap_or(0))?;
    }
    if headers.get("content-type").is_none() && !kind.is_empty() {
        headers.push("content-type", kind.to_owned());
    }
    Ok(Some(Capture {
        received_at: DateTime::default(),
        peer: CompactString::default(),
        method: CompactString::const_new("POST"),
        target: text(request, "url").unwrap_or("/").into(),
        headers,
        body,
    }))
}

/// The body of a form, from its fields; of several parts it cannot be told.
fn form(data: &Value, kind: &str) -> Option<String> {
    let fields = data.get("params")?.as_array()?;
    if fields.is_empty() || kind.starts_with("multipart/") {
        return None;
    }
    let encoded = |field: &Value, key| {
        let text = text(field, key).unwrap_or_default();
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let pair = |field| format!("{}={}", encoded(field, "name"), encoded(field, "value"));
    let pairs: Vec<String> = fields.iter().map(pair).collect();
    Some(pairs.join("&"))
}

/// `raw` is the request as it was received, in base64.
fn ngrok(exchange: &Value) -> Entry {
    let request = exchange.get("request").ok_or("it has no request")?;
    let method = text(request, "method").unwrap_or_default();
    if method != "POST" {
        return Ok(None);
    }
    let raw = text(request, "raw").ok_or("its body was not recorded")?;
    let raw = BASE64.decode(raw).map_err(|_| "its body is not base64")?;
    let end = memchr::memmem::find(&raw, b"\r\n\r\n").ok_or("it is cut in its headers")?;
    let head = String::from_utf8_lossy(&raw[..end]);
    let mut headers = Headers::new();
    for line in head.split("\r\n").skip(1) {
        if let Some((name, value)) = line.split_once(':') {
            headers.push(name.to_owned(), value.trim().to_owned());
        }
    }
    let rest = &raw[end + 4..];
    let is_chunked = headers
        .get("transfer-encoding")
        .is_some_and(|how| how.eq_ignore_ascii_case(b"chunked"));
    let body = if is_chunked && rest.first().is_some_and(u8::is_ascii_hexdigit) {
        Cow::Owned(joined(rest).ok_or("it is cut in a chunk")?)
    } else {
        whole(rest, length(&headers).unwrap_or(0))?;
        Cow::Borrowed(rest)
    };
    Ok(Some(Capture {
        received_at: DateTime::default(),
        peer: text(exchange, "remote_addr").unwrap_or_default().into(),
        method: method.into(),
        target: text(request, "uri").unwrap_or("/").into(),
        headers,
        body: body.into_owned().into(),
    }))
}

fn length(headers: &Headers) -> Option<u64> {
    str::from_utf8(headers.get("content-length")?)
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Tools keep only the beginning of a large body.
fn whole(body: &[u8], size: u64) -> Result<(), String> {
    let kept = count(body.len());
    if kept < size {
        return Err(format!("cut, {} of {} bytes", grouped(kept), grouped(size)));
    }
    Ok(())
}

/// The body without its chunks (RFC 9112, section 7.1); nothing if it is not chunked.
fn joined(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = memchr::memmem::find(rest, b"\r\n")?;
        let size = str::from_utf8(&rest[..end]).ok()?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        rest = rest.get(end + 2..)?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    /// The number of each entry with its body, or why it has none.
    fn bodies(text: &[u8]) -> Vec<(u64, String)> {
        let told = |item: Item| {
            let text = match item.kind {
                ItemKind::Record(record) => {
                    String::from_utf8_lossy(&record.capture.body).into_owned()
                }
                ItemKind::Unusable { reason } => reason,
                other => panic!("{other:?}"),
            };
            (item.line, text)
        };
        items(text).unwrap().into_iter().map(told).collect()
    }

    fn records(text: &str) -> Vec<Record> {
        let record = |item: Item| match item.kind {
            ItemKind::Record(record) => record,
            other => panic!("{other:?}"),
        };
        items(text.as_bytes())
            .unwrap()
            .into_iter()
            .map(record)
            .collect()
    }

    #[test]
    fn a_har_file_gives_its_posts_in_the_order_of_their_times() {
        let har = r#"{"log":{"version":"1.2","entries":[
          {"startedDateTime":"2026-11-20T14:00:02.5Z","request":{"method":"POST","url":"https://h/x?y=1",
           "headers":[{"name":":authority","value":"h"},{"name":"X-Sig","value":"1"}],
           "postData":{"mimeType":"application/json","text":"{\"n\": 2}"}}},
          {"startedDateTime":"2026-11-20T16:00:01+02:00","request":{"method":"POST","url":"https://h/",
           "headers":[{"name":"Content-Type","value":"a/b"}],
           "postData":{"mimeType":"x","text":"/w==","encoding":"base64"}}},
          {"startedDateTime":"2026-11-20T14:00:00Z","request":{"method":"GET","url":"https://h/"}}]}}"#;
        let records = records(har);
        let [first, second] = &records[..] else {
            panic!("{records:?}")
        };
        assert_eq!((first.seq, &first.capture.body[..]), (1, &b"\xff"[..]));
        assert_eq!(first.capture.headers.get("content-type"), Some(&b"a/b"[..]));
        assert_eq!(
            (second.seq, &second.capture.body[..]),
            (2, &b"{\"n\": 2}"[..])
        );
        let headers = second.capture.headers.iter().map(|(name, _)| name);
        assert_eq!(headers.collect::<Vec<_>>(), ["X-Sig", "content-type"]);
    }

    #[test]
    fn an_entry_that_cannot_be_used_is_named_and_the_others_are_read() {
        let entry = |more: &str| format!(r#"{{"request":{{"method":"POST",{more}}}}}"#);
        let entries = [
            entry(r#""postData":{"text":"{}"}"#),
            entry(r#""bodySize":9,"postData":{"text":null}"#),
            entry(r#""bodySize":18931,"postData":{"text":"{\"a\":"}"#),
            entry(
                r#""postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"a b","value":"{1}"},{"name":"c","value":""}]}"#,
            ),
            entry(
                r#""bodySize":1,"postData":{"mimeType":"multipart/form-data","params":[{"name":"a"}]}"#,
            ),
            entry(r#""headers":[{"name":"Content-Length","value":"0"}]"#),
            "7".to_owned(),
            entry(r#""bodySize":-1,"postData":{"text":null}"#),
        ];
        let har = format!(
            "\u{feff}{{\"log\":{{\"entries\":[{}]}}}}",
            entries.join(",")
        );
        let found = bodies(har.as_bytes());
        let found: Vec<_> = found
            .iter()
            .map(|(entry, text)| (*entry, &**text))
            .collect();
        assert_eq!(
            found,
            [
                (1, "{}"),
                (2, "its body was not recorded"),
                (3, "cut, 5 of 18,931 bytes"),
                (4, "a%20b=%7B1%7D&c="),
                (5, "its body was not recorded"),
                (7, "it has no request"),
                (8, "its body was not recorded"),
            ]
        );
    }

    #[test]
    fn ngroks_list_gives_the_oldest_first_and_chunks_joined() {
        let raw = |text: &str| BASE64.encode(text);
        let list = serde_json::json!({"uri": "/api/requests/http", "requests": [
            {"id": "2", "remote_addr": "1.2.3.4", "start": "2026-11-20T14:00:02+01:00", "request": {
                "method": "POST", "uri": "/hook", "raw": raw("POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"n\r\n4\r\n\":2}\r\n0\r\n\r\n")}},
            {"id": "1", "start": "2026-11-20T14:00:01+01:00", "request": {
                "method": "POST", "uri": "/hook", "raw": raw("POST /hook HTTP/1.1\r\nX-A: 1\r\n\r\n {\"n\":1}\r\n")}},
            {"id": "0", "start": "2026-11-20T14:00:00+01:00", "request": {
                "method": "POST", "uri": "/hook", "raw": raw("POST /hook HTTP/1.1\r\nContent-Length: 7\r\n\r\n{\"n\"")}},
        ]});
        let found = bodies(list.to_string().as_bytes());
        assert_eq!(found[0], (3, "cut, 4 of 7 bytes".to_owned()));
        assert_eq!(found[1], (2, " {\"n\":1}\r\n".to_owned()));
        assert_eq!(found[2], (1, "{\"n\":2}".to_owned()));
        let empty = br#"{"uri":"/api/requests/http","requests":[]}"#;
        assert_eq!(items(empty), Some(Vec::new()));
    }

    #[test]
    fn any_other_document_is_nothing_of_this() {
        for text in [
            "{}",
            "{\"entries\":[]}",
            "{\"requests\":[{\"raw\":1}]}",
            "[\"entries\"]",
        ] {
            assert_eq!(items(text.as_bytes()), None, "{text}");
        }
    }
}
