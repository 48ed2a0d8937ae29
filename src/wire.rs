//! The serialisable types behind `--format json`, and the writer of JSON lines.

pub mod json_lines;

pub use json_lines::JsonLines;
