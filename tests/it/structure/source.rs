//! The files of the source, and their tokens.

use std::fs;
use std::path::Path;

use proc_macro2::TokenStream;

/// A file of Rust code.
#[derive(Debug)]
pub(super) struct Source {
    /// From the top of the repository, with `/` between its parts.
    pub(super) path: String,
    pub(super) text: String,
}

impl Source {
    /// A file of the repository.
    pub(super) fn read(path: &str) -> Source {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{path}: {error}"));
        Source {
            path: path.to_owned(),
            text,
        }
    }

    /// A source made up for a test.
    pub(super) fn made_up(path: &str, text: &str) -> Source {
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// Its tokens; comments are none.
    pub(super) fn tokens(&self) -> TokenStream {
        self.text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", self.path))
    }

    /// The modules that lead to it: `src/catalog/shape.rs` is `catalog`, `shape`.
    pub(super) fn module(&self) -> Vec<String> {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        match path {
            "lib" => Vec::new(),
            _ => path.split('/').map(str::to_owned).collect(),
        }
    }

    /// The room that it stands in: `main`, `lib`, or its first module.
    pub(super) fn room(&self) -> &str {
        let path = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let path = path.strip_suffix(".rs").unwrap_or(path);
        path.split('/').next().unwrap_or_default()
    }
}

/// All Rust files in a folder of the repository, in order; none if it is not there.
pub(super) fn under(folder: &str) -> Vec<Source> {
    let Ok(entries) = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) else {
        return Vec::new();
    };
    let mut sources = Vec::new();
    for entry in entries.map(|entry| entry.expect("an entry of a folder")) {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            sources.extend(under(&path));
        } else if entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "rs")
        {
            sources.push(Source::read(&path));
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    sources
}
