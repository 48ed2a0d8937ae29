//! The signals that end a command: Ctrl-C, and SIGTERM where there is one.

use std::io;

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
