//! Does a receiver do what the provider's documents ask? The engine of `check`.
//!
//! Each check has its texts in `checks.toml` and a row in its group's table, with the function
//! that runs it; `patterns` has the ways in which most of them send and judge. An engine runs
//! them within a time limit and emits one result each. Everything that depends on the provider
//! is derived from its data files, so a provider of a `--catalog` folder can be checked too.
//!
//! The engine contacts only the given host, sends at most the announced number of requests,
//! and gives a rule the level must only if a document of the provider states it.

mod authentication;
mod bodies;
mod context;
mod definition;
mod delivery;
mod effects;
mod engine;
mod files;
mod finding;
mod idempotency;
mod pacer;
mod patterns;
mod promptness;
mod registry;
mod robustness;
mod samples;
mod transport;
mod variants;

pub use bodies::Bodies;
pub use context::{CheckContext, RunOptions};
pub use definition::{Check, CheckText, Group, Level};
pub use engine::{Checked, Plan, Score, Summary, run};
pub use finding::{CheckResult, Evidence, Finding};
pub use registry::{named, select};
