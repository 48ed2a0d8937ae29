//! Expands the names on a command line: folders are searched, and patterns are matched if the
//! shell did not do it (as on Windows).

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use glob::MatchOptions;
use walkdir::{DirEntry, WalkDir};

use super::input::Input;
use crate::model::error::{Category, Explain};

/// The extensions of files in a folder that may hold events.
const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];

/// The further extension of a compressed file.
const PACKED: [&str; 2] = ["gz", "zst"];

/// Why a name on the command line stands for no file.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// No file matches the pattern.
    #[error("no file matches `{0}`")]
    NoMatch(String),
    /// The pattern has a syntax error.
    #[error("`{pattern}` is not a valid file name pattern")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        source: glob::PatternError,
    },
    /// The folder has no file that may hold events.
    #[error("no JSON files in {}", .0.display())]
    Empty(PathBuf),
    /// The folder cannot be searched.
    #[error("cannot read {}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl Explain for InputError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            InputError::NoMatch(_) => "* and ? match inside one folder, ** also in its subfolders",
            InputError::Pattern { .. } => "* ? ** and [a-z] are special; [*] matches a literal *",
            InputError::Empty(_) => {
                "a folder is searched for .json, .jsonl and .ndjson files, also with .gz or .zst \
                 added; name other files directly"
            }
            InputError::Folder { .. } => return None,
        };
        Some(advice.to_owned())
    }
}

/// The files that these names stand for, in the order of the command line, and sorted by name
/// within a folder or pattern. The name of an existing file stands for that file.
pub fn expand(typed: &[Input]) -> Vec<Result<Input, InputError>> {
    let mut all = Vec::new();
    for input in typed {
        match input {
            Input::File(path) if path.is_dir() => search(path, &mut all),
            Input::File(path) if is_pattern(path) && !path.exists() => match_names(path, &mut all),
            input => all.push(Ok(input.clone())),
        }
    }
    all
}

fn is_pattern(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']))
}

/// Links to folders are not followed, since they may form a circle.
fn search(folder: &Path, all: &mut Vec<Result<Input, InputError>>) {
    let before = all.len();
    let walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if may_hold_events(entry.path()) && entry.path().is_file() => {
                all.push(Ok(Input::File(entry.into_path())));
            }
            Ok(_) => {}
            Err(error) => all.push(Err(InputError::Folder {
                path: error.path().unwrap_or(folder).to_owned(),
                source: error.into(),
            })),
        }
    }
    if all.len() == before {
        all.push(Err(InputError::Empty(folder.to_owned())));
    }
}

fn match_names(path: &Path, all: &mut Vec<Result<Input, InputError>>) {
    let before = all.len();
    let pattern = path.to_string_lossy().into_owned();
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::default()
    };
    match glob::glob_with(&pattern, options) {
        Ok(paths) => {
            for path in paths {
                match path {
                    Ok(path) if path.is_dir() => search(&path, all),
                    Ok(path) => all.push(Ok(Input::File(path))),
                    Err(error) => all.push(Err(InputError::Folder {
                        path: error.path().to_owned(),
                        source: error.into(),
                    })),
                }
            }
            if all.len() == before {
                all.push(Err(InputError::NoMatch(pattern)));
            }
        }
        Err(source) => all.push(Err(InputError::Pattern { pattern, source })),
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

fn may_hold_events(path: &Path) -> bool {
    let ending = |path: &Path, known: &[&str]| {
        let ending = path.extension().and_then(OsStr::to_str);
        ending.is_some_and(|ending| known.iter().any(|one| ending.eq_ignore_ascii_case(one)))
    };
    ending(path, &ENDINGS)
        || (ending(path, &PACKED)
            && path
                .file_stem()
                .is_some_and(|stem| ending(Path::new(stem), &ENDINGS)))
}

/// A path as a pattern that matches it alone.
#[cfg(test)]
fn literal(path: &Path) -> String {
    glob::Pattern::escape(&path.to_string_lossy())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn names(folder: &Path, typed: &str) -> Vec<String> {
        let typed = match typed {
            "" => folder.to_owned(),
            pattern => PathBuf::from(format!("{}/{pattern}", literal(folder))),
        };
        let all = expand(&[Input::File(typed)]);
        let name = |input: Result<Input, InputError>| match input {
            Ok(Input::File(path)) => path.strip_prefix(folder).unwrap().display().to_string(),
            Ok(Input::Stdin) => "-".to_owned(),
            Err(error) => error
                .to_string()
                .split(' ')
                .take(2)
                .collect::<Vec<_>>()
                .join(" "),
        };
        all.into_iter().map(name).collect()
    }

    #[test]
    fn folders_and_patterns_give_their_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for name in [
            "b.json",
            "a.JSONL",
            "c.json.gz",
            "notes.md",
            ".hidden.json",
            "sub/d.ndjson.zst",
            "sub/.git/e.json",
            "x[1].json",
            "empty/f.txt",
        ] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        assert_eq!(
            names(folder, ""),
            [
                "a.JSONL",
                "b.json",
                "c.json.gz",
                "sub/d.ndjson.zst",
                "x[1].json"
            ]
        );
        assert_eq!(names(folder, "*.json"), ["b.json", "x[1].json"]);
        assert_eq!(names(folder, "**/*.zst"), ["sub/d.ndjson.zst"]);
        assert_eq!(names(folder, "s*"), ["sub/d.ndjson.zst"]);
        assert_eq!(names(folder, "*.xml"), ["no file"]);
        assert_eq!(
            names(folder, "***"),
            [format!("`{}/***` is", literal(folder))]
        );
        assert_eq!(names(&folder.join("empty"), ""), ["no JSON"]);
        let odd = Input::File(folder.join("x[1].json"));
        assert!(matches!(&expand(std::slice::from_ref(&odd))[..], [Ok(same)] if *same == odd));
    }
}
