//! The signals that end a command: Ctrl-C, and SIGTERM where there is one; and SIGHUP, which
//! need not.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use crate::model::environment::Environment;

/// How often, and how far apart, a terminal is looked for after a SIGHUP.
const LOOKS: u32 = 10;
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// How far apart a terminal is looked for without a signal.
const BETWEEN_POLLS: Duration = Duration::from_secs(1);

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
    /// Nothing ends with its terminal under `nohup`.
    terminal: Option<OwnTerminal>,
}

impl Hangups {
    /// From now on the signal is caught. Must be called within a runtime.
    pub(super) fn new(environment: &Environment) -> io::Result<Hangups> {
        // Before the signal is caught, since it is not ignored any more then.
        let terminal = (!is_ignored()).then(|| OwnTerminal::new(environment));
        Ok(Hangups {
            #[cfg(unix)]
            signal: {
                use tokio::signal::unix::{SignalKind, signal};
                signal(SignalKind::hangup())?
            },
            terminal,
        })
    }

    /// The next one.
    pub(super) async fn next(&mut self) {
        #[cfg(unix)]
        self.signal.recv().await;
        #[cfg(not(unix))]
        std::future::pending::<()>().await;
    }

    /// Returns when a stream has hung up. A shell that ends may send no signal.
    pub(super) async fn hung_up(terminal: Option<OwnTerminal>) {
        let Some(terminal) = terminal.filter(|own| own.stdout || own.stderr) else {
            return std::future::pending().await;
        };
        while !terminal.has_hung_up() {
            tokio::time::sleep(BETWEEN_POLLS).await;
        }
    }

    /// The terminal at the start, unless nothing ends with it.
    pub(super) fn terminal(&self) -> Option<OwnTerminal> {
        self.terminal
    }

    /// Whether the terminal that there was is gone. The signal may come a moment before.
    pub(super) async fn terminal_is_gone(&self) -> bool {
        let Some(terminal) = self.terminal.as_ref().filter(|own| own.is_there()) else {
            return false;
        };
        for _ in 0..LOOKS {
            if terminal.is_gone() {
                return true;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        false
    }
}

/// The terminal at the start of the process.
#[derive(Clone, Copy)]
pub(super) struct OwnTerminal {
    stdout: bool,
    stderr: bool,
    /// The process could reach a terminal even where its streams are redirected.
    controls: bool,
}

impl OwnTerminal {
    fn new(environment: &Environment) -> OwnTerminal {
        OwnTerminal {
            stdout: environment.stdout_is_terminal,
            stderr: environment.stderr_is_terminal,
            controls: reaches_terminal(),
        }
    }

    fn is_there(self) -> bool {
        self.stdout || self.stderr || self.controls
    }

    /// A stream that has hung up is no terminal any more.
    fn has_hung_up(self) -> bool {
        (self.stdout && !io::stdout().is_terminal()) || (self.stderr && !io::stderr().is_terminal())
    }

    fn is_gone(self) -> bool {
        self.has_hung_up() || (self.controls && !reaches_terminal())
    }
}

/// Whether the process has a controlling terminal.
pub(super) fn reaches_terminal() -> bool {
    cfg!(unix) && std::fs::File::open("/dev/tty").is_ok()
}

/// Whether SIGHUP was ignored when the process began, as under `nohup`.
fn is_ignored() -> bool {
    if cfg!(target_os = "linux") {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        mask.is_some_and(|mask| mask & 1 == 1)
    } else {
        // `nohup` redirects both.
        !io::stdout().is_terminal() && !io::stderr().is_terminal()
    }
}
