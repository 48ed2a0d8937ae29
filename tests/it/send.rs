//! `send`: what goes out, where to, and what is said of the answers.

mod answers;
mod bodies;
#[cfg(target_os = "linux")]
mod interactive;
mod samples;
mod target;
