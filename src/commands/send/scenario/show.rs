//! How a scenario would go, and which there are.

use std::io::Write;

use serde::Serialize;

use super::super::volley::{Lanes, Shot};
use super::super::{Console, Form, Format, Options, print};
use crate::model::error::{Failure, OutputError};
use crate::render::{Cell, Column, Role, Table};
use crate::text::{number, time};
use crate::wire::JsonLines;

/// Shows the posts of a scenario: for people those of the first session, in a table; for
/// machines all, as they would go out.
pub(in crate::commands::send) fn plan(
    options: &Options,
    sessions: &mut Lanes<'_>,
    console: &mut Console,
) -> Result<(), Failure> {
    if options.format == Format::Json {
        return print::print(Form::Request, options, sessions, console);
    }
    let Some(first) = sessions.next().transpose()? else {
        return Ok(());
    };
    let left = Column::left();
    let columns = [
        Column::right(),
        left.at_most(24),
        left.at_most(28),
        left,
        Column::right(),
        left.wrapping(),
    ];
    let mut table = Table::new(columns);
    let heads = ["after", "step", "event", "session", "size", "remarks"];
    table.row(heads.map(|head| Cell::new(Role::Dim, head)));
    for shot in &first {
        table.row(row(shot));
    }
    table.write(&mut *console.out, console.style)?;
    if sessions.next().is_some() {
        writeln!(
            console.out,
            "and the same in further sessions, with ids of their own"
        )
        .map_err(OutputError::from)?;
    }
    Ok(console.out.flush().map_err(OutputError::from)?)
}

fn row(shot: &Shot) -> [Cell; 6] {
    let step = shot.step.as_deref();
    let name = step.map(|step| match &step.name {
        Some(name) => name.clone(),
        None => step.number.to_string(),
    });
    let mut remarks: Vec<String> = shot.remark.iter().map(|text| (*text).to_owned()).collect();
    if let Some(step) = step {
        remarks.extend(step.expect.words());
    }
    let size = number::bytes(number::count(shot.parcel.body().len()));
    [
        Cell::new(Role::Dim, time::duration(shot.due)),
        Cell::new(Role::Dim, name.unwrap_or_default()),
        Cell::new(Role::Event, shot.event.as_deref().unwrap_or("(no event)")),
        Cell::new(Role::Session, shot.session.as_deref().unwrap_or_default()),
        Cell::new(Role::Plain, size),
        Cell::new(Role::Plain, remarks.join("; ")),
    ]
}

/// A scenario that there is, for machines.
#[derive(Serialize)]
struct Listed<'l> {
    name: &'l str,
    title: &'l str,
}

/// Writes that there is this scenario.
pub(in crate::commands::send) fn listed(
    name: &str,
    title: &str,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    JsonLines::new(out).write("scenario", &Listed { name, title })
}
