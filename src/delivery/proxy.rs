//! Which proxy a request goes through.
//!
//! The variables are those of curl: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in upper
//! or lower case. A target on this machine never uses a proxy, since a company's proxy cannot reach
//! the `localhost` of the user.

use hyper::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::client_error::ClientError;
use super::target_url::TargetUrl;
use crate::model::environment::Environment;
use crate::model::secret::Secret;

/// The proxies to use, by default none. They may hold passwords, so Debug output masks them.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<(&'static str, Secret)>,
    https: Option<(&'static str, Secret)>,
    all: Option<(&'static str, Secret)>,
    except: String,
}

impl Proxies {
    /// The proxies of the environment.
    pub fn of(environment: &Environment) -> Proxies {
        let first = |names: [&'static str; 2]| {
            names
                .into_iter()
                .find_map(|name| Some((name, environment.variable(name)?)))
        };
        let proxy = |names| first(names).map(|(name, value)| (name, Secret::new(value)));
        Proxies {
            http: proxy(["HTTP_PROXY", "http_proxy"]),
            https: proxy(["HTTPS_PROXY", "https_proxy"]),
            all: proxy(["ALL_PROXY", "all_proxy"]),
            except: first(["NO_PROXY", "no_proxy"])
                .map(|(_, value)| value.to_owned())
                .unwrap_or_default(),
        }
    }

    /// Whether requests to a target go through a proxy.
    pub fn is_on_the_way_to(&self, target: &TargetUrl) -> Result<bool, ClientError> {
        Ok(self.on_the_way_to(target)?.is_some())
    }

    /// The proxy for a target, if there is one.
    pub(super) fn on_the_way_to(&self, target: &TargetUrl) -> Result<Option<Via>, ClientError> {
        let own = if target.is_https() {
            &self.https
        } else {
            &self.http
        };
        let Some((name, value)) = own.as_ref().or(self.all.as_ref()) else {
            return Ok(None);
        };
        if target.is_loopback() {
            return Ok(None);
        }
        let matching = |except: &str| {
            Matcher::builder()
                .all(value.expose())
                .no(except)
                .build()
                .intercept(target.uri())
        };
        match matching(&self.except) {
            Some(intercept) => Ok(Some(Via(intercept))),
            None if matching("").is_some() => Ok(None),
            None => Err(ClientError::ProxyVariable(name)),
        }
    }
}

/// A proxy for requests.
pub(super) struct Via(Intercept);

impl Via {
    /// Host and port, without credentials.
    pub(super) fn authority(&self) -> String {
        self.0
            .uri()
            .authority()
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    /// Whether the proxy itself uses TLS.
    pub(super) fn is_https(&self) -> bool {
        self.0.uri().scheme_str() == Some("https")
    }

    /// The proxy for the HTTP client.
    pub(super) fn to_client(&self) -> reqwest::Result<reqwest::Proxy> {
        let uri: &Uri = self.0.uri();
        let proxy = reqwest::Proxy::all(uri.to_string())?;
        Ok(if let Some(authorization) = self.0.basic_auth() {
            proxy.custom_http_auth(authorization.clone())
        } else if let Some((user, password)) = self.0.raw_auth() {
            proxy.basic_auth(user, password)
        } else {
            proxy
        })
    }
}
