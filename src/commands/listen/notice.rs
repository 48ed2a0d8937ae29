//! What the display is told.

use std::sync::Arc;

use crate::flows::forwarding::ForwardEvent;
use crate::flows::listening::{Place, Weigh};
use crate::flows::relay::RelayEvent;
use crate::journal::JournalEvent;
use crate::receiver;
use crate::validation::JudgedCapture;

/// About how many bytes a notice without a capture holds, its target aside.
const NOTICE: usize = 512;

/// Something to show. Captures come most often: what is larger than one stands in a box.
pub(super) enum Notice {
    /// A capture was logged.
    Captured {
        /// It, and its judgement once somebody asks.
        judged: Arc<JudgedCapture>,
        /// The status of the reply; nothing if the connection is closed without one.
        status: Option<u16>,
    },
    /// Anything else at the socket.
    Refused(Box<receiver::Event>),
    /// Something happened at the target of `--forward` with this number.
    Forwarded(usize, Box<ForwardEvent>),
    /// Something happened between the log and a relay.
    Relay(Box<RelayEvent>),
    /// Something happened to the files of the log.
    Log(Box<JournalEvent>),
}

impl Notice {
    /// The number of the capture that it is about, where a log is kept.
    pub(super) fn number(&self) -> Option<(u64, Place)> {
        match self {
            Notice::Captured { judged, .. } => Some((judged.seq?, Place::Capture)),
            Notice::Forwarded(_, event) => Some((event.capture()?.seq?, Place::After)),
            Notice::Refused(_) | Notice::Relay(_) | Notice::Log(_) => None,
        }
    }
}

impl Weigh for Notice {
    fn weight(&self) -> usize {
        match self {
            Notice::Captured { judged, .. } => judged.weight(),
            Notice::Forwarded(_, event) => event.weight(),
            Notice::Refused(event) => match &**event {
                receiver::Event::Refused {
                    target, partial, ..
                } => NOTICE + target.len() + partial.len(),
                _ => NOTICE,
            },
            Notice::Relay(_) | Notice::Log(_) => NOTICE,
        }
    }
}
