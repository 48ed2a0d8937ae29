//! `--forward`: passes captures on to the user's own server, with the log as the queue.
//!
//! A capture is read back from the log once it is safe there, so memory stays the same
//! however long the target is away, and a restarted tool goes on where it was: a cursor
//! beside the log says what is delivered. Nothing here is waited for by a reply, except under
//! `--forward-sync`, which is for just that.

mod feed;
mod notice;
mod sync;

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::stream;
use tokio::sync::{mpsc, oneshot, watch};

use super::queue::{Feed, Notice};
use crate::commands::{Console, RuntimeError};
use crate::delivery;
use crate::delivery::{
    Concurrency, Cursor, Delivered, Ending, Halt, JobEvent, Keeper, Mark, Poster, Proxies,
    RetryPolicy, Scheduler, SchedulerPolicy, Supplied, Trust, WhenUnreached,
};
use crate::journal::{LogCursor, LogInfo};
use crate::model::error::{Explain as _, Failure};
use crate::model::secret::Credentials;
use crate::validation::{Judge, JudgedCapture};

pub(super) use notice::{ForwardNotice, Forwarded, What};
pub(super) use sync::SyncForward;

/// How far a delivery may be ahead of the oldest one that is not done; bounds the cursor.
const SPAN: u64 = 4096;
/// How long what can be delivered at once is still delivered at the end.
const AT_THE_END: Duration = Duration::from_secs(5);

/// Where captures are passed on to, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to.
    pub url: delivery::TargetUrl,
    /// Credentials for Basic Auth there.
    pub credentials: Option<Credentials>,
    /// Header fields besides those that came along; they replace those of the same name.
    pub headers: Vec<delivery::Header>,
    /// The wait for one answer.
    pub timeout: Duration,
    /// Requests at a time.
    pub concurrency: usize,
    /// When to try again.
    pub retry: RetryPolicy,
    /// The record to begin with, whatever the cursor says.
    pub from: Option<u64>,
    /// The target's answer becomes the reply; then there is no queue and no cursor.
    pub sync: bool,
}

/// What became of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Delivered in this run.
    pub(super) delivered: u64,
    /// Passed over in this run.
    pub(super) failed: u64,
    /// In the log and not delivered yet.
    pub(super) waiting: u64,
    /// Where it stands what failed.
    pub(super) cursor: Option<PathBuf>,
}

/// How captures are passed on.
pub(super) enum Passing {
    /// Not at all.
    Nowhere,
    /// Later, from the log.
    Queue(Forward),
    /// While their senders wait.
    InReply(Arc<SyncForward>),
}

/// A run of forwarding that has begun.
pub(super) struct Forward {
    keeper: Arc<Keeper>,
    path: PathBuf,
    task: tokio::task::JoinHandle<Tally>,
    feed: JoinHandle<()>,
    finish: oneshot::Sender<Duration>,
    /// The first record that is to be delivered, and how many wait at the beginning.
    pub(super) begins_at: u64,
    pub(super) waiting: u64,
    /// Why the cursor that was there does not count, if it does not.
    pub(super) remark: Option<&'static str>,
}

impl Options {
    fn poster(&self, console: &Console) -> Result<Poster, Failure> {
        let options = delivery::Options {
            timeout: self.timeout,
            credentials: self.credentials.clone(),
            headers: self.headers.clone(),
            proxies: Proxies::of(&console.environment),
            trust: Trust::default(),
        };
        Ok(Poster::new(&self.url, &options)?)
    }
}

impl Passing {
    /// Begins as the options say. Without a log there is no queue.
    pub(super) fn start(
        options: Option<&Options>,
        log: Option<&LogInfo>,
        last: watch::Receiver<u64>,
        judge: &Judge,
        show: &Feed,
        console: &Console,
    ) -> Result<Passing, Failure> {
        Ok(match (options, log) {
            (Some(options), _) if options.sync => {
                Passing::InReply(SyncForward::new(options, console)?)
            }
            (Some(options), Some(log)) => {
                Passing::Queue(Forward::start(options, log, last, judge, show, console)?)
            }
            _ => Passing::Nowhere,
        })
    }

    /// The queue, if there is one.
    pub(super) fn queue(&self) -> Option<&Forward> {
        match self {
            Passing::Queue(forward) => Some(forward),
            Passing::InReply(_) | Passing::Nowhere => None,
        }
    }

    /// What answers in our place, if anything does.
    pub(super) fn in_reply(&self) -> Option<&Arc<SyncForward>> {
        match self {
            Passing::InReply(sync) => Some(sync),
            Passing::Queue(_) | Passing::Nowhere => None,
        }
    }

    /// Ends it, and says what became of it.
    pub(super) async fn finish(self) -> Result<Option<Tally>, Failure> {
        match self {
            Passing::Queue(forward) => forward.finish().await.map(Some),
            Passing::InReply(sync) => Ok(Some(sync.tally())),
            Passing::Nowhere => Ok(None),
        }
    }
}

impl Forward {
    /// Begins to forward what is in the log and what comes: `last` says up to which number
    /// records are safe in it, and its end is the end of what comes. Must be called within a
    /// runtime.
    fn start(
        options: &Options,
        log: &LogInfo,
        last: watch::Receiver<u64>,
        judge: &Judge,
        show: &Feed,
        console: &Console,
    ) -> Result<Forward, Failure> {
        let poster = Arc::new(options.poster(console)?);
        let path = Cursor::path(&log.path, &options.url);
        let (cursor, remark) = begin(options, log, Cursor::load(&path)?)?;
        let begins_at = cursor.lowest_undelivered();
        let waiting = cursor.undelivered(log.last_seq);
        let keeper = Keeper::new(cursor, path.clone(), {
            let show = show.clone();
            move |error| {
                let error = error.to_string();
                show.offer(Notice::Forwarded(ForwardNotice::Problem(error)));
            }
        })?;
        let keeper = Arc::new(keeper);
        let (sender, mut supply) = mpsc::channel(1);
        let feed = feed::LogFeed {
            log: LogCursor::new(&log.path, begins_at),
            last: last.clone(),
            judge: judge.clone(),
            keeper: Arc::clone(&keeper),
            show: show.clone(),
            sender,
        };
        let feed = feed.spawn().map_err(RuntimeError)?;
        let (finish, finished) = oneshot::channel();
        let mut teller = Teller {
            keeper: Arc::clone(&keeper),
            show: show.clone(),
            attempts: options.retry.times.saturating_add(1),
            tally: Tally::default(),
        };
        let policy = SchedulerPolicy {
            concurrency: Concurrency::Requests(options.concurrency),
            pace: None,
            retry: options.retry.clone(),
            when_unreached: WhenUnreached::PauseAndProbe,
            span: SPAN,
        };
        let scheduler = Scheduler::new(poster, policy);
        let task = tokio::spawn(async move {
            let supply = stream::poll_fn(|context| {
                let job = supply.poll_recv(context);
                job.map(|job| job.map(|job| Supplied::Jobs(vec![job])))
            });
            let finished = async { ((), Halt::Drain(finished.await.unwrap_or(AT_THE_END))) };
            scheduler
                .run(supply, finished, |event| {
                    teller.tell(event);
                    ControlFlow::Continue(())
                })
                .await;
            Tally {
                waiting: teller
                    .keeper
                    .read(|cursor| cursor.undelivered(*last.borrow())),
                ..teller.tally
            }
        });
        Ok(Forward {
            keeper,
            path,
            task,
            feed,
            finish,
            begins_at,
            waiting,
            remark,
        })
    }

    /// The lowest number that is not delivered yet, as it is at any time: the log must keep
    /// the records from there on.
    pub(super) fn lowest_undelivered(&self) -> Arc<AtomicU64> {
        self.keeper.lowest_undelivered()
    }

    /// Delivers what can be delivered at once, for a moment, and remembers how far it came.
    /// What comes must have ended before.
    async fn finish(self) -> Result<Tally, Failure> {
        // Gone means that it has ended by itself.
        let _ = self.finish.send(AT_THE_END);
        let tally = self.task.await.unwrap_or_default();
        // The thread ends with the task that it feeds.
        let (feed, keeper) = (self.feed, self.keeper);
        let closed = tokio::task::spawn_blocking(move || {
            let _ = feed.join();
            match Arc::into_inner(keeper) {
                Some(keeper) => keeper.close(),
                // Nobody else is left; if somebody were, it would be written when they go.
                None => Ok(()),
            }
        });
        if let Ok(closed) = closed.await {
            closed?;
        }
        Ok(Tally {
            cursor: Some(self.path),
            ..tally
        })
    }
}

/// The cursor to begin with, and why the one that was there does not count, if so.
fn begin(
    options: &Options,
    log: &LogInfo,
    known: Option<Cursor>,
) -> Result<(Cursor, Option<&'static str>), Failure> {
    if let Some(first) = options.from {
        // Beyond the end there is only what comes.
        let first = first.min(log.last_seq + 1);
        return Ok((Cursor::new(&options.url, first), None));
    }
    let new = || Cursor::new(&options.url, log.last_seq + 1);
    let Some(known) = known else {
        return Ok((new(), None));
    };
    if belongs(&known, log)? {
        return Ok((known, None));
    }
    Ok((
        new(),
        Some("another log stood here when it last came this far; it begins with new captures"),
    ))
}

/// Whether a cursor is about this log: a log that was deleted and begun anew counts from 1
/// again.
fn belongs(cursor: &Cursor, log: &LogInfo) -> Result<bool, Failure> {
    if cursor.lowest_undelivered() > log.last_seq + 1 {
        return Ok(false);
    }
    let Some(Mark { seq, received_at }) = cursor.mark() else {
        return Ok(true);
    };
    if seq > log.last_seq {
        return Ok(false);
    }
    let record = LogCursor::new(&log.path, seq).next(seq)?;
    // One that was rotated away says nothing against it.
    Ok(record.is_none_or(|record| record.capture.received_at == received_at))
}

/// Remembers and shows what the scheduler tells.
struct Teller {
    keeper: Arc<Keeper>,
    show: Feed,
    attempts: u32,
    tally: Tally,
}

impl Teller {
    fn tell(&mut self, event: JobEvent<'_, JudgedCapture, Infallible>) {
        let notice = match event {
            JobEvent::Retrying {
                number,
                tag,
                attempts,
                attempt,
                wait,
            } => ForwardNotice::Attempted(Forwarded {
                seq: Some(number),
                judged: Some(Arc::clone(tag)),
                attempt: attempts,
                of: self.attempts,
                ended: attempt.clone(),
                what: What::Again(wait),
            }),
            JobEvent::Delivered(delivered) => ForwardNotice::Attempted(Forwarded {
                seq: Some(delivered.number),
                what: self.remember(&delivered),
                judged: Some(delivered.tag),
                attempt: delivered.attempts,
                of: self.attempts,
                ended: delivered.attempt,
            }),
            JobEvent::Paused(no_answer) => ForwardNotice::Paused {
                why: no_answer.to_string(),
                cause: no_answer.cause(),
                advice: no_answer.advice(),
            },
            JobEvent::Resumed => ForwardNotice::Resumed,
            JobEvent::Settled => return,
            JobEvent::Word(never) => match never {},
        };
        self.show.offer(Notice::Forwarded(notice));
    }

    /// Records in the cursor how a capture ended.
    fn remember(&mut self, delivered: &Delivered<JudgedCapture>) -> What {
        let mark = Mark {
            seq: delivered.number,
            received_at: delivered.tag.capture.received_at,
        };
        let why = match &delivered.attempt.ending {
            Ending::Answered(answer) if answer.is_success() => {
                self.tally.delivered += 1;
                self.keeper.change(|cursor| cursor.delivered(mark));
                return What::Delivered;
            }
            Ending::Answered(answer) => format!("answered {}", answer.status),
            Ending::Unanswered(no_answer) => no_answer.to_string(),
        };
        self.tally.failed += 1;
        self.keeper.change(|cursor| cursor.failed(mark, &why));
        What::Failed
    }
}
