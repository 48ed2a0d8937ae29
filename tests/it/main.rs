//! What users and engineers rely on: the real binary in a sandbox, the data files, and the
//! shape of the source.
//!
//! One binary, one module a topic. What tests share is in [`support`].

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod catalog;
mod check;
mod generated;
mod harness;
mod help;
mod listen;
mod output_schema;
mod provider_schema;
mod readme;
mod send;
mod structure;
mod support;
mod verdicts;
