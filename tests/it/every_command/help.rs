//! The help texts, as terminals of different widths show them.

use enx_hook::cli::Cli;

use clap::CommandFactory as _;

use crate::support::Sandbox;

#[test]
fn no_line_of_any_help_is_wider_than_the_terminal() {
    let sandbox = Sandbox::new();
    for command in all(&Cli::command(), &[]) {
        for option in ["-h", "--help"] {
            for width in [60, 80, 120] {
                let words = command.iter().map(String::as_str);
                let args: Vec<&str> = words.chain([option]).collect();
                let run = sandbox.call(&args).env("COLUMNS", &width.to_string()).run();
                run.code(0);
                for line in run.out().lines() {
                    let length = line.chars().count();
                    assert!(length <= width, "{args:?} at {width} has {length}: {line}");
                }
            }
        }
    }
}

/// The words of a command and of all commands inside it.
fn all(command: &clap::Command, words: &[String]) -> Vec<Vec<String>> {
    let inside = command
        .get_subcommands()
        .filter(|one| one.get_name() != "help");
    let inside = inside.flat_map(|one| all(one, &[words, &[one.get_name().to_owned()]].concat()));
    std::iter::once(words.to_vec()).chain(inside).collect()
}

#[test]
fn examples_keep_their_lines_on_a_narrow_terminal() {
    let mut commands = Cli::command();
    commands.build();
    for command in std::iter::once(&commands).chain(commands.get_subcommands()) {
        let text = command.get_after_help().map(ToString::to_string);
        for line in text.iter().flat_map(|text| text.lines()) {
            assert!(line.len() <= 60, "{}: {line}", command.get_name());
        }
    }
}
