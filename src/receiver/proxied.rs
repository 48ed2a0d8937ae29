//! The client address of a request, as the proxies on its way report it.
//!
//! Each proxy appends the address of its peer to `Forwarded` (RFC 7239) or `X-Forwarded-For`;
//! the sender may have invented everything before that. The list is therefore read from its
//! end: addresses of proxies are skipped, and the first other address is the client. An
//! address of this machine or of a private network counts as a proxy. The headers are ignored
//! if the peer of the connection is not a proxy, or if they cannot be parsed.
//!
//! A proxy writes one of the two headers and may pass the other one on as the sender invented
//! it. So the user names the header, or both must tell the same if both are there.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use hyper::header::{FORWARDED, HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The longest list that is read.
const LONGEST: usize = 64;

/// The header that the proxy writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ProxyHeader {
    /// Either header; neither if they disagree.
    Any,
    /// Forwarded.
    Forwarded,
    /// X-Forwarded-For.
    XForwardedFor,
}

/// The client of a request that came from `socket`: an address, with a port if one is given.
/// `None` if no proxy reports one.
pub(super) fn peer(socket: IpAddr, headers: &HeaderMap, trusted: ProxyHeader) -> Option<String> {
    if !is_proxy(socket) {
        return None;
    }
    let standard = || client(elements(headers, &FORWARDED, for_of)?);
    let usual = || client(elements(headers, &X_FORWARDED_FOR, node)?);
    let (ip, port) = match trusted {
        ProxyHeader::Forwarded => standard()?,
        ProxyHeader::XForwardedFor => usual()?,
        ProxyHeader::Any => match (
            headers.contains_key(FORWARDED),
            headers.contains_key(X_FORWARDED_FOR),
        ) {
            (true, true) => {
                let (one, other) = (standard()?, usual()?);
                if one.0 != other.0 {
                    return None;
                }
                (one.0, one.1.or(other.1))
            }
            (true, false) => standard()?,
            _ => usual()?,
        },
    };
    Some(match port {
        Some(port) => SocketAddr::new(ip, port).to_string(),
        None => ip.to_string(),
    })
}

/// The last address of a list that is not a proxy; the first one if all are.
fn client(hops: Vec<Node>) -> Node {
    let mut sender = None;
    for hop in hops.into_iter().rev() {
        let (ip, port) = hop?;
        sender = Some((ip, port));
        if !is_proxy(ip) {
            break;
        }
    }
    sender
}

/// Whether this can be the address of a proxy of the user.
fn is_proxy(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

type Node = Option<(IpAddr, Option<u16>)>;

/// The elements of a list header over all its fields, in order. `None` if it is not a list; an
/// element without an address is empty.
fn elements(headers: &HeaderMap, name: &HeaderName, read: fn(&str) -> Node) -> Option<Vec<Node>> {
    let mut hops = Vec::new();
    for value in headers.get_all(name) {
        for element in split(value.to_str().ok()?, ',')? {
            let element = element.trim();
            if !element.is_empty() {
                hops.push(read(element));
            }
        }
    }
    (hops.len() <= LONGEST).then_some(hops)
}

/// Splits a text at separators outside quotes.
fn split(text: &str, separator: char) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut quoted, mut escaped) = (Vec::new(), 0, false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (!quoted).then_some(parts)
}

/// The address behind `for=` in an element of `Forwarded`.
fn for_of(element: &str) -> Node {
    let pairs = split(element, ';')?;
    let value = pairs.into_iter().find_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        name.eq_ignore_ascii_case("for").then_some(value)
    })?;
    let bare = match value.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => value,
    };
    node(bare)
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn node(text: &str) -> Node {
    if let Ok(ip) = text.parse::<IpAddr>() {
        return Some((ip.to_canonical(), None));
    }
    if let Ok(both) = text.parse::<SocketAddr>() {
        return Some((both.ip().to_canonical(), Some(both.port())));
    }
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    let ip = inner.parse::<Ipv6Addr>().ok()?;
    Some((IpAddr::V6(ip).to_canonical(), None))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use hyper::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn from(socket: &str, fields: &[(&'static str, &str)]) -> Option<String> {
        named(ProxyHeader::Any, socket, fields)
    }

    fn named(
        trusted: ProxyHeader,
        socket: &str,
        fields: &[(&'static str, &str)],
    ) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
            headers.append(HeaderName::from_static(name), value);
        }
        peer(socket.parse().unwrap(), &headers, trusted)
    }

    const XFF: &str = "x-forwarded-for";

    #[test]
    fn the_last_address_that_is_no_proxy_is_the_sender() {
        for (fields, sender) in [
            (&[(XFF, "203.0.113.7")][..], Some("203.0.113.7")),
            // What stands before it, the sender may have made up.
            (&[(XFF, "1.1.1.1, 203.0.113.7")], Some("203.0.113.7")),
            (
                &[(XFF, "1.1.1.1, 203.0.113.7, 10.0.0.2")],
                Some("203.0.113.7"),
            ),
            (
                &[(XFF, "203.0.113.7"), (XFF, "192.168.1.1")],
                Some("203.0.113.7"),
            ),
            (&[(XFF, "10.0.0.3, 10.0.0.2")], Some("10.0.0.3")),
            (&[(XFF, "2001:db8::1")], Some("2001:db8::1")),
            (&[(XFF, "[2001:db8::1]:443")], Some("[2001:db8::1]:443")),
            (&[(XFF, "203.0.113.7:8080")], Some("203.0.113.7:8080")),
            (
                &[("forwarded", "for=203.0.113.7;proto=https")],
                Some("203.0.113.7"),
            ),
            (
                &[("forwarded", "proto=http; For=\"[2001:db8::1]:4711\"")],
                Some("[2001:db8::1]:4711"),
            ),
            (
                &[("forwarded", "for=\"1.1.1.1, 2\", for=203.0.113.7")],
                Some("203.0.113.7"),
            ),
            (
                &[("forwarded", "for=203.0.113.7"), (XFF, "203.0.113.7:80")],
                Some("203.0.113.7:80"),
            ),
        ] {
            assert_eq!(from("127.0.0.1", fields).as_deref(), sender, "{fields:?}");
        }
    }

    #[test]
    fn of_two_headers_that_disagree_the_named_one_counts_or_neither() {
        let fields = [("forwarded", "for=1.1.1.1"), (XFF, "203.0.113.7")];
        for (trusted, sender) in [
            (ProxyHeader::Any, None),
            (ProxyHeader::Forwarded, Some("1.1.1.1")),
            (ProxyHeader::XForwardedFor, Some("203.0.113.7")),
        ] {
            let found = named(trusted, "127.0.0.1", &fields);
            assert_eq!(found.as_deref(), sender, "{trusted:?}");
        }
        // The other header alone says nothing.
        let fields = [("forwarded", "for=1.1.1.1")];
        assert_eq!(named(ProxyHeader::XForwardedFor, "::1", &fields), None);
    }

    #[test]
    fn what_says_no_address_says_nothing() {
        for fields in [
            &[][..],
            &[(XFF, "")],
            &[(XFF, "unknown")],
            &[(XFF, "203.0.113.7, nonsense")],
            &[(XFF, "203.0.113.7\u{1b}[31m")],
            &[(XFF, "203.0.113.999")],
            &[("forwarded", "for=_hidden")],
            &[("forwarded", "for=unknown"), (XFF, "203.0.113.7")],
            &[("forwarded", "for=\"203.0.113.7")],
            &[("forwarded", "by=203.0.113.7")],
        ] {
            if fields.iter().any(|(_, value)| value.contains('\u{1b}')) {
                // HTTP does not let it in.
                assert!(HeaderValue::from_bytes(fields[0].1.as_bytes()).is_err());
                continue;
            }
            assert_eq!(from("::1", fields), None, "{fields:?}");
        }
    }

    #[test]
    fn who_is_no_proxy_is_not_believed() {
        let fields = [(XFF, "203.0.113.7")];
        assert_eq!(from("198.51.100.9", &fields), None);
        assert_eq!(from("2001:db8::9", &fields), None);
        for proxy in [
            "10.1.2.3",
            "172.16.0.1",
            "::ffff:127.0.0.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert_eq!(
                from(proxy, &fields).as_deref(),
                Some("203.0.113.7"),
                "{proxy}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_but_an_address_comes_out(text in "[ -~]{0,60}", standard: bool) {
            let name = if standard { "forwarded" } else { XFF };
            if let Some(peer) = from("127.0.0.1", &[(name, &text)]) {
                let is_address = peer.parse::<IpAddr>().is_ok() || peer.parse::<SocketAddr>().is_ok();
                prop_assert!(is_address, "{}", peer);
            }
        }
    }
}
