//! Variants of events, each different in one way, derived from the catalog alone.
//!
//! The validation decides whether a variant is still legitimate; it is never assumed.

use serde_json::{Map, Value, json};

use crate::catalog::{Event, Provider};
use crate::json::push_token;

/// Text in several scripts, one of them beyond the basic plane.
const FOREIGN: &str = "é会議😀";

/// The paths of the parts of an event that can be left out, one at a time.
pub(super) fn optional_parts(
    event: &Event,
    body: &Value,
    is_valid: &dyn Fn(&Value) -> bool,
) -> Vec<String> {
    let optional = event.fields().into_iter().filter(|field| !field.required);
    let paths = optional.map(|field| field.path);
    paths
        .filter(|path| !path.contains("[]"))
        .filter(|path| without(body.clone(), path).is_some_and(|body| is_valid(&body)))
        .collect()
}

/// The body without the part at that path; `None` if it has no such part.
pub(super) fn without(mut body: Value, path: &str) -> Option<Value> {
    let pointer = format!("/{}", path.replace('.', "/"));
    let (parent, name) = pointer.rsplit_once('/')?;
    let members = body.pointer_mut(parent)?.as_object_mut()?;
    members.shift_remove(name)?;
    Some(body)
}

/// The body with undocumented members.
pub(super) fn with_extra_members(mut body: Value) -> Value {
    if let Value::Object(members) = &mut body {
        let extra = json!({ "text": "added", "list": [1, "two", null], "flag": true });
        members.insert("enxhook_extra".to_owned(), extra);
        members.insert("enxhook_null".to_owned(), Value::Null);
    }
    body
}

/// The body as an event of that name.
pub(super) fn renamed(provider: &Provider, mut body: Value, name: &str) -> Value {
    body[&provider.discriminator] = name.into();
    body
}

/// The body with its first list made long; `None` if it has no list.
pub(super) fn enlarged(mut body: Value, items: usize) -> Option<Value> {
    let members = body.as_object_mut()?;
    let list = members
        .values_mut()
        .filter_map(Value::as_array_mut)
        .find(|list| !list.is_empty())?;
    let first = list[0].clone();
    *list = (1..=items)
        .map(|number| changed(&first, &format!("-{number}")))
        .collect();
    Some(body)
}

/// The body with text beyond ASCII where free text is allowed; `None` if it is nowhere.
pub(super) fn with_foreign_text(
    provider: &Provider,
    body: &Value,
    is_valid: &dyn Fn(&Value) -> bool,
) -> Option<Value> {
    let mut pointers = Vec::new();
    texts(body, "", &mut pointers);
    let is_kept = |pointer: &str| {
        let field = pointer.trim_start_matches('/');
        field == provider.discriminator
            || provider.session.iter().any(|name| name == field)
            || field.ends_with("_id")
    };
    pointers
        .into_iter()
        .filter(|pointer| !is_kept(pointer))
        .find_map(|pointer| {
            let mut with = body.clone();
            let text = with.pointer_mut(&pointer)?;
            *text = format!("{} {FOREIGN}", text.as_str()?).into();
            is_valid(&with).then_some(with)
        })
}

/// The pointers to all texts that are not URLs.
fn texts(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.contains("://") => found.push(at.to_owned()),
        Value::Object(members) => {
            for (name, member) in members {
                let mut at = at.to_owned();
                push_token(&mut at, name);
                texts(member, &at, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Another legitimate body of the same event and session under the same key; nothing if
/// there is nothing in it to change.
pub(super) fn another_body(
    provider: &Provider,
    body: &Value,
    is_valid: &dyn Fn(&Value) -> bool,
) -> Option<Value> {
    let kept = |name: &str| {
        let lists = [&provider.same_key, &provider.session, &provider.common];
        name == provider.discriminator || lists.iter().any(|list| list.iter().any(|n| n == name))
    };
    let mut other = body.clone();
    for (name, value) in body.as_object()? {
        if kept(name) {
            continue;
        }
        other[name] = changed(value, "-2");
        if !is_valid(&other) {
            other[name] = value.clone();
        }
    }
    (other != *body).then_some(other)
}

/// The value with every text and number in it changed.
fn changed(value: &Value, tail: &str) -> Value {
    match value {
        Value::String(text) => changed_text(text, tail).into(),
        Value::Number(number) => number
            .as_i64()
            .and_then(|number| number.checked_add(1))
            .map_or_else(|| value.clone(), Value::from),
        Value::Array(items) => items.iter().map(|item| changed(item, tail)).collect(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| (name.clone(), changed(member, tail)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Bool(_) | Value::Null => value.clone(),
    }
}

/// A number in digits becomes the next one, a file name gets a tail before its ending.
fn changed_text(text: &str, tail: &str) -> String {
    if let Ok(number) = text.parse::<u64>() {
        return number.saturating_add(1).to_string();
    }
    let name = text.rfind('/').map_or(0, |slash| slash + 1);
    match text[name..].rfind('.') {
        Some(dot) if dot > 0 => {
            let (front, ending) = text.split_at(name + dot);
            format!("{front}{tail}{ending}")
        }
        _ => format!("{text}{tail}"),
    }
}

/// The JSON text with every character beyond ASCII as `\uXXXX`.
pub(super) fn in_ascii(value: &Value) -> String {
    use std::fmt::Write as _;

    let mut out = String::new();
    for c in value.to_string().chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// The JSON text of an object with one more member, whose value is given as text.
pub(super) fn with_raw_member(value: &Value, name: &str, raw: &str) -> String {
    let text = value.to_string();
    let front = text.strip_suffix('}').unwrap_or(&text);
    format!("{front},\"{name}\":{raw}}}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::super::bodies::Bodies;
    use super::*;
    use crate::catalog::Catalog;
    use crate::validation::Validation;

    /// What a variant makes of each event of the embedded providers, by event.
    fn of_each(variant: impl Fn(&Provider, &Event, &Bodies<'_>, Value) -> String) -> Vec<String> {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let validation = Validation::new(Arc::clone(&catalog));
        let mut lines = Vec::new();
        for provider in catalog.providers() {
            let bodies = Bodies::new(provider, &validation);
            for event in provider.events() {
                let message = variant(provider, event, &bodies, bodies.fresh(event).unwrap());
                if !message.is_empty() {
                    lines.push(format!("{}: {message}", event.name));
                }
            }
        }
        lines
    }

    #[test]
    fn what_is_optional_is_taken_from_the_schemas() {
        let lines = of_each(|_, event, bodies, body| {
            optional_parts(event, &body, &|body| bodies.is_valid(body)).join(" ")
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        session_start: concurrent_sessions concurrent_sessions.license_sessions
        session_stop: concurrent_sessions concurrent_sessions.license_sessions
        file_transfer: destination.host
        "#);
    }

    #[test]
    fn a_text_that_may_hold_any_character_is_found_where_there_is_one() {
        let lines = of_each(|provider, _, bodies, body| {
            with_foreign_text(provider, &body, &|body| bodies.is_valid(body)).map_or_else(
                String::new,
                |with| {
                    assert!(bodies.is_valid(&with));
                    let text = in_ascii(&with);
                    assert!(text.is_ascii());
                    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), with);
                    let members = with.as_object().unwrap();
                    let different = members.iter().find(|(name, value)| body[*name] != **value);
                    different.unwrap().0.clone()
                },
            )
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        transcoded: stage
        file_transfer: destination
        upload_failed: msg
        upload_ready: msg
        session_finished: msg
        "#);
    }

    #[test]
    fn another_body_under_the_same_key_is_legitimate_and_keeps_session_and_name() {
        let lines = of_each(|provider, _, bodies, body| {
            let Some(other) = another_body(provider, &body, &|body| bodies.is_valid(body)) else {
                return String::new();
            };
            assert!(bodies.is_valid(&other));
            assert_eq!(provider.session_of(&other), provider.session_of(&body));
            let members = other.as_object().unwrap();
            let different = members
                .iter()
                .filter(|(name, value)| body[*name] != **value);
            different
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
                .join(" ")
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        session_start: concurrent_sessions
        session_stop: concurrent_sessions
        recording: recording
        transcoded: recording stage file_size
        live_recording: url file_size
        chatdata: url
        metadata: url
        transcription: url
        file_transfer: files
        upload_failed: upload_status_code
        upload_ready: recording_file_duration_ms recording_file_size_bytes
        supervisor_session_finished: supervisor_client_id agent_session_id agent_client_id
        "#);
    }

    #[test]
    fn a_long_list_is_legitimate_and_its_items_differ() {
        let lines = of_each(|_, _, bodies, body| {
            let Some(large) = enlarged(body, 300) else {
                return String::new();
            };
            assert!(bodies.is_valid(&large));
            let members = large.as_object().unwrap();
            let list = members.values().find_map(Value::as_array).unwrap();
            let different: std::collections::BTreeSet<String> =
                list.iter().map(Value::to_string).collect();
            different.len().to_string()
        });
        insta::assert_snapshot!(lines.join("\n"), @r#"
        recording: 300
        file_transfer: 300
        "#);
    }

    #[test]
    fn a_member_can_be_added_as_text() {
        let text = with_raw_member(&json!({ "a": 1 }), "b", "1e999");
        assert_eq!(text, "{\"a\":1,\"b\":1e999}");
    }
}
