//! Why there was no answer.
//!
//! Told from the types of the errors in the chain, never from their texts.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

use super::target_url::TargetUrl;
use super::wire_error::{Span, WireError};
use crate::model::cause::Cause;
use crate::model::error::{Category, Explain};

/// Where the requests of a client go, as messages tell it.
#[derive(Debug)]
pub(super) struct Place {
    authority: String,
    host: String,
    is_https: bool,
    is_loopback: bool,
    proxy: Option<String>,
}

impl Place {
    /// The place of a target, and the proxy on the way to it.
    pub(super) fn new(target: &TargetUrl, proxy: Option<String>) -> Place {
        Place {
            authority: target.authority(),
            host: target.host().to_owned(),
            is_https: target.is_https(),
            is_loopback: target.is_loopback(),
            proxy,
        }
    }
}

/// An attempt that got no whole answer.
#[derive(Clone, Debug)]
pub struct TransportError {
    cause: Cause,
    begun: Option<u16>,
    place: Arc<Place>,
    why: Why,
}

#[derive(Clone, Debug)]
enum Why {
    /// The attempt took longer than this.
    Limit(Duration),
    /// The client or the connection failed.
    Failed(Arc<dyn Error + Send + Sync>),
}

impl TransportError {
    /// The kind of thing that kept the answer away.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// The status of an answer that began and did not end.
    pub fn begun(&self) -> Option<u16> {
        self.begun
    }

    pub(super) fn limit(place: &Arc<Place>, limit: Duration, begun: Option<u16>) -> TransportError {
        TransportError {
            cause: Cause::Timeout,
            begun,
            place: Arc::clone(place),
            why: Why::Limit(limit),
        }
    }

    pub(super) fn client(
        place: &Arc<Place>,
        error: reqwest::Error,
        begun: Option<u16>,
    ) -> TransportError {
        // Its query may hold a token, and the message names the place already.
        let error = error.without_url();
        TransportError {
            cause: cause(&error, place),
            begun,
            place: Arc::clone(place),
            why: Why::Failed(Arc::new(error)),
        }
    }

    /// A connection of our own did not come about, or broke.
    pub(super) fn wire(
        place: &Arc<Place>,
        fallback: Cause,
        error: Box<dyn Error + Send + Sync>,
        begun: Option<u16>,
    ) -> TransportError {
        let link: &(dyn Error + 'static) = &*error;
        let cause = chain(link)
            .filter_map(|link| of_http(link).or_else(|| of_io(link)))
            .last()
            .unwrap_or(fallback);
        TransportError {
            cause,
            begun,
            place: Arc::clone(place),
            why: Why::Failed(error.into()),
        }
    }

    /// The innermost error, if it says more than the cause does.
    fn root(&self) -> Option<&(dyn Error + 'static)> {
        let error: &(dyn Error + 'static) = match &self.why {
            Why::Failed(error) => &**error,
            Why::Limit(_) => return None,
        };
        let root = chain(error).last()?;
        match self.cause {
            Cause::Refused => None,
            Cause::Closed if !root.is::<io::Error>() => None,
            // It says no more than the cause.
            _ if root.is::<WireError>() => None,
            _ => Some(root),
        }
    }
}

/// What kept the answer away, from the types in the error's chain.
fn cause(error: &reqwest::Error, place: &Place) -> Cause {
    let cause = if chain(error).any(<dyn Error>::is::<rustls::Error>) {
        Cause::Tls
    } else if error.is_dns() {
        Cause::Dns
    } else if error.is_timeout() {
        Cause::Timeout
    } else {
        chain(error)
            .filter_map(|link| of_http(link).or_else(|| of_io(link)))
            .last()
            .unwrap_or(Cause::Other)
    };
    match cause {
        // The TCP connection stood, so it was the handshake that was cut off.
        Cause::Closed if error.is_connect() && place.is_https && place.proxy.is_none() => {
            Cause::Tls
        }
        Cause::Tls | Cause::Timeout => cause,
        _ if error.is_connect() && place.proxy.is_some() => Cause::Proxy,
        // HTTP was not spoken yet.
        Cause::BadAnswer if error.is_connect() => Cause::Other,
        _ => cause,
    }
}

/// What an error of the HTTP layer means.
fn of_http(link: &(dyn Error + 'static)) -> Option<Cause> {
    let error = link.downcast_ref::<hyper::Error>()?;
    if error.is_parse() {
        Some(Cause::BadAnswer)
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        Some(Cause::Closed)
    } else if error.source().is_none() && !error.is_user() {
        // The one kind that cannot be asked for: bytes that came before the request, as
        // the greeting of a mail server does.
        Some(Cause::BadAnswer)
    } else {
        None
    }
}

/// What an error of the operating system means, or one that is dressed as such.
fn of_io(link: &(dyn Error + 'static)) -> Option<Cause> {
    use io::ErrorKind;

    match link.downcast_ref::<io::Error>()?.kind() {
        ErrorKind::ConnectionRefused => Some(Cause::Refused),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof => Some(Cause::Closed),
        ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown
        | ErrorKind::AddrNotAvailable => Some(Cause::Unreachable),
        // Broken chunks of a body come this way.
        ErrorKind::InvalidData | ErrorKind::InvalidInput => Some(Cause::BadAnswer),
        _ => None,
    }
}

/// An error and all that is behind it. `io::Error` names as its source what is behind the
/// error inside it, and so would hide that error.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |link| {
        let link: &'a (dyn Error + 'static) = *link;
        let inside = link
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        inside.map_or_else(|| link.source(), |inside| Some(inside))
    })
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.root()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place {
            authority, host, ..
        } = &*self.place;
        match (self.cause, self.begun, &self.why) {
            (Cause::Refused, ..) => write!(f, "connection refused by {authority}"),
            (Cause::Dns, ..) => write!(f, "the host name {host} could not be resolved"),
            (Cause::Unreachable, ..) => write!(f, "{authority} cannot be reached"),
            (Cause::Timeout, None, Why::Limit(limit)) => {
                write!(f, "no answer from {authority} within {}", Span(*limit))
            }
            (Cause::Timeout, Some(status), Why::Limit(limit)) => {
                let limit = Span(*limit);
                write!(
                    f,
                    "{authority} began to answer {status}, but did not end within {limit}"
                )
            }
            (Cause::Timeout, _, Why::Failed(_)) => {
                write!(f, "no answer from {authority}")
            }
            (Cause::Tls, ..) => write!(f, "no TLS connection with {authority}"),
            (Cause::Closed, None, _) => {
                write!(f, "{authority} closed the connection without an answer")
            }
            (Cause::Closed, Some(status), _) => {
                write!(
                    f,
                    "{authority} closed the connection in the middle of its answer {status}"
                )
            }
            (Cause::BadAnswer, None, _) => write!(f, "the answer of {authority} is not HTTP/1.1"),
            (Cause::BadAnswer, Some(status), _) => {
                write!(f, "the body of {authority}'s answer {status} is broken")
            }
            (Cause::Proxy, ..) => {
                let proxy = self.place.proxy.as_deref().unwrap_or_default();
                write!(f, "no way to {authority} through the proxy {proxy}")
            }
            (Cause::Other, ..) => write!(f, "the request to {authority} failed"),
        }
    }
}

impl Explain for TransportError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let Place {
            authority,
            host,
            is_https,
            is_loopback,
            ..
        } = &*self.place;
        let text = match self.cause {
            Cause::Refused if *is_loopback => {
                format!("is the server running? nothing listens on {authority}")
            }
            Cause::Refused => format!("is the server running, and is {authority} its port?"),
            Cause::Dns => format!("check the spelling of {host}, and the network"),
            Cause::Unreachable => "check the address, the network and a VPN".to_owned(),
            Cause::Timeout => "a receiver answers at once and works later; --timeout waits longer \
                               for a slow one"
                .to_owned(),
            Cause::Tls if self.is_certificate() => {
                "the certificate does not pass with the certificates of this system; add the one \
                 that signed it there, or check its names and dates"
                    .to_owned()
            }
            Cause::Tls => format!("does {authority} speak TLS? if not, write http://"),
            Cause::Closed => {
                "the server took the request and hung up; its own log may say why".to_owned()
            }
            Cause::BadAnswer if self.begun.is_none() && !is_https => {
                format!("is {authority} an HTTP server? if it speaks TLS, write https://")
            }
            Cause::BadAnswer => "the server breaks HTTP/1.1; its own log may say why".to_owned(),
            Cause::Proxy => format!(
                "check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; NO_PROXY={host} goes around them"
            ),
            Cause::Other => return None,
        };
        Some(text)
    }
}

impl TransportError {
    /// Whether TLS failed over the certificate alone.
    fn is_certificate(&self) -> bool {
        let Why::Failed(error) = &self.why else {
            return false;
        };
        chain(&**error).any(|link| {
            matches!(
                link.downcast_ref::<rustls::Error>(),
                Some(rustls::Error::InvalidCertificate(_))
            )
        })
    }
}

#[cfg(test)]
impl TransportError {
    pub(super) fn of_test(error: io::Error) -> TransportError {
        let place = Place {
            authority: "target.test".to_owned(),
            host: "target.test".to_owned(),
            is_https: false,
            is_loopback: false,
            proxy: None,
        };
        TransportError::wire(&Arc::new(place), Cause::Other, error.into(), None)
    }
}
