//! Posts in lanes: within a lane one after another, several lanes at a time, at a given pace.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::commands::post::{Label, Post, Posted};
use crate::commands::{Console, Outcome};
use crate::delivery::{Answer, Attempt, Ending, Parcel, Poster};
use crate::error::Failure;

/// The wait before the first retry; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// The longest wait before a retry, whatever the target asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How much is sent, and how fast.
#[derive(Clone, Debug)]
pub struct Pace {
    /// How many times all is sent, each with fresh ids.
    pub count: u64,
    /// How many times each body is sent, byte for byte.
    pub repeat: u64,
    /// Lanes at a time.
    pub concurrency: usize,
    /// Posts a second, at most.
    pub rate: Option<f64>,
    /// Further tries after a try that failed.
    pub retries: u32,
}

/// One post to make.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) parcel: Parcel,
    pub(super) event: Option<String>,
    pub(super) session: Option<String>,
}

/// A post that was made.
struct Hit {
    shot: Shot,
    attempt: Attempt,
    /// Tries, the last one included.
    tries: u32,
}

/// Posts lane after lane until there are no more, or the target cannot be reached. Returns
/// an outcome if it ended early.
pub(super) async fn fire(
    pace: &Pace,
    post: &mut Post,
    lanes: &mut dyn Iterator<Item = Result<Vec<Shot>, Failure>>,
    console: &mut Console,
) -> Result<Option<Outcome>, Failure> {
    let clock = Arc::new(Mutex::new(Clock::new(pace.rate)));
    let (tell, mut hits) = mpsc::channel::<Hit>(1);
    let mut running = JoinSet::new();
    let mut is_over = false;
    loop {
        while !is_over && running.len() < pace.concurrency {
            let Some(shots) = lanes.next() else {
                is_over = true;
                break;
            };
            let lane = Lane {
                poster: post.poster(),
                clock: clock.clone(),
                retries: pace.retries,
                tell: tell.clone(),
            };
            running.spawn(lane.run(shots?));
        }
        // A hit before the end of its lane: none is lost between the two.
        let hit = if running.is_empty() {
            // What the last lane said before it ended.
            match hits.try_recv() {
                Ok(hit) => hit,
                Err(_) => return Ok(None),
            }
        } else {
            tokio::select! {
                biased;
                () = post.signal() => return Ok(Some(Outcome::Interrupted)),
                Some(hit) = hits.recv() => hit,
                Some(_) = running.join_next() => continue,
                else => continue,
            }
        };
        let label = Label {
            event: hit.shot.event.as_deref(),
            session: hit.shot.session.as_deref(),
            tries: hit.tries,
            ..Label::default()
        };
        match post.record(hit.attempt, label, console)? {
            Posted::Done => {}
            Posted::Unreachable(failure) => return Err(failure),
        }
    }
}

/// What a lane works with.
struct Lane {
    poster: Arc<Poster>,
    clock: Arc<Mutex<Clock>>,
    retries: u32,
    tell: mpsc::Sender<Hit>,
}

impl Lane {
    async fn run(self, shots: Vec<Shot>) {
        for shot in shots {
            let mut tries = 1;
            let attempt = loop {
                let slot = self.clock.lock().await.slot();
                if let Some(slot) = slot {
                    sleep_until(slot).await;
                }
                let attempt = self.poster.post(shot.parcel.clone()).await;
                match wait(&attempt, tries) {
                    Some(wait) if tries <= self.retries => sleep(wait).await,
                    _ => break attempt,
                }
                tries += 1;
            };
            let hit = Hit {
                shot,
                attempt,
                tries,
            };
            if self.tell.send(hit).await.is_err() {
                return;
            }
        }
    }
}

/// How long to wait before the next try; nothing if another one makes no sense.
fn wait(attempt: &Attempt, tries: u32) -> Option<Duration> {
    let backoff = FIRST_WAIT.saturating_mul(1 << (tries - 1).min(16));
    // Many that failed together come back apart.
    let backoff = backoff.mul_f64(0.75 + fastrand::f64() / 2.0);
    let wait = match &attempt.ending {
        Ending::Unanswered(_) => backoff,
        Ending::Answered(answer) if answer.status == 429 || answer.status >= 500 => {
            retry_after(answer).unwrap_or(backoff)
        }
        Ending::Answered(_) => return None,
    };
    Some(wait.min(LONGEST_WAIT))
}

/// What the target asks for in seconds (RFC 9110, section 10.2.3); a date is not read.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let text = std::str::from_utf8(answer.header("retry-after")?).ok()?;
    Some(Duration::from_secs(text.trim().parse().ok()?))
}

/// An absolute schedule: slots are evenly spaced, and those that were missed are skipped,
/// never made up for in a burst.
struct Clock {
    /// Between two slots.
    gap: Option<Duration>,
    next: Instant,
}

impl Clock {
    fn new(rate: Option<f64>) -> Clock {
        Clock {
            gap: rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
            next: Instant::now(),
        }
    }

    /// The next slot; nothing if there is no schedule.
    fn slot(&mut self) -> Option<Instant> {
        self.slot_at(Instant::now())
    }

    fn slot_at(&mut self, now: Instant) -> Option<Instant> {
        let gap = self.gap?;
        let late = now.saturating_duration_since(self.next).as_nanos();
        let missed = late / gap.as_nanos().max(1);
        self.next += gap.saturating_mul(u32::try_from(missed).unwrap_or(u32::MAX));
        let slot = self.next;
        self.next += gap;
        Some(slot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_even_and_missed_ones_are_skipped() {
        let start = Instant::now();
        let mut clock = Clock {
            gap: Some(Duration::from_millis(10)),
            next: start,
        };
        let at = |ms| start + Duration::from_millis(ms);
        assert_eq!(clock.slot_at(at(0)), Some(at(0)));
        assert_eq!(clock.slot_at(at(1)), Some(at(10)));
        assert_eq!(clock.slot_at(at(1)), Some(at(20)));
        assert_eq!(clock.slot_at(at(75)), Some(at(70)));
        assert_eq!(clock.slot_at(at(75)), Some(at(80)));
        assert_eq!(Clock::new(None).slot(), None);
    }
}
