//! The display: takes notices from their queue, on a thread of its own, and prints them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::notice::Notice;
use super::options::ListenOptions;
use crate::commands::{Console, RuntimeError};
use crate::flows::history::{CaptureFacts, Context, History};
use crate::flows::listening::{
    DisplayRate, DisplayTotals, LogOutage, NoticeQueue, RefusalThrottle,
};
use crate::journal::LogInfo;
use crate::model::background;
use crate::model::error::OutputError;
use crate::receiver::{Event, Refusal};
use crate::render::Layout;
use crate::render::listen::{Columns, ListenFormat, ListenPrinter, Page};
use crate::selection::{Need, Query};
use crate::validation::{JudgedCapture, Validation};

/// How often counts are printed, at most.
const INTERVAL: Duration = Duration::from_millis(500);

/// Shown captures whose deliveries are shown too, if only earlier captures decide on them.
const SHOWN: usize = 10_000;

/// Prints events until their queue ends.
pub(super) struct Display {
    printer: ListenPrinter,
    filter: Query,
    /// The filter asks how a capture relates to earlier ones.
    asks_history: bool,
    /// With such a filter: the last captures that were shown.
    shown: VecDeque<u64>,
    history: History,
    throttle: Arc<RefusalThrottle>,
    outage: LogOutage,
    rate: DisplayRate,
    totals: DisplayTotals,
}

/// How the display's thread ends.
pub(super) type Displayed = Result<DisplayTotals, OutputError>;

impl Display {
    pub(super) fn new(
        options: &ListenOptions,
        filter: Query,
        console: &Console,
        throttle: Arc<RefusalThrottle>,
    ) -> Display {
        let target = options.forward.as_ref();
        Display {
            printer: ListenPrinter {
                out: console.out.share(),
                format: options.format,
                page: Page {
                    style: console.style,
                    zone: console.zone,
                    layout: Layout {
                        margin: 2,
                        full: options.full,
                        ..Layout::default()
                    },
                },
                target: target.map_or_else(String::new, |forward| forward.url.to_string()),
                has_log: options.log.is_some(),
                columns: Columns::default(),
            },
            asks_history: filter.need() == Some(Need::History),
            filter,
            shown: VecDeque::new(),
            history: History::default(),
            throttle,
            outage: LogOutage::default(),
            rate: DisplayRate::new(console.environment.stdout_is_terminal),
            totals: DisplayTotals::default(),
        }
    }

    /// Prints on a thread of its own until all senders are gone. If stdout is closed, it stops
    /// the run.
    pub(super) fn spawn(
        mut self,
        mut queue: NoticeQueue<Notice>,
        log: Option<LogInfo>,
        validation: Validation,
        stop: watch::Sender<bool>,
    ) -> Result<JoinHandle<Displayed>, RuntimeError> {
        thread::Builder::new()
            .name("display".to_owned())
            .spawn(move || {
                background::yield_to_others();
                // Captures are compared with those of earlier runs too.
                if let Some(log) = &log {
                    self.history.recall(log, &validation);
                }
                let finished = self.run(&mut queue);
                let _ = stop.send(true);
                finished
            })
            .map_err(RuntimeError)
    }

    fn run(mut self, queue: &mut NoticeQueue<Notice>) -> Displayed {
        let mut counted = Instant::now();
        loop {
            match queue.next(INTERVAL) {
                Ok(Notice::Captured { judged, status }) => self.captured(&judged, status)?,
                Ok(Notice::Refused(event)) => self.refused(&event)?,
                Ok(Notice::Forwarded(event)) => {
                    let judged = event.capture();
                    if judged.is_none_or(|judged| self.lets_forwarded(judged)) {
                        self.printer.forwarded(&event)?;
                    }
                }
                Ok(Notice::Log(event)) => self.printer.log_event(&event)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = Instant::now();
            if now.duration_since(counted) >= INTERVAL {
                counted = now;
                self.count_missed(queue)?;
                if let Some(refused) = self.outage.over(now) {
                    self.printer.log_recovered(refused)?;
                }
                self.printer.further_refusals(&self.throttle.due(now))?;
            }
        }
        self.count_missed(queue)?;
        self.printer.further_refusals(&self.throttle.rest())?;
        self.totals.duplicates = self.history.duplicates();
        self.totals.sessions = self.history.sessions();
        Ok(self.totals)
    }

    /// Whether a capture is shown.
    fn lets(&self, judged: &JudgedCapture, context: Option<&Context>) -> bool {
        let received_at = Some(judged.capture.received_at);
        self.filter
            .matches(&CaptureFacts::new(judged, received_at, context))
    }

    /// Whether what happened to a capture at the target is shown: if the capture was. How it
    /// relates to earlier ones was known only then.
    fn lets_forwarded(&self, judged: &JudgedCapture) -> bool {
        match judged.seq {
            Some(seq) if self.asks_history => self.shown.contains(&seq),
            _ => self.lets(judged, None),
        }
    }

    fn captured(&mut self, judged: &JudgedCapture, status: Option<u16>) -> Result<(), OutputError> {
        self.outage.logged();
        let now = Instant::now();
        let format = self.printer.format;
        let is_missed = format.is_for_people() && self.rate.is_reached(now);
        // What is shown unpacks the body only once.
        judged.content();
        if format.shows_findings() && !is_missed {
            // The report is needed anyway, and the rest is a part of it.
            judged.report();
        }
        let verdict = judged.classification().verdict;
        self.totals.verdicts.add(verdict, 1);
        let context = self.history.observe_received(judged);
        if format == ListenFormat::Quiet || !self.lets(judged, Some(&context)) {
            return Ok(());
        }
        if let (true, Some(seq)) = (self.asks_history, judged.seq) {
            self.shown.push_back(seq);
            if self.shown.len() > SHOWN {
                self.shown.pop_front();
            }
        }
        if is_missed {
            self.rate.miss();
            return Ok(());
        }
        self.rate.show(now);
        self.printer.capture(judged, status, &context)
    }

    /// Prints an event that is not a capture. All requests that a failing log refuses are one
    /// outage.
    fn refused(&mut self, event: &Event) -> Result<(), OutputError> {
        if let Event::Refused {
            reason: Refusal::NotRecorded(why),
            ..
        } = event
        {
            if !self.outage.refused(Instant::now()) {
                return Ok(());
            }
            self.printer.log_fails(why)?;
        }
        self.printer.refused(event)
    }

    /// Prints how many further notices were dropped.
    fn count_missed(&mut self, queue: &NoticeQueue<Notice>) -> Result<(), OutputError> {
        let missed = queue.dropped() + self.rate.missed();
        let new = missed - self.totals.not_shown;
        if new == 0 {
            return Ok(());
        }
        self.totals.not_shown = missed;
        self.printer.not_shown(new)
    }
}
