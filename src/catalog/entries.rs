//! The catalog itself: its providers and their events.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::error::CatalogError;
use super::event::Event;
use super::files;
use super::named_files::NamedFiles;
use super::provider::Provider;
use crate::json;

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

    /// The event whose files stand at this path on the server of `--serve-files`, with its files:
    /// `/enablex/chatdata/…`.
    pub fn serving(&self, path: &str) -> Option<(Entry<'_>, &NamedFiles)> {
        let mut words = path.strip_prefix('/')?.splitn(3, '/');
        let (provider, event) = (words.next()?, words.next()?);
        let provider = self.provider(provider)?;
        let (event, files) = (provider.event(event)?, provider.files.get(event)?);
        Some((Entry { provider, event }, files))
    }

    /// The known event name that is most similar to an unknown one.
    pub fn nearest_event(&self, name: &str) -> Option<&str> {
        let names = self.providers.iter().flat_map(Provider::spellings);
        crate::text::nearest(name, names)
    }
}

impl Entry<'_> {
    /// What to change in a body of the event so that the files it names stand on the server of
    /// `--serve-files` with this origin.
    pub fn redirected(&self, body: &Value, origin: &str) -> Vec<(json::Path, Value)> {
        let name = &self.event.name;
        let base = format!("{origin}/{}/{name}", self.provider.name);
        let files = self.provider.files.get(name);
        files.map_or_else(Vec::new, |files| files.redirected(body, &base))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn every_event_with_a_url_in_its_sample_names_files_there() {
        let catalog = Catalog::embedded().unwrap();
        for entry in catalog.entries() {
            let sample = entry.event.sample().unwrap();
            let has_url = sample.to_string().contains("://");
            let changes = entry.redirected(&sample, "http://127.0.0.1:4");
            assert_eq!(has_url, !changes.is_empty(), "{}", entry.event.name);
            for (path, new) in changes {
                assert!(path.find(&sample).is_some_and(Value::is_string));
                if let Some(path) = new.as_str().unwrap().strip_prefix("http://127.0.0.1:4") {
                    let (found, _) = catalog.serving(path).unwrap();
                    assert_eq!(found.event.name, entry.event.name);
                }
            }
        }
        assert!(catalog.serving("/enablex").is_none() && catalog.serving("/a/b/c").is_none());
    }
}
