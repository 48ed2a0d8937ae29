//! Names that the catalog does not have, with the nearest that it has.

use super::entries::{Catalog, Entry};
use super::provider::Provider;
use crate::model::error::{Category, Explain};

/// A name that the catalog does not have.
#[derive(Debug, thiserror::Error)]
pub enum UnknownName {
    /// No such event.
    #[error("no event is called `{name}`")]
    Event {
        /// What was asked for.
        name: String,
        /// The nearest name that there is.
        nearest: Option<String>,
    },
    /// No such provider.
    #[error("no provider is called `{name}`")]
    Provider {
        /// What was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
}

impl Explain for UnknownName {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match self {
            UnknownName::Event {
                nearest: Some(nearest),
                ..
            } => format!("did you mean `{nearest}`?"),
            UnknownName::Event { nearest: None, .. } => "`enx-hook events` lists them".to_owned(),
            UnknownName::Provider { known, .. } => format!("there are: {}", known.join(", ")),
        })
    }
}

impl Catalog {
    /// The event of that name, or an error that offers the nearest.
    pub fn require_event(&self, name: &str) -> Result<Entry<'_>, UnknownName> {
        self.find(name).ok_or_else(|| UnknownName::Event {
            name: name.to_owned(),
            nearest: self.nearest_event(name).map(str::to_owned),
        })
    }

    /// The provider of that name, or an error that lists all.
    pub fn require_provider(&self, name: &str) -> Result<&Provider, UnknownName> {
        self.provider(name).ok_or_else(|| UnknownName::Provider {
            name: name.to_owned(),
            known: self
                .providers()
                .iter()
                .map(|provider| provider.name.clone())
                .collect(),
        })
    }
}
