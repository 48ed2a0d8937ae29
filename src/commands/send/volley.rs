//! Posts in lanes: within a lane one after another, each when it is due, several lanes at a
//! time, at a given pace.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::scenario::expect::Expectation;
use crate::delivery::{Again, Attempt, Courier, Metronome, Occasion, Parcel, Poster, Rate};
use crate::model::error::Failure;

/// What is tried again, if anything is.
const OCCASIONS: [Occasion; 5] = [
    Occasion::Class(5),
    Occasion::Status(429),
    Occasion::Connect,
    Occasion::Timeout,
    Occasion::Closed,
];

/// How to fire.
#[derive(Clone, Debug)]
pub(super) struct Firing {
    /// Lanes at a time.
    pub(super) concurrency: usize,
    /// Posts a second, at most.
    pub(super) rate: Option<Rate>,
    /// Further tries after a try that failed.
    pub(super) retries: u32,
}

/// One post to make.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) parcel: Parcel,
    pub(super) event: Option<String>,
    pub(super) session: Option<String>,
    /// Not before that time after the start of its lane.
    pub(super) due: Duration,
    /// The step of the scenario that it belongs to.
    pub(super) step: Option<Arc<Tag>>,
    /// What is special about it.
    pub(super) remark: Option<&'static str>,
}

/// A step of a scenario, as far as its posts are concerned.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) number: usize,
    pub(super) name: Option<String>,
    pub(super) expect: Expectation,
}

impl Tag {
    /// Its name, or `step 3`.
    pub(super) fn label(&self) -> String {
        let name = self.name.clone();
        name.unwrap_or_else(|| format!("step {}", self.number))
    }
}

impl Shot {
    /// A post to make at once.
    pub(super) fn new(parcel: Parcel, event: Option<String>, session: Option<String>) -> Shot {
        Shot {
            parcel,
            event,
            session,
            due: Duration::ZERO,
            step: None,
            remark: None,
        }
    }
}

/// A post that was made.
#[derive(Debug)]
pub(super) struct Hit {
    pub(super) shot: Shot,
    pub(super) attempt: Attempt,
    /// Tries, the last one included.
    pub(super) tries: u32,
}

/// The posts of one session after the other.
pub(super) type Lanes<'l> = dyn Iterator<Item = Result<Vec<Shot>, Failure>> + 'l;

/// Lanes on their way.
pub(super) struct Volley<'l> {
    lanes: &'l mut Lanes<'l>,
    poster: Arc<Poster>,
    concurrency: usize,
    metronome: Option<Arc<Metronome>>,
    again: Again,
    running: JoinSet<Courier>,
    idle: Vec<Courier>,
    is_over: bool,
    tell: mpsc::Sender<Hit>,
    hits: mpsc::Receiver<Hit>,
}

impl<'l> Volley<'l> {
    /// Nothing is fired before the first hit is asked for.
    pub(super) fn new(
        firing: &Firing,
        poster: Arc<Poster>,
        lanes: &'l mut Lanes<'l>,
    ) -> Volley<'l> {
        let (tell, hits) = mpsc::channel(1);
        Volley {
            lanes,
            poster,
            concurrency: firing.concurrency.max(1),
            metronome: firing.rate.map(|rate| Arc::new(Metronome::new(rate))),
            again: Again::new(firing.retries, OCCASIONS.to_vec()),
            running: JoinSet::new(),
            idle: Vec::new(),
            is_over: false,
            tell,
            hits,
        }
    }

    /// Waits for the next hit; nothing if all lanes are through. Can be dropped at any time.
    pub(super) async fn next(&mut self) -> Result<Option<Hit>, Failure> {
        loop {
            while !self.is_over && self.running.len() < self.concurrency {
                match self.lanes.next() {
                    Some(shots) => self.start(shots?),
                    None => self.is_over = true,
                }
            }
            if self.running.is_empty() {
                // What the last lane said before it ended.
                return Ok(self.hits.try_recv().ok());
            }
            tokio::select! {
                biased;
                // A hit before the end of its lane: none is lost between the two.
                Some(hit) = self.hits.recv() => return Ok(Some(hit)),
                Some(ended) = self.running.join_next() => match ended {
                    Ok(courier) => self.idle.push(courier),
                    Err(error) if error.is_panic() => {
                        std::panic::resume_unwind(error.into_panic())
                    }
                    Err(_) => {}
                },
                else => {}
            }
        }
    }

    fn start(&mut self, shots: Vec<Shot>) {
        let courier = self.idle.pop();
        let lane = Lane {
            courier: courier.unwrap_or_else(|| Courier::new(&self.poster)),
            metronome: self.metronome.clone(),
            again: self.again.clone(),
            tell: self.tell.clone(),
        };
        self.running.spawn(lane.run(shots));
    }
}

/// What a lane works with.
struct Lane {
    courier: Courier,
    metronome: Option<Arc<Metronome>>,
    again: Again,
    tell: mpsc::Sender<Hit>,
}

impl Lane {
    async fn run(mut self, shots: Vec<Shot>) -> Courier {
        let start = Instant::now();
        for shot in shots {
            if !shot.due.is_zero() {
                sleep_until(start + shot.due).await;
            }
            let mut tries = 1;
            let attempt = loop {
                if let Some(metronome) = &self.metronome {
                    metronome.slot().await;
                }
                let attempt = self.courier.post(&shot.parcel).await;
                match self.again.after(tries, &attempt.ending, fastrand::f64()) {
                    Some(wait) => sleep(wait).await,
                    None => break attempt,
                }
                tries += 1;
            };
            let hit = Hit {
                shot,
                attempt,
                tries,
            };
            if self.tell.send(hit).await.is_err() {
                break;
            }
        }
        self.courier
    }
}
