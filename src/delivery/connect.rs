//! Opens a connection to a target.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpStream;

use super::transport_error::{Place, TransportError};
use crate::model::cause::Cause;

/// A TCP connection to the first address of the target that accepts one.
pub(super) async fn connect(place: &Arc<Place>) -> Result<TcpStream, TransportError> {
    let addresses = tokio::net::lookup_host(&*place.authority).await;
    let addresses: Vec<SocketAddr> = addresses
        .map_err(|error| TransportError::io(place, Cause::Dns, error, None))?
        .collect();
    let stream = TcpStream::connect(&*addresses)
        .await
        .map_err(|error| TransportError::io(place, Cause::Unreachable, error, None))?;
    // An error costs only time.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}
