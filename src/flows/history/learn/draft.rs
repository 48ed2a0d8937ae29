//! The draft of an event, or of fields that a known event has besides.

use std::collections::BTreeSet;

use super::format::Form;
use super::place::Place;
use crate::catalog::{Catalog, Event, Provider};
use crate::json::{push_token, unescape};

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The provider.
    pub provider: String,
    /// The event.
    pub event: String,
    /// What it drafts.
    pub kind: DraftKind,
    /// Captures that it was drafted from.
    pub captures: u64,
    /// What they have.
    pub place: Place,
}

/// What a draft is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DraftKind {
    /// A whole event, and the field that names it.
    Event(String),
    /// Fields of a known event.
    Fields,
}

/// A field that was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedField {
    /// JSON Pointer, with `*` for the items of a list and for names that are values.
    pub pointer: String,
    /// Its types, by name.
    pub types: Vec<String>,
    /// How many objects have it.
    pub count: u64,
    /// Of how many; nothing if that was not counted.
    pub of: Option<u64>,
    /// The form that all of its values have.
    pub form: Option<Form>,
}

/// A known event that a draft resembles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Like {
    /// The event.
    pub event: String,
    /// How many of its fields the draft has.
    pub shared: u64,
    /// Its fields.
    pub of: u64,
}

impl Draft {
    /// Adds what another draft of the same has seen.
    pub fn merge(&mut self, other: Draft) {
        self.captures += other.captures;
        self.place.merge(other.place);
    }

    /// Whether it is a new event.
    pub fn is_event(&self) -> bool {
        matches!(self.kind, DraftKind::Event(_))
    }

    /// The fields that were learned, in the order of their names.
    pub fn fields(&self) -> Vec<LearnedField> {
        let mut fields = Vec::new();
        collect(&self.place, "", &mut fields);
        fields
    }

    /// Keeps what is wanted; false if nothing is left.
    pub(super) fn retain(&mut self, wants: &mut impl FnMut(&Draft, Option<&str>) -> bool) -> bool {
        if self.is_event() {
            return wants(self, None);
        }
        for pointer in self.roots() {
            if !wants(self, Some(&pointer)) {
                remove(&mut self.place, &pointer);
            }
        }
        !self.place.is_empty()
    }

    /// The fields that the documents do not know, without what is inside them.
    pub fn roots(&self) -> Vec<String> {
        let mut roots: Vec<String> = Vec::new();
        for LearnedField { pointer, .. } in self.fields() {
            let is_inside = |root: &String| {
                pointer
                    .strip_prefix(root.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            if !roots.iter().any(is_inside) {
                roots.push(pointer);
            }
        }
        roots
    }

    /// The known event that it resembles most. What all events of the provider have does not
    /// count for that.
    pub(super) fn like(&self, catalog: &Catalog) -> Option<Like> {
        let paths: BTreeSet<String> = self
            .fields()
            .iter()
            .map(|field| path(&field.pointer))
            .collect();
        let entries = catalog.entries().filter(|_| self.is_event());
        let all = entries.filter_map(|entry| likeness(&paths, entry.provider, entry.event));
        let best = all.fold(None, |best: Option<(f64, Like)>, next| match best {
            Some(best) if best.0 >= next.0 => Some(best),
            _ => Some(next),
        });
        best.map(|(_, like)| like)
    }
}

/// How much of an event there is among these paths, if it is more than half of both.
#[expect(clippy::cast_precision_loss, reason = "a handful of fields")]
fn likeness(paths: &BTreeSet<String>, provider: &Provider, event: &Event) -> Option<(f64, Like)> {
    let is_own = |path: &String| *path != provider.discriminator && !provider.common.contains(path);
    let known: BTreeSet<String> = event.fields().into_iter().map(|field| field.path).collect();
    let own = |paths: &BTreeSet<String>| -> BTreeSet<String> {
        paths.iter().filter(|path| is_own(path)).cloned().collect()
    };
    let (ours, theirs) = (own(paths), own(&known));
    let shared = ours.intersection(&theirs).count();
    let all = ours.union(&theirs).count();
    if shared * 2 <= all {
        return None;
    }
    let like = Like {
        event: event.name.clone(),
        shared: paths.intersection(&known).count() as u64,
        of: known.len() as u64,
    };
    Some((shared as f64 / all as f64, like))
}

/// A pointer as the catalog spells paths: `files[].url`.
fn path(pointer: &str) -> String {
    let mut path = String::new();
    for token in pointer.split('/').skip(1) {
        match token {
            "*" => path.push_str("[]"),
            token => {
                let dot = if path.is_empty() { "" } else { "." };
                path = format!("{path}{dot}{}", unescape(token));
            }
        }
    }
    path
}

fn collect(place: &Place, pointer: &str, fields: &mut Vec<LearnedField>) {
    let objects = place.of_type("object");
    let members = place.members.iter().map(|(name, member)| {
        let mut inner = pointer.to_owned();
        push_token(&mut inner, name);
        (inner, member, (objects > 0).then_some(objects))
    });
    let any = format!("{pointer}/*");
    let others = place
        .others
        .iter()
        .map(|other| (any.clone(), &**other, None));
    for (inner, member, of) in members.chain(others) {
        if member.seen > 0 {
            fields.push(LearnedField {
                pointer: inner.clone(),
                types: member.types.keys().cloned().collect(),
                count: member.seen,
                of,
                form: member.form(),
            });
        }
        collect(member, &inner, fields);
    }
    if let Some(items) = &place.items {
        collect(items, &any, fields);
    }
}

/// Forgets a field.
fn remove(place: &mut Place, pointer: &str) {
    let Some(rest) = pointer.strip_prefix('/') else {
        return;
    };
    let (token, rest) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    if token == "*" {
        for inner in [&mut place.items, &mut place.others] {
            match inner {
                Some(inside) if !rest.is_empty() => {
                    remove(inside, rest);
                    if inside.is_empty() {
                        *inner = None;
                    }
                }
                inner => *inner = None,
            }
        }
        return;
    }
    let name = unescape(token).into_owned();
    if let Some(inside) = place.members.get_mut(&name) {
        remove(inside, rest);
        if rest.is_empty() || inside.is_empty() {
            place.members.remove(&name);
        }
    }
}
