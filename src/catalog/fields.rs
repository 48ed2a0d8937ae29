//! The fields that a schema documents, for people.

use serde_json::Value;

/// A documented field of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field<'s> {
    /// Its path from the top, as `destination.host` or `files[].url`.
    pub path: String,
    /// The JSON types that are accepted, the documented one first.
    pub types: Vec<&'s str>,
    /// Whether the field is required.
    pub required: bool,
    /// The meaning and the unit.
    pub description: &'s str,
}

/// The fields of a schema in its order, each followed by the fields inside it.
pub(super) fn of(schema: &Value) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    inside(schema, schema, "", &mut fields);
    fields
}

fn inside<'s>(root: &'s Value, schema: &'s Value, path: &str, fields: &mut Vec<Field<'s>>) {
    let schema = resolve(root, schema);
    let required = |name: &str| {
        let list = schema.get("required").and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|entry| entry == name))
    };
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        let target = resolve(root, property);
        let of_either = |keyword: &str| property.get(keyword).or_else(|| target.get(keyword));
        // The type of the property takes precedence over the type of its reference.
        let own = types(root, property);
        fields.push(Field {
            types: if own.is_empty() {
                types(root, target)
            } else {
                own
            },
            required: required(name),
            description: of_either("description")
                .and_then(Value::as_str)
                .unwrap_or_default(),
            path: path.clone(),
        });
        nested(root, target, &path, fields);
    }
}

/// The fields inside a value: of the object itself, or of the items of an array.
fn nested<'s>(root: &'s Value, schema: &'s Value, path: &str, fields: &mut Vec<Field<'s>>) {
    inside(root, schema, path, fields);
    if let Some(items) = schema.get("items") {
        inside(root, items, &format!("{path}[]"), fields);
    }
}

fn types<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s str> {
    let named = match schema.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if !named.is_empty() {
        return named;
    }
    let branches = ["anyOf", "oneOf", "allOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    let mut found = Vec::new();
    for branch in branches.flatten() {
        for name in types(root, resolve(root, branch)) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
    }
    if found.is_empty() && (schema.get("const").is_some() || schema.get("enum").is_some()) {
        found.push("string");
    }
    found
}

/// The schema that a local reference points to; the catalog refuses circles.
pub(super) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let target = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|reference| reference.strip_prefix('#'))
        .and_then(|pointer| root.pointer(pointer));
    match target {
        Some(target) if !std::ptr::eq(target, schema) => resolve(root, target),
        _ => schema,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::catalog::Catalog;

    #[test]
    fn every_field_of_every_event_has_a_type_and_a_description() {
        let catalog = Catalog::embedded().unwrap();
        for entry in catalog.entries() {
            for field in entry.event.fields() {
                let place = format!("{}: {}", entry.event.name, field.path);
                assert!(!field.types.is_empty(), "{place} has no type");
                assert!(!field.description.is_empty(), "{place} has no description");
            }
        }
    }
}
