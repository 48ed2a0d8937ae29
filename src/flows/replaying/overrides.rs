//! Changes to bodies before they are sent: `--set`, `--set-string`, `--unset`. A changed body is
//! not the logged one any more, and the output says so.

use bytes::Bytes;

use crate::catalog::{Catalog, Change, Changed, ChangesError, Entry};
use crate::selection::Pattern;

/// The changes.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// Whether a change may add a field that the event does not have.
    pub force: bool,
}

impl Overrides {
    /// Whether there are no changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Refuses a field that none of the events has. No patterns means all events. An event that is
    /// not in the catalog may have any field.
    pub(crate) fn check(&self, catalog: &Catalog, events: &[Pattern]) -> Result<(), ChangesError> {
        let mut names = events.iter().filter_map(Pattern::name);
        if self.force || names.any(|name| catalog.find(name).is_none()) {
            return Ok(());
        }
        // `--unset` may name a field that is not in the schema.
        for change in self.changes.iter().filter(|change| change.sets()) {
            let mut unknown: Option<ChangesError> = None;
            let mut asked = 0;
            let fits = catalog
                .entries()
                .filter(|entry| {
                    events.is_empty() || events.iter().any(|one| one.fits(&entry.event.name))
                })
                .any(|entry| match change.fits(entry) {
                    Ok(()) => true,
                    Err(error) => {
                        asked += 1;
                        // An error that suggests a name is the most useful one.
                        if unknown.is_none() || error.has_nearest() {
                            unknown = Some(error);
                        }
                        false
                    }
                });
            match unknown {
                Some(error) if !fits && asked > 1 => return Err(error.of_all()),
                Some(error) if !fits => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// What is to be said of the changes of this body.
    pub(crate) fn warning(&self, body: &[u8]) -> Option<String> {
        self.changes.iter().find_map(|change| change.warning(body))
    }

    /// The body with all changes whose fields its event has; `None` if nothing changes.
    pub(crate) fn apply(
        &self,
        body: &[u8],
        entry: Option<Entry<'_>>,
    ) -> Result<Option<Bytes>, ChangesError> {
        let mut changed: Option<Vec<u8>> = None;
        for change in &self.changes {
            let text = changed.as_deref().unwrap_or(body);
            match change.apply(text, entry, self.force)? {
                Changed::To(text) => changed = Some(text),
                Changed::Nothing | Changed::UnknownField(_) => {}
            }
        }
        Ok(changed.map(Bytes::from))
    }
}
