//! Whose event an object may be, by its discriminators and their companion fields.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, Entry, Provider};

/// A provider whose discriminator is there.
pub(super) struct Candidate<'c, 'b> {
    pub(super) provider: &'c Provider,
    pub(super) name: &'b str,
    pub(super) entry: Option<Entry<'c>>,
    /// The share of the fields to be expected that are there, from 0 to 1.
    pub(super) fit: f64,
}

/// The provider that the body seems to belong to: the first whose discriminator is there,
/// unless a later one knows the event and its companion fields fit better.
pub(super) fn best_candidate<'c, 'b>(
    catalog: &'c Catalog,
    object: &'b Map<String, Value>,
) -> Option<Candidate<'c, 'b>> {
    catalog
        .providers()
        .iter()
        .filter_map(|provider| {
            let name = object.get(&provider.discriminator)?.as_str()?;
            let event = provider.event(name);
            let fit = match event {
                Some(event) => {
                    let required = event.schema().get("required").and_then(Value::as_array);
                    share(
                        object,
                        required.into_iter().flatten().filter_map(Value::as_str),
                    )
                }
                None => share(object, provider.common.iter().map(String::as_str)),
            };
            let entry = event.map(|event| Entry { provider, event });
            (!name.is_empty()).then_some(Candidate {
                provider,
                name,
                entry,
                fit,
            })
        })
        .reduce(|best, next| {
            let better = next.entry.is_some() && next.fit > best.fit;
            if better { next } else { best }
        })
}

#[expect(clippy::cast_precision_loss, reason = "a handful of fields")]
fn share<'f>(object: &Map<String, Value>, fields: impl Iterator<Item = &'f str>) -> f64 {
    let (mut there, mut all) = (0_usize, 0_usize);
    for field in fields {
        all += 1;
        there += usize::from(object.contains_key(field));
    }
    there as f64 / all.max(1) as f64
}
