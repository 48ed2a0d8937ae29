//! `log`: the captures as rows.

use std::collections::VecDeque;
use std::io::Write;
use std::ops::ControlFlow;

use super::page;
use super::pager::Pager;
use crate::commands::reading::{Logs, Reading, Selected, bounds};
use crate::commands::{Console, Outcome};
use crate::flows::history::CaptureName;
use crate::model::error::{Failure, OutputError};
use crate::render::listen::{Headline, Reply};
use crate::render::log::{LogFormat, Rows};
use crate::selection::{Query, Selector};
use crate::text::number::counted;
use crate::validation::{Mask, Validation, VerdictCounts};
use crate::wire::JsonLines;
use crate::wire::log::LogSummary;

/// Captures before the first that is shown, to which the others are compared.
const BEFORE: u64 = 1000;

/// What `log` was asked for.
#[derive(Debug)]
pub struct ListOptions {
    /// The logs.
    pub logs: Logs,
    /// Which captures.
    pub query: Query,
    /// Only the last of them.
    pub last: Option<usize>,
    /// At most this many.
    pub limit: Option<u64>,
    /// Whether to go on with what is still being logged.
    pub follow: bool,
    /// Whether long values are shown whole.
    pub full: bool,
    /// What is masked.
    pub mask: Mask,
    /// What stdout carries.
    pub format: LogFormat,
}

/// Lists the selected captures.
pub(super) fn run(options: &ListOptions, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let selector = console.selector(&options.query, &catalog)?;
    let is_paged = options.format != LogFormat::Json && !options.follow;
    let mut listing = Listing {
        options,
        rows: Rows::new(options.format, page::page(console, options.full)),
        out: Pager::begin(is_paged, console),
        usual_path: None,
        verdicts: VerdictCounts::default(),
        last: VecDeque::new(),
        left: options.limit.unwrap_or(u64::MAX),
    };
    let validation = Validation::new(catalog);
    let files = &options.logs.files;
    let mut bounds = bounds(files, selector.query(), options.last, &validation);
    bounds.first = bounds.first.saturating_sub(BEFORE);
    let reading = Reading {
        files,
        validation: &validation,
        follow: options.follow,
        within: Some((&selector, bounds)),
    };
    let outcome = reading.select(&selector, console, &mut |console, name, selected| {
        if listing.left > 0 {
            if options.last.is_none() {
                console.end_bar()?;
            }
            listing.take(name, selected)?;
        }
        Ok(match listing.left {
            0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        })
    })?;
    listing.finish(&selector, console)?;
    Ok(outcome)
}

/// The rows so far.
struct Listing<'l> {
    options: &'l ListOptions,
    rows: Rows,
    out: Pager,
    /// The path of the first row. Only another one is shown.
    usual_path: Option<String>,
    verdicts: VerdictCounts,
    /// The last selected captures, if only these are shown.
    last: VecDeque<(CaptureName, Selected)>,
    /// How many more may be shown.
    left: u64,
}

impl Listing<'_> {
    fn take(&mut self, name: CaptureName, selected: Selected) -> Result<(), OutputError> {
        let Some(most) = self.options.last else {
            return self.show(&name, &selected);
        };
        if self.last.len() == most {
            self.last.pop_front();
        }
        self.last.push_back((name, selected));
        Ok(())
    }

    fn show(&mut self, name: &CaptureName, selected: &Selected) -> Result<(), OutputError> {
        self.left -= 1;
        self.verdicts.add(selected.sighting.class.verdict, 1);
        let target = &selected.judged.capture.target;
        // What has no request has no path.
        let usual_path = if target.is_empty() {
            None
        } else {
            Some(&**self.usual_path.get_or_insert_with(|| target.to_string()))
        };
        let mask = &self.options.mask;
        let masked = (!mask.is_off()).then(|| selected.judged.masked(mask));
        let headline = Headline {
            judged: masked.as_ref().unwrap_or(&selected.judged),
            name: Some(name),
            received_at: selected.received_at,
            at: selected.sighting.at,
            reply: Reply::NotKnown,
            context: &selected.context,
            path: usual_path,
        };
        self.rows.write(&headline, &mut self.out)?;
        if self.options.follow {
            self.out.flush()?;
        }
        Ok(())
    }

    fn finish(mut self, selector: &Selector, console: &mut Console) -> Result<(), Failure> {
        for (name, selected) in std::mem::take(&mut self.last) {
            if self.left > 0 {
                self.show(&name, &selected)?;
            }
        }
        let captures = self.verdicts.total();
        if self.options.format == LogFormat::Json {
            let verdicts = self.verdicts.seen();
            let summary = LogSummary {
                listed: captures,
                verdicts: verdicts.map(|(one, count)| (one.word(), count)).collect(),
            };
            JsonLines::new(&mut self.out).write("summary", &summary)?;
        }
        self.out.flush().map_err(OutputError::from)?;
        let words = &self.options.logs.words;
        drop(self.out);
        console.warn_of_mask(&self.options.mask)?;
        if console.warn_of_none(selector)? || self.options.format == LogFormat::Json {
            return Ok(());
        }
        console.say(&match captures {
            0 => "no captures".to_owned(),
            captures => {
                let captures = counted(captures, "capture", "captures");
                format!("{captures}; which sessions are complete: enx-hook log sessions{words}")
            }
        })?;
        Ok(())
    }
}
