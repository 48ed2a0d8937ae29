//! Files below all engines: what a command reads, how any file is split into lines, and how
//! files of ours are written.

mod allowed;
mod expand;
mod git;
mod input;
pub mod lines;
mod replace;
mod roles;
mod whole;

pub use allowed::{Allowed, AllowedFiles, digest_of};
pub use expand::{InputError, expand};
pub use git::is_seen_by_git;
pub use input::Input;
pub use replace::{
    AtomicFile, create_state_folder, is_readable_by_others, make_private, open_state, remove_state,
    sync_folder, write_state,
};
pub use roles::{FileRole, check_roles, file_id, stream_files};
pub use whole::{read_found, read_whole};
