//! The JSON objects of every command that judges.
