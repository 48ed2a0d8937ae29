//! `log prune`: removes a session from a log.

use std::io::Write as _;
use std::path::PathBuf;

use super::page;
use crate::commands::prompt::agreed;
use crate::commands::reading::Logs;
use crate::commands::{Console, Format, Outcome};
use crate::flows::pruning::Plan;
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::log::{pruned, pruned_json};
use crate::text::number::counted;
use crate::text::show;
use crate::validation::Validation;
use crate::wire::JsonLines;
use crate::wire::log::PruneSummary;

/// What `log prune` was asked for.
#[derive(Debug)]
pub struct PruneOptions {
    /// The log.
    pub logs: Logs,
    /// The file itself.
    pub log: PathBuf,
    /// The session.
    pub session: String,
    /// Whether not to ask.
    pub yes: bool,
    /// What stdout carries.
    pub format: Format,
}

/// Why nothing was removed.
#[derive(Debug, thiserror::Error)]
enum NotAgreed {
    /// There is no terminal to ask on.
    #[error("removing {0} needs to be confirmed")]
    NoTerminal(String),
    /// The user refused.
    #[error("nothing was removed")]
    Refused,
}

impl Explain for NotAgreed {
    fn category(&self) -> Category {
        match self {
            NotAgreed::NoTerminal(_) => Category::Usage,
            NotAgreed::Refused => Category::Interrupted,
        }
    }

    fn advice(&self) -> Option<String> {
        match self {
            NotAgreed::NoTerminal(_) => Some("--yes confirms it".to_owned()),
            NotAgreed::Refused => None,
        }
    }
}

/// Removes the session, after a question.
pub(super) fn run(options: &PruneOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let validation = Validation::new(console.catalog()?);
    let plan = Plan::new(&options.log, &options.session, &validation)?;
    let (captures, files) = (plan.captures(), plan.files().len() as u64);
    let what = format!(
        "{} of session {} in {}",
        counted(captures, "capture", "captures"),
        show(&options.session),
        counted(files, "file", "files")
    );
    for file in plan.not_read() {
        let file = file.display().to_string();
        console.warn(
            &format!(
                "{} may be a part of the log, but its beginning is damaged; it was not searched",
                show(&file)
            ),
            None,
        )?;
    }
    if plan.unread > 0 {
        let lines = counted(plan.unread, "line", "lines");
        let advice = format!("`enx-hook log repair{}` says where", options.logs.words);
        let text = format!("{lines} cannot be read, and may belong to the session");
        console.warn(&text, Some(&advice))?;
    }
    if captures > 0 && !options.yes {
        if !console.environment.can_ask() {
            return Err(NotAgreed::NoTerminal(what).into());
        }
        if !agreed(&format!("Remove {what} for ever?"), "nothing was removed")? {
            return Err(NotAgreed::Refused.into());
        }
    }
    let page = page::page(console, false);
    plan.carry_out(&mut |file| {
        match options.format {
            Format::Human => pruned(file, page, &mut *console.out)?,
            Format::Json => pruned_json(file, &mut *console.out)?,
        }
        Ok(())
    })?;
    if options.format == Format::Json {
        let summary = PruneSummary {
            session: &options.session,
            captures,
            files,
            unread: plan.unread,
        };
        JsonLines::new(&mut *console.out).write("summary", &summary)?;
    } else {
        console.out.flush().map_err(OutputError::from)?;
        console.warn_of_none(plan.selector())?;
        console.say(&match captures {
            0 => format!(
                "the log has no captures of session {}",
                show(&options.session)
            ),
            _ => format!("{what} were removed; their numbers stay"),
        })?;
    }
    Ok(match captures {
        0 => Outcome::Negative,
        _ => Outcome::Done,
    })
}
