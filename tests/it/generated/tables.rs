//! The tables of the documents that are made from data files.

use std::fmt::Write as _;

use enx_hook::catalog::Catalog;
use serde_json::Value;

use crate::support::Sandbox;

/// What stands between the markers of that name is replaced.
pub(super) fn put(text: &str, name: &str, table: &str) -> String {
    let begin = format!("<!-- {name}: generated, do not edit -->\n");
    let end = format!("<!-- {name}: end -->");
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no `{}`", begin.trim_end()));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("no `{end}`"));
    format!("{before}{begin}\n{}\n\n{end}{after}", table.trim_end())
}

/// Where the documents contradict each other, and what the tool makes of it.
pub(super) fn contradictions() -> String {
    let catalog = Catalog::embedded().unwrap();
    let mut text = String::new();
    for provider in catalog.providers() {
        if !text.is_empty() {
            text.push('\n');
        }
        writeln!(text, "**{}**\n", provider.title).unwrap();
        text.push_str("| about | the documents | enx-hook |\n| --- | --- | --- |\n");
        for row in &provider.contradictions {
            let cells =
                [&row.about, &row.documents, &row.tool].map(|cell| cell.replace('|', "\\|"));
            writeln!(text, "| {} |", cells.join(" | ")).unwrap();
        }
    }
    text
}

/// The codes that findings can have, as the binary lists them.
pub(super) fn codes() -> String {
    let run = Sandbox::new().enx(&["validate", "--codes", "--format", "json"]);
    let mut text = "| code | severity | what is found |\n| --- | --- | --- |\n".to_owned();
    for object in run.code(0).json_of("code") {
        let severities = object["severities"].as_array().unwrap().iter().rev();
        let severities: Vec<_> = severities.filter_map(Value::as_str).collect();
        let what = object["what"].as_str().unwrap().replace('|', "\\|");
        let (name, severities) = (code(&object["code"]), severities.join(", "));
        writeln!(text, "| {name} | {severities} | {what} |").unwrap();
    }
    text
}

/// The objects that `--format json` prints.
pub(super) fn output() -> String {
    let schema: Value =
        serde_json::from_str(include_str!("../../../schemas/output.schema.json")).unwrap();
    let mut text = String::new();
    for reference in schema["oneOf"].as_array().unwrap() {
        let pointer = reference["$ref"].as_str().unwrap().trim_start_matches('#');
        let object = schema.pointer(pointer).unwrap();
        let commands: Vec<_> = object["x-commands"]
            .as_array()
            .unwrap()
            .iter()
            .map(code)
            .collect();
        let kind = code(&object["properties"]["kind"]["const"]);
        let description = object["description"].as_str().unwrap();
        writeln!(
            text,
            "**{kind}** ({}): {description}\n",
            commands.join(", ")
        )
        .unwrap();
        fields(&schema, object, &mut text);
        text.push('\n');
    }
    text.push_str("A **finding**, as in `findings` above:\n\n");
    fields(&schema, &schema["$defs"]["finding"], &mut text);
    text
}

fn fields(schema: &Value, object: &Value, text: &mut String) {
    text.push_str("| field | type | what it is |\n| --- | --- | --- |\n");
    let required = object["required"].as_array().unwrap();
    for (name, field) in object["properties"].as_object().unwrap() {
        if name == "kind" {
            continue;
        }
        let optional = if required.iter().any(|entry| entry == name) {
            ""
        } else {
            ", may be absent"
        };
        let description = field["description"].as_str().unwrap();
        writeln!(
            text,
            "| `{name}` | {}{optional} | {description} |",
            kind(schema, field)
        )
        .unwrap();
    }
}

/// The type of a field, in words.
fn kind(schema: &Value, field: &Value) -> String {
    if let Some(reference) = field["$ref"].as_str() {
        return kind(
            schema,
            schema.pointer(reference.trim_start_matches('#')).unwrap(),
        );
    }
    if let Some(values) = field["enum"].as_array() {
        return values.iter().map(code).collect::<Vec<_>>().join(", ");
    }
    match &field["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        other => panic!("no type: {other}"),
    }
}

fn code(value: &Value) -> String {
    // Only names and null are choices.
    format!("`{}`", value.as_str().unwrap_or("null"))
}
