//! Where the page may send: what was named, and what is on this machine beside a listener or a follower.

use std::net::SocketAddr;

use hyper::StatusCode;

use super::options::NamedTarget;
use crate::commands::Target;
use crate::delivery::{TargetUrl, reaches};
use crate::flows::inspector::ApiError;
use crate::model::error::Explain as _;
use crate::wire::inspect::TargetJson;

/// The targets of an inspector.
#[derive(Debug)]
pub(super) struct Targets {
    named: Vec<NamedTarget>,
    any_loopback: bool,
    /// The inspector itself, which is never a target.
    own: SocketAddr,
}

impl Targets {
    pub(super) fn new(named: Vec<NamedTarget>, any_loopback: bool, own: SocketAddr) -> Targets {
        Targets {
            named,
            any_loopback,
            own,
        }
    }

    /// Whether nothing may be sent.
    pub(super) fn are_none(&self) -> bool {
        self.named.is_empty() && !self.any_loopback
    }

    pub(super) fn any_loopback(&self) -> bool {
        self.any_loopback
    }

    /// What the page is told.
    pub(super) fn listed(&self) -> Vec<TargetJson> {
        let named = self.named.iter().enumerate();
        named
            .map(|(index, one)| TargetJson {
                name: one.name.clone(),
                url: one.target.url.to_string(),
                default: index == 0,
            })
            .collect()
    }

    /// The target of a request; without a name the default.
    pub(super) async fn find(&self, name: Option<&str>) -> Result<Target, ApiError> {
        let target = self.allowed(name)?;
        if reaches(&target.url, self.own).await {
            return Err(refused("the inspector itself is no target"));
        }
        Ok(target)
    }

    /// The same for a request that is only shown.
    pub(super) fn shown(&self, name: Option<&str>) -> Result<Target, ApiError> {
        match (name, self.named.first()) {
            (None, None) => {
                let url = TargetUrl::parse("http://127.0.0.1:3000/");
                let url = url.map_err(|error| ApiError::request(error.to_string()))?;
                Ok(Target::plain(url))
            }
            _ => self.allowed(name),
        }
    }

    fn allowed(&self, name: Option<&str>) -> Result<Target, ApiError> {
        if self.are_none() {
            return Err(ApiError {
                help: Some("start it with --url URL or --to NAME".to_owned()),
                ..ApiError::new(
                    StatusCode::CONFLICT,
                    "read-only",
                    "nothing can be sent, since no target was named",
                )
            });
        }
        let known = match name {
            Some(name) => self.named.iter().find(|one| one.name == name),
            None => self.named.first(),
        };
        if let Some(known) = known {
            return Ok(known.target.clone());
        }
        let text = name.ok_or_else(|| ApiError::request("target: which one is missing"))?;
        let url = TargetUrl::parse(text).map_err(|error| ApiError {
            help: error.advice(),
            ..ApiError::request(format!("target: {error}"))
        })?;
        if !(self.any_loopback && url.is_loopback()) {
            return Err(refused(
                "only targets that were named when it was started, and those of this machine beside a listener or a follower",
            ));
        }
        Ok(Target::plain(url))
    }
}

fn refused(why: &str) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "target", why)
}
