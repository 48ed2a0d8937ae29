//! What goes along with a body: which of its logged headers, and to which path.

use bytes::Bytes;

use crate::delivery::{OutgoingRequest, RequestError};
use crate::journal::Record;

/// Which of the logged headers to send. Connection headers and credentials are never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Headers {
    /// The headers of the provider, without those that tunnels and proxies added.
    Provider,
    /// All headers, also those that tunnels and proxies added.
    Original,
    /// No header, not even the content type.
    None,
}

/// How parcels are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Envelope {
    pub(crate) headers: Headers,
    pub(crate) keep_path: bool,
}

impl Envelope {
    /// A parcel of this body, which came with that record, or by itself; or which was unpacked
    /// since, so that how it was packed does not hold any more.
    pub(crate) fn parcel(
        self,
        body: Bytes,
        record: Option<&Record>,
        is_unpacked: bool,
    ) -> Result<OutgoingRequest, RequestError> {
        let Some(record) = record else {
            // A bare body came without headers; the providers send JSON.
            return match self.headers {
                Headers::None => OutgoingRequest::new(body, None),
                Headers::Provider | Headers::Original => Ok(OutgoingRequest::json(body)),
            };
        };
        let headers = &record.capture.headers;
        if let Some(content_type) = headers.get("content-type") {
            // What HTTP does not allow is a fault of the record, and not silently left out.
            OutgoingRequest::new(Bytes::new(), Some(content_type))?;
        }
        let holds = |name: &str| !(is_unpacked && name.eq_ignore_ascii_case("content-encoding"));
        let fields = headers.iter().filter(|(name, _)| holds(name));
        let parcel = match self.headers {
            Headers::None => OutgoingRequest::new(body, None)?,
            Headers::Original => OutgoingRequest::passed_on(body, fields),
            Headers::Provider => {
                OutgoingRequest::passed_on(body, fields.filter(|(name, _)| !of_the_way(name)))
            }
        };
        if self.keep_path {
            return parcel.to_path(&record.capture.target);
        }
        Ok(parcel)
    }
}

/// Whether a header tells of the way to the old receiver, not of the provider.
fn of_the_way(name: &str) -> bool {
    const STARTS: [&str; 6] = [
        "x-forwarded-",
        "ngrok-",
        "cf-",
        "x-amzn-",
        "x-vercel-",
        "fly-",
    ];
    const NAMES: [&str; 6] = [
        "forwarded",
        "via",
        "x-real-ip",
        "true-client-ip",
        "cdn-loop",
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
    use super::of_the_way;

    #[test]
    fn headers_of_the_way_are_told_in_any_case() {
        for name in ["X-Forwarded-For", "VIA", "cf-ray", "Accept-Encoding"] {
            assert!(of_the_way(name), "{name}");
        }
        for name in ["x-signature", "via-x", "cf", "é", "content-type"] {
            assert!(!of_the_way(name), "{name}");
        }
    }
}
