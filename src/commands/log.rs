//! `log`: what a log tells. The engine in `flows/history` reads and remembers; each subcommand
//! asks it something and shows the answer.

mod diff;
mod export;
mod list;
mod live;
mod page;
mod pager;
mod prune;
mod repair;
mod sessions;
mod show;
mod stats;
mod timeline;

use super::{Console, Outcome};
use crate::files::Input;
use crate::model::error::Failure;

pub use diff::{Compared, DiffOptions};
pub use export::ExportOptions;
pub use list::ListOptions;
pub use page::word;
pub use prune::PruneOptions;
pub use repair::RepairOptions;
pub use sessions::{SessionOrder, SessionsOptions};
pub use show::ShowOptions;
pub use stats::StatsOptions;
pub use timeline::TimelineOptions;

/// What `log` was asked for.
#[derive(Debug)]
pub enum LogJob {
    /// The captures as rows.
    List(ListOptions),
    /// One capture in full.
    Show(Box<ShowOptions>),
    /// The sessions as a table.
    Sessions(SessionsOptions),
    /// One session step by step.
    Timeline(TimelineOptions),
    /// What differs.
    Diff(DiffOptions),
    /// Counts.
    Stats(StatsOptions),
    /// Captures as a new log.
    Export(ExportOptions),
    /// What is damaged.
    Repair(RepairOptions),
    /// What is removed.
    Prune(PruneOptions),
}

impl LogJob {
    /// The logs that are read.
    pub fn inputs(&self) -> &[Input] {
        let logs = match self {
            LogJob::List(options) => &options.logs,
            LogJob::Show(options) => &options.logs,
            LogJob::Sessions(options) => &options.logs,
            LogJob::Timeline(options) => &options.logs,
            LogJob::Diff(options) => &options.logs,
            LogJob::Stats(options) => &options.logs,
            LogJob::Export(options) => &options.logs,
            LogJob::Repair(options) => &options.logs,
            LogJob::Prune(options) => &options.logs,
        };
        &logs.files
    }
}

/// Does what was asked for.
pub fn run(job: &LogJob, console: &mut Console) -> Result<Outcome, Failure> {
    match job {
        LogJob::List(options) => list::run(options, console),
        LogJob::Show(options) => show::run(options, console),
        LogJob::Sessions(options) => sessions::run(options, console),
        LogJob::Timeline(options) => timeline::run(options, console),
        LogJob::Diff(options) => diff::run(options, console),
        LogJob::Stats(options) => stats::run(options, console),
        LogJob::Export(options) => export::run(options, console),
        LogJob::Repair(options) => repair::run(options, console),
        LogJob::Prune(options) => prune::run(options, console),
    }
}
