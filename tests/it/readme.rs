//! What the documents show is what the program does.
//!
//! The `console` blocks of a document are run from top to bottom in one sandbox, as a reader
//! would: see [`block`] for how they are written, [`session`] for how they are run, and
//! [`compare`] for what may differ from run to run.

mod block;
#[cfg(unix)]
mod compare;
#[cfg(unix)]
mod session;

use clap::CommandFactory as _;
use enx_hook::cli::Cli;

use crate::support::Sandbox;

const README: &str = include_str!("../../README.md");
#[cfg(unix)]
const CONTRIBUTING: &str = include_str!("../../CONTRIBUTING.md");

#[cfg(unix)]
#[test]
fn the_readme_shows_what_the_program_does() {
    session::run("README.md", README);
}

#[cfg(unix)]
#[test]
fn the_guide_for_contributors_shows_what_the_program_does() {
    session::run("CONTRIBUTING.md", CONTRIBUTING);
}

#[test]
fn the_readme_has_every_command_and_every_option() {
    let mut program = Cli::command();
    program.build();
    for command in program.get_subcommands() {
        let name = command.get_name();
        if name == "help" {
            continue;
        }
        let heading = format!("### {name}\n");
        assert!(README.contains(&heading), "no heading for `{name}`");
        for option in command.get_arguments().filter_map(clap::Arg::get_long) {
            let option = format!("--{option}");
            assert!(
                README.contains(&option),
                "{option} of {name} is not mentioned"
            );
        }
    }
}

#[test]
fn configuration_files_of_the_readme_are_taken() {
    let files = block::fenced(README, "toml");
    assert!(!files.is_empty(), "the README shows no configuration file");
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
