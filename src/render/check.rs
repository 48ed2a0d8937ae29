//! The output of `check`: text for people, JSON lines, annotations for GitHub, and a `JUnit`
//! report, all made from the plan, the results and the summary.

mod human;
mod json;
mod list;
mod report;
mod text;

pub use human::Human;
pub use json::{checked, list as list_json, plan, summary};
pub use list::{explain, list};
pub use report::{annotate, junit};
pub use text::score;
