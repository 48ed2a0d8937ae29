#![forbid(unsafe_code)]
//! enx-hook
pub mod capture;
pub mod catalog;
pub mod environment;
pub mod error;
pub mod json;
pub mod outcome;
pub mod report;
pub mod secret;
