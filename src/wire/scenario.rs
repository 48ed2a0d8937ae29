//! The JSON objects of scenarios.
