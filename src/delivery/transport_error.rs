//! Why there was no answer.
//!
//! The cause follows from the types of the errors in the chain, never from their texts.

use std::error::Error;
use std::fmt;
use std::io;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

use super::target_url::TargetUrl;
use crate::model::cause::Cause;
use crate::model::error::{Category, Explain};

/// Where the requests of a client go.
#[derive(Debug)]
pub(super) struct Place {
    /// Host and port.
    pub(super) authority: String,
    host: String,
    is_https: bool,
    is_loopback: bool,
    proxy: Option<String>,
}

impl Place {
    /// The place of a target, and its proxy.
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

/// Why an attempt has no complete answer.
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
    /// The kind of error.
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// The status of an answer that began but did not end.
    pub fn begun(&self) -> Option<u16> {
        self.begun
    }

    /// The same error, after the head of an answer with this status.
    pub(super) fn after(self, begun: Option<u16>) -> TransportError {
        TransportError { begun, ..self }
    }

    fn new(place: &Arc<Place>, cause: Cause, why: Why, begun: Option<u16>) -> TransportError {
        TransportError {
            cause,
            begun,
            place: Arc::clone(place),
            why,
        }
    }

    /// The attempt took longer than the limit.
    pub(super) fn limit(place: &Arc<Place>, limit: Duration, begun: Option<u16>) -> TransportError {
        TransportError::new(place, Cause::Timeout, Why::Limit(limit), begun)
    }

    /// The HTTP client failed.
    pub(super) fn client(
        place: &Arc<Place>,
        error: reqwest::Error,
        begun: Option<u16>,
    ) -> TransportError {
        // The query of the URL may hold a token, and the message names the target already.
        let error = error.without_url();
        let cause = cause(&error, place);
        TransportError::new(place, cause, Why::Failed(Arc::new(error)), begun)
    }

    /// A connection of our own failed. `fallback` is the cause if the error does not tell one.
    pub(super) fn io(
        place: &Arc<Place>,
        fallback: Cause,
        error: io::Error,
        begun: Option<u16>,
    ) -> TransportError {
        let inside = error.get_ref();
        let cause = match of_io(&error) {
            // Neither step speaks HTTP, so the error is of the step itself.
            _ if matches!(fallback, Cause::Dns | Cause::Tls) => fallback,
            _ if inside.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>) => Cause::Tls,
            cause => cause.unwrap_or(fallback),
        };
        TransportError::new(place, cause, Why::Failed(Arc::new(error)), begun)
    }

    /// The innermost error, if it adds something to the message.
    fn root(&self) -> Option<&(dyn Error + 'static)> {
        let Why::Failed(error) = &self.why else {
            return None;
        };
        let root = chain(&**error).last()?;
        let is_bare = root
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.raw_os_error().is_none());
        match self.cause {
            Cause::Refused | Cause::Closed => None,
            Cause::BadAnswer if is_bare => None,
            _ => Some(root),
        }
    }
}

/// Whether the other side closed or reset the connection.
pub(super) fn is_closed(error: &io::Error) -> bool {
    of_io(error) == Some(Cause::Closed)
}

/// The cause of an error of the client, by the types in its chain.
fn cause(error: &reqwest::Error, place: &Place) -> Cause {
    let cause = if chain(error).any(<dyn Error>::is::<rustls::Error>) {
        Cause::Tls
    } else if error.is_dns() {
        Cause::Dns
    } else if error.is_timeout() {
        Cause::Timeout
    } else {
        chain(error)
            .filter_map(|link| of_http(link).or_else(|| of_io(link.downcast_ref()?)))
            .last()
            .unwrap_or(Cause::Other)
    };
    match cause {
        // The TCP connection was open, so the handshake was cut off.
        Cause::Closed if error.is_connect() && place.is_https && place.proxy.is_none() => {
            Cause::Tls
        }
        Cause::Tls | Cause::Timeout => cause,
        _ if error.is_connect() && place.proxy.is_some() => Cause::Proxy,
        // No HTTP was read yet.
        Cause::BadAnswer if error.is_connect() => Cause::Other,
        _ => cause,
    }
}

/// The cause of an error of the HTTP layer.
fn of_http(link: &(dyn Error + 'static)) -> Option<Cause> {
    let error = link.downcast_ref::<hyper::Error>()?;
    if error.is_parse() {
        Some(Cause::BadAnswer)
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        Some(Cause::Closed)
    } else if error.source().is_none() && !error.is_user() {
        // The only kind without a method to test it: bytes before the request, such as the greeting
        // of a mail server.
        Some(Cause::BadAnswer)
    } else {
        None
    }
}

/// The cause of an `io::Error`.
fn of_io(error: &io::Error) -> Option<Cause> {
    use io::ErrorKind;

    match error.kind() {
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
        // Also invalid chunks of a body.
        ErrorKind::InvalidData | ErrorKind::InvalidInput => Some(Cause::BadAnswer),
        _ => None,
    }
}

/// An error and its sources. The source of an `io::Error` is the source of its inner error, so the
/// inner error itself is added here.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |link| {
        let link: &'a (dyn Error + 'static) = *link;
        let inside = link
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref);
        inside.map_or_else(|| link.source(), |inside| Some(inside))
    })
}

/// A time with its unit: `300 ms`, `10 s`.
struct Span(Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanos() == 0 {
            write!(f, "{} s", self.0.as_secs())
        } else {
            write!(f, "{} ms", self.0.as_millis())
        }
    }
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
                "if you trust it, name the certificate that signed it with --cacert FILE (send, \
                 replay, check) or add it to this system; else check its names and dates"
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
    /// Whether TLS failed because of the certificate.
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
        TransportError::io(&Arc::new(place), Cause::Other, error, None)
    }
}
