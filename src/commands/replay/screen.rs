//! Shows a replay as it goes.
//!
//! For people, the first deliveries get a line each, and later only failures do, up to a
//! limit: a long replay must not flood a terminal. For machines each delivery is an object.

use crate::commands::{Console, Format, Verbosity};
use crate::delivery::Delivered;
use crate::flows::replaying::run::{ReplayEvent, Replayed, Stop};
use crate::flows::replaying::tag::Tag;
use crate::flows::replaying::totals::Totals;
use crate::model::error::{Failure, OutputError};
use crate::render::replay;
use crate::render::replay::Gauge;
use crate::render::report::DeliveryReport;
use crate::text::time;
use crate::wire::JsonLines;

/// Deliveries that are shown to people, good or not.
const SHOWN: u64 = 20;
/// Failures that are shown to people as they come; and bad lines.
const SHOWN_FAILURES: u64 = 100;

/// Where a replay is shown.
pub(super) struct Screen<'c> {
    pub(super) console: &'c mut Console,
    pub(super) format: Format,
    pub(super) url: String,
    pub(super) gauge: Gauge,
    pub(super) report: Option<DeliveryReport>,
    /// Whether pauses are limited.
    pub(super) has_max_gap: bool,
    /// Whether to annotate failures for GitHub.
    pub(super) annotates: bool,
}

impl Screen<'_> {
    /// Shows an event.
    pub(super) fn show(&mut self, totals: &Totals, event: ReplayEvent<'_>) -> Result<(), Failure> {
        match event {
            ReplayEvent::Reading => self.gauge.draw_reading(&mut *self.console.err)?,
            ReplayEvent::Warning(text) => self.clear()?.warn(text, None)?,
            ReplayEvent::BadLine(text, number) => self.bad_line(text, number)?,
            ReplayEvent::Failed(failure) => self.clear()?.fail(failure)?,
            ReplayEvent::WouldSend(tag, length) => self.would_send(tag, length)?,
            ReplayEvent::Delivered(delivered, is_good) => {
                self.gauge.advance();
                if let Some(report) = &mut self.report {
                    let object = || replay::delivery(delivered, &self.url);
                    report.add(delivered, || replay::case(delivered), object)?;
                }
                self.delivered(totals, delivered, is_good)?;
            }
            ReplayEvent::Pausing(pause) => {
                if !self.has_max_gap {
                    let pause = time::duration(pause);
                    let text = format!("a pause of {pause}, as in the log (--max-gap shortens it)");
                    self.clear()?.say(&text)?;
                }
            }
            // For people, the error that ends the run says it all.
            ReplayEvent::Unreached(delivered) => {
                if self.format == Format::Json {
                    self.object(delivered)?;
                }
            }
            ReplayEvent::Settled => {
                let failures = totals.stats.unexpected();
                self.gauge.draw(failures, &mut *self.console.err)?;
            }
            ReplayEvent::End(counts) => {
                self.gauge.set_total(counts.selected - counts.done_before);
            }
        }
        Ok(())
    }

    /// The console, without the bar.
    fn clear(&mut self) -> Result<&mut Console, OutputError> {
        self.gauge.hide(&mut *self.console.err)?;
        Ok(&mut *self.console)
    }

    fn is_verbose(&self) -> bool {
        self.console.verbosity == Verbosity::Verbose
    }

    fn bad_line(&mut self, text: &str, number: u64) -> Result<(), OutputError> {
        if self.is_verbose() || number <= SHOWN_FAILURES {
            self.clear()?.warn(text, None)?;
        } else if number == SHOWN_FAILURES + 1 {
            self.clear()?.warn(
                "further lines that cannot be read are only counted",
                Some("--verbose names them all"),
            )?;
        }
        Ok(())
    }

    fn would_send(&mut self, tag: &Tag, length: usize) -> Result<(), OutputError> {
        if self.console.out.is_closed() {
            return Err(OutputError::ClosedPipe);
        }
        self.gauge.hide(&mut *self.console.err)?;
        let (style, zone) = (self.console.style.now(), self.console.zone);
        let out = &mut *self.console.out;
        match self.format {
            Format::Human => replay::write_would_send(tag, length, zone, out, style),
            Format::Json => {
                JsonLines::new(out).write("would-send", &replay::would_send(tag, length))
            }
        }
    }

    fn object(&mut self, delivered: &Delivered<Tag>) -> Result<(), OutputError> {
        self.gauge.hide(&mut *self.console.err)?;
        let object = replay::delivery(delivered, &self.url);
        JsonLines::new(&mut *self.console.out).write("delivery", &object)
    }

    fn delivered(
        &mut self,
        totals: &Totals,
        delivered: &Delivered<Tag>,
        is_good: bool,
    ) -> Result<(), OutputError> {
        let (sent, failures) = (totals.stats.sent(), totals.stats.unexpected());
        if self.annotates && !is_good {
            replay::annotate(delivered, failures, &mut *self.clear()?.err)?;
        }
        if self.format == Format::Json {
            return self.object(delivered);
        }
        let is_verbose = self.is_verbose();
        if is_verbose || sent <= SHOWN || (!is_good && failures <= SHOWN_FAILURES) {
            let console = self.clear()?;
            replay::write_delivery(delivered, &mut *console.out, console.style.now())?;
        } else if !is_good && failures == SHOWN_FAILURES + 1 {
            self.clear()?
                .say("further failures are only counted (--verbose shows all)")?;
        }
        if sent == SHOWN + 1 && !is_verbose {
            self.clear()?
                .say("from here on only failures are shown (--verbose shows all)")?;
        }
        Ok(())
    }

    /// Shows the summary, and writes the end of the report.
    pub(super) fn summarise(
        mut self,
        replayed: &Replayed,
        stop: Option<&Stop>,
        is_dry: bool,
    ) -> Result<(), Failure> {
        let summary = replay::summary(replayed, is_dry);
        let format = self.format;
        let console = self.clear()?;
        if format == Format::Json {
            JsonLines::new(&mut *console.out).write("summary", &summary)?;
        } else {
            console.out.flush().map_err(OutputError::from)?;
            console.say(&replay::sentence(replayed, is_dry))?;
            let is_long = replayed.totals.stats.sent() > SHOWN;
            if is_long && console.verbosity > Verbosity::Quiet {
                replay::write_details(&replayed.totals, &mut *console.err, console.err_style)?;
            }
        }
        if let Some(mut report) = self.report.take() {
            if let Some(case) = replay::case_of_run(replayed, stop) {
                report.add_case(&case)?;
            }
            report.finish(&summary)?;
        }
        Ok(())
    }
}
