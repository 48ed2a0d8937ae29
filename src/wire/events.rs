//! The objects of `events --format json`.

use serde::Serialize;
use serde_json::Value;

/// An event of the catalog, as `events` explains it.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Event<'c> {
    /// The provider.
    pub provider: &'c str,
    /// The name of the event.
    pub event: &'c str,
    /// Other spellings of the name.
    pub aliases: Vec<&'c str>,
    /// The event in two or three words.
    pub title: &'c str,
    /// What it means.
    pub description: &'c str,
    /// When it is sent.
    pub fires: &'c str,
    /// The field whose value names the event.
    pub discriminator: &'c str,
    /// The documented fields.
    pub fields: Vec<Field<'c>>,
    /// What to look out for.
    pub pitfalls: Vec<&'c str>,
    /// Where the documents describe it.
    pub sources: Vec<Source<'c>>,
    /// A sample.
    #[cfg_attr(test, schemars(with = "serde_json::Map<String, Value>"))]
    pub sample: Value,
}

/// A documented field.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Field<'c> {
    /// The path from the top, such as `destination.host` or `files[].url`.
    pub path: String,
    /// The JSON types that are accepted; the documented one comes first.
    #[cfg_attr(test, schemars(with = "Vec<JsonType>"))]
    pub types: Vec<&'c str>,
    /// Whether it must be there.
    pub required: bool,
    /// What it is, with its unit.
    pub description: &'c str,
}

/// A JSON type.
#[cfg(test)]
#[derive(schemars::JsonSchema)]
#[schemars(inline, rename_all = "lowercase")]
#[allow(
    dead_code,
    reason = "it describes the words of the catalog to the schema"
)]
enum JsonType {
    String,
    Integer,
    Number,
    Boolean,
    Object,
    Array,
    Null,
}

/// A place in the documents.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct Source<'c> {
    /// The title of the document.
    pub document: &'c str,
    /// The section in it.
    pub section: &'c str,
}
