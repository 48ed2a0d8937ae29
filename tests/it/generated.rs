//! Files that are made from others: each is there, and as fresh as what it is made from.
//!
//! `ENX_HOOK_BLESS=1 cargo test --test it generated` writes them anew.

mod man;
mod options;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Sandbox;

/// The shells, and what each one expects its script to be called.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "enx-hook.bash"),
    ("elvish", "enx-hook.elv"),
    ("fish", "enx-hook.fish"),
    ("powershell", "_enx-hook.ps1"),
    ("zsh", "_enx-hook"),
];

#[test]
fn completions_are_what_the_binary_prints() {
    let sandbox = Sandbox::new();
    let scripts = SHELLS.map(|(shell, file)| {
        let run = sandbox.enx(&["completions", shell]);
        run.code(0);
        (file.to_owned(), run.out().to_owned())
    });
    check_folder("completions", &scripts.into());
}

#[test]
fn man_pages_are_what_the_command_line_says() {
    check_folder("man", &man::pages());
}

#[test]
fn tables_of_the_documents_are_what_their_sources_say() {
    let options = options::tables().into_iter().map(|(command, table)| {
        let page = match &*command {
            "global" => "docs/conventions.md".to_owned(),
            // Its page tells of all of them.
            part if part.starts_with("relay-") => "docs/commands/relay.md".to_owned(),
            _ => format!("docs/commands/{command}.md"),
        };
        (page, format!("options-{command}"), table)
    });
    let tables = [
        (
            "docs/contradictions.md",
            "contradictions",
            tables::contradictions(),
        ),
        ("docs/json-output.md", "output", tables::output()),
        ("docs/codes.md", "codes", tables::codes()),
    ];
    let tables = tables.map(|(page, name, table)| (page.to_owned(), name.to_owned(), table));
    for (page, name, table) in tables.into_iter().chain(options) {
        let page = root(&page);
        let old = fs::read_to_string(&page).unwrap();
        check(&page, &tables::put(&old, &name, &table));
    }
}

/// A path in the repository.
fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// That a folder holds these files and no others.
fn check_folder(folder: &str, files: &BTreeMap<String, String>) {
    let folder = root(folder);
    if is_blessed() {
        fs::create_dir_all(&folder).unwrap();
    }
    for (name, text) in files {
        check(&folder.join(name), text);
    }
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if files.contains_key(name) {
            continue;
        }
        if is_blessed() {
            fs::remove_file(&path).unwrap();
        } else {
            panic!("{} is made from nothing any more: {HOW}", path.display());
        }
    }
}

const HOW: &str = "ENX_HOOK_BLESS=1 cargo test --test it generated";

/// That a file holds this text; writes it if that is asked for.
fn check(path: &Path, text: &str) {
    if is_blessed() {
        fs::write(path, text).unwrap();
        return;
    }
    let found = fs::read_to_string(path).unwrap_or_default();
    let stale = found
        .lines()
        .zip(text.lines())
        .find(|(old, new)| old != new);
    assert!(
        found == text,
        "{} is stale: {HOW}\nfirst difference: {stale:#?}",
        path.display()
    );
}

fn is_blessed() -> bool {
    std::env::var_os("ENX_HOOK_BLESS").is_some_and(|value| !value.is_empty())
}
