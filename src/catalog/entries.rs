//! The catalog itself: its providers and their events.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::CatalogError;
use super::event::Event;
use super::files;
use super::provider::Provider;

/// All providers, in the order in which their discriminators decide.
#[derive(Debug)]
pub struct Catalog {
    providers: Vec<Provider>,
}

/// A provider and one of its events.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'c> {
    /// The provider of the event.
    pub provider: &'c Provider,
    /// The event.
    pub event: &'c Event,
}

impl Catalog {
    /// The catalog inside the binary.
    pub fn embedded() -> Result<Catalog, CatalogError> {
        let mut catalog = Catalog {
            providers: Vec::new(),
        };
        catalog.add(&files::embedded())?;
        Ok(catalog)
    }

    /// Adds the providers and events of a folder with the layout of the embedded ones:
    /// `schemas/<provider>/provider.json`, `schemas/<provider>/<event>.json` and
    /// `samples/<provider>/<event>.json`. Events of a known provider are added to it.
    ///
    /// Every schema in it is compiled at once, so that errors are reported now.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), CatalogError> {
        self.add(&files::in_folder(folder)?)?;
        let events = self.providers.iter().flat_map(Provider::events);
        events
            .filter(|event| !event.is_embedded())
            .try_for_each(Event::compile)
    }

    fn add(&mut self, files: &files::Files) -> Result<(), CatalogError> {
        // First, because an event that lacks a file causes further errors.
        files.check_pairs()?;
        for name in files.providers() {
            let known = self.providers.iter().position(|known| known.name == name);
            let index = match (known, files.provider_file(name)) {
                (Some(index), None) => index,
                (Some(_), Some(file)) => {
                    let message = format!("the catalog has the provider `{name}` already");
                    return Err(CatalogError::at(&file.path, "", message));
                }
                (None, _) => {
                    self.providers.push(Provider::load(name, files)?);
                    self.providers.len() - 1
                }
            };
            self.providers[index].add_events(files)?;
        }
        Ok(())
    }

    /// The ids that a user may choose, of all providers: the name of the flag, and its help.
    /// An id of two providers is one flag for both.
    pub fn ids(&self) -> BTreeMap<String, String> {
        let ids = self
            .providers
            .iter()
            .rev()
            .flat_map(|provider| &provider.ids);
        ids.map(|(name, id)| (name.clone(), id.help.clone()))
            .collect()
    }

    /// The catalog with this provider only.
    #[must_use]
    pub fn only(mut self, provider: &str) -> Catalog {
        self.providers.retain(|known| known.name == provider);
        self
    }

    /// All providers, in the order in which their discriminators decide.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// A provider by its name.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.name == name)
    }

    /// Every event of every provider, in the order of a session.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.providers.iter().flat_map(|provider| {
            provider
                .events()
                .iter()
                .map(move |event| Entry { provider, event })
        })
    }

    /// An event by its name or an alias; `provider/event` where two providers share a name.
    /// A name without a provider finds the event of the first provider that has one.
    pub fn find(&self, name: &str) -> Option<Entry<'_>> {
        let (wanted, name) = match name.split_once('/') {
            Some((provider, event)) => (Some(provider), event),
            None => (None, name),
        };
        self.providers
            .iter()
            .filter(|provider| wanted.is_none_or(|wanted| provider.name == wanted))
            .find_map(|provider| {
                let event = provider.event(name)?;
                Some(Entry { provider, event })
            })
    }

    /// The known event name that is most similar to an unknown one.
    pub fn nearest_event(&self, name: &str) -> Option<&str> {
        let names = self.providers.iter().flat_map(Provider::spellings);
        crate::text::nearest(name, names)
    }
}
