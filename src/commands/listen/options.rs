//! What `listen` was asked for.

use std::path::PathBuf;

use crate::commands::inspector::InspectSettings;
use crate::flows::expectation::ExpectOptions;
use crate::flows::forwarding::ForwardOptions;
use crate::flows::listening::{LogOptions, ReplyOptions};
use crate::flows::relay::{FollowOptions, PublishOptions, RelayUrl};
use crate::receiver::FileServerOptions;
use crate::render::listen::ListenFormat;
use crate::selection::{Moment, Query};
use crate::validation::Mask;
use crate::{delivery, receiver};

/// What `listen` was asked for.
#[derive(Clone, Debug)]
pub struct ListenOptions {
    /// Where to listen, whom to let in, and how much. The certificate is loaded at the start.
    pub receiver: receiver::ReceiverOptions,
    /// The certificate to speak HTTPS with; nothing speaks plain HTTP.
    pub certificate: Option<CertificateSource>,
    /// The log; nothing keeps no log.
    pub log: Option<PathBuf>,
    /// How it is kept.
    pub keeping: LogOptions,
    /// Answer 400 to what is not JSON.
    pub reject_malformed: bool,
    /// The provider whose events are to be simulated.
    pub simulate: Option<String>,
    /// Show long lists and texts whole.
    pub full: bool,
    /// What is masked in what is shown.
    pub mask: Mask,
    /// What stdout carries.
    pub format: ListenFormat,
    /// Which captures are shown.
    pub filter: Query,
    /// The targets that captures are forwarded to. They need a log.
    pub forward: Vec<ForwardOptions>,
    /// The relay that captures are published to. It needs a log.
    pub relay: Option<PublishOptions>,
    /// The relay that captures come from; nothing receives them itself.
    pub follow: Option<FollowSettings>,
    /// The targets for which nothing is kept any more.
    pub forget_targets: Vec<delivery::Destination>,
    /// The replies that senders get on purpose.
    pub replies: Option<ReplyOptions>,
    /// What is asserted, and when the run ends.
    pub expect: ExpectOptions,
    /// The server for the files that simulated events name.
    pub files: Option<FileServerOptions>,
    /// Whether each of them has to be fetched.
    pub expect_fetched: bool,
    /// The file that gets the URL once the port is bound.
    pub ready_file: Option<PathBuf>,
    /// The local API of an ngrok agent; nothing asks none.
    pub ngrok_api: Option<delivery::TargetUrl>,
    /// The inspector beside the listener. It needs a log.
    pub inspect: Option<InspectSettings>,
}

impl ListenOptions {
    /// The relay that captures are published to, or come from.
    pub(super) fn relay_url(&self) -> Option<&RelayUrl> {
        let published = self.relay.as_ref().map(|relay| &relay.url);
        published.or(self.follow.as_ref().map(|follow| &follow.relay.url))
    }
}

/// What is followed.
#[derive(Clone, Debug)]
pub struct FollowSettings {
    /// The relay.
    pub relay: FollowOptions,
    /// Where the first run begins, as typed.
    pub since: Option<Moment>,
}

/// Where a certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateSource {
    /// From files.
    Files {
        /// The certificate, followed by those that signed it.
        certificate: PathBuf,
        /// Its key.
        key: PathBuf,
    },
    /// It is made for the run.
    SelfSigned,
}
