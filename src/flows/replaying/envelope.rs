//! The request for a logged body: which of its logged headers it has, and which path.

use bytes::Bytes;
use serde::Deserialize;

use crate::delivery::{OutgoingRequest, RequestError};
use crate::model::capture::Capture;

/// Which of the logged headers to send. Connection headers and credentials are never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Headers {
    /// The headers of the provider, without those that tunnels and proxies added.
    Provider,
    /// All headers, also those that tunnels and proxies added.
    Original,
    /// No header, not even the content type.
    None,
}

impl Headers {
    /// The word for it on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Headers::Provider => "provider",
            Headers::Original => "original",
            Headers::None => "none",
        }
    }
}

/// How requests are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    pub(crate) headers: Headers,
    pub(crate) keep_path: bool,
}

impl Envelope {
    /// The request that sends a capture again to any path, as `replay` does. Of a bare body only
    /// the bytes are known.
    pub(crate) fn again(capture: &Capture) -> Result<OutgoingRequest, RequestError> {
        let envelope = Envelope {
            headers: Headers::Provider,
            keep_path: false,
        };
        envelope.resend(capture, capture.body.clone(), false)
    }

    /// The request that sends a capture again, perhaps with another body: `is_unpacked` as in
    /// [`request`](Envelope::request).
    pub(crate) fn resend(
        self,
        capture: &Capture,
        body: Bytes,
        is_unpacked: bool,
    ) -> Result<OutgoingRequest, RequestError> {
        let is_request = !capture.method.is_empty();
        self.request(body, is_request.then_some(capture), is_unpacked)
    }

    /// The request for a body. `capture` is that of its record, if it has one. `is_unpacked` says
    /// that the body was decoded since, so that the logged `Content-Encoding` is wrong.
    pub(crate) fn request(
        self,
        body: Bytes,
        capture: Option<&Capture>,
        is_unpacked: bool,
    ) -> Result<OutgoingRequest, RequestError> {
        let Some(capture) = capture else {
            // A bare body has no headers, and providers send JSON.
            return match self.headers {
                Headers::None => OutgoingRequest::new(body, None),
                Headers::Provider | Headers::Original => Ok(OutgoingRequest::json(body)),
            };
        };
        let headers = &capture.headers;
        if let Some(content_type) = headers.get("content-type") {
            // A value that HTTP does not allow is an error and is not dropped silently.
            OutgoingRequest::new(Bytes::new(), Some(content_type))?;
        }
        let holds = |name: &str| !(is_unpacked && name.eq_ignore_ascii_case("content-encoding"));
        let fields = headers.iter().filter(|(name, _)| holds(name));
        let request = match self.headers {
            Headers::None => OutgoingRequest::new(body, None)?,
            Headers::Original => OutgoingRequest::passed_on(body, fields),
            Headers::Provider => {
                OutgoingRequest::passed_on(body, fields.filter(|(name, _)| !is_of_a_proxy(name)))
            }
        };
        if self.keep_path {
            return request.to_path(&capture.target);
        }
        Ok(request)
    }
}

/// Whether a proxy before the old receiver added the header.
fn is_of_a_proxy(name: &str) -> bool {
    const STARTS: [&str; 13] = [
        "x-forwarded-",
        "ngrok-",
        "cf-",
        "cloudfront-",
        "x-amz-cf-",
        "x-amzn-",
        "x-vercel-",
        "fly-",
        "x-azure-",
        "x-arr-",
        "x-ms-client-principal",
        "x-envoy-",
        "tailscale-",
    ];
    const NAMES: [&str; 12] = [
        "forwarded",
        "via",
        "x-real-ip",
        "client-ip",
        "x-client-ip",
        "x-client-port",
        "true-client-ip",
        "cdn-loop",
        "x-cloud-trace-context",
        "x-appservice-proto",
        "x-site-deployment-id",
        "accept-encoding",
    ];
    let starts = |start: &&str| {
        name.get(..start.len())
            .is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
    };
    STARTS.iter().any(starts) || NAMES.iter().any(|other| name.eq_ignore_ascii_case(other))
}

#[cfg(test)]
mod tests {
    use super::is_of_a_proxy;

    #[test]
    fn headers_of_proxies_are_recognised_in_any_case() {
        for name in [
            "X-Forwarded-For",
            "VIA",
            "cf-ray",
            "Accept-Encoding",
            "X-Azure-FDID",
            "x-arr-ssl",
            "x-envoy-attempt-count",
            "X-Cloud-Trace-Context",
            "x-ms-client-principal-id",
            "tailscale-user-login",
            "Client-IP",
        ] {
            assert!(is_of_a_proxy(name), "{name}");
        }
        for name in [
            "x-signature",
            "via-x",
            "cf",
            "x-ms-request-id",
            "é",
            "content-type",
        ] {
            assert!(!is_of_a_proxy(name), "{name}");
        }
    }
}
