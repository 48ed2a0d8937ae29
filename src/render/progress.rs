//! A progress bar on stderr, for work on a terminal that takes longer than a second.
//!
//! `indicatif` draws and computes. It draws into memory instead of the terminal of the process,
//! and the result goes to the writer of the caller, so that one writer has all of stderr and a
//! test can read it. Call [`Progress::hide`] before writing other lines; the next step draws the
//! bar again.

use std::fmt;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle, TermLike};

use crate::model::error::OutputError;
use crate::render::style::{Role, TermStyle, ready_terminal};
use crate::text::number::{bytes, grouped};
use crate::text::show;
use crate::text::time::duration;

/// Shorter work gets no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// Maximum number of drawings per second.
const PACE: u8 = 10;

/// Width of the bar if there is room.
const BAR: usize = 28;

/// Width of the text next to the bar: numbers, pace, time left, and a word.
const NUMBERS: usize = 52;

/// Minimum width; if the numbers do not fit, there is no bar.
const LEAST: usize = 32;

/// Clears the line (ECMA-48, EL).
const CLEAR_LINE: &str = "\r\u{1b}[2K";

/// The unit of amounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As a size: `12 MB`.
    Bytes,
    /// As a number: `1,204`.
    Things,
}

impl Unit {
    fn write(self, amount: u64) -> String {
        match self {
            Unit::Bytes => bytes(amount),
            Unit::Things => grouped(amount),
        }
    }
}

/// The progress of work, for the user of a terminal.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    /// The total is an estimate.
    is_about: Arc<AtomicBool>,
    unit: Unit,
    /// The width that the bar is laid out for.
    laid_out: usize,
    ink: Ink,
    began: Instant,
    patience: Duration,
    /// The work has taken long enough to show the bar.
    awake: bool,
    /// The current line of the screen shows the bar.
    on_screen: bool,
}

impl Progress {
    /// A bar with this total, or without a known total. If stderr is not a terminal (its width is
    /// `None`), nothing is drawn.
    pub fn new(style: TermStyle, unit: Unit, total: Option<u64>) -> Progress {
        let is_about = Arc::new(AtomicBool::new(false));
        let fits = style.width.is_some_and(|columns| columns >= LEAST);
        let bar = (fits && style.can_redraw())
            .then(|| ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden()));
        let mut progress = Progress {
            bar,
            is_about,
            unit,
            laid_out: 0,
            ink: Ink {
                style,
                columns: Arc::new(AtomicUsize::new(style.width.unwrap_or(0))),
                drawn: Arc::default(),
            },
            began: Instant::now(),
            patience: PATIENCE,
            awake: false,
            on_screen: false,
        };
        progress.lay_out();
        progress
    }

    /// Lays the bar out for the width at the last drawing, if that is another one.
    fn lay_out(&mut self) {
        let columns = self.ink.columns.load(Ordering::Relaxed);
        if let Some(bar) = self.bar.as_ref().filter(|_| columns != self.laid_out) {
            self.laid_out = columns;
            let has_total = bar.length().is_some();
            let style = bar_style(
                self.ink.style,
                columns,
                self.unit,
                has_total,
                &self.is_about,
            );
            bar.set_style(style);
        }
    }

    /// A bar that is never drawn.
    pub fn hidden() -> Progress {
        Progress::new(TermStyle::default(), Unit::Things, None)
    }

    /// Adds to the completed work, and draws if a drawing is due.
    pub fn advance(&mut self, by: u64, err: &mut dyn Write) -> Result<(), OutputError> {
        self.lay_out();
        let Some(bar) = &self.bar else {
            return Ok(());
        };
        if !self.awake && self.began.elapsed() >= self.patience {
            self.awake = true;
            let ink = Box::new(self.ink.clone());
            bar.set_draw_target(ProgressDrawTarget::term_like_with_hz(ink, PACE));
        }
        bar.inc(by);
        self.pour(err)
    }

    /// Draws the elapsed time without progress, if a drawing is due.
    pub fn tick(&mut self, err: &mut dyn Write) -> Result<(), OutputError> {
        self.advance(0, err)?;
        if let Some(bar) = &self.bar {
            bar.tick();
        }
        self.pour(err)
    }

    /// Sets the total. An estimate is marked with `~`.
    pub fn set_total(&mut self, total: u64, is_exact: bool) {
        if let Some(bar) = &self.bar {
            self.is_about.store(!is_exact, Ordering::Relaxed);
            bar.set_length(total);
        }
    }

    /// The text at the end of the line, such as `2 failed`; escaped here.
    pub fn say(&mut self, text: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(show(text).into_owned());
        }
    }

    /// Removes the bar from the screen, so that other text can be written there.
    pub fn hide(&mut self, err: &mut dyn Write) -> Result<(), OutputError> {
        if std::mem::take(&mut self.on_screen) {
            err.write_all(CLEAR_LINE.as_bytes())?;
            err.flush()?;
        }
        Ok(())
    }

    /// The elapsed time.
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// Writes the drawing.
    fn pour(&mut self, err: &mut dyn Write) -> Result<(), OutputError> {
        if !self.awake {
            return Ok(());
        }
        let drawn = std::mem::take(&mut *self.ink.drawn());
        if drawn.is_empty() {
            return Ok(());
        }
        ready_terminal();
        self.on_screen = true;
        err.write_all(drawn.as_bytes())?;
        Ok(err.flush()?)
    }
}

/// `[=====>    ]  742/1,210   410/s   1 s left   2 failed`; without a total a count and the time.
fn bar_style(
    style: TermStyle,
    columns: usize,
    unit: Unit,
    has_total: bool,
    is_about: &Arc<AtomicBool>,
) -> ProgressStyle {
    let room = columns.saturating_sub(NUMBERS).min(BAR);
    let bar = match room {
        // Too narrow for the numbers.
        0..8 => String::new(),
        _ => format!("[{{bar:{room}}}]  "),
    };
    // `wide_msg` is cut at the end of the line.
    let template = match (has_total, columns < NUMBERS) {
        (true, false) => format!("  {bar}{{done}}   {{pace}}   {{left}}   {{wide_msg}}"),
        (true, true) => "  {done}   {wide_msg}".to_owned(),
        (false, false) => "  {done}   {pace}   {time}   {wide_msg}".to_owned(),
        (false, true) => "  {done}   {time}   {wide_msg}".to_owned(),
    };
    let palette = style.palette;
    let is_about = Arc::clone(is_about);
    let dim = move |out: &mut dyn fmt::Write, text: String| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{}", palette.paint(Role::Dim, text));
    };
    // The templates above are valid: a test draws each of them.
    ProgressStyle::with_template(&template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
        .with_key(
            "done",
            move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let done = unit.write(state.pos());
                let about = if is_about.load(Ordering::Relaxed) {
                    "~"
                } else {
                    ""
                };
                let _ = match state.len() {
                    Some(total) => write!(out, "{done}/{about}{}", unit.write(total)),
                    None => out.write_str(&done),
                };
            },
        )
        .with_key(
            "pace",
            move |state: &ProgressState, out: &mut dyn fmt::Write| {
                let _ = write!(out, "{}/s", unit.write(floor(state.per_sec())));
            },
        )
        .with_key(
            "left",
            move |state: &ProgressState, out: &mut dyn fmt::Write| {
                dim(out, format!("{} left", whole_seconds(state.eta())));
            },
        )
        .with_key(
            "time",
            move |state: &ProgressState, out: &mut dyn fmt::Write| {
                dim(out, whole_seconds(state.elapsed()));
            },
        )
}

/// A time in whole seconds; smaller units would flicker.
fn whole_seconds(time: Duration) -> String {
    duration(Duration::from_secs(time.as_secs().max(1)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float is cast to the nearest integer there is"
)]
fn floor(number: f64) -> u64 {
    number as u64
}

/// The drawing, until it is written.
#[derive(Clone, Debug)]
struct Ink {
    style: TermStyle,
    /// The width at the last drawing.
    columns: Arc<AtomicUsize>,
    drawn: Arc<Mutex<String>>,
}

impl Ink {
    fn drawn(&self) -> MutexGuard<'_, String> {
        // The text is valid even if a thread panicked with the lock.
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn step(&self, lines: usize, direction: char) -> io::Result<()> {
        match lines {
            0 => Ok(()),
            _ => self.write_str(&format!("\u{1b}[{lines}{direction}")),
        }
    }
}

impl TermLike for Ink {
    fn width(&self) -> u16 {
        let columns = self.style.now().width.unwrap_or(0);
        self.columns.store(columns, Ordering::Relaxed);
        u16::try_from(columns).unwrap_or(u16::MAX)
    }

    fn move_cursor_up(&self, n: usize) -> io::Result<()> {
        self.step(n, 'A')
    }

    fn move_cursor_down(&self, n: usize) -> io::Result<()> {
        self.step(n, 'B')
    }

    fn move_cursor_right(&self, n: usize) -> io::Result<()> {
        self.step(n, 'C')
    }

    fn move_cursor_left(&self, n: usize) -> io::Result<()> {
        self.step(n, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.drawn().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str(CLEAR_LINE)
    }

    fn flush(&self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn impatient(width: usize, unit: Unit, total: Option<u64>) -> Progress {
        let mut progress = Progress::new(TermStyle::new(false, Some(width)), unit, total);
        progress.patience = Duration::ZERO;
        progress
    }

    /// What is drawn at the first step, without what changes from run to run.
    fn drawn(width: usize, unit: Unit, total: Option<u64>) -> String {
        let mut progress = impatient(width, unit, total);
        progress.say("7\u{1b}");
        let mut err = Vec::new();
        progress.advance(742_000, &mut err).unwrap();
        let line = String::from_utf8(err).unwrap();
        assert_eq!(line.chars().count(), width, "{line:?}");
        let changing =
            regex::Regex::new(r"[0-9][0-9,.]*( [a-zA-Z]+)?/s|[0-9]+ s left|1 s").unwrap();
        let line = changing.replace_all(&line, "*").into_owned();
        line.trim_end().to_owned()
    }

    #[test]
    fn every_layout_fits_its_width() {
        let total = Some(1_210_000);
        let all = [
            drawn(100, Unit::Things, total),
            drawn(60, Unit::Bytes, total),
            drawn(40, Unit::Things, total),
            drawn(80, Unit::Things, None),
            drawn(32, Unit::Bytes, None),
        ];
        assert_eq!(
            all,
            [
                r"  [=================>          ]  742,000/1,210,000   *   *   7\u{1b}",
                r"  [====>   ]  742 kB/1.2 MB   *   *   7\u{1b}",
                r"  742,000/1,210,000   7\u{1b}",
                r"  742,000   *   *   7\u{1b}",
                r"  742 kB   *   7\u{1b}",
            ]
        );
    }

    #[test]
    fn a_total_that_is_only_about_right_says_so() {
        let mut progress = impatient(80, Unit::Things, Some(10));
        let mut drawn = |total, is_exact| {
            progress.set_total(total, is_exact);
            let mut err = Vec::new();
            // A drawing may be left out for coming too soon after the one before.
            while err.is_empty() {
                progress.tick(&mut err).unwrap();
            }
            String::from_utf8(err).unwrap()
        };
        assert!(drawn(1_200, false).contains("0/~1,200 "));
        assert!(drawn(1_204, true).contains("0/1,204 "));
    }

    #[test]
    fn what_is_quick_or_has_no_terminal_is_never_drawn() {
        let mut err = Vec::new();
        let mut quick = Progress::new(TermStyle::new(false, Some(80)), Unit::Things, Some(2));
        quick.advance(1, &mut err).unwrap();
        quick.hide(&mut err).unwrap();
        for mut none in [
            Progress::hidden(),
            impatient(LEAST - 1, Unit::Things, None),
            // TERM=dumb
            Progress::new(
                TermStyle::measured(false, Some(|| Some(80)), true),
                Unit::Things,
                None,
            ),
        ] {
            none.patience = Duration::ZERO;
            none.advance(1, &mut err).unwrap();
            none.tick(&mut err).unwrap();
            none.hide(&mut err).unwrap();
        }
        assert_eq!(err, b"");
    }

    #[test]
    fn the_bar_follows_the_width_of_the_terminal() {
        static WIDTH: AtomicUsize = AtomicUsize::new(100);
        let measure = || Some(WIDTH.load(Ordering::Relaxed));
        let style = TermStyle::measured(false, Some(measure), false);
        let mut progress = Progress::new(style, Unit::Things, Some(10));
        progress.patience = Duration::ZERO;
        let mut drawn = || {
            let mut err = Vec::new();
            while err.is_empty() {
                progress.tick(&mut err).unwrap();
            }
            let drawn = String::from_utf8(err).unwrap();
            drawn.rsplit('\r').next().unwrap().chars().count()
        };
        assert!(drawn() >= 100);
        WIDTH.store(50, Ordering::Relaxed);
        drawn();
        assert!(drawn() <= 50 + CLEAR_LINE.len());
    }

    #[test]
    fn a_line_of_others_finds_the_place_empty() {
        let mut progress = impatient(80, Unit::Things, Some(10));
        let mut err = Vec::new();
        progress.advance(1, &mut err).unwrap();
        err.clear();
        progress.hide(&mut err).unwrap();
        progress.hide(&mut err).unwrap();
        assert_eq!(err, CLEAR_LINE.as_bytes());
    }
}
