//! Which captures are shown. The log and the totals ignore it.

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::flows::expectation::{ExpectOptions, Expectations};
use crate::model::report::Verdict;
use crate::validation::{Classification, Judge};

/// Which captures are shown. An empty list selects everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only these events.
    pub events: Vec<String>,
    /// Only these sessions.
    pub sessions: Vec<String>,
    /// Only these verdicts.
    pub verdicts: Vec<Verdict>,
}

impl Filter {
    /// The same with the events' own names in place of what was typed.
    pub(super) fn resolve(&self, catalog: &Catalog) -> Filter {
        let events = self.events.iter().map(|name| resolve(catalog, name));
        Filter {
            events: events.collect(),
            ..self.clone()
        }
    }

    /// Whether a capture is shown.
    pub(super) fn lets(&self, glance: &Classification) -> bool {
        let any = |wanted: &[String], is: Option<&str>| {
            wanted.is_empty() || is.is_some_and(|is| wanted.iter().any(|one| one == is))
        };
        any(&self.events, glance.event.as_deref())
            && any(&self.sessions, glance.session.as_deref())
            && (self.verdicts.is_empty() || self.verdicts.contains(&glance.verdict))
    }
}

/// The event's name in the catalog for a name or an alias. An unknown name stands for itself: a
/// provider may send events that are newer than the catalog.
pub(super) fn resolve(catalog: &Catalog, name: &str) -> String {
    catalog
        .find(name)
        .map_or_else(|| name.to_owned(), |entry| entry.event.name.clone())
}

/// The expectations, with the events' own names in place of what was typed.
pub(super) fn expectations(options: &ExpectOptions, judge: &Judge) -> Arc<Expectations> {
    let mut options = options.clone();
    for expected in &mut options.events {
        expected.event = resolve(judge.catalog(), &expected.event);
    }
    Arc::new(Expectations::new(options))
}

/// Warnings of names that the catalog does not have: they may be meant, or be slips.
pub(super) fn not_known<'n>(
    catalog: &Catalog,
    names: impl Iterator<Item = &'n String>,
) -> Vec<(String, Option<String>)> {
    names
        .filter(|name| catalog.find(name).is_none())
        .map(|name| {
            let advice = catalog.nearest_event(name);
            (
                format!("no event in the catalog is called `{name}`"),
                advice.map(|nearest| format!("did you mean `{nearest}`?")),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_narrows_and_one_that_is_not_asked_for_does_not() {
        let glance = Classification {
            provider: None,
            event: Some("a".to_owned()),
            session: None,
            verdict: Verdict::Warning,
        };
        let filter = |events: &[&str], sessions: &[&str], verdicts: &[Verdict]| Filter {
            events: events.iter().map(|&name| name.to_owned()).collect(),
            sessions: sessions.iter().map(|&name| name.to_owned()).collect(),
            verdicts: verdicts.to_vec(),
        };
        assert!(filter(&[], &[], &[]).lets(&glance));
        assert!(filter(&["b", "a"], &[], &[Verdict::Warning]).lets(&glance));
        assert!(!filter(&["b"], &[], &[]).lets(&glance));
        assert!(!filter(&["a"], &["1"], &[]).lets(&glance));
        assert!(!filter(&["a"], &[], &[Verdict::Valid]).lets(&glance));
    }
}
