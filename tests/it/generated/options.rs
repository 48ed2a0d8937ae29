//! The options of each command as tables, made from what can be typed.

use std::fmt::Write as _;

use clap::{Arg, Command};

/// The table of each command by its name, and that of the options of all commands as `global`.
pub(super) fn tables() -> Vec<(String, String)> {
    let mut program = enx_hook::command().disable_help_subcommand(true);
    program.build();
    let mut tables = vec![("global".to_owned(), table(&program, Arg::is_global_set))];
    add(&program, "", &mut tables);
    tables
}

/// Adds the tables of the commands inside this one: `log`, `log-show`.
fn add(command: &Command, before: &str, tables: &mut Vec<(String, String)>) {
    for inner in command
        .get_subcommands()
        .filter(|inner| inner.get_name() != "help")
    {
        let name = format!("{before}{}", inner.get_name());
        tables.push((name.clone(), table(inner, |arg| !arg.is_global_set())));
        add(inner, &format!("{name}-"), tables);
    }
}

/// A table for each heading of the help.
fn table(command: &Command, wanted: impl Fn(&Arg) -> bool) -> String {
    let shown: Vec<&Arg> = command
        .get_arguments()
        .filter(|arg| wanted(arg) && !arg.is_hide_set())
        .filter(|arg| !["help", "version"].contains(&arg.get_id().as_str()))
        .collect();
    let mut headings: Vec<Option<&str>> = Vec::new();
    for arg in &shown {
        if !headings.contains(&arg.get_help_heading()) {
            headings.push(arg.get_help_heading());
        }
    }
    let mut text = String::new();
    for heading in headings {
        if let Some(heading) = heading {
            writeln!(text, "### {heading}\n").unwrap();
        }
        text.push_str("| option | meaning |\n| --- | --- |\n");
        for arg in shown.iter().filter(|arg| arg.get_help_heading() == heading) {
            writeln!(text, "| {} | {} |", name(arg), meaning(arg)).unwrap();
        }
        text.push('\n');
    }
    if text.is_empty() {
        text.push_str("None.\n");
    }
    text
}

/// `-p`, `--port PORT`
fn name(arg: &Arg) -> String {
    let values = arg.get_value_names().unwrap_or_default().join(" ");
    let Some(long) = arg.get_long() else {
        return format!("`{values}`");
    };
    let short = arg.get_short().map(|short| format!("`-{short}`, "));
    let value = if arg.get_action().takes_values() {
        format!(" {values}")
    } else {
        String::new()
    };
    format!("{}`--{long}{value}`", short.unwrap_or_default())
}

/// The help, with the default and the values that are possible.
fn meaning(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    if let Some(default) = text.find(" [default: ") {
        let rest = text.split_off(default);
        write!(text, "; default {}", code(rest[11..].trim_end_matches(']'))).unwrap();
    }
    let values: Vec<String> = arg
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set() && arg.get_action().takes_values())
        .map(|value| code(value.get_name()))
        .collect();
    if !values.is_empty() {
        write!(text, ": {}", values.join(", ")).unwrap();
    }
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .filter(|_| !arg.is_hide_default_value_set() && arg.get_action().takes_values())
        .map(|value| code(&value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() {
        write!(text, "; default {}", defaults.join(", ")).unwrap();
    }
    text.replace('|', "\\|").replace('\n', " ")
}

fn code(text: &str) -> String {
    format!("`{text}`")
}
