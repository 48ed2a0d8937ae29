//! The simulation that was asked for, and the files that its events name.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::ListenOptions;
use super::opening::{self, Opened};
use crate::catalog::Catalog;
use crate::commands::Console;
use crate::flows::listening::Simulation;
use crate::model::error::Failure;
use crate::receiver::{FileServer, FileUse};

/// A simulation that plays beside the receiver.
pub(super) struct Simulated {
    ended: Option<JoinHandle<()>>,
    files: Option<Arc<FileServer>>,
    expects_fetched: bool,
}

impl Simulated {
    /// Starts it, and the server of its files.
    pub(super) async fn start(
        options: &ListenOptions,
        opened: &Opened<'_>,
        catalog: Arc<Catalog>,
        console: &mut Console,
        stop: &watch::Sender<bool>,
    ) -> Result<Simulated, Failure> {
        let files = match &options.files {
            Some(files) => Some(Arc::new(FileServer::start(files, &catalog).await?)),
            None => None,
        };
        if let Some(files) = &files {
            console.say(&format!("serving files at {}", files.origin()))?;
        }
        let simulation = options.simulate.clone().map(|provider| Simulation {
            provider,
            url: opening::url(opened.receiver, opened.address),
            credentials: opened.receiver.credentials.clone(),
            catalog,
            files: files.clone(),
        });
        Ok(Simulated {
            ended: simulation.map(|simulation| tokio::spawn(simulation.play(stop.subscribe()))),
            files,
            expects_fetched: options.expect_fetched,
        })
    }

    /// Waits until it is over and all files of its events were fetched, if that is expected.
    pub(super) fn fetched(&mut self) -> Option<impl Future<Output = ()> + use<>> {
        let files = self.files.clone().filter(|_| self.expects_fetched)?;
        let ended = self.ended.take()?;
        Some(async move {
            let _ = ended.await;
            files.settled().await;
        })
    }

    /// What became of the files.
    pub(super) fn uses(&self) -> Vec<FileUse> {
        self.files
            .as_ref()
            .map_or_else(Vec::new, |files| files.uses())
    }
}
