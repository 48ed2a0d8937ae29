//! `--simulate`: the life of one session, posted to the listener itself.
//!
//! The events go over a real socket, as those of a provider would, so that a newcomer sees the
//! tool at work with nothing else running.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::Utc;
use tokio::sync::watch;

use crate::catalog::{Catalog, Session};
use crate::delivery;
use crate::delivery::{HttpClient, OutgoingRequest, Trust};
use crate::model::error::Failure;
use crate::model::secret::Credentials;
use crate::receiver::FileServer;

/// The pause between two events: long enough to see them arrive one by one.
const PAUSE: Duration = Duration::from_millis(300);
/// The wait for one answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The events of one session that are posted to the listener.
#[derive(Debug)]
pub struct Simulation {
    /// The provider whose events they are.
    pub provider: String,
    /// The URL of the listener.
    pub url: String,
    /// The credentials that it asks for.
    pub credentials: Option<Credentials>,
    /// The catalog that has the samples.
    pub catalog: Arc<Catalog>,
    /// The server of the files that the events name.
    pub files: Option<Arc<FileServer>>,
}

impl Simulation {
    /// Posts all events of the provider in the order of a session's life, until told to stop.
    /// A failure shows on the side of the listener: as a refusal, or as a missing event.
    pub async fn play(self, mut stopped: watch::Receiver<bool>) {
        tokio::select! {
            _ = self.post_all() => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    }

    async fn post_all(&self) -> Result<(), Failure> {
        let options = delivery::ClientOptions {
            trace: None,
            credentials: self.credentials.clone(),
            // The target is this process, whatever name the certificate is for.
            trust: Trust {
                insecure: true,
                ..Trust::default()
            },
            ..delivery::ClientOptions::new(TIMEOUT)
        };
        let client = HttpClient::new(&delivery::TargetUrl::parse(&self.url)?, &options)?;
        let Some(provider) = self.catalog.provider(&self.provider) else {
            return Ok(());
        };
        let mut session = Session::new(provider, &mut fastrand::Rng::new());
        if let Some(files) = &self.files {
            session.serve_files(files.origin());
        }
        for (index, event) in provider.events().iter().enumerate() {
            if index > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            let body = Bytes::from(session.body(event, Utc::now())?.to_string());
            if let Some(files) = &self.files {
                files.name(&body, &self.catalog);
            }
            client.post(OutgoingRequest::json(body.clone())).await;
            if let Some(files) = &self.files {
                files.posted(&body);
            }
        }
        Ok(())
    }
}
