//! `send`: what goes out, where to, and what is said of the answers.

mod answers;
mod bodies;
mod changes;
mod files;
#[cfg(target_os = "linux")]
mod interactive;
mod named_targets;
mod pace;
mod printed;
mod samples;
mod scenarios;
mod target;
