//! An answer that is drawn anew while its log grows.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::commands::{Console, Outcome};
use crate::model::error::{Failure, OutputError};

/// How often it is drawn, at most.
const INTERVAL: Duration = Duration::from_millis(300);

/// Clears the screen and begins at its top.
const CLEAR: &str = "\x1b[H\x1b[2J";

/// What is drawn, and whether it changed since.
pub(super) struct Live<T> {
    state: Mutex<(T, bool)>,
    ended: Mutex<bool>,
    changed: Condvar,
}

impl<T: Send> Live<T> {
    pub(super) fn new(state: T) -> Live<T> {
        Live {
            state: Mutex::new((state, true)),
            ended: Mutex::new(false),
            changed: Condvar::new(),
        }
    }

    /// Changes what is drawn.
    pub(super) fn change<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = true;
        change(&mut state.0)
    }

    /// Reads, and meanwhile draws on the terminal whatever changes. Where no person reads, nothing
    /// is drawn before the end.
    pub(super) fn run(
        &self,
        is_live: bool,
        console: &mut Console,
        draw: &(dyn Fn(&T, &mut dyn Write) -> Result<(), OutputError> + Sync),
        read: impl FnOnce(&mut Console) -> Result<Outcome, Failure>,
    ) -> Result<Outcome, Failure> {
        if !is_live || !console.environment.stdout_is_terminal {
            return read(console);
        }
        let mut out = console.out.share();
        thread::scope(|scope| {
            scope.spawn(move || {
                while !self.wait() {
                    // A terminal that is gone is told by the last drawing.
                    let _ = self.draw(draw, &mut *out);
                }
            });
            let outcome = read(console);
            *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
            self.changed.notify_all();
            outcome
        })
    }

    /// Waits for the next drawing; true if there is none.
    fn wait(&self) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(ended, INTERVAL, |ended| !*ended);
        let (ended, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *ended
    }

    fn draw(
        &self,
        draw: &(dyn Fn(&T, &mut dyn Write) -> Result<(), OutputError> + Sync),
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let mut text = CLEAR.as_bytes().to_vec();
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if !std::mem::take(&mut state.1) {
                return Ok(());
            }
            draw(&state.0, &mut text)?;
        }
        out.write_all(&text)?;
        Ok(out.flush()?)
    }

    /// What was gathered.
    pub(super) fn into_state(self) -> T {
        self.state
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// Clears what was drawn, before the last drawing.
pub(super) fn clear(is_live: bool, console: &mut Console) -> io::Result<()> {
    if is_live && console.environment.stdout_is_terminal {
        console.out.write_all(CLEAR.as_bytes())?;
    }
    Ok(())
}
