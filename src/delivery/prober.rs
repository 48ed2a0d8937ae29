//! Requests as no well-behaved client makes them: bytes that are written as they are, on a
//! connection that the caller holds in hand.
//!
//! What cannot be asked of [`super::Poster`] is asked here: a body that breaks off, two
//! requests on the very same connection, another method, the certificate of the other
//! side. The rules of the room hold here too: nothing is sent twice, no redirect is
//! followed, and only so much of an answer is read. It goes through no proxy: what a proxy
//! made of such bytes would say nothing about the target.

mod certificate;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::no_answer::Cause;
use super::poster::{Options, PosterError};
use super::reading;
use super::target_url::TargetUrl;
use super::{Answer, Header};

pub use certificate::Certificate;

/// How a receiver can tell us from others.
const USER_AGENT: &str = concat!("enx-hook/", env!("CARGO_PKG_VERSION"));

/// Opens connections to one target.
pub struct Prober {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    request_target: String,
    /// `Host` and what the user wants sent, as they stand in a request.
    fields: Vec<u8>,
    timeout: Duration,
}

impl Prober {
    /// Sets up what is needed for the target; nothing if a proxy stands on the way to it.
    pub fn direct(target: &TargetUrl, options: &Options) -> Result<Option<Prober>, PosterError> {
        if options.proxies.on_the_way_to(target)?.is_some() {
            return Ok(None);
        }
        let url = target.url();
        let host = target.host().trim_matches(['[', ']']).to_owned();
        let tls = if target.is_https() {
            let name = ServerName::try_from(host.clone()).map_err(|_| PosterError::ServerName)?;
            Some((connector()?, name))
        } else {
            None
        };
        let query = url
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        let mut prober = Prober {
            host,
            port: url.port_or_known_default().unwrap_or_default(),
            tls,
            request_target: format!("{}{query}", url.path()),
            fields: Vec::new(),
            timeout: options.timeout,
        };
        let authority = match url.port() {
            Some(port) => format!("{}:{port}", target.host()),
            None => target.host().to_owned(),
        };
        prober.fields(&authority, target, options);
        Ok(Some(prober))
    }

    fn fields(&mut self, authority: &str, target: &TargetUrl, options: &Options) {
        let has = |name: &str| options.headers.iter().any(|header| header.name() == name);
        let mut add = |name: &str, value: &[u8]| {
            self.fields.extend_from_slice(name.as_bytes());
            self.fields.extend_from_slice(b": ");
            self.fields.extend_from_slice(value);
            self.fields.extend_from_slice(b"\r\n");
        };
        if !has("host") {
            add("host", authority.as_bytes());
        }
        if !has("user-agent") {
            add("user-agent", USER_AGENT.as_bytes());
        }
        let credentials = options.credentials.as_ref().or(target.credentials());
        if let Some(credentials) = credentials.filter(|_| !has("authorization")) {
            let plain = format!("{}:{}", credentials.user, credentials.password.expose());
            let value = format!("Basic {}", STANDARD.encode(plain));
            add("authorization", value.as_bytes());
        }
        for (name, value) in options.headers.iter().map(Header::field) {
            add(name.as_str(), value.as_bytes());
        }
    }

    /// The head of a request, the empty line behind it included. Nothing in it is checked.
    pub fn head(&self, method: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut head = format!("{method} {} HTTP/1.1\r\n", self.request_target).into_bytes();
        head.extend_from_slice(&self.fields);
        for (name, value) in fields {
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    /// Opens a connection, TLS included where the target speaks it.
    pub async fn connect(&self) -> Result<Wire, Broken> {
        let connecting = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port))
                .await
                .map_err(Broken::Connect)?;
            let _ = stream.set_nodelay(true);
            let Some((connector, name)) = &self.tls else {
                return Ok(Wire::new(stream, None, self.timeout));
            };
            let stream = connector
                .connect(name.clone(), stream)
                .await
                .map_err(Broken::Tls)?;
            let certificates = stream.get_ref().1.peer_certificates();
            let certificate = certificates
                .and_then(|certificates| certificates.first())
                .and_then(|certificate| Certificate::read(certificate));
            Ok(Wire::new(stream, certificate, self.timeout))
        };
        limited(self.timeout, connecting).await
    }
}

impl fmt::Debug for Prober {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prober")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// TLS as the poster speaks it: with the certificates that the system trusts.
fn connector() -> Result<TlsConnector, PosterError> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(BuilderVerifierExt::with_platform_verifier)
        .map_err(PosterError::Tls)?
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    /// What was read and belongs to the next answer.
    buffer: BytesMut,
    certificate: Option<Certificate>,
    timeout: Duration,
}

impl Wire {
    fn new(
        stream: impl Stream + 'static,
        certificate: Option<Certificate>,
        timeout: Duration,
    ) -> Wire {
        Wire {
            stream: Box::new(stream),
            buffer: BytesMut::new(),
            certificate,
            timeout,
        }
    }

    /// What the other side's certificate says, where there is one.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Writes these bytes as they are.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        let stream = &mut self.stream;
        let writing = async {
            stream.write_all(bytes).await.map_err(Broken::of)?;
            stream.flush().await.map_err(Broken::of)
        };
        limited(self.timeout, writing).await
    }

    /// Says that nothing more will be written. The answer can still be read.
    pub async fn finish(&mut self) -> Result<(), Broken> {
        let stream = &mut self.stream;
        let finishing = async { stream.shutdown().await.map_err(Broken::of) };
        limited(self.timeout, finishing).await
    }

    /// Reads one answer, and says whether the connection can be used again.
    pub async fn answer(&mut self) -> Result<(Answer, bool), Broken> {
        let mut begun = None;
        let answer = reading::read(&mut self.stream, &mut self.buffer, &mut begun);
        limited(self.timeout, answer).await
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

async fn limited<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, Broken>>,
) -> Result<T, Broken> {
    tokio::time::timeout(limit, work)
        .await
        .unwrap_or(Err(Broken::Timeout(limit)))
}

/// Why there was no whole answer.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// There is no connection.
    #[error("no connection: {0}")]
    Connect(#[source] io::Error),
    /// There is no TLS on it.
    #[error("no TLS connection: {0}")]
    Tls(#[source] io::Error),
    /// It took longer than that.
    #[error("no answer within {}", Seconds(*.0))]
    Timeout(Duration),
    /// The other side closed the connection before its answer was whole.
    #[error("closed the connection without a whole answer")]
    Closed,
    /// What came is not HTTP/1.1.
    #[error("what came back is not HTTP/1.1")]
    BadAnswer,
    /// Anything else.
    #[error("the connection failed: {0}")]
    Other(#[source] io::Error),
}

impl Broken {
    pub(super) fn of(error: io::Error) -> Broken {
        use io::ErrorKind::{
            BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected, UnexpectedEof,
        };
        match error.kind() {
            BrokenPipe | ConnectionAborted | ConnectionReset | NotConnected | UnexpectedEof => {
                Broken::Closed
            }
            _ => Broken::Other(error),
        }
    }

    /// The kind of thing that kept the answer away.
    pub fn cause(&self) -> Cause {
        match self {
            Broken::Connect(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                Cause::Refused
            }
            Broken::Connect(_) => Cause::Unreachable,
            Broken::Tls(_) => Cause::Tls,
            Broken::Timeout(_) => Cause::Timeout,
            Broken::Closed => Cause::Closed,
            Broken::BadAnswer => Cause::BadAnswer,
            Broken::Other(_) => Cause::Other,
        }
    }
}

/// A time with its unit: `300 ms`, `10 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanos() == 0 {
            write!(f, "{} s", self.0.as_secs())
        } else {
            write!(f, "{} ms", self.0.as_millis())
        }
    }
}

#[cfg(test)]
mod tests;
