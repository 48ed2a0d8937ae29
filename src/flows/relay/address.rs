//! Where a relay is: `nats://host:4222/project`.

use std::fmt;

use super::subject::is_name;
use crate::model::error::{Category, Explain};
use crate::model::secret::{Credentials, Secret, mask_url};

/// The port of NATS.
const PORT: u16 = 4222;

/// The address of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayUrl {
    /// `nats` or `tls`
    pub scheme: &'static str,
    /// The host, an IPv6 address in brackets.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The project, which names the stream.
    pub project: String,
    /// User and password, if they stand in it.
    pub credentials: Option<Credentials>,
}

/// The text is not the address of a relay.
#[derive(Debug, thiserror::Error)]
#[error("{url} is not the URL of a relay: {why}")]
pub struct RelayUrlError {
    url: String,
    why: &'static str,
}

impl Explain for RelayUrlError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(
            "write nats://HOST/PROJECT, or tls://HOST/PROJECT, such as nats://box:4222/demo"
                .to_owned(),
        )
    }
}

impl RelayUrl {
    /// Reads an address. A project alone is one on `server`.
    pub fn parse(text: &str, server: Option<&str>) -> Result<RelayUrl, RelayUrlError> {
        let fail = |why| RelayUrlError {
            url: mask_url(text).into_owned(),
            why,
        };
        let (address, project) = match text.split_once("://") {
            Some((_, rest)) => {
                let at = rest.rfind('/').ok_or_else(|| fail("it names no project"))?;
                let end = text.len() - rest.len() + at;
                (&text[..end], &text[end + 1..])
            }
            None => (
                server.unwrap_or("nats://127.0.0.1").trim_end_matches('/'),
                text,
            ),
        };
        if !is_name(project) {
            return Err(fail(
                "a project is 1 to 64 letters, digits, - and _ behind the last slash",
            ));
        }
        let (scheme, rest) = match address.split_once("://") {
            Some(("nats", rest)) => ("nats", rest),
            Some(("tls", rest)) => ("tls", rest),
            Some(_) => return Err(fail("its scheme is neither nats nor tls")),
            None => ("nats", address),
        };
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        let (host, port) = match host.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (
                host,
                port.parse().map_err(|_| fail("its port is no number"))?,
            ),
            _ => (host, PORT),
        };
        let is_host = |c: char| c.is_alphanumeric() || "-._:[]%".contains(c);
        if host.is_empty() || !host.chars().all(is_host) {
            return Err(fail("it names no host"));
        }
        let decode = |text: &str| {
            percent_encoding::percent_decode_str(text)
                .decode_utf8_lossy()
                .into_owned()
        };
        let credentials = match user.map(|user| user.split_once(':')) {
            None => None,
            Some(None) => return Err(fail("its user has no password; use --relay-user")),
            Some(Some((user, password))) => Some(Credentials {
                user: decode(user),
                password: Secret::new(decode(password)),
            }),
        };
        Ok(RelayUrl {
            scheme,
            host: host.to_owned(),
            port,
            project: project.to_owned(),
            credentials,
        })
    }

    /// The server alone: `nats://host:4222`.
    pub fn server(&self) -> String {
        format!("{}://{}:{}", self.scheme, self.host, self.port)
    }

    /// Without credentials.
    pub(super) fn bare(&self) -> String {
        format!("{}/{}", self.server(), self.project)
    }

    /// Whether the server is on this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host.trim_matches(['[', ']']);
        let address = host.parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

/// For people: without a password, and without the usual port.
impl fmt::Display for RelayUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.host)?;
        if self.port != PORT {
            write!(f, ":{}", self.port)?;
        }
        write!(f, "/{}", self.project)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_server_and_project() {
        let shown = |text: &str, server| RelayUrl::parse(text, server).unwrap().to_string();
        assert_eq!(shown("nats://box/demo", None), "nats://box/demo");
        assert_eq!(
            shown("tls://u:p@box:4223/demo", None),
            "tls://box:4223/demo"
        );
        assert_eq!(shown("demo", None), "nats://127.0.0.1/demo");
        assert_eq!(shown("demo", Some("tls://relay:7/")), "tls://relay:7/demo");
        assert_eq!(shown("nats://[::1]:4/demo", None), "nats://[::1]:4/demo");
        let url = RelayUrl::parse("nats://u:p%40w@[::1]/demo", None).unwrap();
        assert_eq!(url.credentials.as_ref().unwrap().password.expose(), "p@w");
        assert_eq!(url.server(), "nats://[::1]:4222");
        assert!(url.is_loopback() && !format!("{url}").contains("p@w"));
    }

    #[test]
    fn what_is_no_url_of_a_relay_is_refused_without_its_password() {
        for text in [
            "nats://box",
            "nats://box/",
            "http://box/demo",
            "nats://u@box/demo",
            "nats://box:x/demo",
            "nats:///demo",
            "nats://box/a.b",
            "",
        ] {
            RelayUrl::parse(text, None).unwrap_err();
        }
        let error = RelayUrl::parse("nats://u:secret@box/a b", None).unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
