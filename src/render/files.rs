//! What became of the files that `--serve-files` served.

use std::io::Write;

use crate::catalog::FileKind;
use crate::model::error::OutputError;
use crate::receiver::{FileUse, GivenCredentials};
use crate::render::{Cell, Column, Role, Table, TermStyle};
use crate::text::number::{count, counted, grouped};
use crate::wire::JsonLines;
use crate::wire::files::{CredentialsGiven, ServedFile};

/// Rows of the table; more would not be read.
const ROWS: usize = 30;

/// Writes a table of the files, those that were not fetched first.
pub fn write_files(
    uses: &[FileUse],
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    if uses.is_empty() {
        return Ok(());
    }
    writeln!(out)?;
    let (left, right) = (Column::left(), Column::right());
    let mut table = Table::new([left, left, right, left, left.wrapping()]);
    let heads = ["event", "file", "asked", "credentials", "outcome"];
    table.row(heads.map(|head| Cell::new(Role::Dim, head)));
    let mut sorted: Vec<&FileUse> = uses.iter().collect();
    if sorted.len() > ROWS {
        sorted.sort_by_key(|file| file.is_whole() && !file.is_leaking());
    }
    for file in sorted.iter().take(ROWS) {
        let is_good = file.is_whole() && !file.is_leaking();
        table.row([
            Cell::new(Role::Event, file.event.as_deref().unwrap_or("(none)")),
            Cell::new(Role::Plain, name(file)),
            Cell::new(Role::Plain, grouped(file.requests)),
            Cell::new(Role::Plain, credentials(file)),
            Cell::new(
                if is_good { Role::Valid } else { Role::Invalid },
                outcome(file),
            ),
        ]);
    }
    table.write(out, style)?;
    if let Some(more) = uses.len().checked_sub(ROWS + 1) {
        writeln!(out, "and {} more", grouped(count(more + 1)))?;
    }
    Ok(out.flush()?)
}

/// Writes an object for each file.
pub fn write_files_json(uses: &[FileUse], out: &mut dyn Write) -> Result<(), OutputError> {
    for file in uses {
        let object = ServedFile {
            url: &file.url,
            event: file.event.as_deref(),
            content: file.kind.map(FileKind::word),
            own_storage: file.own_storage,
            requests: file.requests,
            statuses: &file.statuses,
            credentials: file.credentials.iter().map(given).collect(),
            bytes_sent: file.sent,
            size: file.size,
            whole: file.is_whole(),
        };
        JsonLines::new(&mut *out).write("file", &object)?;
    }
    Ok(())
}

/// `3 of 9 files were fetched whole`
pub fn fetched(uses: &[FileUse]) -> String {
    let named = uses.iter().filter(|file| file.event.is_some());
    match count(named.count()) {
        0 => "no posted event names a file".to_owned(),
        named => {
            let whole = count(uses.iter().filter(|file| file.is_whole()).count());
            let of = counted(named, "file was", "files were");
            format!("{} of {of} fetched whole", grouped(whole))
        }
    }
}

/// The warning about credentials that the customer's own storage got.
pub fn leaked(uses: &[FileUse]) -> Option<String> {
    let file = uses.iter().find(|file| file.is_leaking())?;
    Some(format!(
        "credentials came with a request for {}, which stands on your own storage",
        file.url
    ))
}

/// The end of the path: the session and the file, in most cases.
fn name(file: &FileUse) -> String {
    let slash = file.url.rmatch_indices('/').nth(1);
    slash
        .map_or(&*file.url, |(at, _)| &file.url[at + 1..])
        .to_owned()
}

fn given(given: &GivenCredentials) -> CredentialsGiven<'_> {
    let (user, accepted) = match given {
        GivenCredentials::None => (None, false),
        GivenCredentials::Accepted(user) => (Some(&**user), true),
        GivenCredentials::Wrong(user) => (Some(&**user), false),
    };
    CredentialsGiven { user, accepted }
}

fn credentials(file: &FileUse) -> String {
    let words = file.credentials.iter().map(|given| match given {
        GivenCredentials::None => "none".to_owned(),
        GivenCredentials::Accepted(user) => user.clone(),
        GivenCredentials::Wrong(user) => format!("{user} (wrong)"),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `whole`, or what is missing and what was answered.
pub fn outcome(file: &FileUse) -> String {
    let mut outcome = match (file.is_whole(), file.requests, file.sent) {
        (true, ..) => "whole".to_owned(),
        (_, 0, _) => "never asked for".to_owned(),
        _ if file.event.is_none() => "no event names it".to_owned(),
        (.., 0) => "nothing of it was sent".to_owned(),
        (.., sent) => {
            let (sent, size) = (grouped(count(sent)), grouped(count(file.size)));
            format!("{sent} of {size} bytes")
        }
    };
    let bad = file.statuses.iter().filter(|(status, _)| **status >= 400);
    let bad = bad.map(|(status, times)| match times {
        1 => format!(", {status}"),
        times => format!(", {status} ({times} times)"),
    });
    outcome.extend(bad);
    if file.is_leaking() {
        outcome.push_str(", credentials sent to your own storage");
    }
    outcome
}
