//! What people and programs read of `log`.

mod deliveries;
mod differences;
mod rows;
mod sessions;
mod show;
mod statistics;
mod timeline;
mod upkeep;

pub use differences::{differences, json as differences_json, object as difference_object};
pub use rows::{LogFormat, Rows};
pub use sessions::{SessionRow, SessionTotals, table as sessions_table};
pub use show::{object as capture_object, show, show_json};
pub use statistics::{statistics, statistics_json};
pub use timeline::ShownTimeline;
pub use upkeep::{damage, damage_json, pruned, pruned_json};
