//! What was seen at one place of many bodies: counts, and no values.
//!
//! Two places merge into what one would be that had seen everything: all that is kept are sums,
//! extremes, unions, and limits that stay exceeded once they are. So neither the order of
//! captures nor that of runs matters.

use std::collections::BTreeMap;

use serde_json::Value;

use super::format::Form;
use crate::catalog::{Shape, type_name};

/// Levels beyond these are not looked at.
const DEEPEST: usize = 16;
/// An object with more different names is taken for a map: its names are values.
const MOST_NAMES: usize = 64;
/// The longest list of values.
const MOST_VALUES: usize = 16;
/// The longest value of a list, in bytes.
const LONGEST_VALUE: usize = 40;

/// What was seen at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Values.
    pub seen: u64,
    /// The same by JSON type.
    pub types: BTreeMap<String, u64>,
    /// How many strings or integers have a form.
    pub forms: BTreeMap<Form, u64>,
    /// The shortest and the longest string, in characters.
    pub length: Option<[u64; 2]>,
    /// The values of strings, if they were asked for.
    pub values: Option<Values>,
    /// The members of objects, by name.
    pub members: BTreeMap<String, Place>,
    /// All members whose names are values, such as ids.
    pub others: Option<Box<Place>>,
    /// It has too many names, so that all of them count as values.
    pub is_map: bool,
    /// All items of arrays.
    pub items: Option<Box<Place>>,
}

/// The values of the strings of a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// All of them, with their counts.
    All(BTreeMap<String, u64>),
    /// They are too many, too long, or ids.
    NoList,
}

impl Place {
    /// What one value shows. `keeps_values`: also the values of lists.
    pub fn of(value: &Value, keeps_values: bool) -> Place {
        Place::at(value, keeps_values, 0)
    }

    fn at(value: &Value, keeps_values: bool, depth: usize) -> Place {
        let mut place = Place {
            seen: 1,
            types: BTreeMap::from([(type_name(value).to_owned(), 1)]),
            forms: Form::of(value).map(|form| (form, 1)).collect(),
            ..Place::default()
        };
        match value {
            Value::String(text) => {
                let length = text.chars().count() as u64;
                place.length = Some([length, length]);
                place.values = keeps_values.then(|| Values::of(text));
            }
            Value::Object(members) if depth < DEEPEST => {
                for (name, member) in members {
                    place.add(name, Place::at(member, keeps_values, depth + 1));
                }
            }
            Value::Array(items) if depth < DEEPEST => {
                for item in items {
                    let item = Place::at(item, keeps_values, depth + 1);
                    merge_into(&mut place.items, item);
                }
            }
            _ => {}
        }
        place
    }

    /// What a body has that its event's documents do not know. The documented places around it
    /// have no counts.
    pub fn beyond(value: &Value, shape: &Shape, keeps_values: bool) -> Place {
        let mut place = Place::default();
        match value {
            Value::Object(members) => {
                let is_documented = shape.member_names().next().is_some();
                for (name, member) in members {
                    let inner = match shape.member(name) {
                        Some(inner) => Place::beyond(member, inner, keeps_values),
                        None if is_documented => Place::at(member, keeps_values, 1),
                        None => continue,
                    };
                    if !inner.is_empty() {
                        place.add(name, inner);
                    }
                }
            }
            Value::Array(items) => {
                let Some(inner) = shape.item() else {
                    return place;
                };
                for item in items {
                    let item = Place::beyond(item, inner, keeps_values);
                    if !item.is_empty() {
                        merge_into(&mut place.items, item);
                    }
                }
            }
            _ => {}
        }
        place
    }

    /// Whether nothing was seen here, or inside.
    pub fn is_empty(&self) -> bool {
        let has_inside = self.items.is_some() || self.others.is_some() || !self.members.is_empty();
        self.seen == 0 && !has_inside
    }

    fn add(&mut self, name: &str, place: Place) {
        if self.is_map || !is_name(name) {
            merge_into(&mut self.others, place);
            return;
        }
        match self.members.get_mut(name) {
            Some(known) => known.merge(place),
            None => drop(self.members.insert(name.to_owned(), place)),
        }
        self.limit();
    }

    fn limit(&mut self) {
        self.is_map |= self.members.len() > MOST_NAMES;
        if self.is_map {
            for (_, place) in std::mem::take(&mut self.members) {
                merge_into(&mut self.others, place);
            }
        }
    }

    /// Adds what another place of the same meaning has seen.
    pub fn merge(&mut self, other: Place) {
        self.seen += other.seen;
        for (name, count) in other.types {
            *self.types.entry(name).or_default() += count;
        }
        for (form, count) in other.forms {
            *self.forms.entry(form).or_default() += count;
        }
        self.length = match (self.length, other.length) {
            (Some([low, high]), Some([a, b])) => Some([low.min(a), high.max(b)]),
            (one, another) => one.or(another),
        };
        self.values = match (self.values.take(), other.values) {
            (Some(one), Some(another)) => Some(one.and(another)),
            (one, another) => one.or(another),
        };
        self.is_map |= other.is_map;
        for (name, place) in other.members {
            match self.members.get_mut(&name) {
                Some(known) => known.merge(place),
                None => drop(self.members.insert(name, place)),
            }
        }
        for (mine, theirs) in [
            (&mut self.others, other.others),
            (&mut self.items, other.items),
        ] {
            if let Some(theirs) = theirs {
                merge_into(mine, *theirs);
            }
        }
        self.limit();
    }

    /// How many values have that type.
    pub fn of_type(&self, name: &str) -> u64 {
        self.types.get(name).copied().unwrap_or_default()
    }

    /// The form that all strings have, or all integers.
    pub fn form(&self) -> Option<Form> {
        self.form_of("string").or_else(|| self.form_of("integer"))
    }

    /// The form that all values of a type have.
    pub fn form_of(&self, type_name: &str) -> Option<Form> {
        let all = self.of_type(type_name);
        let mut forms = self.forms.iter();
        let form = forms.find(|(form, count)| form.type_name() == type_name && **count == all);
        form.map(|(form, _)| *form)
    }

    /// The list of all values of the strings, if there are at least two.
    pub fn list(&self) -> Option<&BTreeMap<String, u64>> {
        match &self.values {
            Some(Values::All(values)) => {
                let is_whole = values.values().sum::<u64>() == self.of_type("string");
                (values.len() > 1 && is_whole).then_some(values)
            }
            _ => None,
        }
    }
}

fn merge_into(place: &mut Option<Box<Place>>, other: Place) {
    match place {
        Some(place) => place.merge(other),
        None => *place = Some(Box::new(other)),
    }
}

impl Values {
    fn of(text: &str) -> Values {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let is_word = text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'@');
        if text.len() > LONGEST_VALUE || digits > 4 || !is_word || text.contains("://") {
            return Values::NoList;
        }
        Values::All(BTreeMap::from([(text.to_owned(), 1)]))
    }

    fn and(self, other: Values) -> Values {
        let (Values::All(mut values), Values::All(others)) = (self, other) else {
            return Values::NoList;
        };
        for (value, count) in others {
            *values.entry(value).or_default() += count;
        }
        if values.len() > MOST_VALUES {
            return Values::NoList;
        }
        Values::All(values)
    }
}

/// Whether a key is a name that a program gave, and not an id or the name of a person.
fn is_name(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.$".contains(&byte);
    let is_hex = key.len() >= 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    let begins = key
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    begins && key.len() <= 64 && digits <= 4 && !is_hex && key.bytes().all(is_plain)
}
