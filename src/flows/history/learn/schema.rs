//! A place as JSON Schema, and back. `x-learned` has the counts, so that a later run goes on.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::format::Form;
use super::place::{Place, Values};

/// The keyword with the counts.
pub(super) const LEARNED: &str = "x-learned";
/// So many values must have a form before a schema names it.
const ENOUGH: u64 = 5;
/// The longest text that is made up.
const LONGEST: u64 = 64;

/// The schema that accepts what was seen.
pub(super) fn schema(place: &Place) -> Map<String, Value> {
    let mut schema = Map::new();
    if !place.types.is_empty() {
        schema.insert("type".to_owned(), types(place));
    }
    if let Some(form) = place.form_of("string").filter(|form| form.is_standard())
        && place.of_type("string") >= ENOUGH
    {
        schema.insert("format".to_owned(), form.word().into());
    }
    if let Some(list) = place.list() {
        // A list says all values, those of other types too.
        if place.types.len() == 1 {
            let values: Vec<&String> = list.keys().collect();
            schema.insert("enum".to_owned(), json!(values));
        }
    }
    let members = place.members.iter();
    let properties: Map<String, Value> = members
        .map(|(name, member)| (name.clone(), self::schema(member).into()))
        .collect();
    if !properties.is_empty() {
        schema.insert("properties".to_owned(), properties.into());
    }
    let objects = place.of_type("object");
    let required = place
        .members
        .iter()
        .filter(|(_, one)| objects > 0 && one.seen == objects);
    let required: Vec<&String> = required.map(|(name, _)| name).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    for (keyword, inner) in [
        ("items", &place.items),
        ("additionalProperties", &place.others),
    ] {
        if let Some(inner) = inner {
            schema.insert(keyword.to_owned(), self::schema(inner).into());
        }
    }
    if place.seen > 0 || place.is_map {
        schema.insert(LEARNED.to_owned(), counts(place));
    }
    schema
}

/// The types, the most frequent first. A number covers an integer.
fn types(place: &Place) -> Value {
    let has_numbers = place.types.contains_key("number");
    let mut types: Vec<(&String, u64)> = place
        .types
        .iter()
        .filter(|(name, _)| *name != "integer" || !has_numbers)
        .map(|(name, count)| (name, *count))
        .collect();
    types.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    match &types[..] {
        [(only, _)] => json!(only),
        types => types.iter().map(|(name, _)| json!(name)).collect(),
    }
}

fn counts(place: &Place) -> Value {
    let mut learned = json!({ "seen": place.seen, "types": place.types });
    if !place.forms.is_empty() {
        let forms = place.forms.iter();
        let forms: BTreeMap<_, _> = forms.map(|(form, count)| (form.word(), count)).collect();
        learned["formats"] = json!(forms);
    }
    if let Some(length) = place.length {
        learned["length"] = json!(length);
    }
    match &place.values {
        Some(Values::All(values)) => learned["values"] = json!(values),
        Some(Values::NoList) => learned["values"] = Value::Null,
        None => {}
    }
    if place.is_map {
        learned["map"] = json!(true);
    }
    learned
}

/// What a schema was drafted from; nothing if its counts cannot be read.
pub(super) fn from_schema(schema: &Value) -> Option<Place> {
    let null = Value::Null;
    let learned = schema.get(LEARNED).unwrap_or(&null);
    let numbers = |name: &str| -> Option<BTreeMap<String, u64>> {
        let of = learned.get(name).and_then(Value::as_object);
        let counts = of.into_iter().flatten();
        counts
            .map(|(name, count)| Some((name.clone(), count.as_u64()?)))
            .collect()
    };
    let inner = |keyword: &str| match schema.get(keyword).filter(|inner| inner.is_object()) {
        Some(inner) => from_schema(inner).map(|inner| Some(Box::new(inner))),
        None => Some(None),
    };
    let forms = numbers("formats")?.into_iter();
    let length = learned.get("length").and_then(Value::as_array);
    let length = length.and_then(|ends| Some([ends.first()?.as_u64()?, ends.get(1)?.as_u64()?]));
    let members = schema.get("properties").and_then(Value::as_object);
    let members = members.into_iter().flatten();
    Some(Place {
        seen: learned
            .get("seen")
            .and_then(Value::as_u64)
            .unwrap_or_default(),
        types: numbers("types")?,
        forms: forms
            .filter_map(|(word, count)| Some((Form::of_word(&word)?, count)))
            .collect(),
        length,
        values: match learned.get("values") {
            None => None,
            Some(Value::Null) => Some(Values::NoList),
            Some(_) => Some(Values::All(numbers("values")?)),
        },
        members: members
            .map(|(name, member)| Some((name.clone(), from_schema(member)?)))
            .collect::<Option<_>>()?,
        others: inner("additionalProperties")?,
        is_map: learned.get("map").is_some(),
        items: inner("items")?,
    })
}

/// A value that the schema accepts, made up in the form of what was seen. Equal names have equal
/// values, and different ones different ids.
pub(super) fn sample(place: &Place, name: &str) -> Value {
    let types = place.types.iter().filter(|(name, _)| *name != "null");
    let main = types
        .max_by_key(|(_, count)| **count)
        .map(|(name, _)| name.as_str());
    match main {
        Some("string") => text(place, name).into(),
        Some("integer") if place.form_of("integer") == Some(Form::UnixSeconds) => {
            json!(1_767_268_800)
        }
        Some("integer") => json!(1),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") => {
            let items = place.items.iter();
            items.map(|item| sample(item, name)).collect()
        }
        Some("object") => {
            let members = place.members.iter();
            let members = members.map(|(name, member)| (name.clone(), sample(member, name)));
            let others = place.others.iter();
            let others = others.map(|other| ("made-up".to_owned(), sample(other, name)));
            Value::Object(members.chain(others).collect())
        }
        _ => Value::Null,
    }
}

fn text(place: &Place, name: &str) -> String {
    if let Some(first) = place.list().and_then(|values| values.keys().next()) {
        return first.clone();
    }
    let [shortest, longest] = place.length.unwrap_or_default();
    let length = |length: u64| usize::try_from(length.min(LONGEST)).unwrap_or(0);
    if let Some(form) = place.form_of("string") {
        return form.made_up(length(shortest), name);
    }
    let word = "made up ".chars().cycle();
    word.take(length(longest.min(shortest.max(7)))).collect()
}
