//! HTTP Archives (HAR 1.2), which browsers and debugging proxies read.
//!
//! <http://www.softwareishard.com/blog/har-12-spec/>. Bodies stand as they were sent, as text or
//! in Base64. Headers stand without credentials and cookies.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::json::JsonList;
use crate::delivery::{Attempt, ClientOptions, Ending, OutgoingRequest, Request, TargetUrl};
use crate::model::capture::{Capture, NOT_STORED, is_credential};
use crate::model::error::{Failure, OutputError};
use crate::text::mask::mask;

/// Headers whose values are no secrets, whoever gives them.
const PLAIN: [&str; 5] = [
    "content-type",
    "content-encoding",
    "accept",
    "user-agent",
    "host",
];

/// An archive that is being written, entry by entry.
pub(super) struct Archive {
    entries: JsonList,
    target: TargetUrl,
    options: ClientOptions,
    /// Masks the bodies of requests.
    pub(super) mask: Option<MaskBody>,
}

/// Makes a masked body of one.
pub(super) type MaskBody = Box<dyn Fn(&Bytes) -> Bytes + Send>;

impl Archive {
    /// Writes the beginning.
    pub(super) fn begin(
        target: TargetUrl,
        options: ClientOptions,
        out: &mut dyn Write,
    ) -> Result<Archive, OutputError> {
        begin(out)?;
        Ok(Archive {
            entries: JsonList::default(),
            target,
            options,
            mask: None,
        })
    }

    /// Whether a header was given with --header or in the configuration, so that its value may be
    /// a secret.
    fn is_given_secret(&self, name: &str) -> bool {
        let mut given = self.options.headers.iter();
        given.any(|header| name.eq_ignore_ascii_case(header.name())) && !PLAIN.contains(&name)
    }

    /// The entry of a request whose attempt ended now.
    pub(super) fn entry(
        &self,
        request: &OutgoingRequest,
        attempt: &Attempt,
    ) -> Result<Value, Failure> {
        let sent = Request::new(&self.target, &self.options, request)?;
        let url = format!("{}{}", self.target.origin(), sent.target);
        let headers = sent.fields.iter();
        let headers = headers.map(|header| {
            if self.is_given_secret(&header.name) {
                json!({ "name": header.name, "value": NOT_STORED })
            } else {
                field(&header.name, &header.value)
            }
        });
        let headers: Vec<Value> = headers.collect();
        let body = request.body();
        let masked = self.mask.as_ref().map(|mask| mask(body));
        let request = post(&url, &headers, masked.as_ref().unwrap_or(body));
        let (response, comment) = match &attempt.ending {
            Ending::Answered(answer) => {
                let headers = answer.headers().map(|(name, value)| field(name, value));
                let headers: Vec<Value> = headers.collect();
                let response = response(answer.status, &headers, &answer.body);
                (response, answer.incomplete())
            }
            ending => (no_response(), ending.failure()),
        };
        let started = (Utc::now() - attempt.took).to_rfc3339_opts(SecondsFormat::Micros, true);
        let time = attempt.took.as_secs_f64() * 1e3;
        Ok(entry(&started, time, &request, &response, comment))
    }

    /// Writes an entry.
    pub(super) fn add(&mut self, entry: &Value, out: &mut dyn Write) -> Result<(), OutputError> {
        self.entries.add(entry, out)
    }

    /// Writes the end.
    pub(super) fn end(out: &mut dyn Write) -> Result<(), OutputError> {
        end(out)
    }
}

fn begin(out: &mut dyn Write) -> Result<(), OutputError> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(write!(
        out,
        "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"enx-hook\",\"version\":\"{version}\"}},\"entries\":["
    )?)
}

fn end(out: &mut dyn Write) -> Result<(), OutputError> {
    Ok(out.write_all(b"\n]}}\n")?)
}

/// An archive of received captures. A log does not hold the answers, so that none stands there.
#[derive(Debug)]
pub struct CaptureArchive(JsonList);

impl CaptureArchive {
    /// Writes the beginning.
    ///
    /// # Errors
    ///
    /// When it cannot be written, as for all functions here.
    pub fn begin(out: &mut dyn Write) -> Result<CaptureArchive, OutputError> {
        begin(out)?;
        Ok(CaptureArchive(JsonList::default()))
    }

    /// Writes a capture that was received at that time, if it is known.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn add(
        &mut self,
        capture: &Capture,
        received_at: Option<DateTime<Utc>>,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let host = capture.headers.get("host").map(String::from_utf8_lossy);
        let target = match &*capture.target {
            target if target.starts_with('/') => target,
            _ => "/",
        };
        let url = format!("http://{}{target}", host.as_deref().unwrap_or("localhost"));
        let headers = capture.headers.iter();
        let headers: Vec<Value> = headers.map(|(name, value)| field(name, value)).collect();
        let request = post(&url, &headers, &capture.body);
        let at = received_at.unwrap_or_default();
        let at = at.to_rfc3339_opts(SecondsFormat::Micros, true);
        let entry = entry(&at, 0.0, &request, &no_response(), None);
        self.0.add(&entry, out)
    }

    /// Writes the end.
    ///
    /// # Errors
    ///
    /// As above.
    pub fn end(self, out: &mut dyn Write) -> Result<(), OutputError> {
        end(out)
    }
}

/// `time`: milliseconds in all. Its parts were not measured, so all of it counts as waiting.
fn entry(
    started: &str,
    time: f64,
    request: &Value,
    response: &Value,
    comment: Option<String>,
) -> Value {
    let mut entry = json!({
        "startedDateTime": started,
        "time": time,
        "request": request,
        "response": response,
        "cache": {},
        "timings": { "send": 0.0, "wait": time, "receive": 0.0 },
    });
    if let Some(comment) = comment {
        entry["comment"] = comment.into();
    }
    entry
}

/// HAR has an encoding for the bodies of responses only; for requests it is a field of our own.
fn post(url: &str, headers: &[Value], body: &[u8]) -> Value {
    let (text, encoding) = text_of(body);
    let mut data = json!({ "mimeType": value_of(headers, "content-type"), "text": text });
    if let Some(encoding) = encoding {
        data["_encoding"] = encoding.into();
    }
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        field(name, value.as_bytes())
    });
    json!({
        "method": "POST",
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "queryString": pairs.collect::<Vec<_>>(),
        "postData": data,
        "headers": headers,
        "headersSize": -1,
        "bodySize": body.len(),
    })
}

fn response(status: u16, headers: &[Value], body: &[u8]) -> Value {
    let (text, encoding) = text_of(body);
    let mime_type = value_of(headers, "content-type");
    let mut content = json!({ "size": body.len(), "mimeType": mime_type, "text": text });
    if let Some(encoding) = encoding {
        content["encoding"] = encoding.into();
    }
    json!({
        "status": status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "content": content,
        "redirectURL": value_of(headers, "location"),
        "headers": headers,
        "headersSize": -1,
        "bodySize": body.len(),
    })
}

/// Without an answer the status is 0, as browsers write it.
fn no_response() -> Value {
    let mut none = response(0, &[], b"");
    none["bodySize"] = (-1).into();
    none
}

/// A header or a parameter without what a report must not contain: credentials, cookies,
/// passwords in URLs.
fn field(name: &str, value: &[u8]) -> Value {
    let text = String::from_utf8_lossy(value);
    let value = if is_credential(name) || name.eq_ignore_ascii_case("set-cookie") {
        NOT_STORED.into()
    } else {
        mask(&text)
    };
    json!({ "name": name, "value": value })
}

/// The value of the first header of that name, or nothing.
fn value_of<'h>(headers: &'h [Value], name: &str) -> &'h str {
    let is_named = |header: &&Value| {
        let known = header["name"].as_str();
        known.is_some_and(|known| known.eq_ignore_ascii_case(name))
    };
    let header = headers.iter().find(is_named);
    header.map_or("", |header| header["value"].as_str().unwrap_or_default())
}

/// A body as text, and its encoding if it is not UTF-8.
fn text_of(body: &[u8]) -> (String, Option<&'static str>) {
    match str::from_utf8(body) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (BASE64.encode(body), Some("base64")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn an_archive_has_all_that_is_asked_for_and_bodies_as_they_came() {
        let fields = [field("Content-Type", b"a/b")];
        let request = post("http://h/p?a=1&b", &fields, b"\xff");
        let fields = [field("location", b"/x")];
        let answer = response(302, &fields, "\u{202e}".as_bytes());
        let mut out = Vec::new();
        let target = TargetUrl::parse("http://h/").unwrap();
        let options = ClientOptions::new(std::time::Duration::ZERO);
        let mut archive = Archive::begin(target, options, &mut out).unwrap();
        for _ in 0..2 {
            let entry = entry("t", 1.5, &request, &answer, None);
            archive.add(&entry, &mut out).unwrap();
        }
        Archive::end(&mut out).unwrap();
        assert!(!String::from_utf8_lossy(&out).contains('\u{202e}'));
        let har: Value = serde_json::from_slice(&out).unwrap();
        let entry = &har["log"]["entries"][1];
        let field = |name: &str, value: &str| field(name, value.as_bytes());
        assert_eq!(
            entry["request"],
            json!({
                "method": "POST", "url": "http://h/p?a=1&b", "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": [field("Content-Type", "a/b")],
                "queryString": [field("a", "1"), field("b", "")],
                "postData": {"mimeType": "a/b", "text": "/w==", "_encoding": "base64"},
                "headersSize": -1, "bodySize": 1,
            })
        );
        assert_eq!(
            entry["response"],
            json!({
                "status": 302, "statusText": "", "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": [field("location", "/x")],
                "content": {"size": 3, "mimeType": "", "text": "\u{202e}"},
                "redirectURL": "/x", "headersSize": -1, "bodySize": 3,
            })
        );
        assert_eq!(
            entry["timings"],
            json!({"send": 0.0, "wait": 1.5, "receive": 0.0})
        );
        assert_eq!((&entry["time"], &entry["cache"]), (&json!(1.5), &json!({})));
    }

    #[test]
    fn no_header_holds_a_secret() {
        for name in [
            "Authorization",
            "COOKIE",
            "Set-Cookie",
            "proxy-authorization",
        ] {
            assert_eq!(field(name, b"geheim")["value"], NOT_STORED);
        }
        let location = field("Location", b"https://u:geheim@h/x");
        assert_eq!(location["value"], "https://u:***@h/x");
    }
}
