//! The JSON objects of events.
