//! Which header fields are forwarded from one connection to the next.
//!
//! Used in both directions: for a forwarded request and for an answer that is passed back.

use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, HeaderMap, HeaderName,
    HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Fields of one connection: RFC 9110, section 7.6.1, with its two older ones. The sender of the
/// body makes its own `Content-Length` and `Expect`.
fn is_hop_by_hop(name: &HeaderName) -> bool {
    [
        CONNECTION,
        TE,
        TRAILER,
        TRANSFER_ENCODING,
        UPGRADE,
        PROXY_AUTHENTICATE,
        PROXY_AUTHORIZATION,
        CONTENT_LENGTH,
        EXPECT,
    ]
    .contains(name)
        || ["keep-alive", "proxy-connection"].contains(&name.as_str())
}

/// The fields to forward, in order and with repeats. Credentials are dropped: the log holds only a
/// placeholder of them, and another host must not get them.
pub fn end_to_end<'h>(headers: impl Iterator<Item = (&'h str, &'h [u8])>) -> HeaderMap {
    let headers: Vec<_> = headers.collect();
    let named: Vec<String> = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case(CONNECTION.as_str()))
        .flat_map(|(_, value)| value.split(|byte| *byte == b','))
        .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase())
        .collect();
    let mut kept = HeaderMap::new();
    for (name, value) in headers {
        let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value),
        ) else {
            continue;
        };
        let is_dropped = is_hop_by_hop(&name)
            || [HOST, AUTHORIZATION, COOKIE].contains(&name)
            || named.iter().any(|field| field == name.as_str());
        if !is_dropped {
            kept.append(name, value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_the_connection_and_of_the_first_target_are_dropped() {
        let fields: [(&str, &[u8]); 12] = [
            ("Host", b"a"),
            ("content-type", b"application/json"),
            ("Connection", b"close, X-Hop"),
            ("x-hop", b"1"),
            ("X-Trace", b"1"),
            ("authorization", b"Basic x"),
            ("cookie", b"(not stored)"),
            ("content-length", b"3"),
            ("Keep-Alive", b"timeout=5"),
            ("x-trace", b"2"),
            ("transfer-encoding", b"chunked"),
            ("x y", b"no name"),
        ];
        let kept = end_to_end(fields.into_iter());
        let kept: Vec<_> = kept
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        let expected: [(&str, &[u8]); 3] = [
            ("content-type", b"application/json"),
            ("x-trace", b"1"),
            ("x-trace", b"2"),
        ];
        assert_eq!(kept, expected);
    }
}
