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
pub(super) fn all(command: &clap::Command, words: &[String]) -> Vec<Vec<String>> {
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

#[test]
fn the_short_help_of_each_command_fits_one_screen() {
    let sandbox = Sandbox::new();
    for name in [
        "", "listen", "send", "replay", "validate", "check", "events", "init",
    ] {
        let args: Vec<&str> = [name, "-h"].into_iter().filter(|a| !a.is_empty()).collect();
        let run = sandbox.call(&args).env("COLUMNS", "80").run();
        let lines = run.code(0).out().lines().count();
        assert!(lines <= 48, "{name}: {lines}");
    }
}

#[test]
fn each_option_stands_under_its_own_heading() {
    let command = enx_hook::command();
    let heading = |command: &clap::Command, option: &str| {
        let mut options = command.get_arguments();
        let option = options.find(|arg| arg.get_long() == Some(option));
        let heading = option.and_then(clap::Arg::get_help_heading);
        heading.unwrap_or("Options").to_owned()
    };
    for (name, option, expected) in [
        ("send", "dry-run", "Options"),
        ("send", "format", "Options"),
        ("send", "url", "Target"),
        ("send", "user", "Target"),
        ("send", "edit", "Changes"),
        ("send", "count", "Pace"),
        ("send", "rate", "Pace"),
        ("replay", "resume", "Options"),
        ("replay", "dry-run", "Options"),
        ("replay", "url", "Target"),
        ("replay", "set", "Changes"),
        ("replay", "last", "Selection"),
        ("replay", "fail-fast", "Failures"),
        ("check", "report", "Options"),
        ("check", "insecure", "Target"),
        ("listen", "port", "Options"),
        ("listen", "user", "Options"),
        ("listen", "path", "Receiving"),
    ] {
        let command = command.find_subcommand(name).unwrap();
        assert_eq!(heading(command, option), expected, "{name} --{option}");
    }
}

#[test]
fn the_short_help_has_what_is_used_every_day() {
    let run = Sandbox::new()
        .call(&["check", "-h"])
        .env("COLUMNS", "80")
        .run();
    insta::assert_snapshot!(run.out(), @r"
    Check a live receiver against the rules of the documents

    Usage: enx-hook check [OPTIONS] [URL]

    Arguments:
      [URL]  URL of the receiver; the same as --url

    Options:
          --only <CHECK|GROUP>  Run only this check or group; can be repeated
          --skip <CHECK|GROUP>  Skip this check or group; can be repeated
          --list                List the checks, and send nothing
          --explain <CHECK>     Explain a check, and send nothing
      -y, --yes                 Post to a public host without asking
          --report <FILE>       Also write a JUnit report to this file (FILE.xml)
      -h, --help                Print help (see more with '--help')

    Target:
          --url <URL>               URL to post to [default: http://127.0.0.1:3000/]
          --to <NAME>               Post to the target with this name in
                                    enx-hook.toml
      -u, --user <NAME[:PASSWORD]>  User for Basic Auth

    Examples:
      enx-hook check --url http://localhost:8080/hook --user enx
      enx-hook check --only idempotency --only unknown-type
      enx-hook check --url https://hook.example/ --yes
      enx-hook check --report junit.xml
    ");
}
