//! Delivers the posts of a run and judges how each ended.

use std::ops::ControlFlow;
use std::sync::Arc;

use futures_util::stream;

use super::expect::Expectation;
use super::post::{Lanes, Post, supply};
use crate::delivery::{
    Delivered, Ending, Halt, JobEvent, Limit, Poster, RunStats, Scheduler, SchedulerPolicy,
};
use crate::model::error::Failure;
use crate::wire::delivery::Unmet;

/// A post that was delivered, or failed for good.
pub struct Sent<'s> {
    /// The post and its last attempt.
    pub delivered: &'s Delivered<Post>,
    /// What is not as expected.
    pub unmet: &'s [Unmet],
    /// All posts up to this one.
    pub stats: &'s RunStats,
    /// Whether `stats` has this one. The first post of a plain run does not count if it does
    /// not reach the target: the run fails instead.
    pub is_counted: bool,
}

/// How a run ended.
#[derive(Debug)]
pub enum RunEnd {
    /// All posts were delivered.
    Complete,
    /// The user stopped it.
    Interrupted,
    /// The target is gone; why the last post got no answer.
    Gone(Failure),
}

/// Why the scheduler was stopped.
enum Stop {
    Ended(RunEnd),
    Failed(Failure),
}

/// Delivers lane after lane until all is sent, the target is gone or `interrupted` is ready.
/// `tell` hears of each post.
///
/// # Errors
///
/// A lane that cannot be made, and errors of `tell`.
pub async fn run(
    poster: Arc<Poster>,
    policy: SchedulerPolicy,
    lanes: &mut Lanes<'_>,
    is_scenario: bool,
    interrupted: impl Future<Output = ()>,
    mut tell: impl FnMut(Sent<'_>) -> Result<(), Failure>,
) -> Result<(RunStats, RunEnd), Failure> {
    let mut stats = RunStats::default();
    let interrupted = async {
        interrupted.await;
        (Stop::Ended(RunEnd::Interrupted), Halt::AtOnce)
    };
    let ended = Scheduler::new(poster, policy)
        .run(stream::iter(supply(lanes)), interrupted, |event| {
            let delivered = match event {
                JobEvent::Delivered(delivered) => delivered,
                JobEvent::Word(failure) => {
                    return ControlFlow::Break((Stop::Failed(failure), Halt::AtOnce));
                }
                _ => return ControlFlow::Continue(()),
            };
            let stop = match record(delivered, &mut stats, is_scenario, &mut tell) {
                Ok(None) => return ControlFlow::Continue(()),
                Ok(Some(gone)) => Stop::Ended(RunEnd::Gone(gone)),
                Err(failure) => Stop::Failed(failure),
            };
            ControlFlow::Break((stop, Halt::AtOnce))
        })
        .await;
    match ended.stopped {
        None => Ok((stats, RunEnd::Complete)),
        Some(Stop::Ended(end)) => Ok((stats, end)),
        Some(Stop::Failed(failure)) => Err(failure),
    }
}

/// Judges, counts and tells a post. Returns why the target counts as gone, if it does.
fn record(
    delivered: Delivered<Post>,
    stats: &mut RunStats,
    is_scenario: bool,
    tell: &mut impl FnMut(Sent<'_>) -> Result<(), Failure>,
) -> Result<Option<Failure>, Failure> {
    let last = &delivered.attempt;
    let unmet = match &delivered.tag.step {
        Some(step) => step.expect.unmet(last),
        None => Expectation::default().unmet(last),
    };
    let is_first_unreached = stats.is_first_unreached(last);
    let is_counted = is_scenario || !is_first_unreached;
    if is_counted {
        stats.count(last, delivered.attempts, unmet.is_empty());
    }
    tell(Sent {
        delivered: &delivered,
        unmet: &unmet,
        stats,
        is_counted,
    })?;
    let is_over = is_first_unreached || stats.has_reached(Limit::default());
    Ok(match delivered.attempt.ending {
        Ending::Unanswered(why) if is_over => Some(why.into()),
        _ => None,
    })
}
