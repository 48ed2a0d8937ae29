//! The documents of a provider, and how the data files cite them.

use serde::Deserialize;

/// A document of the provider.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// How the other files cite it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What to know about it.
    pub remark: Option<String>,
}

/// A place in a document.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Citation {
    /// The id of the document.
    pub document: String,
    /// The section in it.
    pub section: String,
}
