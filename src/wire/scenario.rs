//! The JSON objects of scenarios.

use serde::Serialize;

/// A built-in scenario.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScenarioListed<'l> {
    /// The name, as `--scenario` takes it.
    pub name: &'l str,
    /// What it is about, in a line.
    pub title: &'l str,
}
