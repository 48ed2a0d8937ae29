//! Requests as no well-behaved client makes them: bytes that are written as they are, on a
//! connection that the caller holds in hand.
//!
//! What cannot be asked of [`super::HttpClient`] is asked here: a body that breaks off, two
//! requests on the very same connection, another method, the certificate of the other
//! side. The rules of the room hold here too: nothing is sent twice, no redirect is
//! followed, and only so much of an answer is read. It goes through no proxy: what a proxy
//! made of such bytes would say nothing about the target.

mod certificate;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::answer_reader;
use super::attempt::Answer;
use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::request_headers::RequestHeaders;
use super::target_url::TargetUrl;
use super::wire_error::WireError;

pub use certificate::Certificate;

/// Opens connections to one target.
pub struct RawClient {
    host: String,
    port: u16,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    headers: RequestHeaders,
    timeout: Duration,
}

impl RawClient {
    /// Sets up what is needed for the target; nothing if a proxy stands on the way to it.
    pub fn direct(
        target: &TargetUrl,
        options: &ClientOptions,
    ) -> Result<Option<RawClient>, ClientError> {
        if options.proxies.on_the_way_to(target)?.is_some() {
            return Ok(None);
        }
        let host = target.host().trim_matches(['[', ']']).to_owned();
        let tls = if target.is_https() {
            let name = ServerName::try_from(host.clone()).map_err(|_| ClientError::ServerName)?;
            let config = Arc::new(options.trust.tls_config()?);
            Some((TlsConnector::from(config), name))
        } else {
            None
        };
        Ok(Some(RawClient {
            host,
            port: target.url().port_or_known_default().unwrap_or_default(),
            tls,
            headers: RequestHeaders::new(target, options)?,
            timeout: options.timeout,
        }))
    }

    /// The head of a request, the empty line behind it included. Nothing in it is checked.
    pub fn head(&self, method: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut head = self.headers.raw(method);
        for (name, value) in fields {
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    /// Opens a connection, TLS included where the target speaks it.
    pub async fn connect(&self) -> Result<Wire, WireError> {
        let connecting = async {
            let stream = TcpStream::connect((self.host.as_str(), self.port))
                .await
                .map_err(WireError::Connect)?;
            let _ = stream.set_nodelay(true);
            let Some((connector, name)) = &self.tls else {
                return Ok(Wire::new(stream, None, self.timeout));
            };
            let stream = connector
                .connect(name.clone(), stream)
                .await
                .map_err(WireError::Tls)?;
            let certificates = stream.get_ref().1.peer_certificates();
            let certificate = certificates
                .and_then(|certificates| certificates.first())
                .and_then(|certificate| Certificate::read(certificate));
            Ok(Wire::new(stream, certificate, self.timeout))
        };
        limited(self.timeout, connecting).await
    }
}

impl fmt::Debug for RawClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawClient")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
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
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let stream = &mut self.stream;
        let writing = async {
            stream.write_all(bytes).await.map_err(WireError::of)?;
            stream.flush().await.map_err(WireError::of)
        };
        limited(self.timeout, writing).await
    }

    /// Says that nothing more will be written. The answer can still be read.
    pub async fn finish(&mut self) -> Result<(), WireError> {
        let stream = &mut self.stream;
        let finishing = async { stream.shutdown().await.map_err(WireError::of) };
        limited(self.timeout, finishing).await
    }

    /// Reads one answer, and says whether the connection can be used again.
    pub async fn answer(&mut self) -> Result<(Answer, bool), WireError> {
        let mut begun = None;
        let answer = answer_reader::read(&mut self.stream, &mut self.buffer, &mut begun);
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
    work: impl Future<Output = Result<T, WireError>>,
) -> Result<T, WireError> {
    tokio::time::timeout(limit, work)
        .await
        .unwrap_or(Err(WireError::Timeout(limit)))
}

#[cfg(test)]
mod tests;
