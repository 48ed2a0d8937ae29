//! Whether a schema has a path, and the most similar path if it does not.

use serde_json::Value;

use super::fields::{self, resolve};
use crate::json::Path;
use crate::text::nearest;

/// Whether a schema has a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// The schema describes the value, or allows any value there.
    Yes,
    /// The schema does not have the field.
    No {
        /// The path up to the unknown field.
        unknown: String,
        /// The most similar known path.
        nearest: Option<String>,
    },
}

/// Follows a path through a schema.
pub(super) fn look_up(schema: &Value, path: &Path) -> Known {
    let mut places = vec![schema];
    for (at, token) in path.keys().iter().enumerate() {
        let mut next = Vec::new();
        let mut names = Vec::new();
        let mut is_open = true;
        for place in places {
            inside(schema, place, token, &mut next, &mut names, &mut is_open);
        }
        if next.is_empty() {
            if is_open {
                return Known::Yes;
            }
            let below = |name: &str| {
                let mut keys = path.keys()[..at].to_vec();
                keys.push(name.to_owned());
                Path::new(keys).to_string()
            };
            let nearest = nearest(token, names)
                .map(below)
                .or_else(|| elsewhere(schema, token));
            return Known::No {
                unknown: below(token),
                nearest,
            };
        }
        places = next;
    }
    Known::Yes
}

/// The schemas of a member or an item of a value. `names` collects the known members; `is_open`
/// stays true if the schema does not describe members.
fn inside<'s>(
    root: &'s Value,
    schema: &'s Value,
    token: &str,
    next: &mut Vec<&'s Value>,
    names: &mut Vec<&'s str>,
    is_open: &mut bool,
) {
    let target = resolve(root, schema);
    if let Some(properties) = target.get("properties").and_then(Value::as_object) {
        *is_open = false;
        names.extend(properties.keys().map(String::as_str));
        next.extend(properties.get(token));
    }
    if let Some(others) = target.get("additionalProperties") {
        *is_open = false;
        next.extend(others.is_object().then_some(others));
    }
    if let Some(items) = target.get("items") {
        *is_open = false;
        next.extend((token == "-" || token.parse::<usize>().is_ok()).then_some(items));
    }
    if is_leaf(target) {
        *is_open = false;
    }
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for branch in target
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            inside(root, branch, token, next, names, is_open);
        }
    }
}

/// Whether a schema has types, all of them without members or items.
fn is_leaf(schema: &Value) -> bool {
    let holds = |name: &Value| name == "object" || name == "array";
    match schema.get("type") {
        Some(Value::Array(names)) => !names.iter().any(holds),
        Some(name) => !holds(name),
        None => schema.get("const").is_some() || schema.get("enum").is_some(),
    }
}

/// A field with this or a similar name, deeper in the schema.
fn elsewhere(schema: &Value, token: &str) -> Option<String> {
    let fields = fields::of(schema);
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let names: Vec<String> = fields.iter().map(|field| last(&field.path)).collect();
    let found = nearest(token, names.iter().map(String::as_str))?;
    let index = names.iter().position(|name| name == found)?;
    Some(fields[index].path.replace("[]", ".0"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    fn known(path: &str) -> Known {
        let schema = json!({
            "type": "object",
            "properties": {
                "conf_num": { "$ref": "#/$defs/id" },
                "destination": { "type": "object", "properties": { "host": { "type": "string" } } },
                "files": {
                    "type": ["array", "null"],
                    "items": { "type": "object", "properties": { "url": { "type": "string" } } }
                },
                "licences": { "type": "object", "additionalProperties": { "type": "boolean" } },
                "open": { "type": "object" },
                "either": { "anyOf": [
                    { "type": "string" },
                    { "type": "array", "items": { "type": "string" } }
                ] }
            },
            "$defs": { "id": { "type": ["string", "number"] } }
        });
        look_up(&schema, &path.parse().unwrap())
    }

    #[test]
    fn what_is_documented_and_what_is_left_open_is_known() {
        for path in [
            "conf_num",
            "files.0.url",
            "files.-",
            "destination.host",
            "licences.ANY-1",
            "open.any.thing",
            "either.3",
        ] {
            assert_eq!(known(path), Known::Yes, "{path}");
        }
    }

    #[test]
    fn what_is_not_known_finds_the_nearest_at_its_place_or_below() {
        for (path, meant) in [
            ("confnum", Some("conf_num")),
            ("destination.hots", Some("destination.host")),
            ("host", Some("destination.host")),
            ("files.0.urls", Some("files.0.url")),
            ("files.url", None),
            ("banana", None),
            ("conf_num.x", None),
        ] {
            let Known::No { nearest, unknown } = known(path) else {
                panic!("{path} is known");
            };
            assert!(path.starts_with(&unknown), "{path}: {unknown}");
            if meant.is_some() || path == "banana" {
                assert_eq!(nearest.as_deref(), meant, "{path}");
            }
        }
    }
}
