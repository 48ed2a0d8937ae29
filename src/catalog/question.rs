//! The schemas of remarks and lookalikes, compiled on first use.
//!
//! Compiling a schema takes longer than validating a document, so a schema is compiled only when
//! a value has a type that the schema accepts.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::Value;

/// A schema that is compiled on first use.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) schema: Value,
    validator: OnceLock<Option<Validator>>,
}

impl Question {
    pub(super) fn new(schema: Value) -> Question {
        Question {
            schema,
            validator: OnceLock::new(),
        }
    }

    /// The error of the schema, if it is invalid.
    pub(super) fn fault(&self) -> Option<(String, String)> {
        let error = jsonschema::draft202012::meta::validate(&self.schema).err()?;
        Some((error.instance_path().to_string(), error.to_string()))
    }

    /// Whether the schema accepts the value.
    pub(super) fn matches(&self, value: &Value) -> bool {
        if !has_type(&self.schema, value) {
            return false;
        }
        let validator = self
            .validator
            .get_or_init(|| jsonschema::draft202012::new(&self.schema).ok());
        validator
            .as_ref()
            .is_some_and(|validator| validator.is_valid(value))
    }
}

/// Whether the types in the schema allow the value.
fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |name: &str| match value {
        Value::Null => name == "null",
        Value::Bool(_) => name == "boolean",
        Value::Number(_) => name == "number" || name == "integer",
        Value::String(_) => name == "string",
        Value::Array(_) => name == "array",
        Value::Object(_) => name == "object",
    };
    let is_asked_for = match schema.get("type") {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    };
    let branches = schema.get("anyOf").and_then(Value::as_array);
    is_asked_for
        && branches.is_none_or(|branches| branches.iter().any(|branch| has_type(branch, value)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Schemas that ask for types, and more.
    fn schemas() -> impl Strategy<Value = Value> {
        let name = || {
            let names = [
                "null", "boolean", "number", "integer", "string", "array", "object",
            ];
            prop::sample::select(names.to_vec())
        };
        let leaf = prop_oneof![
            Just(json!({})),
            Just(json!(true)),
            name().prop_map(|name| json!({ "type": name })),
            prop::collection::btree_set(name(), 1..4).prop_map(|names| json!({ "type": names })),
            name().prop_map(|name| json!({ "type": name, "minimum": 1, "minLength": 1 })),
        ];
        leaf.prop_recursive(2, 8, 3, |inner| {
            prop::collection::vec(inner, 1..4).prop_map(|branches| json!({ "anyOf": branches }))
        })
    }

    proptest! {
        #[test]
        fn a_question_is_never_denied_by_type_that_the_validator_would_answer_with_yes(
            schema in schemas(),
            value in prop::sample::select(vec![
                json!(null), json!(true), json!(1), json!(1.0), json!(1.5), json!("a"), json!([1]),
                json!({ "a": 1 }),
            ]),
        ) {
            let plain = jsonschema::draft202012::is_valid(&schema, &value);
            prop_assert_eq!(Question::new(schema).matches(&value), plain);
        }
    }
}
