//! Keeps what is forwarded from coming back: the id of a run in `Via`, and the test whether
//! a target is a listener of this machine.

use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::time::Duration;

use memchr::memmem;
use reqwest::header::{HeaderValue, VIA};
use tokio::net::lookup_host;
use tokio::time::timeout;

use super::outgoing_request::OutgoingRequest;
use super::target_url::TargetUrl;

/// How long the name of a target is looked up.
const LOOKUP_LIMIT: Duration = Duration::from_secs(2);

/// The id of a run, which marks what it forwards (RFC 9110, section 7.6.3).
#[derive(Clone, Debug)]
pub struct RunId(String);

impl RunId {
    /// A new id.
    #[allow(clippy::new_without_default, reason = "each one differs")]
    pub fn new() -> RunId {
        RunId(format!("enx-hook-{:016x}", fastrand::u64(..)))
    }

    /// Whether header fields show that this run forwarded the request before.
    pub fn is_in<'h>(&self, mut headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> bool {
        headers.any(|(name, value)| {
            name.eq_ignore_ascii_case(VIA.as_str())
                && memmem::find(value, self.0.as_bytes()).is_some()
        })
    }
}

impl OutgoingRequest {
    /// Adds a `Via` header with the id of a run.
    #[must_use]
    pub fn via(mut self, run: &RunId) -> OutgoingRequest {
        // Letters, digits and hyphens are always a valid value.
        if let Ok(value) = HeaderValue::from_str(&format!("1.1 {}", run.0)) {
            self.headers.append(VIA, value);
        }
        self
    }
}

/// Whether requests to a target reach the listener that is bound to this address.
pub async fn reaches(target: &TargetUrl, listener: SocketAddr) -> bool {
    let port = target.url().port_or_known_default();
    if port != Some(listener.port()) {
        return false;
    }
    // Not every resolver knows `localhost.`, with the dot of a complete name.
    let host = target.host().trim_matches(['[', ']']).trim_end_matches('.');
    let found = timeout(LOOKUP_LIMIT, lookup_host((host, listener.port()))).await;
    let Ok(Ok(mut addresses)) = found else {
        return false;
    };
    addresses.any(|address| is_served(address.ip().to_canonical(), listener.ip()))
}

/// Whether a listener that is bound to `bound` gets connections to `ip`.
fn is_served(ip: IpAddr, bound: IpAddr) -> bool {
    let bound = bound.to_canonical();
    if !bound.is_unspecified() {
        // A connection to the unspecified address goes to this machine.
        return ip == bound || (ip.is_unspecified() && bound.is_loopback());
    }
    let is_of_this_machine = || UdpSocket::bind((ip, 0)).is_ok();
    (bound.is_ipv6() || ip.is_ipv4()) && is_of_this_machine()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_run_knows_its_own_id_only_and_other_hops_stay() {
        let (own, other) = (RunId::new(), RunId::new());
        let hops: [(&str, &[u8]); 1] = [("Via", b"1.1 proxy")];
        let request = OutgoingRequest::passed_on("{}".into(), hops.into_iter()).via(&own);
        let request = request.via(&other);
        assert!(own.is_in(request.fields()) && other.is_in(request.fields()));
        assert!(!RunId::new().is_in(request.fields()));
        let named: [(&str, &[u8]); 1] = [("x-via", own.0.as_bytes())];
        assert!(!own.is_in(named.into_iter()));
        assert_eq!(
            request.fields().filter(|(name, _)| *name == "via").count(),
            3
        );
    }

    #[tokio::test]
    async fn a_listener_is_found_under_each_of_its_addresses() {
        for (target, listener, is_reached) in [
            ("http://127.0.0.1:9/x", "127.0.0.1:9", true),
            ("http://localhost:9/", "127.0.0.1:9", true),
            ("http://localhost.:9/", "127.0.0.1:9", true),
            ("http://0.0.0.0:9/", "127.0.0.1:9", true),
            ("http://[::ffff:127.0.0.1]:9/", "127.0.0.1:9", true),
            ("https://127.0.0.1:9/", "0.0.0.0:9", true),
            (
                "http://127.0.0.2:9/",
                "0.0.0.0:9",
                cfg!(target_os = "linux"),
            ),
            ("http://[::1]:9/", "[::1]:9", true),
            ("http://127.0.0.1/", "127.0.0.1:80", true),
            ("http://127.0.0.1:8/", "127.0.0.1:9", false),
            ("http://127.0.0.2:9/", "127.0.0.1:9", false),
            ("http://[::1]:9/", "127.0.0.1:9", false),
            ("http://192.0.2.1:9/", "0.0.0.0:9", false),
        ] {
            let url = TargetUrl::parse(target).unwrap();
            let listener = listener.parse().unwrap();
            assert_eq!(reaches(&url, listener).await, is_reached, "{target}");
        }
    }
}
