//! `${…}` in the texts of a scenario: environment variables, and ids of the step's session as
//! `${id.FIELD}`.

use crate::catalog::Session;
use crate::json::{Edit, Kind, Node, edited, quoted, read};
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

/// The JSON text with values in all of its strings. Every other byte stays as it is.
pub(super) fn json(
    value: &str,
    environment: &Environment,
    session: &Session<'_>,
) -> Result<String, String> {
    // An escape may stand for a `$`.
    if !value.contains(['$', '\\']) {
        return Ok(value.to_owned());
    }
    let mut edits = Vec::new();
    if let Some(root) = read(value.as_bytes()).root {
        let fill = |text_of: &str| text(text_of, environment, session);
        strings(&root, &fill, &mut edits)?;
    }
    let filled = edited(value.as_bytes(), edits.iter()).map(String::from_utf8);
    Ok(filled
        .and_then(Result::ok)
        .unwrap_or_else(|| value.to_owned()))
}

fn strings(
    node: &Node,
    fill: &dyn Fn(&str) -> Result<String, String>,
    edits: &mut Vec<Edit>,
) -> Result<(), String> {
    match &node.kind {
        Kind::String(text) => {
            let filled = fill(text)?;
            if filled != *text {
                edits.push(Edit {
                    span: node.span.clone(),
                    with: quoted(&filled),
                });
            }
            Ok(())
        }
        Kind::Array(items) => items.iter().try_for_each(|item| strings(item, fill, edits)),
        Kind::Object(members) => members
            .iter()
            .try_for_each(|member| strings(&member.value, fill, edits)),
        _ => Ok(()),
    }
}

/// The text with the values of variables. [`check`] has verified that all are set.
pub(super) fn variables(text: &str, environment: &Environment) -> String {
    environment.expand(text).unwrap_or_else(|_| text.to_owned())
}
