//! Runs a replay: keeps the totals and the progress, and decides when to stop.
//!
//! It passes typed events to its caller, which shows them.

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use tokio::sync::mpsc::Receiver;

use super::progress::Progress;
use super::tag::{Counts, Tag, Word};
use super::totals::Totals;
use crate::delivery::{Delivered, Ending, Halt, JobEvent, Limit, Scheduler, Supplied};
use crate::model::error::Failure;
use crate::model::outcome::Outcome;

/// Why a replay stopped early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// An error, or the target cannot be reached.
    Failed(Failure),
    /// Ctrl-C.
    Interrupted,
    /// The time to follow the log is over.
    Over,
    /// The limit of failures is reached.
    Enough(Limit),
}

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ReplayEvent<'e> {
    /// The input is being read, and nothing was found so far.
    Reading,
    /// A warning about the input.
    Warning(&'e str),
    /// A line was skipped. The number counts all skipped lines so far.
    BadLine(&'e str, u64),
    /// An input cannot be read to its end.
    Failed(&'e Failure),
    /// With `--dry-run`: a request of this size would be sent.
    WouldSend(&'e Tag, usize),
    /// A delivery ended; whether the answer is 2xx.
    Delivered(&'e Delivered<Tag>, bool),
    /// The first delivery did not reach the target, and that ends the run.
    Unreached(&'e Delivered<Tag>),
    /// Nothing is sent for this time, as in the log.
    Pausing(Duration),
    /// All deliveries that ended together were told.
    Settled,
    /// Everything was read.
    End(Counts),
}

/// Receives the totals so far and an event.
pub(crate) type Tell<'t> = dyn FnMut(&Totals, ReplayEvent<'_>) -> Result<(), Failure> + 't;

/// A running replay.
pub(crate) struct Run<'t> {
    progress: Option<Progress>,
    limit: Limit,
    tell: Box<Tell<'t>>,
    is_over: bool,
    /// Pauses to come, by the number of the job before them.
    pauses: BTreeMap<u64, Duration>,
    /// The highest number that was delivered.
    reached: u64,
    /// The place of the capture that did not reach the target, if that ended the run.
    unreached: Option<String>,
    result: Replayed,
}

/// The result of a replay.
#[derive(Default)]
pub(crate) struct Replayed {
    /// The totals of the deliveries.
    pub(crate) totals: Totals,
    /// The counts of the input.
    pub(crate) counts: Counts,
    /// Lines that were skipped.
    pub(crate) bad_lines: u64,
    /// Why it stopped early, if it did.
    pub(crate) stop: Option<Stop>,
    /// The place of the first capture that was not delivered.
    pub(crate) before: Option<String>,
    /// The outcome of everything except deliveries.
    pub(crate) trouble: Outcome,
}

impl Replayed {
    /// The outcome for the exit code, without the failure of [`Stop::Failed`].
    pub(crate) fn outcome(&self) -> Outcome {
        let outcome = self.trouble.and(self.totals.stats.outcome());
        match &self.stop {
            // A CI job that delivered nothing must not pass. `selected` includes the captures
            // that an earlier run delivered.
            None if self.counts.selected == 0 => outcome.and(Outcome::Negative),
            None | Some(Stop::Failed(_) | Stop::Enough(_)) => outcome,
            // Everything that was logged until then is delivered.
            Some(Stop::Over) if self.before.is_none() => outcome,
            Some(Stop::Interrupted | Stop::Over) => outcome.and(Outcome::Interrupted),
        }
    }
}

impl<'t> Run<'t> {
    pub(crate) fn new(
        progress: Option<Progress>,
        limit: Limit,
        tell: impl FnMut(&Totals, ReplayEvent<'_>) -> Result<(), Failure> + 't,
    ) -> Run<'t> {
        Run {
            progress,
            limit,
            tell: Box::new(tell),
            is_over: false,
            pauses: BTreeMap::new(),
            reached: 0,
            unreached: None,
            result: Replayed::default(),
        }
    }

    /// Delivers the supply until its end, or until `stopped`.
    pub(crate) async fn deliver(
        mut self,
        scheduler: Scheduler,
        mut supplied: Receiver<Supplied<Tag, Word>>,
        stopped: impl Future<Output = (Stop, Halt)>,
    ) -> Replayed {
        let supply = stream::poll_fn(|context| supplied.poll_recv(context));
        let ended = scheduler
            .run(supply, stopped, |event| self.hear(event))
            .await;
        let left = ended.first_left.or_else(|| first(&mut supplied));
        let left = left.map(|tag| tag.place_in_file());
        self.result.before = self.unreached.or(left);
        self.result.stop = ended.stopped;
        self.result
    }

    /// Tells what would be sent, and sends nothing.
    pub(crate) fn plan(mut self, mut supplied: Receiver<Supplied<Tag, Word>>) -> Replayed {
        while let Some(next) = supplied.blocking_recv() {
            let heard = match next {
                Supplied::Jobs(jobs) => jobs.iter().try_for_each(|job| {
                    self.tell(ReplayEvent::WouldSend(&job.tag, job.request.size()))
                }),
                Supplied::Word(word) => self.word(word),
            };
            if let Err(failure) = heard {
                self.result.stop = Some(Stop::Failed(failure));
                break;
            }
        }
        self.result
    }

    fn tell(&mut self, event: ReplayEvent<'_>) -> Result<(), Failure> {
        (self.tell)(&self.result.totals, event)
    }

    /// Handles an event of the scheduler. Returns whether to go on.
    fn hear(&mut self, event: JobEvent<'_, Tag, Word>) -> ControlFlow<(Stop, Halt)> {
        let heard = match event {
            JobEvent::Word(word) => self.word(word).map(|()| None),
            JobEvent::Delivered(delivered) => self.delivered(delivered),
            JobEvent::Settled => self.settled().map(|()| None),
            JobEvent::Retrying { .. } | JobEvent::Paused(_) | JobEvent::Resumed => Ok(None),
        };
        match heard.unwrap_or_else(|failure| Some(Stop::Failed(failure))) {
            None => ControlFlow::Continue(()),
            Some(stop) => {
                self.is_over = true;
                ControlFlow::Break((stop, Halt::Gently))
            }
        }
    }

    fn word(&mut self, word: Word) -> Result<(), Failure> {
        match word {
            Word::Pause(number, pause) => {
                self.pauses.insert(number, pause);
                self.announce_pause()
            }
            Word::Reading => self.tell(ReplayEvent::Reading),
            Word::Warning(text) => self.tell(ReplayEvent::Warning(&text)),
            Word::BadLine(text) => {
                self.result.bad_lines += 1;
                self.result.trouble = self.result.trouble.and(Outcome::Negative);
                self.tell(ReplayEvent::BadLine(&text, self.result.bad_lines))
            }
            Word::Failed(failure) => {
                self.result.trouble = self.result.trouble.and(Outcome::Undone);
                self.tell(ReplayEvent::Failed(&failure))
            }
            Word::Refused(failure) => Err(failure),
            Word::Source(number, path) => match &mut self.progress {
                Some(progress) => Ok(progress.name(number, path)?),
                None => Ok(()),
            },
            Word::End(counts) => {
                self.result.counts = counts;
                self.tell(ReplayEvent::End(counts))
            }
        }
    }

    /// Tells the pause that has begun.
    fn announce_pause(&mut self) -> Result<(), Failure> {
        let ahead = self.pauses.split_off(&(self.reached + 1));
        match std::mem::replace(&mut self.pauses, ahead).pop_last() {
            Some((number, pause)) if number == self.reached => {
                self.tell(ReplayEvent::Pausing(pause))
            }
            _ => Ok(()),
        }
    }

    fn delivered(&mut self, delivered: Delivered<Tag>) -> Result<Option<Stop>, Failure> {
        match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                if let Some(progress) = &mut self.progress {
                    progress.note(delivered.tag.key, answer.status)?;
                }
            }
            ending => {
                let is_first = self.result.totals.stats.sent() == 0;
                if ending.is_unreached() && (self.is_over || is_first) {
                    // No request was sent, and no other would be.
                    return self.unreached(delivered);
                }
            }
        }
        let is_good = self.result.totals.count(&delivered);
        self.tell(ReplayEvent::Delivered(&delivered, is_good))?;
        self.reached = self.reached.max(delivered.number);
        self.announce_pause()?;
        let is_enough = self.result.totals.stats.has_reached(self.limit);
        let is_enough = is_enough && !is_good && !self.is_over;
        Ok(is_enough.then_some(Stop::Enough(self.limit)))
    }

    fn unreached(&mut self, delivered: Delivered<Tag>) -> Result<Option<Stop>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        self.tell(ReplayEvent::Unreached(&delivered))?;
        self.unreached = Some(delivered.tag.place_in_file());
        Ok(match delivered.attempt.ending {
            Ending::Unanswered(why) => Some(Stop::Failed(why.into())),
            Ending::Answered(_) | Ending::Exited(_) => None,
        })
    }

    /// Writes the progress of all deliveries that ended together.
    fn settled(&mut self) -> Result<(), Failure> {
        if let Some(progress) = &mut self.progress {
            progress.write()?;
        }
        self.tell(ReplayEvent::Settled)
    }
}

/// The first capture that was supplied and that the scheduler did not take.
fn first(supplied: &mut Receiver<Supplied<Tag, Word>>) -> Option<Arc<Tag>> {
    loop {
        if let Supplied::Jobs(jobs) = supplied.try_recv().ok()? {
            return jobs.into_iter().next().map(|job| job.tag);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::super::done::{By, Key};
    use super::super::progress::{Belongs, Typed};
    use super::*;
    use crate::delivery::{Attempt, OutgoingRequest};
    use crate::model::report::Verdict;

    fn delivered(number: u64, attempt: Attempt) -> Delivered<Tag> {
        let key = Key {
            source: 0,
            by: By::Seq,
            number,
            mark: 7,
        };
        Delivered {
            number,
            tag: Arc::new(Tag {
                file: "log".into(),
                line: Some(number),
                seq: Some(number),
                received_at: None,
                event: None,
                session: None,
                verdict: Verdict::Valid,
                key,
            }),
            request: OutgoingRequest::json("{}".into()),
            attempts: 1,
            attempt,
        }
    }

    fn answered(number: u64, status: u16) -> JobEvent<'static, Tag, Word> {
        let attempt = Attempt::of(status, Duration::ZERO, "".into());
        JobEvent::Delivered(delivered(number, attempt))
    }

    fn refused(number: u64) -> JobEvent<'static, Tag, Word> {
        JobEvent::Delivered(delivered(number, Attempt::refused()))
    }

    fn run(limit: Limit) -> Run<'static> {
        Run::new(None, limit, |_, _| Ok(()))
    }

    fn goes_on(run: &mut Run<'_>, event: JobEvent<'_, Tag, Word>) -> bool {
        run.hear(event).is_continue()
    }

    #[test]
    fn the_limit_of_failures_ends_a_run_once_and_requests_in_flight_still_count() {
        let mut run = run(Limit::Failures(2));
        assert!(goes_on(&mut run, answered(1, 200)));
        assert!(goes_on(&mut run, answered(2, 500)));
        let ended = run.hear(answered(3, 404));
        assert!(matches!(
            ended,
            ControlFlow::Break((Stop::Enough(Limit::Failures(2)), Halt::Gently))
        ));
        assert!(goes_on(&mut run, answered(4, 500)));
        assert_eq!(run.result.totals.stats.sent(), 4);
        assert_eq!(run.result.outcome(), Outcome::Negative);
    }

    #[test]
    fn a_target_that_is_down_at_first_ends_the_run_and_later_counts_as_a_failure() {
        let mut first = run(Limit::default());
        let ended = first.hear(refused(1));
        assert!(matches!(ended, ControlFlow::Break((Stop::Failed(_), _))));
        assert_eq!(first.unreached.as_deref(), Some("log:1"));
        assert_eq!(first.result.totals.stats.sent(), 0);
        let mut later = run(Limit::default());
        assert!(goes_on(&mut later, answered(1, 200)));
        assert!(goes_on(&mut later, refused(2)));
        assert_eq!(later.result.totals.stats.unanswered(), 1);
        assert_eq!(
            later.result.outcome(),
            Outcome::Negative.and(Outcome::Undone)
        );
    }

    #[test]
    fn trouble_with_the_input_counts_for_the_exit_code_and_nothing_selected_is_no_success() {
        let mut run = run(Limit::default());
        assert_eq!(run.result.outcome(), Outcome::Negative);
        let counts = Counts {
            selected: 3,
            ..Counts::default()
        };
        assert!(goes_on(&mut run, JobEvent::Word(Word::End(counts))));
        assert_eq!(run.result.outcome(), Outcome::Done);
        assert!(goes_on(&mut run, JobEvent::Word(Word::BadLine("x".into()))));
        assert_eq!(run.result.outcome(), Outcome::Negative);
        run.result.stop = Some(Stop::Over);
        assert_eq!(run.result.outcome(), Outcome::Negative);
        run.result.before = Some("log:9".into());
        assert_eq!(run.result.outcome(), Outcome::Interrupted);
    }

    #[test]
    fn an_answer_is_in_the_progress_file_after_the_next_settled_event() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress");
        let belongs = Belongs::new(vec!["/log".into()], "http://h/".into(), Typed::new());
        let (progress, _) = Progress::open(&path, &belongs, false).unwrap();
        let mut run = Run::new(Some(progress), Limit::default(), |_, _| Ok(()));
        for event in [answered(1, 200), answered(2, 500), refused(3)] {
            assert!(goes_on(&mut run, event));
        }
        let lines = || std::fs::read_to_string(&path).unwrap().lines().count();
        assert_eq!(lines(), 1);
        assert!(goes_on(&mut run, JobEvent::Settled));
        assert_eq!(lines(), 3);
    }

    #[test]
    fn a_caller_that_cannot_show_an_event_ends_the_run() {
        let mut run = Run::new(None, Limit::default(), |_, _| {
            Err(crate::model::error::OutputError::ClosedPipe.into())
        });
        let ended = run.hear(answered(1, 200));
        assert!(matches!(ended, ControlFlow::Break((Stop::Failed(_), _))));
    }
}
