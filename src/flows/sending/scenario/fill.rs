//! `${…}` in the texts of a scenario: environment variables, and ids of the step's session as
//! `${id.FIELD}`.

use serde_json::Value;

use crate::catalog::Session;
use crate::model::environment::{Environment, expand};

/// The prefix of an id.
const ID: &str = "id.";

/// Checks that all variables of a text are set. Ids are not checked. The error is a missing name.
pub(super) fn check<'t>(text: &'t str, environment: &Environment) -> Result<(), &'t str> {
    let find = |name: &str| match name.strip_prefix(ID) {
        Some(_) => Some(""),
        None => environment.variables.get(name).map(String::as_str),
    };
    expand(text, find).map(|_| ())
}

/// The text with the values of variables and ids. The error is a missing name.
pub(super) fn text(
    text: &str,
    environment: &Environment,
    session: &Session<'_>,
) -> Result<String, String> {
    let find = |name: &str| match name.strip_prefix(ID) {
        Some(field) => session.id(field),
        None => environment.variables.get(name).map(String::as_str),
    };
    expand(text, find).map_err(str::to_owned)
}

/// The JSON text with values in all of its strings.
pub(super) fn json(
    value: &str,
    environment: &Environment,
    session: &Session<'_>,
) -> Result<String, String> {
    if !value.contains("${") {
        return Ok(value.to_owned());
    }
    let mut tree: Value = serde_json::from_str(value).unwrap_or_default();
    strings(&mut tree, &|text_of| text(text_of, environment, session))?;
    Ok(tree.to_string())
}

fn strings(value: &mut Value, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<(), String> {
    match value {
        Value::String(text) => *text = fill(text)?,
        Value::Array(items) => items.iter_mut().try_for_each(|item| strings(item, fill))?,
        Value::Object(members) => {
            members
                .values_mut()
                .try_for_each(|member| strings(member, fill))?;
        }
        _ => {}
    }
    Ok(())
}

/// The text with the values of variables. [`check`] has verified that all are set.
pub(super) fn variables(text: &str, environment: &Environment) -> String {
    environment.expand(text).unwrap_or_else(|_| text.to_owned())
}
