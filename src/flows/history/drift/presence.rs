//! Which documented fields a body has: read in one pass, without building anything.

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::classes::DriftClass;
use super::row::{DriftKey, DriftRow, example_at_any};
use super::seen::Seen;
use crate::catalog::{Catalog, Provider, Shape};
use crate::flows::history::CaptureName;
use crate::json::push_token;
use crate::model::report::Classification;

/// Places of an event beyond these are not looked at.
const MOST_PLACES: usize = 512;

/// The documented places of each event, made when an event first comes.
pub(super) struct PresencePlan<'c> {
    events: Vec<(&'c Provider, Vec<OnceLock<Vec<Place>>>)>,
}

/// A documented place of an event.
#[derive(Debug, Default)]
struct Place {
    /// With `*` for the items of a list.
    pointer: String,
    /// The place around it.
    parent: usize,
    is_required: bool,
    members: Vec<(String, usize)>,
    item: Option<usize>,
    /// An example of it was kept, so that no further body is needed for one.
    has_example: AtomicBool,
}

/// How many values a body has at each place of its event, and how many of them are objects.
pub(super) struct Presence {
    event: (usize, usize),
    counts: Box<[[u32; 2]]>,
}

impl<'c> PresencePlan<'c> {
    pub(super) fn new(catalog: &'c Catalog) -> PresencePlan<'c> {
        let events = catalog.providers().iter().map(|provider| {
            let places = provider.events().iter().map(|_| OnceLock::new());
            (provider, places.collect())
        });
        PresencePlan {
            events: events.collect(),
        }
    }

    /// What a body has of its event, if that is known and the body is JSON.
    pub(super) fn of(&self, class: &Classification, body: &[u8]) -> Option<Presence> {
        let (name, event) = (class.provider.as_deref()?, class.event.as_deref()?);
        let at = self.events.iter().position(|(one, _)| one.name == name)?;
        let events = self.events[at].0.events();
        let event = (at, events.iter().position(|one| one.name == event)?);
        let places = self.places(event);
        let mut counts = vec![[0, 0]; places.len()].into_boxed_slice();
        let mut reader = serde_json::Deserializer::from_slice(body);
        let walk = Walk {
            places,
            at: 0,
            counts: &mut counts,
        };
        walk.deserialize(&mut reader).ok()?;
        Some(Presence { event, counts })
    }

    /// Whether a body has something of which there is no example yet.
    pub(super) fn wants_body(&self, presence: &Presence) -> bool {
        let mut found = self.places(presence.event).iter().zip(&presence.counts);
        found.any(|(place, [values, _])| *values > 0 && !place.has_example.load(Relaxed))
    }

    fn places(&self, (provider, event): (usize, usize)) -> &[Place] {
        let (of, places) = &self.events[provider];
        places[event].get_or_init(|| {
            let mut all = vec![Place::default()];
            add_inside(of.events()[event].shape(), 0, &mut all);
            all
        })
    }
}

/// Adds the places inside one.
fn add_inside(shape: &Shape, at: usize, all: &mut Vec<Place>) {
    let add = |pointer: String, is_required: bool, inner: &Shape, all: &mut Vec<Place>| {
        if all.len() >= MOST_PLACES {
            return None;
        }
        all.push(Place {
            pointer,
            parent: at,
            is_required,
            ..Place::default()
        });
        let index = all.len() - 1;
        add_inside(inner, index, all);
        Some(index)
    };
    let mut members = Vec::new();
    for (name, inner) in shape.members() {
        let mut pointer = all[at].pointer.clone();
        push_token(&mut pointer, name);
        let is_required = shape.required.iter().any(|required| required == name);
        let index = add(pointer, is_required, inner, all);
        members.extend(index.map(|index| (name.to_owned(), index)));
    }
    if let Some(inner) = shape.item() {
        let pointer = format!("{}/*", all[at].pointer);
        all[at].item = add(pointer, true, inner, all);
    }
    all[at].members = members;
}

/// Counts the values of a place and those inside it.
struct Walk<'w> {
    places: &'w [Place],
    at: usize,
    counts: &'w mut [[u32; 2]],
}

impl Walk<'_> {
    fn inside(&mut self, at: usize) -> Walk<'_> {
        Walk {
            places: self.places,
            at,
            counts: self.counts,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let place = &self.places[self.at];
        self.counts[self.at][0] += 1;
        if place.members.is_empty() && place.item.is_none() {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(drop);
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.counts[self.at][1] += 1;
        let place = &self.places[self.at];
        while let Some(key) = map.next_key::<Key<'de>>()? {
            match place.members.iter().find(|(name, _)| *name == key.0) {
                Some((_, at)) => map.next_value_seed(self.inside(*at))?,
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        match self.places[self.at].item {
            Some(at) => while items.next_element_seed(self.inside(at))?.is_some() {},
            None => while items.next_element::<IgnoredAny>()?.is_some() {},
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
}

/// A key, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Key<'k>(#[serde(borrow)] Cow<'k, str>);

/// What all bodies had.
#[derive(Default)]
pub(super) struct Found {
    /// By provider and event: the places.
    events: Vec<((usize, usize), Vec<FoundAt>)>,
}

/// What was found at a place: objects, and values of any type.
type FoundAt = (u64, Seen);

impl Found {
    /// Counts what one body has.
    pub(super) fn count(
        &mut self,
        presence: &Presence,
        name: &CaptureName,
        body: Option<&[u8]>,
        plan: &PresencePlan<'_>,
    ) {
        let known = self
            .events
            .iter()
            .position(|(event, _)| *event == presence.event);
        let index = known.unwrap_or_else(|| {
            let places = vec![(0, Seen::default()); presence.counts.len()];
            self.events.push((presence.event, places));
            self.events.len() - 1
        });
        let places = &mut self.events[index].1;
        for (at, [values, objects]) in presence.counts.iter().enumerate() {
            let (all_objects, seen) = &mut places[at];
            *all_objects += u64::from(*objects);
            if *values > 0 {
                seen.count(name, || {
                    let place = &plan.places(presence.event)[at];
                    place.has_example.store(true, Relaxed);
                    example_at_any(body?, &place.pointer)
                });
                seen.count += u64::from(*values) - 1;
            }
        }
    }

    /// The optional places that never or not always came.
    pub(super) fn rows(&self, plan: &PresencePlan<'_>) -> Vec<DriftRow> {
        let mut rows = Vec::new();
        for (event, counts) in &self.events {
            let provider = plan.events[event.0].0;
            let name = &provider.events()[event.1].name;
            for (place, (_, seen)) in plan.places(*event).iter().zip(counts) {
                let of = counts[place.parent].0;
                let class = match seen.count {
                    0 => DriftClass::NeverSeen,
                    _ => DriftClass::SometimesSent,
                };
                let is_root = place.pointer.is_empty();
                if is_root || place.is_required || seen.count >= of {
                    continue;
                }
                let key = DriftKey {
                    class,
                    provider: Some(provider.name.clone()),
                    event: Some(name.clone()),
                    pointer: Some(place.pointer.clone()),
                    detail: None,
                };
                rows.push(seen.row(key, of));
            }
        }
        rows
    }
}
