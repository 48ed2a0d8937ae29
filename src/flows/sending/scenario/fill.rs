//! `${…}` in the texts of a scenario: variables of the environment, and as `${id.FIELD}` the
//! ids of the step's session.

use serde_json::Value;

use crate::catalog::Session;
use crate::model::environment::{Environment, expand};

/// What the name of an id begins with.
const ID: &str = "id.";

/// That all variables of a text are set; ids are made later. Else the name of one.
pub(super) fn check<'t>(text: &'t str, environment: &Environment) -> Result<(), &'t str> {
    let find = |name: &str| match name.strip_prefix(ID) {
        Some(_) => Some(""),
        None => environment.variables.get(name).map(String::as_str),
    };
    expand(text, find).map(|_| ())
}

/// The text with variables and ids in it. An error names what there is not.
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

/// The JSON text with all of its strings filled in.
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

/// The text with the variables of the environment in it, which [`check`] has found all there.
pub(super) fn variables(text: &str, environment: &Environment) -> String {
    environment.expand(text).unwrap_or_else(|_| text.to_owned())
}
