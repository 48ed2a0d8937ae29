//! What people and programs read of `log`.

mod rows;
mod show;

pub use rows::{LogFormat, Rows};
pub use show::{show, show_json};
