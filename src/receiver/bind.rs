//! Opens a listening socket for a host name or an address.
//!
//! A name can have several addresses. The first one that works is used, IPv4 before IPv6,
//! since every tunnel and client tries IPv4 for `localhost`. A port that is taken is an
//! error: with the next address, two programs would share `localhost` unnoticed.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::net::{TcpListener, lookup_host};

use super::error::ReceiverError;
use super::port_holder::port_holder;

/// How many ports above one that is taken are tried.
const PORTS_TRIED: u16 = 100;

pub(super) async fn listen(
    host: &str,
    port: u16,
) -> Result<(TcpListener, SocketAddr), ReceiverError> {
    let mut last = None;
    for address in resolve(host, port).await? {
        let bound = match TcpListener::bind(address).await {
            Ok(listener) => listener.local_addr().map(|local| (listener, local)),
            Err(error) => Err(error),
        };
        match bound {
            Ok(bound) => return Ok(bound),
            Err(error) if is_of_the_address(error.kind()) => {
                last = Some(explain(address, error));
            }
            Err(error) => return Err(explain(address, error)),
        }
    }
    Err(last.unwrap_or_else(|| ReceiverError::HostUnknown {
        host: host.to_owned(),
        source: None,
    }))
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, ReceiverError> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    let found = lookup_host((bare, port))
        .await
        .map_err(|source| ReceiverError::HostUnknown {
            host: host.to_owned(),
            source: Some(source),
        })?;
    let mut addresses: Vec<SocketAddr> = found.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    Ok(addresses)
}

/// Whether another address of the same name may still work: this one is not here, or
/// the machine has no IPv6 at all.
fn is_of_the_address(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::AddrNotAvailable | ErrorKind::Unsupported)
}

fn explain(address: SocketAddr, source: io::Error) -> ReceiverError {
    let kind = source.kind();
    let text = address.to_string();
    match kind {
        ErrorKind::AddrInUse => ReceiverError::PortTaken {
            address: text,
            holder: port_holder(address.port()),
            next: next_free(address),
            source,
        },
        ErrorKind::PermissionDenied => ReceiverError::PortForbidden {
            address: text,
            source,
        },
        ErrorKind::AddrNotAvailable => ReceiverError::HostNotLocal {
            address: text,
            source,
        },
        _ => ReceiverError::Bind {
            address: text,
            source,
        },
    }
}

/// The next port that is free now.
fn next_free(address: SocketAddr) -> Option<u16> {
    let mut ports = (1..=PORTS_TRIED).filter_map(|more| address.port().checked_add(more));
    ports.find(|port| std::net::TcpListener::bind((address.ip(), *port)).is_ok())
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]
mod tests {
    use super::*;
    use crate::model::error::{Category, Explain as _};

    #[tokio::test]
    async fn an_ipv6_address_is_taken_with_and_without_brackets() {
        for host in ["::1", "[::1]"] {
            let found = resolve(host, 7).await.unwrap();
            assert_eq!(found, ["[::1]:7".parse::<SocketAddr>().unwrap()]);
        }
    }

    #[tokio::test]
    async fn port_0_picks_a_free_one() {
        let (_listener, address) = listen("127.0.0.1", 0).await.unwrap();
        assert_ne!(address.port(), 0);
    }

    #[tokio::test]
    async fn a_taken_port_is_named_with_what_to_do() {
        let (_listener, address) = listen("127.0.0.1", 0).await.unwrap();
        let error = listen("127.0.0.1", address.port()).await.unwrap_err();
        assert!(matches!(error, ReceiverError::PortTaken { .. }));
        assert!(error.to_string().contains(&address.to_string()), "{error}");
        if cfg!(target_os = "linux") {
            let this = format!("(process {})", std::process::id());
            assert!(error.to_string().ends_with(&this), "{error}");
        }
        assert!(error.advice().unwrap().contains("--port 0"));
        assert_eq!(error.category(), Category::Undone);
    }

    #[tokio::test]
    async fn an_address_of_another_machine_is_told_apart() {
        // TEST-NET-1 (RFC 5737): no machine has it.
        let error = listen("192.0.2.1", 0).await.unwrap_err();
        assert!(
            matches!(error, ReceiverError::HostNotLocal { .. }),
            "{error}"
        );
    }

    #[tokio::test]
    async fn a_host_that_is_no_name_is_an_error_that_quotes_it() {
        // A NUL fails before any resolver is asked.
        let error = listen("a\0b", 0).await.unwrap_err();
        assert!(matches!(error, ReceiverError::HostUnknown { .. }));
        assert!(error.to_string().contains("`a\0b`"));
    }

    #[test]
    fn a_forbidden_port_is_told_apart() {
        let error = explain(
            "127.0.0.1:80".parse().unwrap(),
            ErrorKind::PermissionDenied.into(),
        );
        assert!(matches!(error, ReceiverError::PortForbidden { .. }));
    }
}
