//! The shape of the source: which room may import which, what may be named in Rust code at
//! all, and how a file begins. `cargo` checks none of it, so a test does.

mod circles;
mod imports;
mod literals;
mod source;

use enx_hook::catalog::{Catalog, Provider};

use source::Source;

#[test]
fn no_room_imports_upward_or_sideways() {
    let sources = source::under("src");
    let imports: Vec<_> = sources.iter().flat_map(imports::of).collect();
    assert!(
        imports.len() > 50,
        "only {} imports found: is this the source?",
        imports.len()
    );
    let wrong: Vec<_> = imports.iter().filter_map(imports::Import::fault).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Circles of files that are there on purpose, each with its reason; at most two.
const CIRCLES: [(&[&str], &str); 0] = [];

/// Rooms whose modules are rooms of their own, and the modules that all of them share.
const SIBLINGS: [(&str, &[&str]); 2] = [
    (
        "commands",
        &[
            "console",
            "inspector",
            "prompt",
            "reading",
            "runtime",
            "signals",
        ],
    ),
    ("flows", &[]),
];

#[test]
fn no_two_files_use_each_other() {
    let graph = circles::Graph::of(&source::under("src"));
    let mut found = graph.circles();
    found.retain(|circle| !CIRCLES.iter().any(|(known, _)| circle == known));
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(graph.circles_of_modules(), Vec::<Vec<String>>::new());
}

#[test]
fn no_module_uses_its_sibling() {
    let graph = circles::Graph::of(&source::under("src"));
    for (room, shared) in SIBLINGS {
        let found = graph.siblings(room, shared);
        assert!(found.is_empty(), "\n{}", found.join("\n"));
    }
}

#[test]
fn every_room_has_a_floor() {
    let sources = source::under("src");
    let without: Vec<_> = sources
        .iter()
        .map(Source::room)
        .filter(|room| imports::floor(room).is_none())
        .collect();
    assert!(
        without.is_empty(),
        "no floor for {without:?}: give each one in this test"
    );
}

#[test]
fn no_event_is_named_in_rust_code() {
    let catalog = Catalog::embedded().unwrap();
    let names: Vec<&str> = catalog
        .providers()
        .iter()
        .flat_map(Provider::spellings)
        .collect();
    assert!(
        names.len() > 10,
        "only {} names in the catalog",
        names.len()
    );
    let sources = source::under("src");
    let literals: Vec<_> = sources
        .iter()
        .flat_map(|source| literals::equal_to(source, &names))
        .collect();
    assert!(literals.is_empty(), "\n{}", literals.join("\n"));
}

#[test]
fn every_file_begins_with_why_it_exists() {
    let folders = ["src", "tests", "benches"];
    let mut sources: Vec<Source> = folders.into_iter().flat_map(source::under).collect();
    sources.push(Source::read("build.rs"));
    let silent: Vec<_> = sources
        .iter()
        .filter(|source| !source.text.starts_with("//! "))
        .map(|source| &source.path)
        .collect();
    assert!(silent.is_empty(), "no `//!` on the first line: {silent:#?}");
}

#[test]
fn every_embedded_folder_is_packaged_and_watched() {
    let manifest = Source::read("Cargo.toml").text;
    let build = Source::read("build.rs").text;
    let mut folders = Vec::new();
    for source in source::under("src") {
        let parts = source.text.split("include_dir!(\"$CARGO_MANIFEST_DIR/");
        folders.extend(parts.skip(1).filter_map(|rest| {
            let (folder, _) = rest.split_once('"')?;
            Some(folder.to_owned())
        }));
    }
    assert!(folders.len() >= 3, "{folders:?}");
    for folder in folders {
        assert!(
            manifest.contains(&format!("\"/{folder}\"")),
            "{folder} is not in `include`"
        );
        assert!(
            build.contains(&format!("changed={folder}\"")),
            "build.rs does not watch {folder}"
        );
    }
}
