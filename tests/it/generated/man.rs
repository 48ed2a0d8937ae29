//! The man pages: one for the program and one for each command.

use std::collections::BTreeMap;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

/// What stands at the foot of each page.
const SOURCE: &str = concat!("enx-hook ", env!("CARGO_PKG_VERSION"));

/// Every page by its file name.
pub(super) fn pages() -> BTreeMap<String, String> {
    let mut program = enx_hook::command().disable_help_subcommand(true);
    program.build();
    with_subcommands(program)
        .into_iter()
        .map(|command| {
            let examples = command.get_after_long_help().or(command.get_after_help());
            let examples = examples.map(ToString::to_string);
            let has_commands = command.has_subcommands();
            let man = Man::new(command).source(SOURCE).manual("enx-hook");
            let text = page(&man, has_commands, &examples.unwrap_or_default());
            (man.get_filename(), text)
        })
        .collect()
}

/// A command and all commands inside it.
fn with_subcommands(command: Command) -> Vec<Command> {
    let inside: Vec<_> = command.get_subcommands().cloned().collect();
    let inside = inside
        .into_iter()
        .filter(|inner| inner.get_name() != "help");
    let inside: Vec<_> = inside.flat_map(with_subcommands).collect();
    std::iter::once(command).chain(inside).collect()
}

/// A page. It carries no date, so that it changes only with what it says.
fn page(man: &Man, has_commands: bool, after_help: &str) -> String {
    let mut bytes = Vec::new();
    man.render_title(&mut bytes).unwrap();
    man.render_name_section(&mut bytes).unwrap();
    man.render_synopsis_section(&mut bytes).unwrap();
    man.render_description_section(&mut bytes).unwrap();
    man.render_options_section(&mut bytes).unwrap();
    if has_commands {
        man.render_subcommands_section(&mut bytes).unwrap();
    }
    // clap_mangen would run the lines of this text together.
    let mut roff = Roff::new();
    for line in after_help.lines() {
        if let Some(title) = line.strip_suffix(':') {
            roff.control("SH", [title.to_uppercase().as_str()]);
            roff.control("nf", []);
        } else if line.is_empty() {
            roff.control("fi", []);
        } else {
            roff.text([roman(line)]);
        }
    }
    if !after_help.is_empty() {
        roff.control("fi", []);
    }
    roff.to_writer(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}
