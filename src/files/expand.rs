//! Expands the names on a command line: folders are searched, and patterns are matched if the
//! shell did not do it (as on Windows).

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use glob::{MatchOptions, Pattern};
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

/// What the names on a command line stand for.
#[derive(Debug, Default)]
pub struct Expanded {
    /// The inputs.
    pub inputs: Vec<Result<Input, InputError>>,
    /// Files and folders in searched folders that were left out, since they are plainly no events.
    pub left_out: u64,
}

/// The files that these names stand for, in the order of the command line, and sorted by name
/// within a folder or pattern. The name of an existing file stands for that file.
pub fn expand(typed: &[Input]) -> Expanded {
    let mut all = Expanded::default();
    for input in typed {
        match input {
            Input::File(path) if path.is_dir() => search(path, &mut all),
            Input::File(path) if is_pattern(path) && !path.exists() => match_names(path, &mut all),
            // A shell's `log*.jsonl` names it too.
            Input::File(path) if is_record_of_deliveries(path) => all.left_out += 1,
            input => all.inputs.push(Ok(input.clone())),
        }
    }
    all
}

/// Whether it is `log.deliveries.jsonl` beside `log.jsonl`: that holds no captures.
fn is_record_of_deliveries(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let name = name.strip_suffix(".old").unwrap_or(name);
    let log = name.rsplit_once(".deliveries");
    log.is_some_and(|(stem, ending)| path.with_file_name(format!("{stem}{ending}")).is_file())
}

fn is_pattern(path: &Path) -> bool {
    path.to_str()
        .is_some_and(|text| text.contains(['*', '?', '[']))
}

/// Links to folders are not followed, since they may form a circle.
fn search(folder: &Path, all: &mut Expanded) {
    let before = all.inputs.len();
    let mut walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        match entry {
            Ok(entry) if entry.depth() > 0 && (is_hidden(&entry) || is_other_folder(&entry)) => {
                all.left_out += u64::from(!is_hidden(&entry));
                if entry.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            }
            Ok(entry) if may_hold_events(entry.path()) && entry.path().is_file() => {
                if is_other_file(entry.path()) {
                    all.left_out += 1;
                } else {
                    all.inputs.push(Ok(Input::File(entry.into_path())));
                }
            }
            Ok(_) => {}
            Err(error) => all.inputs.push(Err(InputError::Folder {
                path: error.path().unwrap_or(folder).to_owned(),
                source: error.into(),
            })),
        }
    }
    if all.inputs.len() == before {
        all.inputs.push(Err(InputError::Empty(folder.to_owned())));
    }
}

/// Walks from the last folder that the pattern names without special signs. Links to folders are
/// not followed there either, and pipes and devices are not opened.
fn match_names(path: &Path, all: &mut Expanded) {
    let before = all.inputs.len();
    let written = path.to_string_lossy().into_owned();
    let pattern = match Pattern::new(written.strip_prefix("./").unwrap_or(&written)) {
        Ok(pattern) => pattern,
        Err(source) => {
            let pattern = written;
            return all
                .inputs
                .push(Err(InputError::Pattern { pattern, source }));
        }
    };
    let options = MatchOptions {
        require_literal_separator: true,
        require_literal_leading_dot: true,
        ..MatchOptions::default()
    };
    let is_plain = |part: &Component<'_>| !is_pattern(Path::new(part.as_os_str()));
    let base: PathBuf = path.components().take_while(is_plain).collect();
    let depth = path.components().count() - base.components().count();
    let depth = if written.contains("**") {
        usize::MAX
    } else {
        depth
    };
    let root = if base.as_os_str().is_empty() {
        Path::new(".")
    } else {
        &base
    };
    let walk = WalkDir::new(root).max_depth(depth).sort_by_file_name();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                let path = path.strip_prefix(".").unwrap_or(path);
                if !pattern.matches_path_with(path, options) {
                    continue;
                }
                if path.is_file() && is_record_of_deliveries(path) {
                    all.left_out += 1;
                } else if path.is_file() {
                    all.inputs.push(Ok(Input::File(path.to_owned())));
                } else if entry.file_type().is_dir() && !written.contains("**") {
                    search(path, all);
                }
            }
            Err(error) if error.depth() == 0 => {}
            Err(error) => all.inputs.push(Err(InputError::Folder {
                path: error.path().unwrap_or(&base).to_owned(),
                source: error.into(),
            })),
        }
    }
    if all.inputs.len() == before {
        all.inputs.push(Err(InputError::NoMatch(written)));
    }
}

/// Folders of other programs, whose files are no events.
const OTHER_FOLDERS: [&str; 8] = [
    "node_modules",
    "target",
    "vendor",
    "dist",
    "venv",
    "__pycache__",
    "bower_components",
    "Pods",
];

/// Files that are plainly no events: settings and lists of other programs.
const OTHER_FILES: [&str; 22] = [
    "package.json",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "composer.json",
    "tsconfig.json",
    "jsconfig.json",
    "deno.json",
    "lerna.json",
    "nx.json",
    "turbo.json",
    "angular.json",
    "vercel.json",
    "firebase.json",
    "netlify.json",
    "bower.json",
    "biome.json",
    "renovate.json",
    "manifest.json",
    "appsettings.json",
    "launchSettings.json",
    "settings.json",
    "global.json",
];

fn is_other_folder(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_str().unwrap_or_default();
    entry.file_type().is_dir() && OTHER_FOLDERS.contains(&name)
}

fn is_other_file(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    OTHER_FILES.contains(&name)
        || name.starts_with("tsconfig.")
        || name.ends_with(".schema.json")
        || name.ends_with("-lock.json")
        || is_record_of_deliveries(path)
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
        let all = expand(&[Input::File(typed)]).inputs;
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
    fn what_is_plainly_no_event_is_left_out_and_counted() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for name in [
            "a.json",
            "package.json",
            "node_modules/x/a.json",
            "target/a.json",
            "s/x.schema.json",
        ] {
            let path = folder.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "{}").unwrap();
        }
        let found = expand(&[Input::File(folder.to_owned())]);
        assert_eq!((found.inputs.len(), found.left_out), (1, 4));
        // What is named is read.
        let named = expand(&[Input::File(folder.join("package.json"))]);
        assert_eq!((named.inputs.len(), named.left_out), (1, 0));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_circles_and_pipes_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        std::fs::create_dir(folder.join("sub")).unwrap();
        std::fs::write(folder.join("sub/a.json"), "{}").unwrap();
        std::os::unix::fs::symlink(folder, folder.join("sub/up")).unwrap();
        std::os::unix::fs::symlink("a.json", folder.join("sub/b.json")).unwrap();
        let pipe = std::process::Command::new("mkfifo")
            .arg(folder.join("sub/c.json"))
            .status();
        assert!(pipe.unwrap().success());
        let expected = ["sub/a.json", "sub/b.json"];
        assert_eq!(names(folder, "**/*.json"), expected);
        assert_eq!(names(folder, "sub/*.json"), expected);
        assert_eq!(names(folder, ""), expected);
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
        assert!(
            matches!(&expand(std::slice::from_ref(&odd)).inputs[..], [Ok(same)] if *same == odd)
        );
    }
}
