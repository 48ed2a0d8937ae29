//! The JSON objects of scenarios.

use serde::Serialize;

/// A built-in scenario, with `--list`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ScenarioListed<'l> {
    /// Its name, for `--scenario`.
    pub name: &'l str,
    /// What it is about.
    pub title: &'l str,
}
