//! The JSON objects of listen.
