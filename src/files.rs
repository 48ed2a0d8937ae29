//! Files below all engines: what a command reads, how any file is split into lines, and how
//! files of ours are written.

mod expand;
mod input;
pub mod lines;
mod replace;

pub use expand::{InputError, expand};
pub use input::Input;
pub use replace::{AtomicFile, open_state, remove_state, sync_folder, write_state};
