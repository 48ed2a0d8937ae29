//! Sends what the page asks for: captures, an edited body, samples, scenarios. The answer is a line
//! for each delivery as it ends.

use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use hyper::StatusCode;
use tokio::sync::mpsc;

use super::backend::{InspectorBackend, MOST_RUNS, unreadable};
use super::orders::{Job, MOST, Order};
use crate::commands::Target;
use crate::commands::runtime::{RuntimeError, small_runtime};
use crate::delivery::{
    ClientOptions, Concurrency, Ending, HttpClient, Proxies, RetryPolicy, RunStats,
    SchedulerPolicy, WhenUnreached,
};
use crate::flows::inspector::{ApiError, Reply};
use crate::flows::sending::scenario::{self, Planner, Sessions};
use crate::flows::sending::{self, BodyOptions, Lanes, RunEnd, Seed};
use crate::model::error::Failure;
use crate::render::send::delivery_record;
use crate::selection::Speed;
use crate::wire::inspect::{CommandJson, SentJson, SentRequestJson};
use crate::wire::object_text;

/// The bytes of an answer that the page gets.
const ANSWER: usize = 4096;

impl InspectorBackend {
    /// Sends.
    pub(super) fn replay(self: &Arc<Self>, body: &[u8]) -> Result<Reply, ApiError> {
        let order: Order =
            serde_json::from_slice(body).map_err(|error| ApiError::request(error.to_string()))?;
        let runtime = small_runtime().map_err(|failure| unreadable(&failure))?;
        let target = runtime.block_on(self.targets.find(order.target.as_deref()))?;
        let target = order.changed(target)?;
        let (job, command) = self.job(&order, &target)?;
        let (sender, pieces) = mpsc::channel(MOST + 2);
        let requests = match &job {
            Job::Posts(posts) => Some(posts.len()),
            Job::Scenario(..) => None,
        };
        let command = CommandJson {
            command,
            target: target.url.to_string(),
            requests,
        };
        send_line(&sender, object_text("command", &command));
        if order.dry_run {
            return Ok(Reply::Pieces(pieces, None));
        }
        let Ok(permit) = Arc::clone(&self.runs).try_acquire_owned() else {
            return Err(ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                format!("{MOST_RUNS} runs are being sent"),
            ));
        };
        let backend = Arc::clone(self);
        let run = move || {
            let _permit = permit;
            let ended = runtime.block_on(backend.send(job, &target, &sender));
            let ended = ended.unwrap_or_else(|failure| SentJson {
                sent: 0,
                ok: 0,
                failed: 0,
                stopped: Some(failure.message()),
            });
            send_line(&sender, object_text("summary", &ended));
        };
        let thread = thread::Builder::new().name("send".to_owned()).spawn(run);
        thread.map_err(|error| unreadable(&RuntimeError(error).into()))?;
        Ok(Reply::Pieces(pieces, None))
    }

    /// Delivers, and tells each delivery.
    async fn send(
        &self,
        job: Job,
        target: &Target,
        sender: &mpsc::Sender<Bytes>,
    ) -> Result<SentJson, Failure> {
        let client = ClientOptions {
            trace: None,
            ..target.options(Proxies::of(&self.setup.environment))
        };
        let client = Arc::new(HttpClient::new(&target.url, &client)?);
        let url = target.url.to_string();
        let (options, environment) = (BodyOptions::default(), &self.setup.environment);
        let found;
        let (lanes, ids, concurrency): (Box<Lanes<'_>>, Vec<Option<u64>>, usize);
        match job {
            Job::Posts(posts) => {
                let (of, posts): (Vec<_>, Vec<_>) = posts.into_iter().unzip();
                (lanes, ids, concurrency) = (Box::new(std::iter::once(Ok(posts))), of, 1);
            }
            Job::Scenario(name, provider) => {
                found = scenario::find(&name, environment)?;
                let validation = &self.search.validation;
                let named = provider.as_deref();
                let planner = Planner::new(&found, named, &options, validation, environment, None)?;
                let (speed, count) = (Speed::Times(1.0), found.sessions);
                let sessions =
                    Sessions::new(planner, Seed::default(), speed, count, &mut |_| Ok(()))?;
                (lanes, ids, concurrency) = (Box::new(sessions), Vec::new(), found.concurrency);
            }
        }
        let is_scenario = ids.is_empty();
        let policy = SchedulerPolicy {
            concurrency: Concurrency::Lanes(concurrency),
            pace: None,
            retry: RetryPolicy::new(0, Vec::new()),
            when_unreached: WhenUnreached::CountAttempt,
            span: u64::MAX,
        };
        let mut closed = self.closed.subscribe();
        let interrupted = async {
            tokio::select! {
                () = sender.closed() => {}
                _ = closed.wait_for(|closed| *closed) => {}
            }
        };
        let mut lanes = lanes;
        let mut ids = ids.into_iter();
        let arrivals = self.arrivals.begin();
        let tell = |sent: sending::Sent<'_>| {
            let local = match &sent.delivered.attempt.ending {
                Ending::Answered(answer) => answer.local.as_deref(),
                _ => None,
            };
            let received = local.and_then(|local| arrivals.take(*local));
            let mut record = delivery_record(&sent, &url);
            record.tries = None;
            if let Some(answer) = &mut record.answer {
                record.answer_is_cut |= shorten(answer);
            }
            let of = ids.next().flatten();
            if let (Some(id), Some(of)) = (received, of) {
                self.mark_replay(id, of);
            }
            let delivery = SentRequestJson {
                of,
                received,
                delivery: record,
            };
            send_line(sender, object_text("delivery", &delivery));
            Ok(())
        };
        let run = sending::run(
            client,
            policy,
            &mut *lanes,
            is_scenario,
            None,
            interrupted,
            tell,
        );
        let (stats, end) = run.await?;
        Ok(summary(&stats, end))
    }
}

fn summary(stats: &RunStats, end: RunEnd) -> SentJson {
    let failed = stats.unexpected();
    SentJson {
        sent: stats.sent(),
        ok: stats.sent() - failed,
        failed,
        stopped: match end {
            RunEnd::Complete => None,
            RunEnd::Interrupted => Some("it was interrupted".to_owned()),
            RunEnd::Gone(failure) => Some(failure.message()),
        },
    }
}

/// Cuts an answer to what the page gets.
fn shorten(answer: &mut String) -> bool {
    let is_end = |at: &usize| answer.is_char_boundary(*at);
    let end = (0..=ANSWER.min(answer.len()))
        .rev()
        .find(is_end)
        .unwrap_or(0);
    let is_cut = end < answer.len();
    answer.truncate(end);
    is_cut
}

/// A line of the answer. There is room for all of them, unless the page went away.
fn send_line(sender: &mpsc::Sender<Bytes>, mut line: Vec<u8>) {
    line.push(b'\n');
    let _ = sender.try_send(line.into());
}
