//! What `send` shows of a run: each delivery, a table of what is not as expected, the sum; and
//! its report.

use std::time::Instant;

use super::options::SendOptions;
use crate::commands::{Console, Format, Verbosity};
use crate::delivery::{ClientOptions, Ending, RunStats};
use crate::flows::sending::scenario::Scenario;
use crate::flows::sending::{RunEnd, Sent};
use crate::model::error::{Failure, OutputError};
use crate::render::delivery::{sentence, write_answer};
use crate::render::junit::Case;
use crate::render::report::DeliveryReport;
use crate::render::send::{
    UnmetTable, case, delivery_line, delivery_record, not_repeated, summary, verdict,
};
use crate::wire::{JsonLines, milliseconds};

/// Deliveries of a scenario that are shown before only unexpected ones are.
const SHOWN: u64 = 20;

/// The output of a run.
pub(super) struct Output<'o> {
    url: String,
    format: Format,
    scenario: Option<&'o Scenario>,
    unmet: UnmetTable,
    report: Option<DeliveryReport>,
    started: Instant,
}

impl<'o> Output<'o> {
    /// Output as the options ask for it. Creates the report's file.
    pub(super) fn new(
        options: &SendOptions,
        client: &ClientOptions,
        scenario: Option<&'o Scenario>,
    ) -> Result<Output<'o>, Failure> {
        let url = options.target.url.to_string();
        let name = match scenario {
            Some(scenario) => format!("scenario {}", scenario.name),
            None => "send".to_owned(),
        };
        let report = options.report.as_ref();
        let report = report.map(|report| {
            DeliveryReport::create(report, name, &options.target.url, client.clone())
        });
        Ok(Output {
            url,
            format: options.format,
            scenario,
            unmet: UnmetTable::default(),
            report: report.transpose()?,
            started: Instant::now(),
        })
    }

    /// Shows a delivery, and adds it to the table and the report.
    pub(super) fn show(&mut self, sent: &Sent<'_>, console: &mut Console) -> Result<(), Failure> {
        let object = || delivery_record(sent, &self.url);
        if self.format == Format::Json {
            JsonLines::new(&mut *console.out).write("delivery", &object())?;
        } else if sent.is_counted {
            self.show_line(sent, console)?;
        }
        if self.scenario.is_some() {
            self.unmet.add(&sent.delivered.tag, sent.unmet);
        }
        if let Some(report) = &mut self.report {
            report.add(sent.delivered, || case(sent), object)?;
        }
        Ok(())
    }

    fn show_line(&self, sent: &Sent<'_>, console: &mut Console) -> Result<(), OutputError> {
        let number = sent.stats.sent();
        let is_plain = self.scenario.is_none();
        let shows_all = is_plain || console.verbosity == Verbosity::Verbose;
        let shows_answer = shows_all || !sent.unmet.is_empty();
        if !shows_answer && number > SHOWN {
            if number == SHOWN + 1 {
                console
                    .say("from here on, only unexpected ends are shown (--verbose shows all)")?;
            }
            return Ok(());
        }
        let url = is_plain.then_some(&*self.url);
        let has_steps = self.scenario.is_some_and(Scenario::has_steps);
        delivery_line(sent.delivered, url, has_steps, console.style.now())
            .write(&mut *console.out)?;
        if let Ending::Answered(answer) = &sent.delivered.attempt.ending
            && shows_answer
        {
            write_answer(answer, &mut *console.out, console.style.now())?;
        }
        Ok(console.out.flush()?)
    }

    /// Writes the end: the table or the JSON summary, the sum, and the report. `left`: deliveries of an
    /// earlier run that this one does not have.
    pub(super) fn finish(
        self,
        stats: &RunStats,
        end: &RunEnd,
        left: u64,
        console: &mut Console,
    ) -> Result<(), Failure> {
        let is_interrupted = matches!(end, RunEnd::Interrupted);
        let name = self.scenario.map(|scenario| &*scenario.name);
        let seconds = milliseconds(self.started.elapsed()) / 1e3;
        let summary = summary(stats, name, seconds, is_interrupted);
        if self.scenario.is_some() {
            match self.format {
                Format::Json => JsonLines::new(&mut *console.out).write("summary", &summary)?,
                Format::Human => self.unmet.write(&mut *console.out, console.style)?,
            }
        }
        let interrupted = if is_interrupted { "interrupted: " } else { "" };
        let verdict = self.scenario.map_or_else(String::new, |_| verdict(stats));
        // A target that was not reached is said by the error.
        if stats.sent() > 0 || !matches!(end, RunEnd::Gone(_)) {
            console.say(&format!("{interrupted}{}{verdict}", sentence(stats)))?;
        }
        if left > 0 {
            console.warn(&not_repeated(left), None)?;
        }
        if let Some(mut report) = self.report {
            if is_interrupted {
                let message = "stopped before its end".to_owned();
                report.add_case(&Case::of_run("send", "interrupted", message))?;
            }
            if left > 0 {
                report.add_case(&Case::of_run("send", "unexpected", not_repeated(left)))?;
            }
            report.finish(&summary)?;
        }
        Ok(())
    }
}
