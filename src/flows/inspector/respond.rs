//! Answers as HTTP responses. All of them forbid what a page of another site could do with them.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::Frame;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    HeaderName, HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};

use super::api::{ApiError, Reply};
use super::assets::Asset;
use crate::wire::inspect::ErrorJson;
use crate::wire::object_text;

/// What only the page's own files may do.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types 'none'";

/// The body of a response.
pub(super) type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A response with these bytes.
pub(super) fn response(
    status: StatusCode,
    content_type: &'static str,
    bytes: Bytes,
) -> Response<Body> {
    let mut response = Response::new(Full::new(bytes).boxed_unsync());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_TYPE, content_type);
    set(CONTENT_SECURITY_POLICY, POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    set(REFERRER_POLICY, "no-referrer");
    set(CACHE_CONTROL, "no-store");
    for name in ["cross-origin-resource-policy", "cross-origin-opener-policy"] {
        set(HeaderName::from_static(name), "same-origin");
    }
    response
}

/// A file of the page.
pub(super) fn asset(asset: Asset, head: &Parts) -> Response<Body> {
    let tag = asset.tag();
    let known = head.headers.get(IF_NONE_MATCH);
    let is_known = known.is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let (status, bytes) = if is_known {
        (StatusCode::NOT_MODIFIED, Bytes::new())
    } else {
        (StatusCode::OK, Bytes::from_static(asset.bytes))
    };
    let mut response = response(status, asset.content_type, bytes);
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// What a backend answered.
pub(super) fn reply(reply: Reply) -> Response<Body> {
    match reply {
        Reply::Json(json) => response(StatusCode::OK, "application/json", json.into()),
        Reply::File { name, bytes } => attached(
            response(StatusCode::OK, "application/octet-stream", bytes),
            &name,
        ),
        Reply::Pieces(mut pieces, name) => {
            let pieces = futures_util::stream::poll_fn(move |context| {
                let next = pieces.poll_recv(context);
                next.map(|piece| piece.map(|piece| Ok(Frame::data(piece))))
            });
            let kind = match name {
                Some(_) => "application/json",
                None => "application/x-ndjson",
            };
            let response = response(StatusCode::OK, kind, Bytes::new());
            let response = response.map(|_| StreamBody::new(pieces).boxed_unsync());
            match name {
                Some(name) => attached(response, name),
                None => response,
            }
        }
    }
}

/// Names are ours, so that none needs quoting.
fn attached(mut response: Response<Body>, name: &str) -> Response<Body> {
    let value = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    if let Ok(value) = value {
        response.headers_mut().insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// A refusal.
pub(super) fn refusal(error: &ApiError) -> Response<Body> {
    let is_method = error.status == StatusCode::METHOD_NOT_ALLOWED;
    let allowed = error.help.as_deref().filter(|_| is_method);
    let object = ErrorJson {
        code: error.code,
        message: &error.message,
        help: error.help.as_deref().filter(|_| !is_method),
        column: error.column,
    };
    let mut response = response(
        error.status,
        "application/json",
        object_text("error", &object).into(),
    );
    let headers = response.headers_mut();
    if is_method {
        let allowed = HeaderValue::from_str(allowed.unwrap_or("GET, HEAD, POST"));
        headers.extend(allowed.ok().map(|allowed| (ALLOW, allowed)));
    }
    if error.status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

/// The same without its body, for HEAD.
pub(super) fn without_body(method: &Method, response: Response<Body>) -> Response<Body> {
    match *method {
        Method::HEAD => response.map(|_| Full::new(Bytes::new()).boxed_unsync()),
        _ => response,
    }
}
