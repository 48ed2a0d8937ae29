//! The signals that end a command: Ctrl-C, and SIGTERM where there is one; and SIGHUP, which
//! need not.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use crate::model::environment::Environment;

/// How often, and how far apart, a terminal is looked for after a SIGHUP.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Catches the signals from its creation on, so that none is lost between two waits.
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Signals {
    /// From now on the signals are caught. Must be called within a runtime.
    pub(super) fn new() -> io::Result<Signals> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Signals {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
            })
        }
        #[cfg(windows)]
        Ok(Signals {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    /// The next signal.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
    }
}

/// As long as it is there, Ctrl-C does not end the process; no other signal is caught.
pub(super) struct Interrupts {
    #[cfg(unix)]
    _interrupt: tokio::signal::unix::Signal,
    #[cfg(windows)]
    _interrupt: tokio::signal::windows::CtrlC,
    _runtime: tokio::runtime::Runtime,
}

impl Interrupts {
    pub(super) fn new() -> io::Result<Interrupts> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let within = runtime.enter();
        #[cfg(unix)]
        let interrupt = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
        #[cfg(windows)]
        let interrupt = tokio::signal::windows::ctrl_c()?;
        drop(within);
        Ok(Interrupts {
            _interrupt: interrupt,
            _runtime: runtime,
        })
    }
}

/// Catches SIGHUP from its creation on; elsewhere there is none. Two things send it: somebody
/// who wants files opened anew, and a terminal that goes away.
pub(super) struct Hangups {
    #[cfg(unix)]
    signal: tokio::signal::unix::Signal,
    stdout_was_terminal: bool,
    stderr_was_terminal: bool,
}

impl Hangups {
    /// From now on the signal is caught. Must be called within a runtime.
    pub(super) fn new(environment: &Environment) -> io::Result<Hangups> {
        Ok(Hangups {
            #[cfg(unix)]
            signal: {
                use tokio::signal::unix::{SignalKind, signal};
                signal(SignalKind::hangup())?
            },
            stdout_was_terminal: environment.stdout_is_terminal,
            stderr_was_terminal: environment.stderr_is_terminal,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        self.signal.recv().await;
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    }

    /// Whether a terminal that there was is gone: a stream that has hung up is none any more.
    /// The signal may come a moment before.
    pub(super) async fn terminal_is_gone(&self) -> bool {
        for _ in 0..LOOKS {
            if (self.stdout_was_terminal && !io::stdout().is_terminal())
                || (self.stderr_was_terminal && !io::stderr().is_terminal())
            {
                return true;
            }
            if !self.stdout_was_terminal && !self.stderr_was_terminal {
                break;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        false
    }
}
