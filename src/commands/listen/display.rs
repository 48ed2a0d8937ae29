//! The display: takes notices from their queue, on a thread of its own, and prints them.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::Arc;
use std::sync::mpsc::RecvTimeoutError;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::notice::Notice;
use super::options::ListenOptions;
use crate::commands::{Console, RuntimeError};
use crate::flows::history::{CaptureFacts, Context, History};
use crate::flows::listening::{
    DisplayRate, DisplayTotals, InOrder, LogOutage, NoticeQueue, RefusalThrottle,
};
use crate::journal::LogInfo;
use crate::model::background;
use crate::model::error::OutputError;
use crate::receiver::{Event, Refusal};
use crate::render::Layout;
use crate::render::listen::{Columns, ListenFormat, ListenPrinter, Page, Reply};
use crate::selection::{Need, Selector};
use crate::validation::{JudgedCapture, Mask, Validation};

/// How often counts are printed, at most.
const INTERVAL: Duration = Duration::from_millis(500);

/// Shown captures whose deliveries are shown too, if only earlier captures decide on them.
const SHOWN: usize = 10_000;

/// How often the queue is looked at while notices wait for those before them.
const HELD_BACK: Duration = Duration::from_millis(20);

/// Prints events until their queue ends. If stdout fails, it goes on without it: what was not
/// written is counted.
pub(super) struct Display {
    printer: ListenPrinter,
    filter: Selector,
    mask: Mask,
    /// The filter asks how a capture relates to earlier ones.
    asks_history: bool,
    /// With such a filter: the last captures that were shown.
    shown: VecDeque<u64>,
    history: History,
    throttle: Arc<RefusalThrottle>,
    outage: LogOutage,
    rate: DisplayRate,
    totals: DisplayTotals,
    order: InOrder<Notice>,
    failure: Option<Failure>,
    /// Notices that stdout did not take.
    unwritten: u64,
    /// Gets the first failure of stdout.
    tell: Option<oneshot::Sender<OutputError>>,
}

/// A failure of stdout.
struct Failure {
    is_closed: bool,
    /// When it is tried again.
    again: Instant,
}

/// What the display's thread leaves.
pub(super) struct Displayed {
    pub(super) totals: DisplayTotals,
    /// What selected the captures that were shown.
    pub(super) filter: Box<Selector>,
    /// Nothing more can be written to stdout.
    pub(super) is_broken: bool,
}

impl Display {
    pub(super) fn new(
        options: &ListenOptions,
        filter: Selector,
        console: &Console,
        throttle: Arc<RefusalThrottle>,
        tell: oneshot::Sender<OutputError>,
    ) -> Display {
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
                targets: options
                    .forward
                    .iter()
                    .map(|one| one.to.to_string())
                    .collect(),
                log: options.log.clone(),
                path: options
                    .receiver
                    .path
                    .clone()
                    .unwrap_or_else(|| "/".to_owned()),
                columns: Columns::default(),
                unanswered: match &options.follow {
                    Some(_) => Reply::NotKnown,
                    None => Reply::Closed,
                },
                relay: options
                    .relay_url()
                    .map_or_else(String::new, ToString::to_string),
            },
            mask: options.mask.clone(),
            asks_history: filter.query().need() == Some(Need::History),
            filter,
            shown: VecDeque::new(),
            history: History::default(),
            throttle,
            outage: LogOutage::default(),
            rate: DisplayRate::new(console.environment.stdout_is_terminal),
            totals: DisplayTotals::default(),
            order: InOrder::from(0),
            failure: None,
            unwritten: 0,
            tell: Some(tell),
        }
    }

    /// Prints on a thread of its own until all senders are gone.
    pub(super) fn spawn(
        mut self,
        mut queue: NoticeQueue<Notice>,
        log: Option<LogInfo>,
        validation: Validation,
    ) -> Result<JoinHandle<Displayed>, RuntimeError> {
        thread::Builder::new()
            .name("display".to_owned())
            .spawn(move || {
                background::yield_to_others();
                // Captures are compared with those of earlier runs too.
                if let Some(log) = &log {
                    self.history.recall(log, &validation);
                    self.order = InOrder::from(log.last_seq + 1);
                }
                self.run(&mut queue)
            })
            .map_err(RuntimeError)
    }

    fn run(mut self, queue: &mut NoticeQueue<Notice>) -> Displayed {
        let mut counted = Instant::now();
        loop {
            let is_held_back = self.order.is_waiting();
            match queue.next(if is_held_back { HELD_BACK } else { INTERVAL }) {
                Ok(notice) => match notice.number() {
                    Some((number, place)) if !self.order.is_turn(number, place) => {
                        self.order.push(number, place, notice);
                    }
                    _ => self.show(&notice),
                },
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = Instant::now();
            while let Some(notice) = self.order.pop(now) {
                self.show(&notice);
            }
            if now.duration_since(counted) >= INTERVAL {
                counted = now;
                self.print(|display| display.count_missed(queue));
                if let Some(refused) = self.outage.over(now) {
                    self.print(|display| display.printer.log_recovered(refused));
                }
                let due = self.throttle.due(now);
                self.print(|display| display.printer.further_refusals(&due));
            }
        }
        while let Some(notice) = self.order.take() {
            self.show(&notice);
        }
        self.print(|display| display.count_missed(queue));
        let rest = self.throttle.rest();
        self.print(|display| display.printer.further_refusals(&rest));
        self.totals.not_shown = queue.dropped() + self.rate.missed() + self.unwritten;
        self.totals.duplicates = self.history.duplicates();
        self.totals.sessions = self.history.sessions();
        Displayed {
            totals: self.totals,
            filter: Box::new(self.filter),
            is_broken: self.failure.is_some(),
        }
    }

    fn show(&mut self, notice: &Notice) {
        let is_written = self.print(|display| match notice {
            Notice::Captured { judged, status } => display.captured(judged, *status),
            Notice::Refused(event) => display.refused(event),
            Notice::Forwarded(target, event) => match event.capture() {
                Some(judged) if !display.lets_forwarded(judged) => Ok(()),
                _ => display.printer.forwarded(*target, event),
            },
            Notice::Relay(event) => display.printer.relay(event),
            Notice::Log(event) => display.printer.log_event(event),
        });
        self.unwritten += u64::from(!is_written);
    }

    /// Prints something, unless stdout has failed; false if it was not written. A disk that is
    /// full may have room again, but a reader that went away does not come back. Captures are
    /// counted all the same.
    fn print(&mut self, print: impl FnOnce(&mut Display) -> Result<(), OutputError>) -> bool {
        let format = self.printer.format;
        if let Some(failure) = &self.failure {
            // The last line may have been written in part.
            let is_back = !failure.is_closed
                && Instant::now() >= failure.again
                && writeln!(self.printer.out)
                    .and_then(|()| self.printer.out.flush())
                    .is_ok();
            if is_back {
                self.failure = None;
            } else {
                self.printer.format = ListenFormat::Quiet;
            }
        }
        let is_failing = self.failure.is_some();
        let printed = print(self);
        self.printer.format = format;
        if let Err(error) = printed {
            self.failure = Some(Failure {
                is_closed: matches!(error, OutputError::ClosedPipe),
                again: Instant::now() + INTERVAL,
            });
            if let Some(tell) = self.tell.take() {
                let _ = tell.send(error);
            }
            return false;
        }
        !is_failing || format == ListenFormat::Quiet
    }

    /// Whether a capture is shown.
    fn lets(&self, judged: &JudgedCapture, context: &Context) -> bool {
        let received_at = Some(judged.capture.received_at);
        let facts = CaptureFacts::new(judged, received_at, Some(context));
        self.filter.matches(&facts)
    }

    /// Whether what happened to a capture at the target is shown: if the capture was. How it
    /// relates to earlier ones was known only then.
    fn lets_forwarded(&self, judged: &JudgedCapture) -> bool {
        match judged.seq {
            Some(seq) if self.asks_history => self.shown.contains(&seq),
            _ => {
                let received_at = Some(judged.capture.received_at);
                let facts = CaptureFacts::new(judged, received_at, None);
                self.filter.query().matches(&facts)
            }
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
        if format == ListenFormat::Quiet {
            self.history.count_received(judged);
            return Ok(());
        }
        let context = self.history.observe_received(judged);
        if !self.lets(judged, &context) {
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
        if self.mask.is_off() {
            return self.printer.capture(judged, status, &context);
        }
        let masked = judged.masked(&self.mask);
        self.printer.capture(&masked, status, &context)
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
        if self.failure.is_some() {
            return Ok(());
        }
        let missed = queue.dropped() + self.rate.missed() + self.unwritten;
        let new = missed - self.totals.not_shown;
        if new == 0 {
            return Ok(());
        }
        self.totals.not_shown = missed;
        self.printer.not_shown(new)
    }
}
