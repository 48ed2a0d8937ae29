//! Header fields that may travel on from one connection to the next, and those that may not.
//!
//! Used in both directions: for a request that is passed on, and for an answer.

use reqwest::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, HeaderMap, HeaderName,
    HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Fields of one connection: RFC 9110, section 7.6.1, with the two old ones it names.
/// `Content-Length` and `Expect` are made anew by whoever sends the body.
fn is_of_the_hop(name: &HeaderName) -> bool {
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

/// The fields that travel on, in their order and with repeats. Credentials stay behind: what
/// a log holds of them is no credential, and another host must not get them.
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
        let stays = is_of_the_hop(&name)
            || [HOST, AUTHORIZATION, COOKIE].contains(&name)
            || named.iter().any(|field| field == name.as_str());
        if !stays {
            kept.append(name, value);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_to_the_connection_and_to_the_first_target_stays_behind() {
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
