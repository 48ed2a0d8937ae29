//! HTTP Archives (HAR 1.2), which browsers and debugging proxies read, written one entry after
//! the other so that memory does not grow with their number.
//!
//! <http://www.softwareishard.com/blog/har-12-spec/>. Bodies stand as they came, as text or in
//! base64. Headers stand without credentials and cookies.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize;

use crate::model::capture::{NOT_STORED, is_credential};
use crate::model::error::OutputError;
use crate::text::mask::mask;
use crate::wire::json_lines;

/// One request and its answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When the request began: RFC 3339.
    pub started_date_time: String,
    /// How long it all took, in milliseconds.
    pub time: f64,
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub response: Response,
    cache: Empty,
    timings: Timings,
    /// What else there is to say.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Empty {}

/// Where the time went. Only the whole was measured, and counts as waiting.
#[derive(Clone, Copy, Debug, Serialize)]
struct Timings {
    send: f64,
    wait: f64,
    receive: f64,
}

/// What was sent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    method: &'static str,
    url: String,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Field>,
    query_string: Vec<Field>,
    post_data: Content,
    headers_size: i64,
    body_size: usize,
}

/// What came back; without an answer the status is 0, as browsers write it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    status: u16,
    status_text: &'static str,
    http_version: &'static str,
    cookies: [Empty; 0],
    headers: Vec<Field>,
    content: Content,
    #[serde(rename = "redirectURL")]
    redirect_url: String,
    headers_size: i64,
    body_size: i64,
}

/// A name and a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value; bytes that are no UTF-8 are replaced.
    pub value: String,
}

impl Field {
    /// A field without what must not be in a report: credentials, cookies, passwords in URLs.
    pub fn new(name: &str, value: &[u8]) -> Field {
        let value = if is_credential(name) || name.eq_ignore_ascii_case("set-cookie") {
            NOT_STORED.to_owned()
        } else {
            mask(&String::from_utf8_lossy(value)).into_owned()
        };
        Field {
            name: name.to_owned(),
            value,
        }
    }
}

/// A body. HAR knows an encoding of answers only; of requests it stands as a field of our own.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<usize>,
    mime_type: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(rename = "_encoding", skip_serializing_if = "Option::is_none")]
    own_encoding: Option<&'static str>,
}

/// A body as text, and how that is encoded if it is.
fn text_of(body: &[u8]) -> (String, Option<&'static str>) {
    match str::from_utf8(body) {
        Ok(text) => (text.to_owned(), None),
        Err(_) => (BASE64.encode(body), Some("base64")),
    }
}

fn content_type(headers: &[Field]) -> String {
    let mut fields = headers.iter();
    fields
        .find(|field| field.name.eq_ignore_ascii_case("content-type"))
        .map_or_else(String::new, |field| field.value.clone())
}

impl Request {
    /// A POST.
    pub fn post(url: String, headers: Vec<Field>, body: &[u8]) -> Request {
        let (text, own_encoding) = text_of(body);
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Field::new(name, value.as_bytes())
        };
        Request {
            method: "POST",
            http_version: "HTTP/1.1",
            cookies: [],
            query_string: query
                .split('&')
                .filter(|part| !part.is_empty())
                .map(pair)
                .collect(),
            post_data: Content {
                size: None,
                mime_type: content_type(&headers),
                text,
                encoding: None,
                own_encoding,
            },
            headers,
            headers_size: -1,
            body_size: body.len(),
            url,
        }
    }
}

impl Response {
    /// An answer.
    pub fn new(status: u16, headers: Vec<Field>, body: &[u8]) -> Response {
        let (text, encoding) = text_of(body);
        let location = headers
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case("location"));
        Response {
            status,
            status_text: "",
            http_version: "HTTP/1.1",
            cookies: [],
            redirect_url: location.map_or_else(String::new, |field| field.value.clone()),
            content: Content {
                size: Some(body.len()),
                mime_type: content_type(&headers),
                text,
                encoding,
                own_encoding: None,
            },
            headers,
            headers_size: -1,
            body_size: i64::try_from(body.len()).unwrap_or(-1),
        }
    }

    /// No answer.
    pub fn none() -> Response {
        let mut none = Response::new(0, Vec::new(), b"");
        none.body_size = -1;
        none
    }
}

impl Entry {
    /// An exchange that took so many milliseconds.
    pub fn new(started: String, time: f64, request: Request, response: Response) -> Entry {
        Entry {
            started_date_time: started,
            time,
            request,
            response,
            cache: Empty {},
            timings: Timings {
                send: 0.0,
                wait: time,
                receive: 0.0,
            },
            comment: String::new(),
        }
    }
}

/// An archive that is being written.
#[derive(Debug)]
pub struct Archive {
    is_empty: bool,
}

impl Archive {
    /// Writes the beginning.
    ///
    /// # Errors
    ///
    /// When it cannot be written, as for all functions here.
    pub fn begin(out: &mut dyn Write) -> Result<Archive, OutputError> {
        let version = env!("CARGO_PKG_VERSION");
        write!(
            out,
            "{{\"log\":{{\"version\":\"1.2\",\"creator\":{{\"name\":\"enx-hook\",\"version\":\"{version}\"}},\"entries\":["
        )?;
        Ok(Archive { is_empty: true })
    }

    /// Writes an entry.
    pub fn add(&mut self, entry: &Entry, out: &mut dyn Write) -> Result<(), OutputError> {
        out.write_all(if self.is_empty { b"\n" } else { b",\n" })?;
        self.is_empty = false;
        Ok(json_lines::write_value(entry, out)?)
    }

    /// Writes the end.
    pub fn end(self, out: &mut dyn Write) -> Result<(), OutputError> {
        Ok(out.write_all(b"\n]}}\n")?)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_archive_has_all_that_is_asked_for_and_bodies_as_they_came() {
        let fields = vec![Field::new("Content-Type", b"a/b")];
        let request = Request::post("http://h/p?a=1&b".into(), fields.clone(), b"\xff");
        let answer = Response::new(
            302,
            vec![Field::new("location", b"/x")],
            "\u{202e}".as_bytes(),
        );
        let mut out = Vec::new();
        let mut archive = Archive::begin(&mut out).unwrap();
        for _ in 0..2 {
            let entry = Entry::new("t".into(), 1.5, request.clone(), answer.clone());
            archive.add(&entry, &mut out).unwrap();
        }
        archive.end(&mut out).unwrap();
        assert!(!String::from_utf8_lossy(&out).contains('\u{202e}'));
        let har: Value = serde_json::from_slice(&out).unwrap();
        let entry = &har["log"]["entries"][1];
        let field = |name: &str, value: &str| json!({"name": name, "value": value});
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
            assert_eq!(Field::new(name, b"geheim").value, NOT_STORED);
        }
        let location = Field::new("Location", b"https://u:geheim@h/x");
        assert_eq!(location.value, "https://u:***@h/x");
    }
}
