//! What `send` prints for machines.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::commands::replay::Latency;

/// One delivery, for machines.
#[derive(Serialize)]
pub(super) struct DeliveryJson<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) step_name: Option<&'d str>,
    pub(super) event: Option<&'d str>,
    pub(super) session: Option<&'d str>,
    pub(super) url: &'d str,
    pub(super) status: Option<u16>,
    pub(super) took_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tries: Option<u32>,
    pub(super) answer: Option<String>,
    pub(super) error: Option<ErrorJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unmet: Option<Vec<UnmetJson>>,
}

#[derive(Serialize)]
pub(super) struct ErrorJson {
    pub(super) cause: &'static str,
    pub(super) message: String,
}

#[derive(Serialize)]
pub(super) struct UnmetJson {
    pub(super) expected: String,
    pub(super) came: String,
}

/// What came of it all, for machines.
#[derive(Serialize)]
pub(super) struct SummaryJson<'s> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scenario: Option<&'s str>,
    pub(super) sent: u64,
    pub(super) answered: &'s BTreeMap<u16, u64>,
    pub(super) unanswered: u64,
    pub(super) retried: u64,
    pub(super) unexpected: u64,
    pub(super) latency_ms: Option<Latency>,
    pub(super) seconds: f64,
    pub(super) interrupted: bool,
}
