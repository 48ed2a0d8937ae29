//! How far a replay is, for a person who waits.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::flows::replaying::supply::Ahead;
use crate::model::error::OutputError;
use crate::render::progress::Progress as Bar;

/// The progress bar, and what its total is estimated from.
pub(crate) struct Gauge {
    bar: Bar,
    /// How far the inputs are read while nothing was found.
    reading: Bar,
    /// Bytes that it shows.
    read: u64,
    ahead: Arc<Ahead>,
    /// The bytes of all inputs, if that is known.
    bytes: Option<u64>,
    /// Deliveries since the bar was drawn.
    done: u64,
    is_at_end: bool,
}

impl Gauge {
    pub(crate) fn new(bar: Bar, reading: Bar, ahead: Arc<Ahead>, bytes: Option<u64>) -> Gauge {
        Gauge {
            bar,
            reading,
            read: 0,
            ahead,
            bytes,
            done: 0,
            is_at_end: false,
        }
    }

    /// Takes the bar away, so that something else can be written to the terminal.
    pub(crate) fn hide(&mut self, err: &mut dyn Write) -> Result<(), OutputError> {
        self.reading.hide(err)?;
        self.bar.hide(err)
    }

    /// Shows how far the inputs are read.
    pub(crate) fn draw_reading(&mut self, err: &mut dyn Write) -> Result<(), OutputError> {
        let read = self.ahead.bytes.load(Ordering::Relaxed);
        let more = read - std::mem::replace(&mut self.read, read);
        self.reading.advance(more, err)
    }

    /// Counts a delivery.
    pub(crate) fn advance(&mut self) {
        self.done += 1;
    }

    /// All was read: this many deliveries there are.
    pub(crate) fn set_total(&mut self, total: u64) {
        self.is_at_end = true;
        self.bar.set_total(total, true);
    }

    pub(crate) fn draw(&mut self, failures: u64, err: &mut dyn Write) -> Result<(), OutputError> {
        self.reading.hide(err)?;
        if let (false, Some(all)) = (self.is_at_end, self.bytes) {
            // The rest of the input is assumed to hold as many captures per byte.
            let read = self.ahead.bytes.load(Ordering::Relaxed);
            let read = read.clamp(1, all.max(1));
            let ordered = u128::from(self.ahead.ordered.load(Ordering::Relaxed));
            let total = ordered * u128::from(all) / u128::from(read);
            let total = u64::try_from(total).unwrap_or(u64::MAX);
            self.bar.set_total(total, false);
        }
        if failures > 0 {
            self.bar.say(&format!("{failures} failed"));
        }
        self.bar.advance(std::mem::take(&mut self.done), err)
    }
}
