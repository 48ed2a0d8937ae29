//! Who may ask. Every request passes here before anything looks at its path.
//!
//! In this order: peer, Host (a page of another name that resolves to this machine, DNS
//! rebinding), Origin, Sec-Fetch-Site (a page of another site), method, content type (a form of
//! another site), bearer token.

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use hyper::header::{AUTHORIZATION, AsHeaderName, CONTENT_TYPE, HOST, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, StatusCode, Version};
use subtle::ConstantTimeEq as _;

use super::api::ApiError;

const SITE: &str = "sec-fetch-site";
const MODE: &str = "sec-fetch-mode";
const DEST: &str = "sec-fetch-dest";

/// 256 bits that a request has to know, as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token that was read; nothing if it is none.
    pub fn parse(text: &str) -> Option<Token> {
        let is_token = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_token.then(|| Token(text.to_ascii_lowercase()))
    }

    /// Its digits.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// Silent: it is a secret.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// What lets requests in.
#[derive(Clone, Debug)]
pub struct Gate {
    token: Token,
    /// Values of `Host`, in lower case.
    hosts: Vec<String>,
    /// Those of them that the user named.
    more: Vec<String>,
    /// Only this machine may ask.
    is_local: bool,
}

/// A request that may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Admitted {
    /// It has the token, so that it may see more than the files of the page.
    pub(super) has_token: bool,
}

impl Gate {
    /// The gate of an inspector that is bound to this address. `more`: names, each with or
    /// without a port, by which it is also reached.
    pub fn new(token: Token, address: SocketAddr, more: &[String], is_local: bool) -> Gate {
        let port = address.port();
        let own = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("{host}:{port}"));
        let mut hosts = Vec::from(own);
        // An address that means all addresses is none that a browser should name.
        if !address.ip().is_unspecified() {
            hosts.push(address.to_string());
        }
        let more = more.iter().flat_map(|name| {
            let name = name.to_ascii_lowercase();
            match split_port(&name) {
                (host, _) if is_unspecified(host) => Vec::new(),
                (_, Some(_)) => vec![name],
                (_, None) => vec![format!("{name}:{port}"), name],
            }
        });
        let more: Vec<String> = more.collect();
        hosts.extend(more.iter().cloned());
        Gate {
            token,
            hosts,
            more,
            is_local,
        }
    }

    /// Decides about a request.
    pub(super) fn admit(&self, peer: SocketAddr, head: &Parts) -> Result<Admitted, ApiError> {
        let refuse = |code, why: &str| Err(ApiError::new(StatusCode::FORBIDDEN, code, why));
        if self.is_local && !peer.ip().to_canonical().is_loopback() {
            return refuse("peer", "only this machine may ask");
        }
        let host = self.host(head)?;
        if !self.is_of_us(&head.headers, host) {
            return refuse("origin", "a page of another origin may not ask");
        }
        let is_navigation = is_navigation(head);
        let site = only(&head.headers, SITE);
        let is_own = match site {
            Ok(None) => true,
            Ok(Some(site)) => matches!(site, b"same-origin" | b"none"),
            Err(Doubled) => false,
        };
        if !is_own && !is_navigation {
            return refuse("site", "a page of another site may not ask");
        }
        check_method(head)?;
        Ok(Admitted {
            // A link from elsewhere opens the page, and nothing more.
            has_token: is_own && self.has_token(&head.headers),
        })
    }

    /// The host that a request names.
    fn host<'h>(&self, head: &'h Parts) -> Result<&'h str, ApiError> {
        let named = only(&head.headers, HOST).ok().flatten();
        let named = named.and_then(|host| str::from_utf8(host).ok());
        // A target with a host of its own, as for a proxy, must not contradict.
        let other = head
            .uri
            .authority()
            .map(hyper::http::uri::Authority::as_str);
        let is_known = |host: &&str| {
            let is_same = other.is_none_or(|other| other == *host);
            is_same
                && self
                    .hosts
                    .iter()
                    .any(|known| host.eq_ignore_ascii_case(known))
        };
        let host =
            named.filter(|_| head.version == Version::HTTP_11 || head.version == Version::HTTP_10);
        host.filter(is_known).ok_or_else(|| ApiError {
            help: Some("--inspect-allow-host NAME allows another name".to_owned()),
            ..ApiError::new(
                StatusCode::MISDIRECTED_REQUEST,
                "host",
                "the Host of this request is none of the inspector",
            )
        })
    }

    /// Whether `Origin`, if there is one, is that of the page.
    fn is_of_us(&self, headers: &HeaderMap, host: &str) -> bool {
        let is_ours = |origin: &[u8]| {
            // A name that was allowed may be that of a proxy, which speaks TLS.
            let is_more = || {
                self.more
                    .iter()
                    .any(|known| host.eq_ignore_ascii_case(known))
            };
            let bare = origin.strip_prefix(b"http://");
            let bare = bare.or_else(|| origin.strip_prefix(b"https://").filter(|_| is_more()));
            bare == Some(host.as_bytes())
        };
        only(headers, ORIGIN).is_ok_and(|origin| origin.is_none_or(is_ours))
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let Ok(Some(value)) = only(headers, AUTHORIZATION) else {
            return false;
        };
        let Some((scheme, token)) = value.split_at_checked(7) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"bearer ") && bool::from(token.ct_eq(self.token.0.as_bytes()))
    }
}

/// A name and its port, if it has one.
fn split_port(name: &str) -> (&str, Option<u16>) {
    let parts = name
        .rsplit_once(':')
        .filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    let parts = parts.and_then(|(host, port)| Some((host, port.parse().ok()?)));
    parts.map_or((name, None), |(host, port)| (host, Some(port)))
}

/// Whether it is no name, or an address that means all addresses.
fn is_unspecified(host: &str) -> bool {
    let bare = host.trim_matches(['[', ']']);
    bare.parse::<IpAddr>()
        .map_or(bare.is_empty(), |ip| ip.is_unspecified())
}

/// A field that stands there more than once.
struct Doubled;

/// The only value of a field.
fn only(headers: &HeaderMap, name: impl AsHeaderName) -> Result<Option<&[u8]>, Doubled> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(hyper::header::HeaderValue::as_bytes)),
        _ => Err(Doubled),
    }
}

/// Whether a person follows a link in a window of its own.
fn is_navigation(head: &Parts) -> bool {
    let is = |name: &str, value: &[u8]| matches!(only(&head.headers, name), Ok(Some(found)) if found == value);
    head.method == Method::GET && is(MODE, b"navigate") && is(DEST, b"document")
}

fn check_method(head: &Parts) -> Result<(), ApiError> {
    if head.method == Method::GET || head.method == Method::HEAD {
        return Ok(());
    }
    if head.method != Method::POST {
        return Err(ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            "only GET, HEAD and POST are allowed",
        ));
    }
    let is_json = only(&head.headers, CONTENT_TYPE).is_ok_and(|value| {
        value.is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            let (kind, rest) = value.split_at_checked(16).unwrap_or((&value, b""));
            let rest: Vec<u8> = rest.iter().filter(|byte| **byte != b' ').copied().collect();
            kind == b"application/json" && (rest.is_empty() || rest == b";charset=utf-8")
        })
    });
    if is_json {
        return Ok(());
    }
    Err(ApiError::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content-type",
        "a POST needs Content-Type: application/json",
    ))
}
