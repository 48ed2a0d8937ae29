//! A request as it would be sent, to show it.

use reqwest::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};

use super::client_error::ClientError;
use super::client_options::ClientOptions;
use super::outgoing_request::OutgoingRequest;
use super::request_headers::RequestHeaders;
use super::target_url::TargetUrl;

/// The head of a request, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: &'static str,
    /// The request target, after the method in the first line.
    pub target: String,
    /// The header fields, their names in lower case.
    pub fields: Vec<Field>,
}

/// A header field that is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, in lower case.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
    /// Whether the value is a secret and must not be shown.
    pub is_secret: bool,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl Request {
    /// The head that [`HttpClient::post`](super::HttpClient::post) sends for this request.
    pub fn new(
        target: &TargetUrl,
        options: &ClientOptions,
        request: &OutgoingRequest,
    ) -> Result<Request, ClientError> {
        Ok(Request::of(&RequestHeaders::new(target, options)?, request))
    }

    pub(super) fn of(headers: &RequestHeaders, request: &OutgoingRequest) -> Request {
        let secrets = [AUTHORIZATION, PROXY_AUTHORIZATION, COOKIE];
        let map = headers.of(request);
        let fields = map.iter().map(|(name, value)| Field {
            name: name.as_str().to_owned(),
            value: value.as_bytes().to_vec(),
            is_secret: secrets.contains(name),
        });
        Request {
            method: request.method,
            target: headers.path(request).to_owned(),
            fields: fields.collect(),
        }
    }
}
