//! Files below all engines: what a command reads, how any file is split into lines, and how
//! files of ours are written.

mod allowed;
mod expand;
mod input;
pub mod lines;
mod replace;

pub use allowed::{Allowed, AllowedFiles, digest_of};
pub use expand::{InputError, expand};
pub use input::Input;
pub use replace::{
    AtomicFile, create_state_folder, open_state, remove_state, sync_folder, write_state,
};
