//! What is shown of a run: for people, for machines, for GitHub, for a CI that reads `JUnit`.
//!
//! Made of plan and findings alone: nothing here asks the receiver anything.

mod human;
mod json;
mod list;

use std::io::Write;
use std::time::{Duration, Instant};

use super::engine::Checked;
use super::finding::Mark;
use super::ground::Ground;
use super::list::{Check, Level};
use super::{Format, Options, is_counted};
use crate::catalog::{Provider, Rule};
use crate::commands::Console;
use crate::model::error::{Failure, OutputError};
use crate::render::github::Place;
use crate::render::junit::{Case, End, Suite};
use crate::render::{github, junit};
use crate::text::number::{count, counted, grouped};
use crate::text::time;

pub(super) use list::{explain, list};

/// What a run is going to do.
pub(super) struct Plan<'p> {
    pub(super) provider: &'p Provider,
    pub(super) checks: &'p [&'static Check],
    /// Requests at most.
    pub(super) requests: u32,
    pub(super) options: &'p Options,
}

impl Plan<'_> {
    /// Whether this makes the exit code 1.
    pub(super) fn counts(&self, checked: &Checked) -> bool {
        let Checked { check, finding, .. } = checked;
        is_counted(check, finding.mark, self.provider, self.options.strict)
    }
}

/// The words for where a rule stands: `EnableX Video, Webhook Notifications (newest page),
/// "Respond Immediately"`.
fn source(rule: &Rule, provider: &Provider) -> String {
    let document = provider.document(&rule.document);
    let title = document.map_or(rule.document.as_str(), |document| &document.title);
    format!("{title}, \"{}\"", rule.section)
}

/// Shows a run as it goes.
pub(super) struct Show<'p> {
    plan: &'p Plan<'p>,
    began: Instant,
    human: human::Human,
}

impl<'p> Show<'p> {
    /// Says what is going to happen.
    pub(super) fn new(
        plan: &'p Plan<'p>,
        mark: &str,
        console: &mut Console,
    ) -> Result<Show<'p>, OutputError> {
        let options = plan.options;
        let url = options.target.url.to_string();
        if options.format == Format::Json {
            json::plan(plan, mark, &mut *console.out)?;
        }
        console.say(&format!(
            "{}: {} against {}",
            plan.provider.title,
            counted(count(plan.checks.len()), "check", "checks"),
            crate::text::mask::show(&url)
        ))?;
        console.say(&format!(
            "  at most {} requests, {} a second, within {}",
            grouped(plan.requests.into()),
            grouped(options.rate.into()),
            time::duration(options.length),
        ))?;
        console.say(&format!("  made-up ids begin with {mark}"))?;
        Ok(Show {
            plan,
            began: Instant::now(),
            human: human::Human::new(plan.checks),
        })
    }

    /// Shows one finding.
    pub(super) fn checked(
        &mut self,
        checked: &Checked,
        console: &mut Console,
    ) -> Result<(), Failure> {
        match self.plan.options.format {
            Format::Human => self.human.checked(checked, self.plan.provider, console)?,
            Format::Json => json::checked(checked, self.plan.provider, &mut *console.out)?,
            Format::Github => annotate(checked, self.plan, console)?,
        }
        Ok(())
    }

    /// The score, and what is left behind; why the run is not whole, if it is not.
    pub(super) fn summary(
        &mut self,
        results: &[Checked],
        undone: Option<&str>,
        ground: &Ground<'_>,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        let score = Score::of(results, self.plan.provider);
        let took = self.began.elapsed();
        if self.plan.options.format == Format::Json {
            return json::summary(&score, undone, took, ground, &mut *console.out);
        }
        self.human.end(console)?;
        writeln!(console.out, "{}", score.sentence(took))?;
        console.out.flush()?;
        let unmarked = ground.bodies.unmarked();
        console.say(&format!(
            "{} went out, with {}.",
            counted(ground.requests().into(), "request", "requests"),
            counted(
                count(ground.bodies.sessions()),
                "made-up session",
                "made-up sessions"
            ),
        ))?;
        if !unmarked.is_empty() {
            console.warn(
                &format!("the schemas of {} forbid marked ids", unmarked.join(", ")),
                Some("what these events leave behind has to be found by its time"),
            )?;
        }
        console.say(&format!(
            "All their ids begin with {}: delete those to clean up.",
            ground.bodies.mark(),
        ))
    }
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Score {
    passed: usize,
    failed_must: usize,
    failed_should: usize,
    warnings: usize,
    skipped: usize,
    unreached: usize,
}

impl Score {
    fn of(results: &[Checked], provider: &Provider) -> Score {
        let mut score = Score::default();
        for Checked {
            check,
            finding,
            unreached,
            ..
        } in results
        {
            let counter = match (finding.mark, check.level(provider)) {
                (Mark::Pass, _) => &mut score.passed,
                (Mark::Fail, Level::Must) => &mut score.failed_must,
                (Mark::Fail, Level::Should) => &mut score.failed_should,
                (Mark::Warn, _) => &mut score.warnings,
                (Mark::Skip, _) => &mut score.skipped,
            };
            *counter += 1;
            score.unreached += usize::from(*unreached);
        }
        score
    }

    /// `29 passed, 1 failed (1 must), 1 warning, 2 skipped in 1.9 s`
    fn sentence(&self, took: Duration) -> String {
        let mut parts = vec![format!("{} passed", self.passed)];
        let kinds = [(self.failed_must, "must"), (self.failed_should, "should")];
        let kinds: Vec<String> = kinds
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
        if !kinds.is_empty() {
            let failed = self.failed_must + self.failed_should;
            parts.push(format!("{failed} failed ({})", kinds.join(", ")));
        }
        if self.warnings > 0 {
            let warnings = count(self.warnings);
            parts.push(counted(warnings, "warning", "warnings"));
        }
        if self.skipped > 0 {
            let unreached = match self.unreached {
                0 => String::new(),
                unreached => format!(" ({unreached} for want of time)"),
            };
            parts.push(format!("{} skipped{unreached}", self.skipped));
        }
        format!("{} in {}", parts.join(", "), time::duration(took))
    }
}

/// What people read of a finding, a line each: what happened, the rule, what to change.
fn lines(checked: &Checked, provider: &Provider) -> Vec<String> {
    let Checked { check, finding, .. } = checked;
    let mut lines = vec![finding.said.clone()];
    if let Some(evidence) = &finding.evidence {
        lines.push(format!("sent: {}", evidence.sent));
        lines.push(format!("came back: {}", evidence.received));
    }
    match check.rule(provider) {
        Some(rule) => lines.push(format!("must: {} ({})", rule.quote, source(rule, provider))),
        None => lines.push(format!("should: {} (good practice)", check.title)),
    }
    let change = finding.change.as_deref().unwrap_or(check.change);
    lines.push(format!("change: {change}"));
    lines
}

fn annotate(checked: &Checked, plan: &Plan<'_>, console: &mut Console) -> Result<(), OutputError> {
    let Checked { check, finding, .. } = checked;
    let level = match finding.mark {
        Mark::Pass | Mark::Skip => return Ok(()),
        _ if plan.counts(checked) => github::Level::Error,
        _ => github::Level::Warning,
    };
    let title = format!("check: {}", check.name);
    let lines = lines(checked, plan.provider);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    github::annotate(&mut *console.out, level, &Place::default(), &title, &lines)
}

/// The run as `JUnit`. It is red where the exit code is not 0: what does not make that 1 is no
/// failure there either, and a run that is not whole is a case of its own that failed.
pub(super) fn junit(
    results: &[Checked],
    undone: Option<&str>,
    ground: &Ground<'_>,
    plan: &Plan<'_>,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let cases = results.iter().map(|checked| {
        let Checked { check, finding, .. } = checked;
        let text = lines(checked, plan.provider);
        let (end, remarks) = match finding.mark {
            Mark::Skip => (End::Skipped(finding.said.clone()), Vec::new()),
            Mark::Pass => (End::Passed, text[..1].to_vec()),
            _ if plan.counts(checked) => {
                let failed = End::Failed {
                    kind: check.level(plan.provider).word().to_owned(),
                    message: finding.said.clone(),
                    lines: text[1..].to_vec(),
                };
                (failed, Vec::new())
            }
            mark => {
                let mut remarks = text;
                remarks[0] = format!("{}: {}", mark.word(), remarks[0]);
                (End::Passed, remarks)
            }
        };
        Case {
            name: check.name.to_owned(),
            class: check.group.word().to_owned(),
            took: checked.took,
            end,
            remarks,
        }
    });
    let whole = undone.map(|why| Case {
        name: "whole-run".to_owned(),
        class: "check".to_owned(),
        took: Duration::ZERO,
        end: End::Failed {
            kind: "undone".to_owned(),
            message: why.to_owned(),
            lines: Vec::new(),
        },
        remarks: Vec::new(),
    });
    let property = |name: &str, value: String| (name.to_owned(), value);
    let suite = Suite {
        name: format!("check of {}", plan.options.target.url),
        properties: vec![
            property("provider", plan.provider.name.clone()),
            property("made-up ids begin with", ground.bodies.mark().to_owned()),
            property("requests", ground.requests().to_string()),
        ],
        cases: cases.chain(whole).collect(),
    };
    junit::write(out, "enx-hook", &[suite])
}
