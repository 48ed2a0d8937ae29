//! Requests that a correct client never makes: raw bytes on a connection that the caller
//! controls.
//!
//! [`super::HttpClient`] cannot send a body that breaks off, two requests on one connection or
//! another method, and cannot show the certificate of the other side. The rules of the room hold
//! here too: nothing is sent twice, no redirect is followed, and an answer is read up to the
//! limit. Proxies are not used: a proxy may change such bytes, and the result would say nothing
//! about the target.

mod certificate;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::BytesMut;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio_rustls::TlsConnector;

use super::answer_reader;
use super::attempt::{ANSWER_LIMIT, Answer, PartialAnswer};
use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::connect::connect;
use super::request_headers::RequestHeaders;
use super::target_url::TargetUrl;
use super::transport_error::{Place, TransportError};
use crate::model::cause::Cause;

pub use certificate::Certificate;

/// Opens connections to one target.
pub struct RawClient {
    place: Arc<Place>,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    headers: RequestHeaders,
    timeout: Duration,
}

impl RawClient {
    /// Sets up the client; `None` if requests to the target go through a proxy.
    pub fn direct(
        target: &TargetUrl,
        options: &ClientOptions,
    ) -> Result<Option<RawClient>, ClientError> {
        if options.proxies.on_the_way_to(target)?.is_some() {
            return Ok(None);
        }
        let tls = if target.is_https() {
            let host = target.host().trim_matches(['[', ']']).to_owned();
            let name = ServerName::try_from(host).map_err(|_| ClientError::ServerName)?;
            let config = Arc::new(options.trust.tls_config()?);
            Some((TlsConnector::from(config), name))
        } else {
            None
        };
        Ok(Some(RawClient {
            place: Arc::new(Place::new(target, None)),
            tls,
            headers: RequestHeaders::new(target, options)?,
            timeout: options.timeout,
        }))
    }

    /// The head of a request with the empty line at its end. Nothing in it is checked.
    pub fn head(&self, method: &str, fields: &[(&str, &str)]) -> Vec<u8> {
        let mut head = self.headers.raw(method);
        for (name, value) in fields {
            head.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    /// Opens a connection, with TLS if the target uses it.
    pub async fn connect(&self) -> Result<Wire, TransportError> {
        let connecting = async {
            let stream = connect(&self.place).await?;
            let Some((connector, name)) = &self.tls else {
                return Ok((Box::new(stream) as Box<dyn Stream>, None));
            };
            let stream = connector
                .connect(name.clone(), stream)
                .await
                .map_err(|error| TransportError::io(&self.place, Cause::Tls, error, None))?;
            let certificates = stream.get_ref().1.peer_certificates();
            let certificate = certificates
                .and_then(|certificates| certificates.first())
                .and_then(|certificate| Certificate::read(certificate));
            Ok((Box::new(stream) as Box<dyn Stream>, certificate))
        };
        let connected = tokio::time::timeout(self.timeout, connecting).await;
        let limit = |_| Err(TransportError::limit(&self.place, self.timeout, None));
        let (stream, certificate) = connected.unwrap_or_else(limit)?;
        Ok(Wire {
            stream,
            buffer: BytesMut::new(),
            certificate,
            place: Arc::clone(&self.place),
            timeout: self.timeout,
        })
    }
}

impl fmt::Debug for RawClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawClient")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
pub struct Wire {
    stream: Box<dyn Stream>,
    /// Bytes that were read and belong to the next answer.
    buffer: BytesMut,
    certificate: Option<Certificate>,
    place: Arc<Place>,
    timeout: Duration,
}

impl Wire {
    /// The certificate of the other side, if TLS is used.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Writes these bytes unchanged.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), TransportError> {
        let stream = &mut self.stream;
        let writing = async {
            stream.write_all(bytes).await?;
            stream.flush().await
        };
        limited(&self.place, self.timeout, writing).await
    }

    /// Closes the direction to the other side. The answer can still be read.
    pub async fn finish(&mut self) -> Result<(), TransportError> {
        let finishing = self.stream.shutdown();
        limited(&self.place, self.timeout, finishing).await
    }

    /// Reads one answer. Also returns whether the connection can be used again.
    pub async fn answer(&mut self) -> Result<(Answer, bool), TransportError> {
        let mut answer = PartialAnswer::default();
        let (stream, buffer) = (&mut self.stream, &mut self.buffer);
        let reading = answer_reader::read(stream, buffer, &mut answer, ANSWER_LIMIT);
        let read = limited(&self.place, self.timeout, reading).await;
        let (end, keeps) = match read {
            Ok((end, keeps)) => (Ok(end), keeps),
            Err(error) => (Err(error.after(answer.status())), false),
        };
        Ok((answer.end(end)?, keeps))
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").finish_non_exhaustive()
    }
}

async fn limited<T>(
    place: &Arc<Place>,
    limit: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, TransportError> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(|error| TransportError::io(place, Cause::Other, error, None)),
        Err(_) => Err(TransportError::limit(place, limit, None)),
    }
}

#[cfg(test)]
mod tests;
