//! What is inspected.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

use tokio::sync::watch;

use crate::files::Input;
use crate::journal::Inputs;
use crate::selection::Bounds;

/// The longest line or document that is read, in bytes.
const MAX_DOCUMENT: usize = 32 * 1024 * 1024;

/// What is inspected.
pub(in crate::commands) enum Captures {
    /// The log of this run: what it has, up to this number, and then what is safe.
    Live {
        log: PathBuf,
        last: u64,
        safe: watch::Receiver<u64>,
    },
    /// Any inputs. A single log is followed, since something else may write it.
    Inputs { inputs: Vec<Input>, is_log: bool },
}

/// How far the first reading is.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) read: Arc<AtomicU64>,
    pub(super) of: Option<u64>,
    pub(super) is_ready: AtomicBool,
    /// Where the index ended when it was ready: what stands behind came since.
    pub(super) end: OnceLock<usize>,
}

impl Captures {
    pub(super) fn inputs(&self) -> Vec<Input> {
        match self {
            Captures::Live { log, .. } => vec![Input::File(log.clone())],
            Captures::Inputs { inputs, .. } => inputs.clone(),
        }
    }

    pub(super) fn is_log(&self) -> bool {
        match self {
            Captures::Live { .. } => true,
            Captures::Inputs { is_log, .. } => *is_log,
        }
    }

    /// The inputs, open up to what is there now.
    pub(super) fn open(&self) -> Inputs {
        let inputs = opened(self.inputs());
        match self {
            Captures::Live { last, .. } => inputs.within(Bounds {
                last: *last,
                ..Bounds::default()
            }),
            Captures::Inputs { .. } => inputs,
        }
    }

    /// How far the first reading is: not begun.
    pub(super) fn progress(&self) -> Progress {
        Progress {
            of: self.open().size().1,
            ..Progress::default()
        }
    }
}

/// These inputs, open up to what is there now.
pub(super) fn opened(inputs: Vec<Input>) -> Inputs {
    let inputs = inputs.into_iter().map(Ok).collect();
    Inputs::new(inputs, Box::new(io::empty()), MAX_DOCUMENT)
}
