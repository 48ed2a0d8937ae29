//! The commands: each builds its engines from plain options, renders what they emit, and
//! returns an outcome.
//!
//! A negative verdict is an [`Outcome`], not an error. Errors go up as
//! [`Failure`](crate::model::error::Failure)s and are printed in one place, the crate's root.

pub mod allow;
pub mod check;
pub mod completions;
mod console;
pub mod drift;
pub mod events;
pub mod export;
pub mod init;
pub mod inspect;
pub mod inspector;
pub mod learn;
pub mod listen;
pub mod log;
pub mod prompt;
mod reading;
pub mod relay;
pub mod replay;
mod runtime;
pub mod send;
mod signals;
pub mod sources;
pub mod validate;

pub use crate::delivery::{Origin, Target};
pub use crate::files::Input;
pub use crate::model::outcome::Outcome;
pub use crate::render::{AnnotatedFormat, Format};
pub use console::{Console, Verbosity};
pub use reading::Logs;
pub use runtime::RuntimeError;
use runtime::{small_runtime, wait_for};
