//! Files below all engines: what a command reads, and how files of ours are written.

mod input;
mod replace;

pub use input::Input;
pub use replace::{AtomicFile, open_state, remove_state, sync_folder, write_state};
