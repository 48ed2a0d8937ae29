//! The command that does the same without questions, ready for a POSIX word. Passwords are
//! left out: it takes its own from the environment.

use std::path::PathBuf;

use crate::catalog::{Catalog, Entry};
use crate::commands::{Origin, Target};
use crate::render::request::word;

/// The command as one line.
pub(super) fn line(
    catalog: &Catalog,
    entry: Entry<'_>,
    typed: &[String],
    target: &Target,
    catalogs: &[PathBuf],
) -> String {
    let name = &entry.event.name;
    let is_found = catalog
        .find(name)
        .is_some_and(|found| found.provider.name == entry.provider.name);
    let event = if is_found {
        name.clone()
    } else {
        format!("{}/{name}", entry.provider.name)
    };
    let mut words = vec!["enx-hook".to_owned(), "send".to_owned(), event];
    for folder in catalogs {
        words.extend(["--catalog".to_owned(), folder.display().to_string()]);
    }
    match &target.origin {
        Origin::Named(name) => words.extend(["--to".to_owned(), name.clone()]),
        // The same file is found the next time.
        Origin::File(_) => {}
        Origin::Flag | Origin::Variable(_) | Origin::Default => {
            words.extend(["--url".to_owned(), target.url.bare().to_owned()]);
            let of_url = target.url.credentials();
            if let Some(of_url) = of_url.filter(|_| !typed.contains(&"--user".to_owned())) {
                words.extend(["--user".to_owned(), of_url.user.clone()]);
            }
        }
    }
    words.extend_from_slice(typed);
    let words: Vec<String> = words.iter().map(|text| word(text)).collect();
    words.join(" ")
}
