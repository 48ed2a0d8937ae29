//! An event's schema for other programs: without annotations of ours, and with every reference
//! replaced by its target. The catalog refuses references in a circle, so this ends.

use serde_json::{Map, Value, json};

use crate::catalog::Event;

/// Keywords whose value maps names to schemas.
const MAPS: [&str; 3] = ["properties", "patternProperties", "dependentSchemas"];
/// Keywords whose value is a schema.
const SCHEMAS: [&str; 10] = [
    "items",
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "not",
    "if",
    "then",
    "else",
];
/// Keywords whose value is a list of schemas.
const LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
/// Keywords that have no meaning outside of their file.
const OWN: [&str; 6] = ["$schema", "$id", "$defs", "$anchor", "$comment", "$ref"];
/// Keywords of which the referring place has its own.
const WORDS: [&str; 2] = ["title", "description"];

/// The schema of an event.
pub(super) fn plain(event: &Event) -> Value {
    inlined(event.schema(), event.schema())
}

fn inlined(root: &Value, schema: &Value) -> Value {
    let Some(members) = schema.as_object() else {
        return schema.clone();
    };
    let mut plain = Map::new();
    for (keyword, value) in members {
        let keyword = keyword.as_str();
        if keyword.starts_with("x-") || OWN.contains(&keyword) {
            continue;
        }
        let value = match value {
            Value::Object(named) if MAPS.contains(&keyword) => {
                let named = named.iter();
                let named = named.map(|(name, inner)| (name.clone(), inlined(root, inner)));
                named.collect::<Map<_, _>>().into()
            }
            Value::Array(list) if LISTS.contains(&keyword) => {
                list.iter().map(|inner| inlined(root, inner)).collect()
            }
            inner if SCHEMAS.contains(&keyword) => inlined(root, inner),
            other => other.clone(),
        };
        plain.insert(keyword.to_owned(), value);
    }
    let target = members.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|reference| root.pointer(reference.strip_prefix('#')?));
    if let Some(target) = target {
        merge(&mut plain, inlined(root, target));
    }
    plain.into()
}

/// Adds what a reference leads to. A keyword that both have cannot hold both values, so then the
/// target stays apart.
fn merge(plain: &mut Map<String, Value>, target: Value) {
    let differs = |(keyword, value): (&String, &Value)| {
        !WORDS.contains(&&**keyword) && plain.get(keyword).is_some_and(|own| own != value)
    };
    match target {
        Value::Object(target) if !target.iter().any(differs) => {
            for (keyword, value) in target {
                plain.entry(keyword).or_insert(value);
            }
        }
        target => {
            let all = plain.entry("allOf").or_insert_with(|| json!([]));
            all.as_array_mut()
                .into_iter()
                .for_each(|all| all.push(target.clone()));
        }
    }
}
