//! The queries of `listen` beside its filter: what is expected, which target and which reply is
//! for which captures.

use std::sync::Arc;

use super::options::ListenOptions;
use crate::catalog::Catalog;
use crate::commands::Console;
use crate::flows::expectation::{ExpectOptions, Expectations};
use crate::flows::history::CaptureFacts;
use crate::model::error::{Category, Explain, Failure};
use crate::selection::{Need, Pattern, Query, Term};
use crate::validation::JudgedCapture;

/// The expectations, with catalog names in place of what was typed. A name that is not in the
/// catalog is refused: a typo would only show at the end of the run.
pub(super) fn expectations(
    options: &ExpectOptions,
    filter: &Query,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<Arc<Expectations>, Failure> {
    let mut options = options.clone();
    options.selection = filter.clone();
    for expected in &mut options.events {
        if expected.name.starts_with('(') {
            expected.query = console.resolve(&expected.query, catalog)?;
        } else {
            let name = &catalog.require_event(&expected.name)?.event.name;
            expected.name.clone_from(name);
            let event = Term::Event(vec![Pattern::exactly(name.clone())]);
            expected.query = Query::Term(event);
        }
    }
    let counted = options.events.iter().map(|expected| &expected.query);
    let selection = options.max_events.map(|_| &options.selection);
    if counted
        .chain(selection)
        .any(|query| query.need() == Some(Need::History))
    {
        return Err(HistoryError("--expect and --max-events").into());
    }
    Ok(Arc::new(Expectations::new(options, meant)))
}

/// Whether a query that does not ask for earlier captures means a capture.
pub(super) fn meant(query: &Query, judged: &JudgedCapture) -> bool {
    let received_at = Some(judged.capture.received_at);
    query.matches(&CaptureFacts::new(judged, received_at, None))
}

/// The options with names of the catalog in the queries of targets and replies.
pub(super) fn resolved(
    options: &ListenOptions,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<ListenOptions, Failure> {
    let mut options = options.clone();
    let targets = options.forward.iter_mut();
    let targets = targets.map(|target| ("--forward", &mut target.query));
    let replies = options
        .replies
        .iter_mut()
        .flat_map(|replies| &mut replies.rules);
    let replies = replies.map(|rule| ("--reply", &mut rule.query));
    for (option, query) in targets.chain(replies) {
        *query = console.resolve(query, catalog)?;
        if query.need() == Some(Need::History) {
            return Err(HistoryError(option).into());
        }
    }
    Ok(options)
}

/// It is not known yet how captures relate to earlier ones.
#[derive(Debug, thiserror::Error)]
#[error("{0} cannot select by is: and has:")]
struct HistoryError(&'static str);

impl Explain for HistoryError {
    fn category(&self) -> Category {
        Category::Usage
    }
}
