//! `--scenario`: plays a scenario, or shows how it would go.

use std::time::Duration;

use super::account::Story;
use super::scenario::plan::Planner;
use super::scenario::{self, Scenario, show};
use super::volley::Shot;
use super::{Console, Form, Options, Outcome, fire, now, policy, print, rng, target_line};
use crate::commands::replay::Speed;
use crate::model::error::Failure;
use crate::text;
use crate::text::{number, time};
use crate::validation::Validation;

/// So long that one may want it shorter.
const LONG: Duration = Duration::from_secs(10);

/// Plays it.
pub(super) fn play(
    name: &str,
    provider: Option<&str>,
    options: &Options,
    validation: &Validation,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let environment = console.environment.clone();
    let scenario = scenario::find(name, &environment)?;
    let planner = Planner::new(
        &scenario,
        provider,
        &options.shape,
        validation,
        &environment,
        options.content_type.as_deref(),
    )?;
    let count = options.pace.count.unwrap_or(scenario.sessions);
    let mut sessions = Sessions {
        rng: rng(options.seed),
        planner: &planner,
        options,
        left: count,
        first: None,
    };
    // The first is made before anything is sent, so that what is wrong is said then.
    let first = sessions.make(Some(console))?;
    let outline = outline(&scenario, &first, count, options);
    sessions.first = Some(first);
    match options.print {
        Some(Form::Request) => {
            console.say(&format!("would send to {}", target_line(&options.target)))?;
            console.say(&outline)?;
            show::plan(options, &mut sessions, console)?;
            return Ok(Outcome::Done);
        }
        Some(form) => {
            print::print(form, options, &mut sessions, console)?;
            return Ok(Outcome::Done);
        }
        None => {}
    }
    console.say(&format!("sending to {}", target_line(&options.target)))?;
    console.say(&outline)?;
    let story = Story {
        name: scenario.name.clone(),
        has_steps: scenario.has_steps(),
    };
    let policy = policy(&options.pace, scenario.concurrency);
    fire(options, policy, Some(story), true, &mut sessions, console)
}

/// `session: The life of one session; 10 posts over 1m 30s`
fn outline(scenario: &Scenario, first: &[Shot], count: u64, options: &Options) -> String {
    let posts = number::counted(number::count(first.len()), "post", "posts");
    let title = match &*scenario.title {
        "" => scenario.name.clone(),
        title => format!("{}: {title}", scenario.name),
    };
    let each = match count {
        1 => String::new(),
        count => format!(" in each of {} sessions", number::grouped(count)),
    };
    let length = first.last().map_or(Duration::ZERO, |shot| shot.due);
    let mut over = String::new();
    if length >= Duration::from_secs(1) {
        over = format!(" over {}", time::gap(length).trim_start_matches('+'));
    }
    if length >= LONG && options.print.is_none() {
        over.push_str(" (--speed 10 is ten times as fast, --speed max waits for nothing)");
    }
    format!("{}; {posts}{each}{over}", text::show(&title))
}

/// The posts of one session after the other.
pub(super) struct Sessions<'s> {
    planner: &'s Planner<'s>,
    options: &'s Options,
    rng: fastrand::Rng,
    left: u64,
    first: Option<Vec<Shot>>,
}

impl Sessions<'_> {
    fn make(&mut self, console: Option<&mut Console>) -> Result<Vec<Shot>, Failure> {
        let now = now(self.options.seed);
        let mut rng = self.rng.fork();
        let mut shots = self.planner.session(&mut rng, now, console)?;
        for shot in &mut shots {
            shot.due = match self.options.pace.speed {
                Speed::Times(factor) => {
                    Duration::try_from_secs_f64(shot.due.as_secs_f64() / factor)
                        .unwrap_or(Duration::MAX)
                }
                Speed::Max => Duration::ZERO,
            };
        }
        Ok(shots)
    }
}

impl Iterator for Sessions<'_> {
    type Item = Result<Vec<Shot>, Failure>;

    fn next(&mut self) -> Option<Result<Vec<Shot>, Failure>> {
        self.left = self.left.checked_sub(1)?;
        Some(match self.first.take() {
            Some(first) => Ok(first),
            None => self.make(None),
        })
    }
}
