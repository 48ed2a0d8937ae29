//! Whether git would take a file into a repository. Git itself is not asked: it may run commands
//! that a strange repository names.

use std::path::Path;

use glob::{MatchOptions, Pattern};

use super::whole::read_found;

const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// Whether a file lies in a work tree of git whose `.gitignore` files and `info/exclude` do not
/// name it. What the user ignores everywhere is not known.
pub fn is_seen_by_git(path: &Path) -> bool {
    let Ok(path) = std::path::absolute(path) else {
        return false;
    };
    // The folder exists, the file maybe not yet.
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return false;
    };
    let Ok(folder) = folder.canonicalize() else {
        return false;
    };
    let Some(root) = folder.ancestors().find(|one| one.join(".git").exists()) else {
        return false;
    };
    let path = folder.join(name);
    let Ok(inside) = path.strip_prefix(root) else {
        return false;
    };
    // A file in a folder that is ignored is ignored.
    let mut steps: Vec<&Path> = inside.ancestors().collect();
    steps.pop();
    steps.reverse();
    let mut rules = rules(root, &root.join(".git/info/exclude"));
    for step in steps {
        let folder = root.join(step);
        let beside = folder.parent().unwrap_or(root);
        rules.extend(self::rules(beside, &beside.join(".gitignore")));
        let ruling = rules.iter().rev();
        let ruling = ruling
            .filter(|rule| rule.fits(&folder, step != inside))
            .map(|rule| rule.ignores);
        if ruling.into_iter().next().unwrap_or(false) {
            return false;
        }
    }
    true
}

/// A line of a `.gitignore`.
struct Rule {
    ignores: bool,
    pattern: Pattern,
    /// Matched against the whole path, and not only the last name.
    is_whole: bool,
    only_folders: bool,
}

impl Rule {
    fn fits(&self, path: &Path, is_folder: bool) -> bool {
        let text = if self.is_whole {
            path.to_str()
        } else {
            path.file_name().and_then(|name| name.to_str())
        };
        (is_folder || !self.only_folders)
            && text.is_some_and(|text| self.pattern.matches_with(text, OPTIONS))
    }
}

/// The rules of a file, which hold from that folder on. What cannot be read has none.
fn rules(folder: &Path, file: &Path) -> Vec<Rule> {
    let text = read_found(file)
        .ok()
        .and_then(|text| String::from_utf8(text).ok());
    let text = text.unwrap_or_default();
    let rule = |line: &str| {
        let line = line.trim_end();
        let (ignores, line) = match line.strip_prefix('!') {
            Some(rest) => (false, rest),
            None => (true, line),
        };
        let (only_folders, line) = match line.strip_suffix('/') {
            Some(rest) => (true, rest),
            None => (false, line),
        };
        if line.is_empty() || line.starts_with('#') {
            return None;
        }
        let is_whole = line.contains('/');
        let pattern = if is_whole {
            let folder = Pattern::escape(folder.to_str()?);
            Pattern::new(&format!("{folder}/{}", line.trim_start_matches('/')))
        } else {
            Pattern::new(line)
        };
        Some(Rule {
            ignores,
            pattern: pattern.ok()?,
            is_whole,
            only_folders,
        })
    };
    text.lines().filter_map(rule).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_last_fitting_line_decides_and_folders_hide_what_is_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let log = root.join("a/b/log.jsonl");
        fs::create_dir_all(log.parent().unwrap()).unwrap();
        assert!(!is_seen_by_git(&log));
        fs::create_dir_all(root.join(".git/info")).unwrap();
        assert!(is_seen_by_git(&log));
        for (file, text, is_seen) in [
            (".gitignore", "# log.jsonl\n\nother*\n", true),
            (".gitignore", "log.jsonl\n", false),
            (".gitignore", "*.jsonl\r\n", false),
            (".gitignore", "/log.jsonl\n", true),
            (".gitignore", "a/*/log*\n", false),
            (".gitignore", "a/*\n", false),
            (".gitignore", "**/b/log.jsonl\n", false),
            (".gitignore", "log.jsonl/\n", true),
            (".gitignore", "b/\n", false),
            (".gitignore", "log*\n!log.jsonl\n", true),
            ("a/.gitignore", "b/log.jsonl\n", false),
            ("a/b/.gitignore", "/log.jsonl*\n", false),
            (".git/info/exclude", "log.jsonl\n", false),
        ] {
            fs::write(root.join(file), text).unwrap();
            assert_eq!(is_seen_by_git(&log), is_seen, "{file}: {text}");
            fs::remove_file(root.join(file)).unwrap();
        }
    }
}
