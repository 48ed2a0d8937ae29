//! What people and programs read of `listen`: the banner, captures and everything else as they
//! arrive, the totals.

mod banner;
mod capture;
mod columns;
mod forward;
mod json;
mod log;
mod page;
mod printer;
mod refused;
mod relay;
mod totals;

pub use banner::{Banner, NextStep, following, headline};
pub use capture::{in_full, one_line, payload};
pub use columns::{Columns, Headline, Reply};
pub use json::{capture, forward as forward_object};
pub use page::Page;
pub use printer::{ListenFormat, ListenPrinter};
pub use totals::{ListenTotals, redelivery};
