//! Files below all engines: what a command reads, how any file is split into lines, and files
//! that are replaced atomically.

mod expand;
mod input;
pub mod lines;
pub mod replace;

pub use expand::{InputError, expand};
pub use input::Input;
pub use replace::Replacing;
