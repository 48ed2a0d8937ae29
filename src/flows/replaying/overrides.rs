//! What is changed in bodies on their way: `--set`, `--set-string`, `--unset`. Then what is
//! sent are not the logged bytes any more, and that is said aloud.

use bytes::Bytes;

use crate::catalog::{Catalog, Change, Changed, ChangesError, Entry};
use crate::selection::Pattern;

/// The changes.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// In this order.
    pub changes: Vec<Change>,
    /// Whether events get fields that they do not have.
    pub force: bool,
}

impl Overrides {
    /// Whether nothing is changed.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Refuses a field that none of these events has; without a name, of all events. An event
    /// that the catalog does not have may have any field.
    pub(crate) fn check(&self, catalog: &Catalog, events: &[Pattern]) -> Result<(), ChangesError> {
        let mut names = events.iter().filter_map(Pattern::name);
        if self.force || names.any(|name| catalog.find(name).is_none()) {
            return Ok(());
        }
        // What is left out may be there whatever an event's schema says.
        for change in self.changes.iter().filter(|change| change.sets()) {
            let mut unknown = None;
            let fits = catalog
                .entries()
                .filter(|entry| {
                    events.is_empty() || events.iter().any(|one| one.fits(&entry.event.name))
                })
                .any(|entry| match change.fits(entry) {
                    Ok(()) => true,
                    Err(error) => {
                        // The one that offers a name helps most.
                        if unknown.is_none() || error.has_nearest() {
                            unknown = Some(error);
                        }
                        false
                    }
                });
            match unknown {
                Some(error) if !fits => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// The body with all changes, in as far as its event has the fields; nothing if it stays as
    /// it is.
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
