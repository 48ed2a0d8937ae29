//! Imports requests that other tools recorded: HAR files, and ngrok's list of captured requests.
//!
//! Each POST request with a body becomes a record. Records are numbered in the order in which the
//! requests were received.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::record::Record;
use crate::model::capture::{Capture, Headers};

/// The records of a document, if another tool wrote it.
pub(super) fn records(text: &[u8]) -> Option<Vec<Record>> {
    // A cheap check first, since most documents are something else.
    let holds = |word: &str| memchr::memmem::find(text, word.as_bytes()).is_some();
    let mut captures = if holds("\"entries\"") {
        let har: Har = serde_json::from_slice(text).ok()?;
        har.log
            .entries
            .into_iter()
            .filter_map(Entry::capture)
            .collect()
    } else if holds("\"requests\"") && holds("\"raw\"") {
        let list: Ngrok = serde_json::from_slice(text).ok()?;
        let captures = list.requests.into_iter().filter_map(Exchange::capture);
        captures.collect::<Vec<_>>()
    } else {
        return None;
    };
    // ngrok lists the newest first.
    captures.sort_by_key(|capture| capture.received_at);
    let record = |(seq, capture)| Record {
        seq,
        log: None,
        capture,
    };
    Some((1..).zip(captures).map(record).collect())
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: DateTime<Utc>,
    request: HarRequest,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Field>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Field {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    text: String,
    /// HAR has no such field for requests; tools that need one use either name.
    #[serde(alias = "_encoding")]
    encoding: Option<String>,
}

impl Entry {
    fn capture(self) -> Option<Capture> {
        let HarRequest {
            method,
            url,
            headers: fields,
            post_data,
        } = self.request;
        let data = post_data.filter(|_| method == "POST")?;
        let body = if data.encoding.as_deref() == Some("base64") {
            BASE64.decode(&data.text).ok()?.into()
        } else {
            Bytes::from(data.text)
        };
        let mut headers = Headers::new();
        for Field { name, value } in fields {
            // HTTP/2 writes the request line as pseudo-headers.
            if !name.starts_with(':') {
                headers.push(name, value);
            }
        }
        if headers.get("content-type").is_none() && !data.mime_type.is_empty() {
            headers.push("content-type", data.mime_type);
        }
        Some(Capture {
            received_at: self.started_date_time,
            peer: String::new(),
            method,
            target: url,
            headers,
            body,
        })
    }
}

#[derive(Deserialize)]
struct Ngrok {
    requests: Vec<Exchange>,
}

#[derive(Deserialize)]
struct Exchange {
    #[serde(default)]
    remote_addr: String,
    start: DateTime<Utc>,
    request: NgrokRequest,
}

#[derive(Deserialize)]
struct NgrokRequest {
    method: String,
    uri: String,
    raw: String,
}

impl Exchange {
    /// `raw` is the request as it was received, in base64.
    fn capture(self) -> Option<Capture> {
        let NgrokRequest { method, uri, raw } = self.request;
        if method != "POST" {
            return None;
        }
        let raw = BASE64.decode(raw).ok()?;
        let end = memchr::memmem::find(&raw, b"\r\n\r\n")?;
        let head = str::from_utf8(&raw[..end]).ok()?;
        let mut headers = Headers::new();
        for line in head.split("\r\n").skip(1) {
            let (name, value) = line.split_once(':')?;
            headers.push(name, value.trim().to_owned());
        }
        let rest = &raw[end + 4..];
        let is_chunked = headers
            .get("transfer-encoding")
            .is_some_and(|how| how.eq_ignore_ascii_case(b"chunked"));
        let body = is_chunked.then(|| joined(rest)).flatten();
        Some(Capture {
            received_at: self.start,
            peer: self.remote_addr,
            method,
            target: uri,
            headers,
            body: body.unwrap_or_else(|| rest.to_vec()).into(),
        })
    }
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
        let records = records(har.as_bytes()).unwrap();
        let [first, second] = &records[..] else {
            panic!("{records:?}")
        };
        assert_eq!((first.seq, &first.capture.body[..]), (1, &b"\xff"[..]));
        assert_eq!(first.capture.headers.get("content-type"), Some(&b"a/b"[..]));
        assert_eq!(
            (second.seq, &second.capture.body[..]),
            (2, &b"{\"n\": 2}"[..])
        );
        let headers: Vec<_> = second
            .capture
            .headers
            .iter()
            .map(|(name, _)| name)
            .collect();
        assert_eq!(headers, ["X-Sig", "content-type"]);
    }

    #[test]
    fn ngroks_list_gives_the_oldest_first_and_chunks_joined() {
        let raw = |text: &str| BASE64.encode(text);
        let list = serde_json::json!({"uri": "/api/requests/http", "requests": [
            {"id": "2", "remote_addr": "1.2.3.4", "start": "2026-11-20T14:00:02+01:00", "request": {
                "method": "POST", "uri": "/hook", "raw": raw("POST /hook HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"n\r\n4\r\n\":2}\r\n0\r\n\r\n")}},
            {"id": "1", "start": "2026-11-20T14:00:01+01:00", "request": {
                "method": "POST", "uri": "/hook", "raw": raw("POST /hook HTTP/1.1\r\nX-A: 1\r\n\r\n {\"n\":1}\r\n")}},
        ]});
        let records = records(list.to_string().as_bytes()).unwrap();
        let bodies: Vec<_> = records.iter().map(|one| &one.capture.body[..]).collect();
        assert_eq!(bodies, [&b" {\"n\":1}\r\n"[..], b"{\"n\":2}"]);
        assert_eq!(records[0].capture.headers.get("x-a"), Some(&b"1"[..]));
    }

    #[test]
    fn any_other_document_is_nothing_of_this() {
        for text in [
            "{}",
            "{\"entries\":[]}",
            "{\"requests\":[{\"raw\":1}]}",
            "[\"entries\"]",
        ] {
            assert_eq!(records(text.as_bytes()), None, "{text}");
        }
    }
}
