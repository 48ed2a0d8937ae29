//! The JSON objects of check.
