//! The scenarios in the binary. They have the same format as those of users.

use include_dir::{Dir, include_dir};

use crate::text;

static SCENARIOS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/scenarios");

/// The names and texts of the built-in scenarios.
fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let files = SCENARIOS.files();
    files.filter_map(|file| Some((file.path().file_stem()?.to_str()?, file.contents_utf8()?)))
}

/// The text of the scenario of that name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    files().find_map(|(known, text)| (known == name).then_some(text))
}

/// What scenarios are called elsewhere.
const OTHER_NAMES: [(&str, &[&str]); 4] = [
    (
        "redelivery",
        &["duplicate", "duplicates", "retry", "retries"],
    ),
    ("disorder", &["order", "out-of-order", "reorder", "shuffle"]),
    ("storm", &["load", "burst", "flood", "stress"]),
    ("session", &["call", "meeting", "happy", "normal"]),
];

/// The name of the scenario that is probably meant.
pub fn nearest(name: &str) -> Option<String> {
    let other = OTHER_NAMES
        .iter()
        .find(|(_, others)| others.contains(&name));
    if let Some((own, _)) = other {
        return Some((*own).to_owned());
    }
    text::nearest(name, files().map(|(known, _)| known)).map(str::to_owned)
}

/// The names of all built-in scenarios, each with its title.
pub fn list() -> Vec<(&'static str, String)> {
    let title = |text: &str| {
        let value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        value["title"].as_str().unwrap_or_default().to_owned()
    };
    files().map(|(name, text)| (name, title(text))).collect()
}
