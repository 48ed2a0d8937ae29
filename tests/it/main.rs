//! What users and engineers rely on: the real binary in a sandbox, the data files, and the
//! shape of the source.
//!
//! One binary, one module a topic. What tests share is in [`support`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod any_bytes;
mod bad_input;
mod bulk;
mod catalog;
mod catalog_folder;
mod check;
mod display;
mod documents;
mod events;
mod expect;
#[cfg(unix)]
mod files;
mod forward;
mod generated;
mod harness;
mod help;
mod listen;
mod output_schema;
mod provider_schema;
mod replay;
mod replay_choice;
mod replay_delivery;
mod replay_resume;
mod replay_sources;
mod reply;
mod scenarios;
mod send;
mod send_changes;
mod send_pace;
mod send_printed;
mod send_targets;
mod streams;
mod structure;
mod support;
mod validate;
mod verdicts;
