//! What the documents show is what the program does.
//!
//! The `console` blocks of a document are run from top to bottom in one sandbox, as a reader
//! would: see [`block`] for how they are written, [`session`] for how they are run, and
//! [`compare`] for what may differ from run to run.

mod block;
#[cfg(unix)]
mod compare;
mod links;
#[cfg(unix)]
mod session;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Sandbox;

/// A document, by its path in the repository.
struct Document {
    path: String,
    text: String,
}

/// README, CONTRIBUTING and all pages of `docs/`.
fn all() -> Vec<Document> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let mut folders = vec![root.join("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let document = |path: PathBuf| Document {
        text: fs::read_to_string(&path).expect("a text"),
        path: path
            .strip_prefix(root)
            .expect("in the repository")
            .to_str()
            .expect("UTF-8")
            .replace('\\', "/"),
    };
    paths.into_iter().map(document).collect()
}

fn named(path: &str) -> Document {
    let mut all = all();
    let index = all.iter().position(|document| document.path == path);
    all.swap_remove(index.unwrap_or_else(|| panic!("no {path}")))
}

#[cfg(unix)]
#[test]
fn documents_show_what_the_program_does() {
    let documents = all();
    let shown = |document: &&Document| !block::fenced(&document.text, "console").is_empty();
    assert!(documents.iter().filter(shown).count() > 5);
    std::thread::scope(|scope| {
        for document in documents.iter().filter(shown) {
            scope.spawn(|| session::run(&document.path, &document.text));
        }
    });
}

#[test]
fn links_between_documents_lead_somewhere() {
    let broken: Vec<_> = all().iter().flat_map(links::broken).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_summary_lists_every_page() {
    let summary = named("docs/SUMMARY.md");
    for document in all() {
        let Some(page) = document.path.strip_prefix("docs/") else {
            continue;
        };
        assert!(
            page == "SUMMARY.md" || summary.text.contains(&format!("({page})")),
            "docs/SUMMARY.md does not list {page}"
        );
    }
}

#[test]
fn every_command_has_a_page_and_a_place_in_the_readme() {
    let readme = named("README.md").text;
    let program = enx_hook::command();
    for command in program.get_subcommands() {
        let name = command.get_name();
        let page = named(&format!("docs/commands/{name}.md"));
        assert!(page.text.starts_with(&format!("# {name}\n")), "{name}");
        assert!(
            readme.contains(&format!("enx-hook {name}")),
            "the README does not show {name}"
        );
    }
    assert!(readme.lines().count() <= 400, "the README is too long");
}

#[test]
fn configuration_files_of_the_documents_are_accepted() {
    let configuration = named("docs/configuration.md");
    let files = block::fenced(&configuration.text, "toml");
    assert!(!files.is_empty(), "no configuration file is shown");
    for file in files {
        let sandbox = Sandbox::new();
        sandbox.write("enx-hook.toml", file.text());
        sandbox.write("body.jsonl", "{}\n");
        // The URL is named, so the user and the password file of the example are not asked for.
        let args = [
            "replay",
            "body.jsonl",
            "--dry-run",
            "--url",
            "http://127.0.0.1:9/",
        ];
        sandbox.enx(&args).code(0);
        // A key that is not known is an error, so the file above was read.
        sandbox.write("enx-hook.toml", format!("nonsense = 1\n{}", file.text()));
        sandbox.enx(&args).code(2).tells("enx-hook.toml:1:1");
    }
}
