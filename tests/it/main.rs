//! What users and engineers rely on: the real binary in a sandbox, the data files, and the
//! shape of the source.
//!
//! One binary, one folder a command; what holds for all commands is in [`every_command`]. What
//! tests share is in [`support`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod allow;
mod catalog;
mod check;
mod documents;
mod drift;
mod events;
mod every_command;
mod export;
mod generated;
mod harness;
mod init;
mod inspect;
mod learn;
mod listen;
mod log;
#[cfg(unix)]
mod relay;
mod replay;
mod send;
mod structure;
mod support;
mod validate;
