//! Runs checks one after another within a time, and tells each finding as soon as it is there.
//!
//! Before the first check it knocks: it posts events until one is answered 200. What that
//! shows decides which checks make sense, so that one fault in the receiver is told once
//! and not by every check that stumbles over it.

use std::time::{Duration, Instant};

use tokio::time::timeout_at;

use super::bodies::Body;
use super::finding::{Exchange, Finding, Mark, Reply};
use super::ground::{Ground, Knock, State};
use super::list::{self, Check, Needs};
use crate::delivery::Cause;
use crate::model::error::{Category, Explain, Failure};
use crate::text::time;

/// Requests besides those of the checks: the knock, and one after each check that was left
/// without an answer.
pub(super) fn overhead(checks: usize, events: u32) -> u32 {
    events.saturating_add(u32::try_from(checks).unwrap_or(u32::MAX))
}

/// A check that is over.
pub(super) struct Checked {
    pub(super) check: &'static Check,
    pub(super) finding: Finding,
    pub(super) took: Duration,
    /// Whether it could not be run to its end for want of time.
    pub(super) unreached: bool,
}

/// The receiver cannot be reached at all.
#[derive(Debug, thiserror::Error)]
#[error("nothing could be checked: {said}")]
struct Unreachable {
    said: String,
    cause: Cause,
}

impl Explain for Unreachable {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some(
            match self.cause {
                Cause::Refused => "is the receiver running, and is this its port?",
                Cause::Dns => "check the spelling of the host, and the network",
                Cause::Proxy => {
                    "check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; NO_PROXY goes around them"
                }
                _ => "check the address, the network and a VPN",
            }
            .to_owned(),
        )
    }
}

/// Runs the checks, and tells each as soon as it is over.
pub(super) async fn run(
    ground: &Ground<'_>,
    checks: &[&'static Check],
    tell: &mut dyn FnMut(Checked) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + ground.options.length;
    let knocked = timeout_at(deadline, knock(ground)).await;
    let state = match knocked {
        Ok(knock) => {
            let knock = knock?;
            let state = knock.state;
            *ground.knock.borrow_mut() = Some(knock);
            state
        }
        Err(_) => State::Silent,
    };
    ground.take_lost();
    let guilty = guilty(state);
    let mut gone: Option<&'static str> = None;
    // Where nothing can be said of what was asked for, the check that says why is told as well.
    let unasked = guilty.filter(|name| checks.iter().all(|check| check.name != *name));
    let mut unasked = match unasked {
        Some(name) => Some(list::named(name)?),
        None => None,
    };
    if checks.iter().all(|check| open(check, state)) {
        unasked = None;
    }
    for check in unasked.iter().copied().chain(checks.iter().copied()) {
        let started = Instant::now();
        let mut unreached = false;
        let finding = if let Some(since) = gone {
            Finding::kept_back(format!("the receiver has not answered since `{since}`"))
        } else if began.elapsed() >= ground.options.length {
            unreached = true;
            let length = time::duration(ground.options.length);
            Finding::kept_back(format!("not reached within {length} (--for)"))
        } else if Some(check.name) != guilty && !open(check, state) {
            Finding::kept_back(why_closed(state))
        } else if let Ok(finding) = timeout_at(deadline, (check.run)(ground)).await {
            finding?
        } else {
            unreached = true;
            let length = time::duration(ground.options.length);
            Finding::skip(format!("not finished within {length} (--for)"))
        };
        if finding.mark == Mark::Fail {
            ground.note_failed(check.name);
        }
        if ground.take_lost() && gone.is_none() && guilty.is_none() {
            let alive = timeout_at(deadline, ground.post_good()).await;
            ground.take_lost();
            let alive = match alive {
                Ok(exchange) => exchange?.is_200(),
                Err(_) => true,
            };
            gone = (!alive).then_some(check.name);
        }
        tell(Checked {
            check,
            finding,
            took: started.elapsed(),
            unreached,
        })?;
    }
    Ok(())
}

/// Whether a check makes sense with a receiver like that.
fn open(check: &Check, state: State) -> bool {
    match check.needs {
        Needs::Nothing => true,
        Needs::Answers => matches!(state, State::Good(_) | State::Refuses | State::NeverGood),
        Needs::GoodEvent => matches!(state, State::Good(_)),
    }
}

/// The check that fails where the receiver takes no event.
fn guilty(state: State) -> Option<&'static str> {
    match state {
        State::Good(_) => None,
        State::Redirects => Some("no-redirect"),
        State::NoTls => Some("certificate"),
        State::Refuses => Some("right-credentials"),
        State::NeverGood | State::Silent => Some("every-event"),
    }
}

fn why_closed(state: State) -> &'static str {
    match state {
        State::Good(_) => "",
        State::Redirects => "every event is redirected: mend `no-redirect` first",
        State::NoTls => "no TLS connection: mend `certificate` first",
        State::Refuses => "the credentials are refused: mend `right-credentials` first",
        State::NeverGood => "no event is answered 200: mend `every-event` first",
        State::Silent => "no event is answered: mend `every-event` first",
    }
}

/// Posts the provider's events in turn until one is answered 200.
async fn knock(ground: &Ground<'_>) -> Result<Knock, Failure> {
    let mut first: Option<Exchange> = None;
    for (index, event) in ground.provider.events().iter().enumerate() {
        let body = Body::json(&event.name, &ground.bodies.fresh(event)?);
        let exchange = ground.post(body).await;
        let state = match &exchange.reply {
            Reply::Answered(answer) => match answer.status {
                200 => Some(State::Good(index)),
                300..=399 if index == 0 => Some(State::Redirects),
                401 | 403 if ground.credentials.is_some() => Some(State::Refuses),
                _ => None,
            },
            Reply::Unanswered { cause, said } => match cause {
                Cause::Tls => Some(State::NoTls),
                Cause::Refused | Cause::Dns | Cause::Unreachable | Cause::Proxy => {
                    return Err(Unreachable {
                        said: said.clone(),
                        cause: *cause,
                    }
                    .into());
                }
                _ => Some(State::Silent),
            },
        };
        let is_first = first.is_none();
        let first = first.get_or_insert(exchange).clone();
        match state {
            // Silence after an answer is about that event, which `every-event` tells.
            Some(State::Silent) if !is_first => {}
            Some(state) => return Ok(Knock { first, state }),
            None => {}
        }
    }
    match first {
        Some(first) => Ok(Knock {
            first,
            state: State::NeverGood,
        }),
        None => Err(NoEvents {
            provider: ground.provider.name.clone(),
        }
        .into()),
    }
}

/// A provider of a folder that has no events yet.
#[derive(Debug, thiserror::Error)]
#[error("the provider `{provider}` has no events")]
struct NoEvents {
    provider: String,
}

impl Explain for NoEvents {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("an event is a schema and a sample in the folder of --catalog".to_owned())
    }
}
