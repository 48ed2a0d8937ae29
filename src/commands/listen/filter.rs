//! Which captures are shown, and what is expected of all. The log and the totals ignore it.

use std::sync::Arc;

use crate::catalog::{Catalog, UnknownName};
use crate::commands::Console;
use crate::flows::expectation::{ExpectOptions, Expectations};
use crate::model::error::OutputError;
use crate::selection::{Identity, Query};
use crate::validation::Classification;

/// Which captures are shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Filter(Query);

impl Filter {
    /// A filter with the events' own names in place of what was typed.
    pub(super) fn new(
        query: &Query,
        catalog: &Catalog,
        console: &mut Console,
    ) -> Result<Filter, OutputError> {
        console.resolve(query, catalog).map(Filter)
    }

    /// Whether a capture is shown.
    pub(super) fn lets(&self, glance: &Classification) -> bool {
        self.0.matches(&Identity {
            event: glance.event.as_deref(),
            session: glance.session.as_deref(),
            verdict: glance.verdict,
        })
    }
}

/// The expectations, with the events' own names in place of what was typed. A name that the
/// catalog does not have is refused: a slip would only show at the end of the run.
pub(super) fn expectations(
    options: &ExpectOptions,
    catalog: &Catalog,
) -> Result<Arc<Expectations>, UnknownName> {
    let mut options = options.clone();
    for expected in &mut options.events {
        let entry = catalog.require_event(&expected.event)?;
        expected.event.clone_from(&entry.event.name);
    }
    Ok(Arc::new(Expectations::new(options)))
}
