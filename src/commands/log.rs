//! `log`: what a log tells. The engine in `flows/history` reads and remembers; each subcommand
//! asks it something and shows the answer.

mod list;
mod pager;
mod reading;
mod show;

use super::{Console, Outcome};
use crate::model::error::Failure;
use crate::render::Layout;
use crate::render::listen::Page;

pub use list::ListOptions;
pub use show::ShowOptions;

/// What `log` was asked for.
#[derive(Debug)]
pub enum LogJob {
    /// The captures as rows.
    List(ListOptions),
    /// One capture in full.
    Show(Box<ShowOptions>),
}

/// Does what was asked for.
pub fn run(job: &LogJob, console: &mut Console) -> Result<Outcome, Failure> {
    match job {
        LogJob::List(options) => list::run(options, console),
        LogJob::Show(options) => show::run(options, console),
    }
}

/// How captures are laid out.
fn page(console: &Console, full: bool) -> Page {
    Page {
        style: console.style,
        zone: console.zone,
        layout: Layout {
            margin: 2,
            full,
            ..Layout::default()
        },
    }
}
