//! The files that the sent events name, served on this machine.

use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::SendOptions;
use crate::catalog::Catalog;
use crate::commands::signals::Signals;
use crate::commands::{Console, Format, Outcome, small_runtime};
use crate::flows::sending::Post;
use crate::model::error::Failure;
use crate::receiver::{FileServer, FileUse, all_fetched};
use crate::render::files::{fetched, leaked, write_files, write_files_json};

/// The runtime of a run, and the server that lives on it.
pub(super) struct Serving<'c> {
    pub(super) runtime: Runtime,
    server: Option<FileServer>,
    catalog: &'c Catalog,
}

impl<'c> Serving<'c> {
    /// Starts the server if it is asked for, and lets the events lead to it.
    pub(super) fn start(
        options: &mut SendOptions,
        catalog: &'c Catalog,
        console: &mut Console,
    ) -> Result<Serving<'c>, Failure> {
        let runtime = small_runtime()?;
        let server = match &options.files {
            Some(files) => Some(runtime.block_on(FileServer::start(files, catalog))?),
            None => None,
        };
        if let Some(server) = &server {
            options.body.files = Some(server.origin().to_owned());
            console.say(&format!("serving files at {}", server.origin()))?;
        }
        Ok(Serving {
            runtime,
            server,
            catalog,
        })
    }

    /// Serves the files of posts that are about to be sent.
    pub(super) fn name(&self, lane: &Result<Vec<Post>, Failure>) {
        if let (Some(server), Ok(posts)) = (&self.server, lane) {
            for post in posts {
                server.name(post.request.body(), self.catalog);
            }
        }
    }

    /// Notes that a post was sent.
    pub(super) fn posted(&self, post: &Post) {
        if let Some(server) = &self.server {
            server.posted(post.request.body());
        }
    }

    /// Waits until the receiver has fetched all files, as long as it may take. Returns whether the
    /// user stopped that.
    pub(super) async fn wait(&self, options: &SendOptions, signals: &mut Signals) -> bool {
        let Some(server) = &self.server else {
            return false;
        };
        tokio::select! {
            _ = timeout(options.files_wait, server.settled()) => false,
            () = signals.next() => true,
        }
    }

    /// Shows what became of the files. Returns whether that is as expected.
    pub(super) fn finish(
        &self,
        options: &SendOptions,
        console: &mut Console,
    ) -> Result<Outcome, Failure> {
        let Some(server) = &self.server else {
            return Ok(Outcome::Done);
        };
        let uses: Vec<FileUse> = server.uses();
        match options.format {
            Format::Json => write_files_json(&uses, &mut *console.out)?,
            Format::Human => write_files(&uses, &mut *console.out, console.style)?,
        }
        if let Some(leaked) = leaked(&uses) {
            console.warn(&leaked, None)?;
        }
        console.say(&fetched(&uses))?;
        Ok(if options.expect_fetched && !all_fetched(&uses) {
            Outcome::Negative
        } else {
            Outcome::Done
        })
    }
}
