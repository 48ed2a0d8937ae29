//! Links from one document to a file of the repository, or to a heading in a document.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::Document;

/// Links whose target does not exist, each with its place.
pub(super) fn broken(document: &Document) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(&document.path).parent().expect("a file");
    let mut broken = Vec::new();
    let mut is_code = false;
    for (index, line) in document.text.lines().enumerate() {
        is_code ^= line.starts_with("```");
        if is_code {
            continue;
        }
        for target in targets(line) {
            let (path, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = if path.is_empty() {
                PathBuf::from(&document.path)
            } else {
                normal(&folder.join(path))
            };
            let found = root.join(&path);
            let is_there = found.exists()
                && (heading.is_empty()
                    || fs::read_to_string(found).is_ok_and(|text| has_heading(&text, heading)));
            if !is_there {
                broken.push(format!("{}:{}: {target}", document.path, index + 1));
            }
        }
    }
    broken
}

/// The targets of `[text](target)` in the line that are no URLs.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target)
        .filter(|target| !target.contains("://"))
}

/// The path without `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        if component == Component::ParentDir {
            normal.pop();
        } else {
            normal.push(component);
        }
    }
    normal
}

/// Whether a heading has this anchor: lower case, hyphens for spaces, other signs left out.
fn has_heading(text: &str, anchor: &str) -> bool {
    text.lines()
        .filter(|line| line.starts_with('#'))
        .any(|line| {
            let title = line.trim_start_matches('#').trim().to_lowercase();
            let kept = title.chars().filter_map(|char| match char {
                ' ' => Some('-'),
                '-' | '_' => Some(char),
                _ => char.is_alphanumeric().then_some(char),
            });
            kept.eq(anchor.chars())
        })
}

#[test]
fn targets_are_found_and_urls_are_not() {
    let line = "See [a](b.md#c), [d](https://e.example) and [f](../g).";
    assert_eq!(targets(line).collect::<Vec<_>>(), ["b.md#c", "../g"]);
    assert_eq!(
        normal(Path::new("docs/commands/../a.md")),
        Path::new("docs/a.md")
    );
    assert!(has_heading(
        "## Protect the listener\n",
        "protect-the-listener"
    ));
    assert!(!has_heading("## Protect\n", "protect-the-listener"));
}
