//! `cargo xtask JOB`: the common jobs of a developer, so that they are written down once.
//!
//! It only calls other commands and stops at the first that fails.

mod picture;

use std::path::Path;
use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask JOB

  generate      write the generated files again
  lint          format, clippy and documentation, with warnings denied
  test [ARGS]   run all tests, or those that match
  bench [NAME]  run the benchmarks, or one of them
  package       build the published crate from its package
  picture       draw the picture of the README again
  screenshots   take the pictures of the inspector again, with Chromium
  ci            run everything that CI runs";

/// The documents' own links are checked as well as those of private items.
const DOC_FLAGS: &str = "-D warnings";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest: Vec<&str> = arguments.iter().skip(1).map(String::as_str).collect();
    let succeeded = match arguments.first().map(String::as_str) {
        Some("generate") => generate(),
        Some("lint") => lint(),
        Some("test") => cargo("test", &["--locked"], &rest),
        Some("bench") => bench(&rest),
        Some("package") => cargo("package", &["--locked", "--package", "enx-hook"], &rest),
        Some("picture") => picture(),
        Some("screenshots") => screenshots(),
        Some("ci") => run(command("bash").arg(".ci/run")),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if succeeded {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Tests compare generated files with what they are generated from; blessed, they write them.
fn generate() -> bool {
    let bless = |arguments: &[&str]| {
        let mut command = command("cargo");
        run(command
            .args(["test", "--locked", "--quiet"])
            .args(arguments)
            .env("ENX_HOOK_BLESS", "1"))
    };
    // The tables of the documents are made from the schema, so it comes first.
    bless(&["--lib", "--", "_schema::"]) && bless(&["--test", "it", "--", "generated::"])
}

fn lint() -> bool {
    cargo("fmt", &["--all", "--check"], &[])
        && cargo(
            "clippy",
            &["--locked", "--workspace", "--all-targets"],
            &["--", "-D", "warnings"],
        )
        && run(command("cargo")
            .args(["doc", "--locked", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", DOC_FLAGS))
}

fn bench(names: &[&str]) -> bool {
    let mut command = command("cargo");
    command.args(["bench", "--locked"]);
    if names.is_empty() {
        command.arg("--benches");
    }
    for name in names {
        command.args(["--bench", name]);
    }
    run(&mut command)
}

fn picture() -> bool {
    let binary = root().join("target/debug/enx-hook");
    cargo("build", &["--locked"], &[])
        && picture::draw(root(), &binary)
            .inspect_err(|error| eprintln!("xtask: cannot draw the picture: {error}"))
            .is_ok()
}

/// A test that is left out in general takes them, since the tests know how to steer a browser.
fn screenshots() -> bool {
    let test = "inspect::browser::looks::the_pictures_of_the_documents";
    cargo(
        "test",
        &["--locked", "--test", "it"],
        &["--", "--ignored", "--exact", test],
    )
}

fn cargo(job: &str, fixed: &[&str], rest: &[&str]) -> bool {
    run(command("cargo").arg(job).args(fixed).args(rest))
}

/// A command in the root of the repository.
fn command(name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root());
    command
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate stands in a folder of the repository")
}

/// Whether the command ran and succeeded.
fn run(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            eprintln!(
                "xtask: cannot run {}: {error}",
                command.get_program().display()
            );
            false
        }
    }
}
