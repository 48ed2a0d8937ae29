//! The JSON objects of validate.
