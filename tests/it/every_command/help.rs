//! The help texts, as terminals of different widths show them.

use enx_hook::cli::Cli;

use clap::CommandFactory as _;

use crate::support::Sandbox;

#[test]
fn no_line_of_any_help_is_wider_than_the_terminal() {
    let sandbox = Sandbox::new();
    let commands = Cli::command();
    let names = commands.get_subcommands().map(clap::Command::get_name);
    for name in std::iter::once("").chain(names) {
        for option in ["-h", "--help"] {
            for width in [60, 80, 120] {
                let args: Vec<&str> = [name, option]
                    .into_iter()
                    .filter(|a| !a.is_empty())
                    .collect();
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
