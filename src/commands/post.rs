//! What `send` and `replay` share: how a target is posted to, and how it is named.

use super::{Console, Origin, Target};
use crate::delivery;
use crate::delivery::Proxies;

/// How a target is posted to.
pub(super) fn delivery_options(target: &Target, console: &Console) -> delivery::ClientOptions {
    delivery::ClientOptions {
        timeout: target.timeout,
        credentials: target.credentials.clone(),
        headers: target.headers.clone(),
        proxies: Proxies::of(&console.environment),
        trust: target.trust.clone(),
    }
}

/// Where a post goes, and who says so.
pub(super) fn target_line(target: &Target) -> String {
    let origin = match &target.origin {
        Origin::Flag => "--url".to_owned(),
        Origin::Named(name) => format!("--to {name}"),
        Origin::Variable(name) => (*name).to_owned(),
        Origin::File(path) => path.display().to_string(),
        Origin::Default => "the default: where `enx-hook listen` listens".to_owned(),
    };
    format!("{} ({origin})", target.url)
}
