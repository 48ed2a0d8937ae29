//! `follow`: starts and ends the follower.

use std::thread::JoinHandle;

use tokio::sync::watch;

use super::access::Access;
use super::address::RelayUrl;
use super::event::{FollowTotals, RelayEvent};
use super::follower::{Beginning, FollowState, Follower, Store};
use super::nats::Nats;
use super::published::{load, path};
use super::publishing::ThreadError;
use super::subject::stream;
use super::thread;
use super::turns::Turns;
use crate::journal::LogInfo;
use crate::model::error::Failure;

/// What is followed.
#[derive(Clone, Debug)]
pub struct FollowOptions {
    /// The relay.
    pub url: RelayUrl,
    /// How it is entered.
    pub access: Access,
    /// The name of this follower.
    pub name: String,
    /// Where it begins if its log has nothing of the relay.
    pub beginning: Beginning,
}

/// A follower that has begun.
pub struct Following {
    stop: watch::Sender<bool>,
    thread: JoinHandle<FollowTotals>,
}

impl Following {
    /// Begins to read into a log.
    pub fn start(
        options: &FollowOptions,
        log: &LogInfo,
        store: impl Store + Send + 'static,
        tell: impl Fn(RelayEvent) + Send + 'static,
    ) -> Result<Following, Failure> {
        let (stop, stopped) = watch::channel(false);
        let begun_path = path(&log.path, "follow", &options.url);
        let stream = stream(&options.url.project);
        let follower = Follower {
            engine: Nats {
                url: options.url.clone(),
                access: options.access.clone(),
                name: options.name.clone(),
            },
            store,
            state: FollowState::recall(log, &stream)?,
            stream,
            log: log.path.clone(),
            last_seq: log.last_seq,
            beginning: options.beginning,
            begun: load(&begun_path)?,
            begun_path,
            stop: stopped,
            turns: Turns::new(Box::new(tell)),
        };
        let end = |follower: Follower<_, _>| follower.state.totals;
        let thread = thread::spawn("follow", follower, end).map_err(ThreadError)?;
        Ok(Following { stop, thread })
    }

    /// Ends it. Blocks until then. If its thread died, nothing is known.
    pub fn finish(self) -> Option<FollowTotals> {
        self.stop.send_replace(true);
        self.thread.join().ok()
    }
}
