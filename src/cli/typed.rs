//! Options as they were typed, which says more than their values: an age such as 2h means the
//! same selection an hour later.

use std::collections::BTreeMap;

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};

/// Headers with credentials, which do not belong in a printed command.
const SECRET_HEADERS: [&str; 3] = ["authorization", "proxy-authorization", "cookie"];

/// The typed options among those of `command`: each with its long name and its values.
fn typed<'a>(
    command: &'a Command,
    matches: &'a ArgMatches,
) -> impl Iterator<Item = (&'a Arg, &'a str, Vec<String>)> {
    command.get_arguments().filter_map(|option| {
        let id = option.get_id().as_str();
        (matches.value_source(id)? == ValueSource::CommandLine).then(|| {
            let values = matches.get_raw(id).into_iter().flatten();
            let values = values.map(|value| value.to_string_lossy().into_owned());
            (option, option.get_long().unwrap_or(id), values.collect())
        })
    })
}

/// The typed values by the names of their options.
pub(super) fn by_name(command: &Command, matches: &ArgMatches) -> BTreeMap<String, Vec<String>> {
    typed(command, matches)
        .map(|(_, name, values)| (name.to_owned(), values))
        .collect()
}

/// The typed options as words of a command, without the target, passwords and secret headers.
pub(super) fn words(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let mut words = Vec::new();
    for (option, name, values) in typed(command, matches) {
        if option.is_positional() {
            continue;
        }
        let flag = format!("--{name}");
        if !option.get_action().takes_values() {
            words.push(flag);
            continue;
        }
        for value in values {
            let value = match name {
                "url" | "to" => continue,
                "header" if is_secret(&value) => continue,
                "user" => value.split(':').next().unwrap_or_default().to_owned(),
                _ => value,
            };
            words.extend([flag.clone(), value]);
        }
    }
    words
}

fn is_secret(header: &str) -> bool {
    let name = header.split([':', ';']).next().unwrap_or_default().trim();
    SECRET_HEADERS
        .iter()
        .any(|secret| name.eq_ignore_ascii_case(secret))
}
