//! The JSON objects of `log`.

use std::collections::BTreeMap;

use serde::Serialize;

/// The last line of `log`: the captures that were listed.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogSummary {
    /// Captures that were listed.
    pub listed: u64,
    /// The same by verdict. A verdict without captures is absent.
    #[cfg_attr(test, schemars(with = "super::validate::VerdictsJson"))]
    pub verdicts: BTreeMap<&'static str, u64>,
}
