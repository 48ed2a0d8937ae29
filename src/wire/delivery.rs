//! The JSON objects of send and replay.
