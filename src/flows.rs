//! Engines that need several engines. They emit typed events; they never see a console, a
//! colour or a formatted duration.

pub mod conformance;
pub mod expectation;
pub mod forwarding;
pub mod history;
pub mod inspector;
pub mod judging;
pub mod listening;
pub mod pruning;
pub mod relay;
pub mod replaying;
pub mod sending;
