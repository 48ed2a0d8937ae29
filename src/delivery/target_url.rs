//! The URL of a target, checked before a request is sent.
//!
//! User information is removed from the URL when it is read, so that no password gets into a request
//! line, a message or a log.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::InvalidUri;
use reqwest::Url;

use crate::model::error::{Category, Explain};
use crate::model::secret::{Credentials, MASK, Secret, mask_url};

/// A checked `http` or `https` URL. Display and Debug mask its password.
#[derive(Clone, PartialEq, Eq)]
pub struct TargetUrl {
    url: Url,
    uri: Uri,
    shown: String,
    credentials: Option<Credentials>,
}

impl TargetUrl {
    /// Reads a target as the user types it: a URL with `http` or `https`. Without a scheme it gets
    /// `https`, or `http` if the host is this machine or in a private network: `localhost:8080/x`,
    /// `:8080`, `8080`, `example.com/x`.
    ///
    /// A fragment is dropped, since HTTP does not send it (RFC 9110, section 7.1). User
    /// information becomes [`TargetUrl::credentials`].
    pub fn parse(text: &str) -> Result<TargetUrl, TargetError> {
        let text = text.trim();
        if let Some(meant) = unquoted(text) {
            return Err(TargetError::Quoted {
                text: showable(text),
                meant: showable(meant),
            });
        }
        let Some((scheme, rest)) = split_scheme(text) else {
            return with_scheme(text).ok_or_else(|| TargetError::NoScheme {
                text: showable(text),
                meant: suggestion(without_slip(text)),
            });
        };
        if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
            return Err(TargetError::Scheme(scheme.to_owned()));
        }
        // The URL standard skips further slashes and takes the path as the host.
        if rest.is_empty() || rest.starts_with(['/', '\\', '?', '#']) {
            return Err(TargetError::NoHost(showable(text)));
        }
        let mut url = Url::parse(text).map_err(|source| TargetError::Malformed {
            text: showable(text),
            meant: suggestion(bracketed(text)),
            source,
        })?;
        url.set_fragment(None);
        let shown = mask_url(url.as_str()).into_owned();
        let credentials = take_credentials(&mut url)?;
        let uri = Uri::from_str(url.as_str()).map_err(|source| TargetError::Unusable {
            text: shown.clone(),
            source,
        })?;
        Ok(TargetUrl {
            url,
            uri,
            shown,
            credentials,
        })
    }

    /// The same host with another path and query.
    pub fn at(&self, path: &str) -> Result<TargetUrl, TargetError> {
        let mut url = self.url.clone();
        let (path, query) = match path.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (path, None),
        };
        url.set_path(path);
        url.set_query(query);
        Ok(TargetUrl {
            credentials: self.credentials.clone(),
            ..TargetUrl::parse(url.as_str())?
        })
    }

    /// The user and password of the URL.
    pub fn credentials(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }

    /// The URL without user and password.
    pub fn bare(&self) -> &str {
        self.url.as_str()
    }

    /// The same target without its user and password.
    #[must_use]
    pub fn without_credentials(self) -> TargetUrl {
        TargetUrl {
            credentials: None,
            ..self
        }
    }

    /// Host and port, also the default port: `localhost:80`, `[::1]:8080`.
    pub fn authority(&self) -> String {
        let port = self.url.port_or_known_default().unwrap_or_default();
        format!("{}:{port}", self.host())
    }

    /// The host, with brackets around an IPv6 address.
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// Whether it uses TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether it is this machine: `localhost` and names below it (RFC 6761), 127.0.0.0/8,
    /// `::1`, and the unspecified addresses, which connect to this machine too.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = address.parse::<IpAddr>() {
            let address = address.to_canonical();
            return address.is_loopback() || address.is_unspecified();
        }
        let name = host.trim_end_matches('.');
        name == "localhost" || name.ends_with(".localhost")
    }

    /// Whether it may be outside the user's network: a name with a dot that is not reserved for local
    /// use (RFC 6761, RFC 6762, RFC 8375, `.internal`), or an address that
    /// is neither private, shared nor link-local (RFC 6890).
    pub fn is_public(&self) -> bool {
        let host = self.host();
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            return is_public(address.to_canonical());
        }
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        let top = name.rsplit_once('.').map(|(_, top)| top);
        let local = ["localhost", "local", "internal", "test", "invalid", "lan"];
        top.is_some_and(|top| !local.contains(&top)) && !name.ends_with(".home.arpa")
    }

    /// The URL without user information.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// The URL as the rules for proxies need it.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }
}

impl FromStr for TargetUrl {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<TargetUrl, TargetError> {
        TargetUrl::parse(text)
    }
}

impl fmt::Display for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown)
    }
}

impl fmt::Debug for TargetUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Target({})", self.shown)
    }
}

/// Why a text is not a target. Passwords in the text are masked.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The scheme is missing, and what is there cannot be completed.
    #[error("the target `{text}` is not a URL")]
    NoScheme {
        /// The typed text.
        text: String,
        /// What the user probably meant.
        meant: Option<String>,
    },
    /// The text stands in quotes, as when a shell or a file does not remove them.
    #[error("the target {text} has quotes around it")]
    Quoted {
        /// The typed text.
        text: String,
        /// What stands in the quotes.
        meant: String,
    },
    /// The scheme is not supported.
    #[error("the target begins with {0}://, but only http:// and https:// are supported")]
    Scheme(String),
    /// The host is missing.
    #[error("the target `{0}` has no host")]
    NoHost(String),
    /// The text is not a valid URL.
    #[error("the target `{text}` is not a URL")]
    Malformed {
        /// The typed text.
        text: String,
        /// What the user probably meant.
        meant: Option<String>,
        /// What is wrong with it.
        source: <Url as FromStr>::Err,
    },
    /// The URL is valid, but HTTP cannot request it.
    #[error("the target `{text}` cannot be requested")]
    Unusable {
        /// The typed text.
        text: String,
        /// What is wrong with it.
        source: InvalidUri,
    },
    /// The user or password cannot be sent with Basic Auth.
    #[error("the user or the password in the target `{0}` cannot be sent with Basic Auth")]
    Credentials(String),
}

impl Explain for TargetError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            TargetError::NoScheme {
                meant: Some(meant), ..
            }
            | TargetError::Malformed {
                meant: Some(meant), ..
            }
            | TargetError::Quoted { meant, .. } => format!("write {meant}"),
            TargetError::Credentials(_) => {
                "both must be UTF-8 after decoding %XX, and the user must not contain a colon; \
                 --user NAME needs no encoding"
                    .to_owned()
            }
            _ => "write it like http://localhost:8080/hook".to_owned(),
        })
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || shared)
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local())
        }
    }
}

/// The scheme, and the text after `://`.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once("://")?;
    let mut letters = scheme.chars();
    let is_scheme = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    is_scheme.then_some((scheme, rest))
}

/// The text inside its quotes.
fn unquoted(text: &str) -> Option<&str> {
    let quotes = [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
    ];
    let inside = quotes.into_iter().find_map(|(open, close)| {
        let inside = text.strip_prefix(open)?;
        Some(inside.strip_suffix(close).unwrap_or(inside).trim())
    });
    inside.filter(|inside| TargetUrl::parse(inside).is_ok())
}

/// A URL with brackets around its IPv6 address: `http://::1:8080/` is `http://[::1]:8080/`.
fn bracketed(text: &str) -> Option<String> {
    let (scheme, rest) = split_scheme(text).unwrap_or(("http", text));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok();
    let authority = match authority.rsplit_once(':') {
        Some((host, port)) if is_address(host) && port.parse::<u16>().is_ok() => {
            format!("[{host}]:{port}")
        }
        _ if is_address(authority) => format!("[{authority}]"),
        _ => return None,
    };
    Some(format!("{scheme}://{authority}{path}"))
}

/// `http:/x`, `http//x` and `http:x` with their slashes.
fn without_slip(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        let rest = lower.strip_prefix(scheme);
        rest.is_some_and(|rest| rest.starts_with([':', '/', '\\']))
    })?;
    let rest = text[scheme.len()..].trim_start_matches([':', '/', '\\']);
    Some(format!("{scheme}://{rest}"))
}

/// The URL that a text without a scheme stands for, if it is one.
fn with_scheme(text: &str) -> Option<TargetUrl> {
    // `http:/h` is a slip, and not a host.
    if text.is_empty() || text.starts_with(['/', '\\', '?', '#']) || without_slip(text).is_some() {
        return None;
    }
    // The URL standard drops tabs and line ends, and what is left could be another URL.
    if text.contains(char::is_control) {
        return None;
    }
    if let Some(url) = bracketed(text) {
        return TargetUrl::parse(&url).ok();
    }
    if text.starts_with(':') {
        return TargetUrl::parse(&format!("http://localhost{text}")).ok();
    }
    if text.chars().all(|c| c.is_ascii_digit()) {
        return TargetUrl::parse(&format!("http://localhost:{text}/")).ok();
    }
    let plain = TargetUrl::parse(&format!("http://{text}")).ok()?;
    if plain.is_public() {
        TargetUrl::parse(&format!("https://{text}")).ok()
    } else {
        Some(plain)
    }
}

/// What the user probably meant, if it is a URL.
fn suggestion(url: Option<String>) -> Option<String> {
    url.filter(|url| TargetUrl::parse(url).is_ok())
        .map(|url| showable(&url))
}

/// A text that is not a URL, safe to show: everything that may be user information is masked.
///
/// The end of a password in such a text is unknown (it may contain a `/`), so everything up to the
/// last `@` is masked.
fn showable(text: &str) -> String {
    let start = split_scheme(text).map_or(0, |(scheme, _)| scheme.len() + 3);
    let masked = match text.rfind('@') {
        Some(at) if at >= start => format!("{}{MASK}{}", &text[..start], &text[at..]),
        _ => text.to_owned(),
    };
    masked.escape_debug().to_string()
}

/// Moves user information out of the URL. A user without a password gets an empty one.
fn take_credentials(url: &mut Url) -> Result<Option<Credentials>, TargetError> {
    if url.username().is_empty() && url.password().is_none() {
        return Ok(None);
    }
    let refused = || TargetError::Credentials(mask_url(url.as_str()).into_owned());
    let user = percent_decoded(url.username()).ok_or_else(refused)?;
    let password = percent_decoded(url.password().unwrap_or_default()).ok_or_else(refused)?;
    // RFC 7617, section 2: a colon ends the user.
    if user.contains(':') {
        return Err(refused());
    }
    if url.set_username("").is_err() || url.set_password(None).is_err() {
        return Err(TargetError::NoHost(mask_url(url.as_str()).into_owned()));
    }
    Ok(Some(Credentials {
        user,
        password: Secret::new(password),
    }))
}

/// The text without its `%XX` (RFC 3986, section 2.1), if that is UTF-8.
fn percent_decoded(text: &str) -> Option<String> {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests;
