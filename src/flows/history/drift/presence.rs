//! Which documented fields a body has: read in one pass, without building anything.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::classes::DriftClass;
use super::row::{DriftKey, DriftRow, example_at_any};
use super::seen::Seen;
use crate::catalog::{Catalog, Provider, Shape};
use crate::flows::history::CaptureName;
use crate::json::push_token;
use crate::model::name::Name;
use crate::model::report::Classification;

/// Places of an event beyond these are not looked at.
const MOST_PLACES: usize = 512;

/// Kinds of bodies of an event that are counted apart, for speed.
const MOST_ALIKE: usize = 1024;

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

/// What a body has at the places of its event.
pub(super) struct Presence {
    event: (usize, usize),
    counts: Counts,
}

/// How many values there are at each place, and how many of them are objects.
enum Counts {
    /// At most one at each: a bit for each place. Most bodies are so, and need no memory.
    Bits([u64; 2]),
    Numbers(Box<[[u32; 2]]>),
}

impl Counts {
    fn none(places: usize) -> Counts {
        match places {
            0..=64 => Counts::Bits([0, 0]),
            _ => Counts::Numbers(vec![[0, 0]; places].into_boxed_slice()),
        }
    }

    /// The places that have any.
    fn iter(&self) -> impl Iterator<Item = (usize, [u32; 2])> {
        let (bits, numbers) = match self {
            Counts::Bits(bits) => (*bits, &[][..]),
            Counts::Numbers(numbers) => ([0, 0], &**numbers),
        };
        let mut rest = bits[0] | bits[1];
        let of_bits = std::iter::from_fn(move || {
            let at = rest.trailing_zeros() as usize;
            (rest != 0).then(|| {
                rest &= rest - 1;
                (at, bits.map(|bits| u32::from(bits >> at & 1 == 1)))
            })
        });
        let of_numbers = numbers.iter().copied().enumerate();
        of_bits.chain(of_numbers.filter(|(_, counts)| *counts != [0, 0]))
    }

    /// Counts one more: a value, or an object.
    fn add(&mut self, at: usize, is_object: bool, places: usize) {
        if let Counts::Bits(bits) = self {
            let bit = 1 << at;
            if bits[usize::from(is_object)] & bit == 0 {
                bits[usize::from(is_object)] |= bit;
                return;
            }
            let mut numbers = vec![[0, 0]; places].into_boxed_slice();
            for (at, counts) in numbers.iter_mut().enumerate() {
                *counts = bits.map(|bits| u32::from(bits >> at & 1 == 1));
            }
            *self = Counts::Numbers(numbers);
        }
        if let Counts::Numbers(numbers) = self {
            numbers[at][usize::from(is_object)] += 1;
        }
    }
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
        let mut counts = Counts::none(places.len());
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
        let places = self.places(presence.event);
        let mut found = presence.counts.iter();
        found.any(|(at, [values, _])| values > 0 && !places[at].has_example.load(Relaxed))
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
    counts: &'w mut Counts,
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
        self.counts.add(self.at, false, self.places.len());
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
        self.counts.add(self.at, true, self.places.len());
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
pub(super) struct Fields {
    bodies: u64,
    /// By provider and event.
    events: Vec<((usize, usize), EventFields)>,
}

/// What the bodies of an event had.
#[derive(Default)]
struct EventFields {
    places: Vec<FieldAt>,
    /// Bodies that had the same: most of an event's bodies do. They are counted at the places
    /// in the end.
    alike: HashMap<[u64; 2], Sightings>,
}

/// What was found at a place.
#[derive(Clone, Default)]
struct FieldAt {
    objects: u64,
    /// Values of any type.
    values: Sightings,
    example: Option<Value>,
}

/// How often something was seen, and where first and last: the number of the body, and its name.
#[derive(Clone, Default)]
struct Sightings {
    count: u64,
    ends: [(u64, CaptureName); 2],
}

impl Sightings {
    fn add(&mut self, more: &Sightings) {
        if self.count == 0 || more.ends[0].0 < self.ends[0].0 {
            self.ends[0] = more.ends[0].clone();
        }
        if self.count == 0 || more.ends[1].0 > self.ends[1].0 {
            self.ends[1] = more.ends[1].clone();
        }
        self.count += more.count;
    }
}

impl FieldAt {
    fn seen(&self) -> Seen {
        let ends = self.values.ends.clone().map(|(_, name)| name);
        Seen::new(self.values.count, ends, self.example.clone())
    }
}

impl EventFields {
    fn count(&mut self, at: usize, [values, objects]: [u32; 2], bodies: &Sightings) {
        let field = &mut self.places[at];
        field.objects += u64::from(objects) * bodies.count;
        if values > 0 {
            field.values.add(bodies);
            field.values.count += (u64::from(values) - 1) * bodies.count;
        }
    }

    /// Counts what was alike at the places.
    fn settle(&mut self) {
        for (bits, bodies) in std::mem::take(&mut self.alike) {
            for (at, counts) in Counts::Bits(bits).iter() {
                self.count(at, counts, &bodies);
            }
        }
    }
}

impl Fields {
    /// Counts what one body has.
    pub(super) fn count(
        &mut self,
        presence: &Presence,
        name: &CaptureName,
        body: Option<&[u8]>,
        plan: &PresencePlan<'_>,
    ) {
        self.bodies += 1;
        let number = self.bodies;
        let mut events = self.events.iter();
        let known = events.position(|(event, _)| *event == presence.event);
        let index = known.unwrap_or_else(|| {
            let places = vec![FieldAt::default(); plan.places(presence.event).len()];
            let alike = HashMap::new();
            self.events
                .push((presence.event, EventFields { places, alike }));
            self.events.len() - 1
        });
        let event = &mut self.events[index].1;
        if let Some(body) = body.filter(|_| plan.wants_body(presence)) {
            let places = plan.places(presence.event);
            for (at, [values, _]) in presence.counts.iter() {
                if values > 0 && !places[at].has_example.swap(true, Relaxed) {
                    event.places[at].example = example_at_any(body, &places[at].pointer);
                }
            }
        }
        if let Counts::Bits(bits) = presence.counts {
            let bodies = event.alike.entry(bits).or_default();
            if bodies.count == 0 {
                bodies.ends[0] = (number, name.clone());
            }
            bodies.ends[1] = (number, name.clone());
            bodies.count += 1;
            if event.alike.len() >= MOST_ALIKE {
                event.settle();
            }
            return;
        }
        let here = (number, name.clone());
        let one = Sightings {
            count: 1,
            ends: [here.clone(), here],
        };
        for (at, counts) in presence.counts.iter() {
            event.count(at, counts, &one);
        }
    }

    /// The optional places that never or not always came.
    pub(super) fn rows(&mut self, plan: &PresencePlan<'_>) -> Vec<DriftRow> {
        let mut rows = Vec::new();
        for (event, fields) in &mut self.events {
            fields.settle();
            let provider = plan.events[event.0].0;
            let name = &provider.events()[event.1].name;
            for (place, field) in plan.places(*event).iter().zip(&fields.places) {
                let of = fields.places[place.parent].objects;
                let seen = field.seen();
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
                    provider: Some(Name::new(&provider.name)),
                    event: Some(Name::new(name)),
                    pointer: Some(place.pointer.clone()),
                    detail: None,
                };
                rows.push(seen.row(key, of));
            }
        }
        rows
    }
}
