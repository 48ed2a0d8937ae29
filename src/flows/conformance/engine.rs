//! Runs checks one after another within a time limit, and emits each result at once.
//!
//! Before the first check it posts events until one is answered 200. The baseline found that
//! way decides which checks can run, so that one fault in the receiver is reported once and
//! not by every check that depends on it.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::bodies::Body;
use super::context::{Baseline, CheckContext, ReceiverState, RunOptions};
use super::definition::{Check, Level, Needs};
use super::finding::{CheckResult, Early, Exchange, Finding, NoAnswer};
use super::registry;
use crate::catalog::Provider;
use crate::delivery::Cause;
use crate::model::error::{Category, Explain, Failure};
use crate::model::outcome::Outcome;
use crate::text::number::{count, counted};
use crate::text::time;

/// The plan of a run.
pub struct Plan<'p> {
    /// The provider whose documents count.
    pub provider: &'p Provider,
    /// The checks, in the order in which they run.
    pub checks: Vec<&'static Check>,
    /// Maximum number of requests.
    pub requests: u32,
    /// Whether warnings and rules of level should make the result negative as well.
    pub strict: bool,
    /// Time limit of the run.
    pub length: Duration,
}

impl<'p> Plan<'p> {
    /// Plans a run of these checks.
    pub fn new(
        provider: &'p Provider,
        mut checks: Vec<&'static Check>,
        options: &RunOptions,
    ) -> Result<Plan<'p>, PlanError> {
        checks.retain(|check| registry::is_wanted(check, options));
        if checks.is_empty() {
            return Err(PlanError::NothingToVerify);
        }
        if provider.events().is_empty() {
            return Err(PlanError::NoEvents(provider.name.clone()));
        }
        let whole = |number| u32::try_from(number).unwrap_or(u32::MAX);
        let events = whole(provider.events().len());
        // The baseline takes up to one request an event, and each check that stays without an
        // answer is followed by one more.
        let overhead = events.saturating_add(whole(checks.len()));
        let requests = checks.iter().map(|check| (check.requests)(events));
        Ok(Plan {
            provider,
            requests: requests.fold(overhead, u32::saturating_add),
            checks,
            strict: options.strict,
            length: options.length,
        })
    }

    /// Whether a check that ended like this makes the result negative.
    pub fn counts(&self, checked: &Checked) -> bool {
        match checked.finding.result {
            CheckResult::Fail => self.strict || checked.check.level(self.provider) == Level::Must,
            CheckResult::Warn => self.strict,
            CheckResult::Pass | CheckResult::Skip => false,
        }
    }

    /// The outcome of a run with these results. A check that counts makes it negative, also if
    /// there was no time for the rest.
    pub fn outcome(&self, results: &[Checked]) -> Outcome {
        if results.iter().any(|checked| self.counts(checked)) {
            Outcome::Negative
        } else if results.iter().any(|checked| checked.unreached) {
            Outcome::Undone
        } else {
            Outcome::Done
        }
    }

    /// Why the run is incomplete, if there was too little time.
    pub fn unreached(&self, results: &[Checked]) -> Option<String> {
        let unreached = results.iter().filter(|checked| checked.unreached).count();
        let checks = counted(count(unreached), "check", "checks");
        let length = time::duration(self.length);
        (unreached > 0).then(|| format!("{checks} not reached within {length} (--for)"))
    }
}

/// A run that cannot begin.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Only checks of effects are selected, and the effects cannot be observed.
    #[error("the effects of events cannot be seen from here")]
    NothingToVerify,
    /// The provider has no events yet.
    #[error("the provider `{0}` has no events")]
    NoEvents(String),
}

impl Explain for PlanError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            PlanError::NothingToVerify => {
                "--verify URL asks your endpoint, --verify-command runs your command"
            }
            PlanError::NoEvents(_) => {
                "add a schema and a sample for each event to the --catalog folder"
            }
        };
        Some(advice.to_owned())
    }
}

/// A check that is over.
pub struct Checked {
    /// The check.
    pub check: &'static Check,
    /// What it found.
    pub finding: Finding,
    /// How long it took.
    pub took: Duration,
    /// Whether there was too little time to finish it.
    pub unreached: bool,
}

impl Checked {
    /// What to change in the receiver.
    pub fn change(&self) -> &str {
        let change = self.finding.change.as_deref();
        change.unwrap_or(&self.check.text().change)
    }
}

/// The number of checks by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// Checks that passed.
    pub passed: usize,
    /// Checks of level must that failed.
    pub failed_must: usize,
    /// Checks of level should that failed.
    pub failed_should: usize,
    /// Checks with a warning.
    pub warnings: usize,
    /// Checks that were skipped.
    pub skipped: usize,
    /// Checks for which there was too little time.
    pub unreached: usize,
}

impl Score {
    /// Counts results.
    pub fn of(results: &[Checked], provider: &Provider) -> Score {
        let mut score = Score::default();
        for checked in results {
            let counter = match (checked.finding.result, checked.check.level(provider)) {
                (CheckResult::Pass, _) => &mut score.passed,
                (CheckResult::Fail, Level::Must) => &mut score.failed_must,
                (CheckResult::Fail, Level::Should) => &mut score.failed_should,
                (CheckResult::Warn, _) => &mut score.warnings,
                (CheckResult::Skip, _) => &mut score.skipped,
            };
            *counter += 1;
            score.unreached += usize::from(checked.unreached);
        }
        score
    }
}

/// The summary of a run.
#[derive(Debug)]
pub struct Summary {
    /// The number of checks by result.
    pub score: Score,
    /// Why the run is incomplete, if it is.
    pub undone: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// Requests that were sent.
    pub requests: u32,
    /// Made-up sessions of which something was sent.
    pub sessions: usize,
    /// The beginning of every made-up id.
    pub mark: String,
    /// Events whose schema forbids ids that begin with the mark.
    pub unmarked_events: Vec<String>,
}

impl Summary {
    /// The summary of a run that began at that moment.
    pub fn new(
        context: &CheckContext<'_>,
        results: &[Checked],
        undone: Option<String>,
        began: Instant,
    ) -> Summary {
        Summary {
            score: Score::of(results, context.provider),
            undone,
            took: began.elapsed(),
            requests: context.requests(),
            sessions: context.bodies.sessions(),
            mark: context.bodies.mark().to_owned(),
            unmarked_events: context.bodies.unmarked(),
        }
    }
}

/// The receiver cannot be reached at all.
#[derive(Debug, thiserror::Error)]
#[error("nothing could be checked: {}", .0.message)]
struct Unreachable(NoAnswer);

impl Explain for Unreachable {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        Some(
            match self.0.cause {
                Cause::Refused => "is the receiver running, and is this its port?",
                Cause::Dns => "check the spelling of the host, and the network",
                Cause::Proxy => {
                    "check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY; NO_PROXY lists hosts without a proxy"
                }
                _ => "check the address, the network and a VPN",
            }
            .to_owned(),
        )
    }
}

/// Receives each result as soon as it is there.
type Emit<'e> = dyn FnMut(Checked) -> Result<(), Failure> + 'e;

/// Runs the checks of the plan.
pub async fn run(
    context: &CheckContext<'_>,
    plan: &Plan<'_>,
    emit: &mut Emit<'_>,
) -> Result<(), Failure> {
    let deadline = Instant::now() + plan.length;
    let state = match timeout_at(deadline, baseline(context)).await {
        Ok(baseline) => {
            let baseline = baseline?;
            context.baseline.get_or_init(|| baseline).state
        }
        Err(_) => ReceiverState::Silent,
    };
    context.take_unanswered();
    run_checks(context, plan, state, deadline, emit).await
}

async fn run_checks(
    context: &CheckContext<'_>,
    plan: &Plan<'_>,
    state: ReceiverState,
    deadline: Instant,
    emit: &mut Emit<'_>,
) -> Result<(), Failure> {
    let length = time::duration(plan.length);
    let obstacle = Obstacle::of(state);
    let mut silent_since: Option<&'static str> = None;
    for check in obstacle
        .and_then(|it| it.explained_by(plan, state))
        .iter()
        .chain(&plan.checks)
    {
        let started = Instant::now();
        let mut unreached = false;
        let finding = if let Some(since) = silent_since {
            Finding::blocked(format!("the receiver has not answered since `{since}`"))
        } else if started >= deadline {
            unreached = true;
            Finding::blocked(format!("not reached within {length} (--for)"))
        } else if let Some(reason) = obstacle.and_then(|it| it.blocks(check, state)) {
            Finding::blocked(reason)
        } else {
            match timeout_at(deadline, (check.run)(context)).await {
                Ok(Ok(finding) | Err(Early::Finding(finding))) => finding,
                Ok(Err(Early::Failure(failure))) => return Err(failure),
                Err(_) => {
                    unreached = true;
                    Finding::skip(format!("not finished within {length} (--for)"))
                }
            }
        };
        if finding.result == CheckResult::Fail {
            context.note_failed(check.name);
        }
        if context.take_unanswered() && silent_since.is_none() && obstacle.is_none() {
            let exchange = timeout_at(deadline, context.post_good()).await;
            context.take_unanswered();
            let is_alive = match exchange {
                Ok(exchange) => exchange?.is_200(),
                Err(_) => true,
            };
            silent_since = (!is_alive).then_some(check.name);
        }
        emit(Checked {
            check,
            finding,
            took: started.elapsed(),
            unreached,
        })?;
    }
    Ok(())
}

/// Whether a check can run with a receiver in that state.
fn can_run(check: &Check, state: ReceiverState) -> bool {
    match check.needs {
        Needs::Nothing => true,
        Needs::Answers => matches!(
            state,
            ReceiverState::Good(_) | ReceiverState::Refuses | ReceiverState::NeverGood
        ),
        Needs::GoodEvent => matches!(state, ReceiverState::Good(_)),
    }
}

/// Why a receiver takes no event: the check that fails for it, and what the others say.
#[derive(Clone, Copy)]
struct Obstacle {
    check: &'static str,
    reason: &'static str,
}

impl Obstacle {
    fn of(state: ReceiverState) -> Option<Obstacle> {
        let (check, reason) = match state {
            ReceiverState::Good(_) => return None,
            ReceiverState::Redirects => (
                "no-redirect",
                "every event is redirected: fix `no-redirect` first",
            ),
            ReceiverState::NoTls => ("certificate", "no TLS connection: fix `certificate` first"),
            ReceiverState::Refuses => (
                "right-credentials",
                "the credentials are refused: fix `right-credentials` first",
            ),
            ReceiverState::NeverGood => (
                "every-event",
                "no event is answered 200: fix `every-event` first",
            ),
            ReceiverState::Silent => (
                "every-event",
                "no event is answered: fix `every-event` first",
            ),
        };
        Some(Obstacle { check, reason })
    }

    /// Why that check does not run. The check that explains the obstacle does.
    fn blocks(self, check: &Check, state: ReceiverState) -> Option<&'static str> {
        (check.name != self.check && !can_run(check, state)).then_some(self.reason)
    }

    /// The check that explains the obstacle, if it blocks one of the plan and is not planned.
    fn explained_by(self, plan: &Plan<'_>, state: ReceiverState) -> Option<&'static Check> {
        let is_planned = plan.checks.iter().any(|check| check.name == self.check);
        let is_harmless = plan.checks.iter().all(|check| can_run(check, state));
        let explains = |check: &&Check| check.name == self.check;
        registry::all()
            .find(explains)
            .filter(|_| !is_planned && !is_harmless)
    }
}

/// Posts the provider's events in turn until one is answered 200.
async fn baseline(context: &CheckContext<'_>) -> Result<Baseline, Failure> {
    let mut first: Option<Exchange> = None;
    for (index, event) in context.provider.events().iter().enumerate() {
        let body = Body::json(&event.name, &context.bodies.fresh(event)?);
        let exchange = context.post(body).await;
        let state = match &exchange.answer {
            Ok(answer) => match answer.status {
                200 => Some(ReceiverState::Good(index)),
                300..=399 if index == 0 => Some(ReceiverState::Redirects),
                401 | 403 if context.has_credentials() => Some(ReceiverState::Refuses),
                _ => None,
            },
            Err(error) => match error.cause {
                Cause::Tls => Some(ReceiverState::NoTls),
                Cause::Refused | Cause::Dns | Cause::Unreachable | Cause::Proxy => {
                    return Err(Unreachable(error.clone()).into());
                }
                _ => Some(ReceiverState::Silent),
            },
        };
        let is_first = first.is_none();
        let first = first.get_or_insert(exchange).clone();
        match state {
            // Silence after an answer concerns that event alone, and `every-event` reports it.
            Some(ReceiverState::Silent) if !is_first => {}
            Some(state) => return Ok(Baseline { first, state }),
            None => {}
        }
    }
    let name = || context.provider.name.clone();
    let first = first.ok_or_else(|| PlanError::NoEvents(name()))?;
    let state = ReceiverState::NeverGood;
    Ok(Baseline { first, state })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::super::bodies::Bodies;
    use super::super::definition::Group;
    use super::super::finding::Checking;
    use super::*;
    use crate::catalog::Catalog;
    use crate::delivery::{Origin, Proxies, Target, TargetUrl, Trust};
    use crate::validation::Validation;

    const QUICK: Check = Check {
        name: "quick",
        group: Group::Delivery,
        needs: Needs::Nothing,
        requests: |events| events,
        run: |_| Box::pin(after(1, CheckResult::Pass)),
    };
    static PASSES: Check = QUICK;
    static FAILS: Check = Check {
        // A check that a document asks for.
        name: "unknown-type",
        needs: Needs::GoodEvent,
        run: |_| Box::pin(after(1, CheckResult::Fail)),
        ..QUICK
    };
    static WARNS: Check = Check {
        name: "warns",
        needs: Needs::Answers,
        run: |_| Box::pin(after(1, CheckResult::Warn)),
        ..QUICK
    };
    static SLOW: Check = Check {
        name: "slow",
        run: |_| Box::pin(after(60, CheckResult::Pass)),
        ..QUICK
    };

    async fn after(seconds: u64, result: CheckResult) -> Checking {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
        Ok(Finding::new(result, "over"))
    }

    fn options(seconds: u64, strict: bool) -> RunOptions {
        RunOptions {
            target: Target {
                wait: None,
                url: TargetUrl::parse("http://localhost:1/").unwrap(),
                origin: Origin::Default,
                is_agreed: true,
                credentials: None,
                headers: Vec::new(),
                timeout: Duration::from_secs(1),
                trust: Trust::default(),
            },
            max_latency: Duration::from_secs(1),
            length: Duration::from_secs(seconds),
            rate: 100,
            strict,
            verify: None,
            verify_command: None,
            files: None,
        }
    }

    /// What a run of these checks with a receiver in that state emits, and its outcome.
    async fn results(
        checks: &[&'static Check],
        state: ReceiverState,
        options: RunOptions,
    ) -> (String, Outcome, Score) {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let validation = Validation::new(Arc::clone(&catalog));
        let provider = &catalog.providers()[0];
        let plan = Plan::new(provider, checks.to_vec(), &options).unwrap();
        let bodies = Bodies::new(provider, &validation);
        let proxies = Proxies::default();
        let context =
            CheckContext::new(provider, bodies, &options, proxies, None, plan.requests).unwrap();
        let mut results = Vec::new();
        let deadline = Instant::now() + options.length;
        let mut emit = |checked| {
            results.push(checked);
            Ok(())
        };
        run_checks(&context, &plan, state, deadline, &mut emit)
            .await
            .unwrap();
        let lines = results.iter().map(|checked: &Checked| {
            let Checked {
                check,
                finding,
                took,
                ..
            } = checked;
            let (result, seconds) = (finding.result.word(), took.as_secs());
            format!(
                "{}: {result} in {seconds} s, {}",
                check.name, finding.message
            )
        });
        let lines: Vec<String> = lines.collect();
        let score = Score::of(&results, provider);
        (lines.join("\n"), plan.outcome(&results), score)
    }

    #[tokio::test(start_paused = true)]
    async fn each_check_is_emitted_with_its_time_and_a_must_that_fails_counts() {
        let checks = [&PASSES, &WARNS, &FAILS];
        let good = ReceiverState::Good(0);
        let (lines, outcome, score) = results(&checks, good, options(60, false)).await;
        insta::assert_snapshot!(lines, @r"
        quick: pass in 1 s, over
        warns: warn in 1 s, over
        unknown-type: fail in 1 s, over
        ");
        assert_eq!(outcome, Outcome::Negative);
        let expected = Score {
            passed: 1,
            failed_must: 1,
            warnings: 1,
            ..Score::default()
        };
        assert_eq!(score, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_warning_counts_only_if_strict() {
        let good = ReceiverState::Good(0);
        let (_, outcome, _) = results(&[&WARNS], good, options(60, false)).await;
        assert_eq!(outcome, Outcome::Done);
        let (_, outcome, _) = results(&[&WARNS], good, options(60, true)).await;
        assert_eq!(outcome, Outcome::Negative);
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_ends_in_time_and_names_what_it_did_not_reach() {
        let checks = [&PASSES, &SLOW, &WARNS];
        let good = ReceiverState::Good(0);
        let (lines, outcome, score) = results(&checks, good, options(10, false)).await;
        insta::assert_snapshot!(lines, @r"
        quick: pass in 1 s, over
        slow: skip in 9 s, not finished within 10 s (--for)
        warns: skip in 0 s, not reached within 10 s (--for)
        ");
        assert_eq!((outcome, score.unreached), (Outcome::Undone, 2));
    }

    #[tokio::test(start_paused = true)]
    async fn a_receiver_that_takes_no_event_blocks_the_checks_that_need_one() {
        let checks = [&PASSES, &WARNS, &FAILS];
        let state = ReceiverState::Refuses;
        let (lines, _, _) = results(&checks, state, options(60, false)).await;
        insta::assert_snapshot!(lines, @r"
        right-credentials: skip in 0 s, no credentials to check: --user NAME
        quick: pass in 1 s, over
        warns: warn in 1 s, over
        unknown-type: skip in 0 s, the credentials are refused: fix `right-credentials` first
        ");
        // Nothing has to be explained where nothing is blocked.
        let (lines, _, _) = results(&[&PASSES], state, options(60, false)).await;
        assert_eq!(lines, "quick: pass in 1 s, over");
    }

    #[test]
    fn a_plan_without_a_check_or_an_event_is_refused() {
        let catalog = Catalog::embedded().unwrap();
        let provider = &catalog.providers()[0];
        let effects = registry::select(&["effects".to_owned()], &[]).unwrap();
        let plan = Plan::new(provider, effects, &options(60, false));
        assert_eq!(plan.err(), Some(PlanError::NothingToVerify));
    }
}
