//! The names of schemas and types: those of provider and event in `PascalCase`, each once. And what
//! both documents say of themselves.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::catalog::{Event, Provider};

/// A provider, with the names of its union and of its events.
pub(super) struct Named<'p> {
    pub(super) provider: &'p Provider,
    /// The name of the union of its events.
    pub(super) union: String,
    pub(super) events: Vec<(String, &'p Event)>,
}

impl<'p> Named<'p> {
    /// The names do not depend on which providers are exported together.
    pub(super) fn all(providers: &[&'p Provider]) -> Vec<Named<'p>> {
        let mut taken = HashSet::new();
        let mut unique = |provider: &Provider, name: &str| {
            let name = pascal(&format!("{}-{name}", provider.name));
            let numbered = (2..).map(|number| format!("{name}{number}"));
            let mut names = std::iter::once(name.clone()).chain(numbered);
            names
                .find(|name| taken.insert(name.clone()))
                .unwrap_or(name.clone())
        };
        let named = providers.iter().map(|provider| Named {
            provider,
            union: unique(provider, "event"),
            events: provider
                .events()
                .iter()
                .map(|event| (unique(provider, &event.name), event))
                .collect(),
        });
        named.collect()
    }
}

/// `session_start` as `SessionStart`. Other characters than ASCII letters and digits separate words.
fn pascal(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let words = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let name: String = words.collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}");
    }
    name
}

/// Where a document is from.
pub(super) fn info(what: &str, providers: &[&Provider]) -> Value {
    let titles: Vec<&str> = providers.iter().map(|one| &*one.title).collect();
    json!({
        "title": format!("Webhooks of {}", titles.join(" and ")),
        "version": env!("CARGO_PKG_VERSION"),
        "description": format!(
            "{what} Made by enx-hook from its catalog: a body conforms unless `enx-hook validate` calls it invalid."
        ),
    })
}

/// A reference to a schema of the document.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
