//! Finds an event, or a lookalike, inside what queues, gateways, loggers and tools put around
//! it: at any place, as a value, as JSON text, as a part of a text, in base64, packed or not.
//!
//! The search is bounded in its levels, its values and the bytes that it decodes.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use bytes::Bytes;
use serde_json::{Map, Value};

use super::candidate::best_candidate;
use super::codes;
use super::remark::{Anchor, Remark};
use crate::catalog::{Catalog, Lookalike};
use crate::json::{Path, bounded, brief};
use crate::model::content;

/// Levels of values and of texts around an event.
const LEVELS: usize = 12;
/// Values that are looked at.
const VALUES: usize = 20_000;
/// Bytes of texts that are decoded, of all levels together.
const BYTES: usize = 4 * 1024 * 1024;

/// What stands inside.
enum Inner<'c> {
    Event(String),
    Lookalike(&'c Lookalike),
}

/// Something inside a body.
struct Found<'c> {
    what: Inner<'c>,
    /// The way to it: keys, and how what stands there is written, if it goes on inside a text.
    way: Vec<(Path, Option<&'static str>)>,
}

/// Says what stands inside a body, if it is an event or a lookalike. `only` limits the search
/// to the members that wrappers are known to have.
pub(super) fn wrapped<'c>(catalog: &'c Catalog, body: &Value, only: bool) -> Option<Remark<'c>> {
    let mut search = Search {
        catalog,
        values: VALUES,
        bytes: BYTES,
        keys: Vec::new(),
    };
    let found = match body {
        Value::Object(members) if only => {
            let mut known = members.iter().filter(|(name, _)| is_wrapper(catalog, name));
            known.find_map(|(name, value)| search.inside(name, value, 1))
        }
        body => search.value(body, 0),
    }?;
    Some(found.remark())
}

impl<'c> Found<'c> {
    fn remark(self) -> Remark<'c> {
        let (first, _) = &self.way[0];
        let pointer = bounded(&first.pointer()).to_owned();
        let is_item = first
            .keys()
            .last()
            .is_none_or(|key| key.parse::<usize>().is_ok());
        let anchor = if is_item {
            Anchor::Opening
        } else {
            Anchor::Key
        };
        let mut place = String::new();
        for (path, how) in &self.way {
            if !place.is_empty() && !path.keys().is_empty() {
                place.push_str(", then in ");
            }
            if !path.keys().is_empty() {
                // The items of a list have no name.
                let is_item = path.keys()[0].parse::<usize>().is_ok();
                let path = if is_item {
                    path.pointer()
                } else {
                    path.to_string()
                };
                let _ = write!(place, "`{}`", brief(&path));
            } else if place.is_empty() {
                place.push_str("a string");
            }
            if let Some(how) = how {
                place.push_str(how);
            }
        }
        let (message, help): (String, Cow<'c, str>) = match self.what {
            Inner::Event(name) => (
                format!("the event stands inside {place}; the documents show it at the top"),
                format!("send the `{}` object itself as the body", brief(&name)).into(),
            ),
            Inner::Lookalike(lookalike) => (
                format!("inside {place}: {}", lookalike.message),
                lookalike
                    .help
                    .as_deref()
                    .unwrap_or("it is no event of the catalog")
                    .into(),
            ),
        };
        Remark::error(&codes::WRAPPED_EVENT, pointer, anchor, message, help)
    }
}

struct Search<'c> {
    catalog: &'c Catalog,
    values: usize,
    bytes: usize,
    keys: Vec<String>,
}

impl<'c> Search<'c> {
    /// Looks into a value. The value of level 0 is the body, which is not inside itself.
    fn value(&mut self, value: &Value, level: usize) -> Option<Found<'c>> {
        self.values = self.values.checked_sub(1)?;
        if level > LEVELS {
            return None;
        }
        match value {
            Value::Object(members) => {
                if level > 0
                    && let Some(what) = self.what(value, members)
                {
                    let way = vec![(Path::new(self.keys.clone()), None)];
                    return Some(Found { what, way });
                }
                let mut members = members.iter();
                members.find_map(|(name, member)| self.inside(name, member, level + 1))
            }
            Value::Array(items) => {
                let mut items = items.iter().enumerate();
                items.find_map(|(index, item)| self.inside(&index.to_string(), item, level + 1))
            }
            Value::String(text) => {
                let (inner, how) = self.decoded(text)?;
                let keys = std::mem::take(&mut self.keys);
                let found = self.value(&inner, level + 1);
                self.keys = keys;
                let mut found = found?;
                found
                    .way
                    .insert(0, (Path::new(self.keys.clone()), Some(how)));
                Some(found)
            }
            _ => None,
        }
    }

    fn inside(&mut self, name: &str, value: &Value, level: usize) -> Option<Found<'c>> {
        if matches!(value, Value::Null | Value::Bool(_) | Value::Number(_)) {
            return None;
        }
        self.keys.push(name.to_owned());
        let found = self.value(value, level);
        self.keys.pop();
        found
    }

    /// Whether an object is an event or a lookalike. The name of an event alone is enough only
    /// where wrappers have one: `type` and `status` are common words.
    fn what(&self, value: &Value, members: &Map<String, Value>) -> Option<Inner<'c>> {
        let candidate = best_candidate(self.catalog, members);
        let common = candidate.as_ref().map_or(0, |candidate| {
            let common = candidate.provider.common.iter();
            common.filter(|field| members.contains_key(*field)).count()
        });
        if let Some(candidate) = candidate {
            let is_named = self
                .keys
                .last()
                .is_none_or(|key| is_wrapper(self.catalog, key));
            match candidate.entry {
                Some(entry) if common > 0 || is_named || candidate.fit > 0.5 => {
                    return Some(Inner::Event(entry.event.name.clone()));
                }
                None if common > 1 => return Some(Inner::Event(candidate.name.to_owned())),
                _ => {}
            }
        }
        let mut lookalikes = self
            .catalog
            .providers()
            .iter()
            .flat_map(|owner| &owner.lookalikes);
        let found = lookalikes.find(|lookalike| common == 0 && lookalike.is(value));
        found.map(Inner::Lookalike)
    }

    /// The JSON that a text holds, and how.
    fn decoded(&mut self, text: &str) -> Option<(Value, &'static str)> {
        self.bytes = self.bytes.checked_sub(text.len())?;
        let trimmed = text.trim();
        let is_json = trimmed.starts_with(['{', '[', '"']);
        if is_json && let Some(value) = container(trimmed.as_bytes()) {
            return Some((value, " as text"));
        }
        if let (Some(start), Some(end)) = (trimmed.find("{\""), trimmed.rfind('}'))
            && start < end
            && let Some(value) = container(&trimmed.as_bytes()[start..=end])
        {
            return Some((value, ", in a text"));
        }
        if let Some((_, form)) = trimmed.split_once('=')
            && form.starts_with(['{', '%'])
        {
            let value = form.split('&').next().unwrap_or_default().replace('+', " ");
            let value: Vec<u8> = percent_encoding::percent_decode_str(&value).collect();
            return Some((container(&value)?, " as a form"));
        }
        let bytes = base64(trimmed)?;
        if let Some((_, unpacked)) = content::unpacked(&Bytes::from(bytes.clone())) {
            self.bytes = self.bytes.checked_sub(unpacked.len())?;
            return Some((container(&unpacked)?, ", packed and in base64"));
        }
        Some((container(&bytes)?, " in base64"))
    }
}

/// Whether wrappers are known to have a member of that name.
fn is_wrapper(catalog: &Catalog, name: &str) -> bool {
    let mut providers = catalog.providers().iter();
    providers.any(|provider| provider.wrappers.iter().any(|known| known == name))
}

/// An object, a list or a text, read from JSON.
fn container(text: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(text).ok()?;
    (!value.is_number() && !value.is_boolean()).then_some(value)
}

/// The bytes that a text writes in base64, in either alphabet, with padding or without.
fn base64(text: &str) -> Option<Vec<u8>> {
    const EITHER: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(&byte);
    if text.len() < 16 || !text.bytes().all(is_letter) {
        return None;
    }
    let letters: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    let alphabet = if letters.iter().any(|byte| b"-_".contains(byte)) {
        &URL_SAFE
    } else {
        &STANDARD
    };
    GeneralPurpose::new(alphabet, EITHER).decode(letters).ok()
}
