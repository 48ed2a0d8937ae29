//! Forwards captures from the log, through the scheduler, and keeps the cursor.

use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::stream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};

use super::event::{ForwardEvent, ForwardStart, ForwardTotals, Forwarded, Next};
use super::options::{ForwardContext, ForwardOptions, Selection};
use super::reader::{LogReader, Observer, WAITING};
use super::start::start;
use crate::delivery::deliveries::DeliveryRecorder;
use crate::delivery::{
    Client, Concurrency, Cursor, CursorWriter, Delivered, Ending, Halt, JobEvent, Mark, RunStats,
    Scheduler, SchedulerPolicy, WhenUnreached,
};
use crate::journal::{LogCursor, LogInfo};
use crate::model::error::{Category, Explain, Failure};
use crate::model::outcome::Outcome;
use crate::model::ranges::Ranges;
use crate::validation::JudgedCapture;

/// How far a delivery may be ahead of the oldest open one; limits the size of the cursor.
const SPAN: u64 = 4096;
/// How long deliveries continue at the end of the run.
const DRAIN_TIME: Duration = Duration::from_secs(5);
/// How long the log may take to be read on, and the cursor to be written, after that.
pub(super) const CLOSE_TIME: Duration = Duration::from_secs(5);

/// A run of forwarding that has begun.
pub struct LogForwarder {
    keeper: Arc<CursorWriter>,
    path: PathBuf,
    task: tokio::task::JoinHandle<ForwardTotals>,
    reader: JoinHandle<()>,
    finish: oneshot::Sender<()>,
    /// Captures that were not in the log any more.
    missing: Arc<AtomicU64>,
    /// Where it began.
    start: ForwardStart,
    commands: Commands,
}

/// The commands of a run. They are ended if it is dropped.
struct Commands(Client);

impl Drop for Commands {
    fn drop(&mut self) {
        if let Client::Command(client) = &self.0 {
            client.end();
        }
    }
}

/// The thread that reads the log could not be started.
#[derive(Debug, thiserror::Error)]
#[error("the thread that reads the log for forwarding could not be started")]
struct ReaderError(#[source] io::Error);

impl Explain for ReaderError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

impl LogForwarder {
    /// Begins to forward the captures in the log and those that arrive.
    pub(super) fn start(
        options: &ForwardOptions,
        client: Client,
        selection: Selection,
        log: &LogInfo,
        context: &ForwardContext<'_>,
        observer: Observer,
        recorder: Arc<DeliveryRecorder>,
    ) -> Result<LogForwarder, Failure> {
        let path = Cursor::path(&log.path, &options.to);
        let known = Cursor::load(&path)?;
        let is_new = known.is_none();
        let (mut cursor, ignores_cursor) = start(options.from, &options.to, log, known)?;
        let left_out = if options.from.is_none() && (is_new || ignores_cursor) {
            let first = LogCursor::new(&log.path, 1).next(log.last_seq)?;
            first.map_or(0, |first| log.last_seq + 1 - first.seq)
        } else {
            0
        };
        let start = ForwardStart {
            left_out,
            seq: cursor.lowest_undelivered(),
            waiting: cursor.undelivered(log.last_seq),
            given_up: cursor.tell(),
            ignores_cursor,
        };
        let keeper = CursorWriter::new(cursor, path.clone(), {
            let observer = Arc::clone(&observer);
            move |error| observer(ForwardEvent::Problem(error.to_string()))
        })?;
        let keeper = Arc::new(keeper);
        let missing = Arc::<AtomicU64>::default();
        let (sender, mut supply) = mpsc::channel(WAITING);
        let (wants, wanted) = watch::channel(true);
        let reader = LogReader {
            log: LogCursor::new(&log.path, start.seq),
            safe: context.safe.clone(),
            validation: context.validation.clone(),
            keeper: Arc::clone(&keeper),
            observer: Arc::clone(&observer),
            missing: Arc::clone(&missing),
            selection,
            sender,
            wanted,
            runtime: Handle::current(),
        };
        let reader = reader.spawn().map_err(ReaderError)?;
        let (finish, finished) = oneshot::channel();
        let mut record = Record {
            keeper: Arc::clone(&keeper),
            observer,
            recorder,
            target: options.to.to_string(),
            attempts: options.retry.times.saturating_add(1),
            stats: RunStats::default(),
            returned: 0,
            given_up: Ranges::default(),
        };
        let policy = SchedulerPolicy {
            concurrency: Concurrency::Requests(options.concurrency),
            pace: None,
            retry: options.retry.clone(),
            when_unreached: WhenUnreached::PauseAndProbe,
            span: SPAN,
        };
        let safe = context.safe.clone();
        let scheduler = Scheduler::new(client.clone(), policy);
        let task = tokio::spawn(async move {
            let supply = stream::poll_fn(|context| {
                wants.send_replace(false);
                let polled = supply.poll_recv(context);
                if polled.is_pending() {
                    wants.send_replace(true);
                }
                polled
            });
            let finished = async {
                let _ = finished.await;
                ((), Halt::Drain(DRAIN_TIME))
            };
            scheduler
                .run(supply, finished, |event| {
                    record.observe(event);
                    ControlFlow::Continue(())
                })
                .await;
            let safe = *safe.borrow();
            ForwardTotals {
                waiting: record.keeper.read(|cursor| cursor.undelivered(safe)),
                stats: record.stats,
                returned: record.returned,
                given_up: record.given_up,
                ..ForwardTotals::default()
            }
        });
        Ok(LogForwarder {
            keeper,
            path,
            task,
            reader,
            finish,
            missing,
            start,
            commands: Commands(client),
        })
    }

    /// Where it began.
    pub fn began(&self) -> &ForwardStart {
        &self.start
    }

    /// Continues to deliver for at most [`DRAIN_TIME`], then writes the cursor. The receiver must
    /// have ended before.
    pub(super) async fn finish(self) -> Result<ForwardTotals, Failure> {
        // The task may have ended already.
        let _ = self.finish.send(());
        let totals = self.task.await.unwrap_or_default();
        drop(self.commands);
        // The thread ends with the task that it supplies.
        let (reader, keeper) = (self.reader, self.keeper);
        let closed = tokio::task::spawn_blocking(move || {
            let _ = reader.join();
            // The summary names what failed in this run.
            keeper.change(Cursor::tell);
            match Arc::into_inner(keeper) {
                Some(keeper) => keeper.close(),
                // Any other owner writes it on drop.
                None => Ok(()),
            }
        });
        // Without its end the cursor on disk is a little behind, and a few captures come twice.
        if let Ok(Ok(closed)) = tokio::time::timeout(CLOSE_TIME, closed).await {
            closed?;
        }
        Ok(ForwardTotals {
            cursor: Some(self.path),
            missing: self.missing.load(Ordering::Relaxed),
            ..totals
        })
    }
}

/// Records how captures ended, in the cursor and in the statistics, and passes events on.
struct Record {
    keeper: Arc<CursorWriter>,
    observer: Observer,
    recorder: Arc<DeliveryRecorder>,
    target: String,
    attempts: u32,
    stats: RunStats,
    /// Captures that came back from the target.
    returned: u64,
    /// Captures that the target did not take.
    given_up: Ranges,
}

impl Record {
    fn observe(&mut self, event: JobEvent<'_, JudgedCapture, Arc<JudgedCapture>>) {
        let event = match event {
            JobEvent::Retrying {
                tag,
                attempts,
                attempt,
                wait,
                ..
            } => ForwardEvent::Attempted(Forwarded {
                judged: Arc::clone(tag),
                attempt: attempts,
                of: self.attempts,
                ended: attempt.clone(),
                next: Next::Retry(wait),
            }),
            JobEvent::Delivered(delivered) => ForwardEvent::Attempted(Forwarded {
                next: self.ended(&delivered),
                judged: delivered.tag,
                attempt: delivered.attempts,
                of: self.attempts,
                ended: delivered.attempt,
            }),
            JobEvent::Paused(Ending::Answered(answer)) => ForwardEvent::Paused {
                why: format!("two sessions in a row were answered {}", answer.status),
                cause: None,
                status: Some(answer.status),
                advice: Some("that is what a proxy answers for a handler that is down".to_owned()),
            },
            JobEvent::Paused(ending) => ForwardEvent::Paused {
                why: ending.failure().unwrap_or_default(),
                cause: ending.cause(),
                status: None,
                advice: match ending {
                    Ending::Unanswered(no_answer) => no_answer.advice(),
                    _ => None,
                },
            },
            JobEvent::Resumed => ForwardEvent::Resumed,
            JobEvent::Settled => return,
            JobEvent::Word(judged) => {
                self.returned(&judged);
                ForwardEvent::Returned(judged)
            }
        };
        if let ForwardEvent::Attempted(forwarded) = &event {
            let judged = &forwarded.judged;
            let capture = (judged.seq.unwrap_or_default(), judged.capture.received_at);
            let attempt = (forwarded.attempt, forwarded.next.state());
            let ended = &forwarded.ended;
            self.recorder.record(&self.target, capture, attempt, ended);
        }
        (self.observer)(event);
    }

    /// Records that a capture came back from the target.
    fn returned(&mut self, judged: &JudgedCapture) {
        self.returned += 1;
        let mark = Mark {
            seq: judged.seq.unwrap_or_default(),
            received_at: judged.capture.received_at,
        };
        let why = "it was forwarded before and came back";
        self.keeper.change(|cursor| cursor.failed(mark, why));
    }

    /// Records how a capture ended.
    fn ended(&mut self, delivered: &Delivered<JudgedCapture>) -> Next {
        let mark = Mark {
            seq: delivered.number,
            received_at: delivered.tag.capture.received_at,
        };
        let attempt = &delivered.attempt;
        let is_delivered = attempt.ending.outcome() == Outcome::Done;
        self.stats.count(attempt, delivered.attempts, is_delivered);
        if is_delivered {
            self.keeper.change(|cursor| cursor.delivered(mark));
            return Next::Delivered;
        }
        let why = match &attempt.ending {
            Ending::Answered(answer) => format!("answered {}", answer.status),
            ending => ending.failure().unwrap_or_default(),
        };
        self.keeper.change(|cursor| cursor.failed(mark, &why));
        self.given_up.insert(mark.seq, mark.seq);
        Next::Failed
    }
}
