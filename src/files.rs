//! Files below all engines: what a command reads, and files that are replaced atomically.

mod input;
pub mod replace;

pub use input::Input;
pub use replace::Replacing;
