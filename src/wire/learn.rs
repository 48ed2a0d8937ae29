//! The JSON objects of `learn`.

use serde::Serialize;

/// An event, or fields of a known event, of which the catalog files were drafted.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LearnedJson<'l> {
    /// The provider.
    pub provider: &'l str,
    /// The event.
    pub event: &'l str,
    /// Whether the event is new. Else the fields are new, and the event is known.
    pub is_new: bool,
    /// The files that were written for it. Empty without `--write`.
    pub files: Vec<String>,
    /// Captures of this run that it was drafted from.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub captures: u64,
    /// The fields that were learned, in the order of their names.
    pub fields: Vec<LearnedFieldJson<'l>>,
    /// The known event of which it is a variant. Null if there is none.
    pub like: Option<LikeJson<'l>>,
}

/// A field that was learned.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct LearnedFieldJson<'l> {
    /// JSON Pointer to it, with `*` for the items of a list and for names that are values.
    pub pointer: &'l str,
    /// The JSON types that were seen.
    pub types: &'l [String],
    /// The form that all of its values have, such as `uri` or `digits`. Null if there is none.
    pub form: Option<&'l str>,
    /// How many values were seen.
    #[cfg_attr(test, schemars(range(min = 1)))]
    pub count: u64,
    /// In how many objects it could stand. Null if that was not counted.
    pub of: Option<u64>,
}

/// A known event that a new one resembles.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(inline))]
pub struct LikeJson<'l> {
    /// The event.
    pub event: &'l str,
    /// How many of its fields the new one has.
    pub shared: u64,
    /// How many fields it has.
    pub of: u64,
}

/// The last line of `learn`.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LearnSummary {
    /// Captures that were looked at.
    pub captures: u64,
    /// New events.
    pub events: u64,
    /// New fields of known events.
    pub fields: u64,
    /// Captures from which nothing could be learned, although the catalog does not know them.
    pub refused: u64,
    /// Files that were written.
    pub files: u64,
    /// Why nothing was learned, for people. Null if something was.
    pub why: Option<String>,
}
