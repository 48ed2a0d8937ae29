#![forbid(unsafe_code)]
//! enx-hook
pub mod capture;
pub mod environment;
pub mod error;
pub mod outcome;
pub mod report;
pub mod secret;
pub mod json;
