//! What people and programs read of `listen`: the banner, captures and everything else as they
//! arrive, the totals.

mod banner;
mod capture;
mod columns;
mod forward;
mod json;
mod log;
mod printer;
mod refused;
mod totals;

pub use banner::{Banner, NextStep, headline};
pub use columns::Columns;
pub use printer::{ListenFormat, ListenPrinter, Page};
pub use totals::ListenTotals;
