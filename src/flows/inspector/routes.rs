//! Which question a path is.

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::api::{
    ApiError, Call, DiffCall, HarCall, ListCall, RequestCall, SessionsCall, Sides, StreamCall,
};

/// Rows of a list, and the most of them.
const ROWS: usize = 50;
const MOST_ROWS: usize = 500;

/// What a request is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Route {
    Call(Call),
    Stream(StreamCall),
}

/// The question of a request. `body` is that of a POST.
pub(super) fn route(head: &Parts, body: &Bytes) -> Result<Route, ApiError> {
    let path = head.uri.path();
    let segments: Vec<&str> = path
        .strip_prefix("/v1/")
        .unwrap_or_default()
        .split('/')
        .collect();
    let is_post = head.method == Method::POST;
    let posted = match segments[..] {
        ["verdict"] => Some(Call::Verdict(body.clone())),
        ["replays"] => Some(Call::Replay(body.clone())),
        _ => None,
    };
    match (posted, is_post) {
        (Some(call), true) => return Ok(Route::Call(call)),
        (Some(_), false) => return Err(method("POST")),
        (None, _) => {}
    }
    let mut query = Parameters::of(head.uri.query().unwrap_or_default())?;
    let route = match segments[..] {
        ["status"] => Route::Call(Call::Status),
        ["catalog"] => Route::Call(Call::Catalog),
        ["captures"] => Route::Call(Call::Captures(ListCall {
            query: query.text("q"),
            before: query.number("before")?,
            after: query.number("after")?,
            offset: query.count("offset", 0)?,
            limit: query.limit()?,
        })),
        ["captures", id] => Route::Call(Call::Capture(number(id)?, query.flag("full")?)),
        ["captures", id, "raw"] => Route::Call(Call::Raw(number(id)?)),
        ["captures", id, "request"] => Route::Call(Call::Request(RequestCall {
            id: number(id)?,
            form: query.text("as"),
            target: query.take("target"),
        })),
        ["sessions"] => Route::Call(Call::Sessions(SessionsCall {
            states: query.list("state"),
            text: query.text("text"),
            offset: query.count("offset", 0)?,
            limit: query.limit()?,
        })),
        ["sessions", id] => Route::Call(Call::Session(decoded(id)?)),
        ["diff"] => Route::Call(Call::Diff(DiffCall {
            sides: sides(&mut query)?,
            exact: query.flag("exact")?,
        })),
        ["har"] => Route::Call(Call::Har(har(&mut query)?)),
        ["stream"] => Route::Stream(StreamCall {
            query: query.text("q"),
            after: query.number("after")?,
        }),
        _ => return Err(ApiError::not_found("there is nothing at this path")),
    };
    if is_post {
        return Err(method("GET, HEAD"));
    }
    query.end()?;
    Ok(route)
}

/// Another method is needed; `help` becomes the header `Allow`.
fn method(allowed: &str) -> ApiError {
    ApiError {
        help: Some(allowed.to_owned()),
        ..ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method",
            format!("this path takes {allowed}"),
        )
    }
}

fn sides(query: &mut Parameters) -> Result<Sides, ApiError> {
    if let (Some(one), Some(other)) = (query.take("session"), query.take("other")) {
        return Ok(Sides::Sessions(one, other));
    }
    let a = query.number("a")?;
    let a = a.ok_or_else(|| ApiError::request("a: the id of a capture is missing"))?;
    if query.flag("sample")? {
        return Ok(Sides::Sample(a));
    }
    let b = query.number("b")?;
    let b = b.ok_or_else(|| ApiError::request("b: the id of a capture is missing"))?;
    Ok(Sides::Captures(a, b))
}

fn har(query: &mut Parameters) -> Result<HarCall, ApiError> {
    let ids = query.list("ids");
    if ids.is_empty() {
        return Ok(HarCall::Query(query.text("q")));
    }
    let ids: Result<Vec<u64>, _> = ids.iter().map(|id| number(id)).collect();
    Ok(HarCall::Ids(ids?))
}

/// The id of a capture: digits, and nothing else.
fn number(text: &str) -> Result<u64, ApiError> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_number);
    number.ok_or_else(|| ApiError::request("an id is a number"))
}

fn decoded(text: &str) -> Result<String, ApiError> {
    let decoded = percent_decode_str(text).decode_utf8();
    let decoded = decoded.map_err(|_| ApiError::request("this is not UTF-8"))?;
    Ok(decoded.into_owned())
}

/// The parameters of a query string.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(text: &str) -> Result<Parameters, ApiError> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Ok((decoded(name)?, decoded(&value.replace('+', " "))?))
        });
        let pairs: Vec<_> = pairs.collect::<Result<_, _>>()?;
        Ok(Parameters(pairs))
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    fn text(&mut self, name: &str) -> String {
        self.take(name).unwrap_or_default()
    }

    fn list(&mut self, name: &str) -> Vec<String> {
        let text = self.text(name);
        let words = text.split(',').filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    }

    fn number(&mut self, name: &str) -> Result<Option<u64>, ApiError> {
        let value = self.take(name).filter(|value| !value.is_empty());
        value
            .map(|value| number(&value))
            .transpose()
            .map_err(|error| ApiError {
                message: format!("{name}: {}", error.message),
                ..error
            })
    }

    fn count(&mut self, name: &str, default: usize) -> Result<usize, ApiError> {
        let number = self.number(name)?;
        Ok(number.map_or(default, |number| {
            usize::try_from(number).unwrap_or(usize::MAX)
        }))
    }

    fn limit(&mut self) -> Result<usize, ApiError> {
        Ok(self.count("limit", ROWS)?.clamp(1, MOST_ROWS))
    }

    fn flag(&mut self, name: &str) -> Result<bool, ApiError> {
        match self.take(name).as_deref() {
            None | Some("" | "0") => Ok(false),
            Some("1") => Ok(true),
            Some(_) => Err(ApiError::request(format!("{name}: expected 0 or 1"))),
        }
    }

    /// A name that is not known would be ignored silently.
    fn end(self) -> Result<(), ApiError> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(ApiError::request(format!(
                "there is no parameter `{name}` here, or it stands there twice"
            ))),
        }
    }
}
