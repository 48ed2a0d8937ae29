//! Why the receiver cannot start to listen.

use std::io;

use crate::model::error::{Category, Explain};

/// The socket cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// Another program listens there.
    #[error(
        "cannot listen on {address}: the port is taken{}",
        holder.as_ref().map_or_else(String::new, |holder| format!(" by {holder}"))
    )]
    PortTaken {
        /// Address and port.
        address: String,
        /// The program and its process, if the system tells.
        holder: Option<String>,
        /// A higher port that is free.
        next: Option<u16>,
        /// The system's error.
        source: io::Error,
    },
    /// This user lacks the permission for this port.
    #[error("cannot listen on {address}: this user may not use the port")]
    PortForbidden {
        /// Address and port.
        address: String,
        /// The system's error.
        source: io::Error,
    },
    /// The address belongs to another machine.
    #[error("cannot listen on {address}: it is not an address of this machine")]
    HostNotLocal {
        /// Address and port.
        address: String,
        /// The system's error.
        source: io::Error,
    },
    /// The name has no address.
    #[error("cannot listen on host `{host}`: it has no address")]
    HostUnknown {
        /// The host as it was given.
        host: String,
        /// The resolver's error, where it gave one.
        source: Option<io::Error>,
    },
    /// Any other error of the system.
    #[error("cannot listen on {address}")]
    Bind {
        /// Address and port.
        address: String,
        /// The system's error.
        source: io::Error,
    },
}

impl Explain for ReceiverError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            ReceiverError::PortTaken { holder, next, .. } => {
                let stop = match holder {
                    Some(_) => "stop it",
                    None => "another program listens there, perhaps a second enx-hook; stop it",
                };
                let free = next.map_or_else(String::new, |next| format!("--port {next} is free, "));
                return Some(format!(
                    "{stop}, or choose another port: {free}--port 0 picks a free one"
                ));
            }
            ReceiverError::PortForbidden { .. } => {
                "ports below 1024 need more rights, and some systems reserve others; choose a \
                 higher one, or --port 0 for a free one"
            }
            ReceiverError::HostNotLocal { .. } => {
                "127.0.0.1 is for this machine alone, which is enough behind a tunnel; 0.0.0.0 \
                 is for every network it is in"
            }
            ReceiverError::HostUnknown { .. } => {
                "expected a name or an address of this machine without a port, such as \
                 127.0.0.1, localhost or ::1"
            }
            ReceiverError::Bind { .. } => return None,
        };
        Some(advice.to_owned())
    }
}
