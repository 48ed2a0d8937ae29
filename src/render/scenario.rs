//! What people read of scenarios: which there are, and how one would go.

use std::io::Write;
use std::time::Duration;

use crate::flows::sending::Post;
use crate::flows::sending::scenario::Scenario;
use crate::model::error::OutputError;
use crate::render::expect;
use crate::render::{Cell, Column, Role, Table, TermStyle};
use crate::text::{number, show, time};

/// A scenario of this length may be too long for a person who waits.
const LONG: Duration = Duration::from_secs(10);

/// `session: The life of one session; 10 posts over 1m 30s`. `first` has the posts of the
/// first of `count` sessions; `hints` adds how to make it shorter.
pub fn outline(scenario: &Scenario, first: &[Post], count: u64, hints: bool) -> String {
    let posts = number::counted(number::count(first.len()), "post", "posts");
    let title = match &*scenario.title {
        "" => scenario.name.clone(),
        title => format!("{}: {title}", scenario.name),
    };
    let each = match count {
        1 => String::new(),
        count => format!(" in each of {} sessions", number::grouped(count)),
    };
    let length = first.last().map_or(Duration::ZERO, |post| post.due);
    let mut over = String::new();
    if length >= Duration::from_secs(1) {
        over = format!(" over {}", time::gap(length).trim_start_matches('+'));
    }
    if length >= LONG && hints {
        over.push_str(" (--speed 10 is ten times as fast, --speed max waits for nothing)");
    }
    format!("{}; {posts}{each}{over}", show(&title))
}

/// Writes a table of the posts of the first session.
pub fn write_plan(
    first: &[Post],
    has_more: bool,
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
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
    for post in first {
        table.row(row(post));
    }
    table.write(out, style)?;
    if has_more {
        writeln!(
            out,
            "and the same in further sessions, with ids of their own"
        )?;
    }
    Ok(out.flush()?)
}

fn row(post: &Post) -> [Cell; 6] {
    let step = post.step.as_deref();
    let name = step.map(|step| match &step.name {
        Some(name) => name.clone(),
        None => step.number.to_string(),
    });
    let mut remarks: Vec<String> = post.remark.iter().map(|text| (*text).to_owned()).collect();
    if let Some(step) = step {
        let conditions = step.expect.conditions();
        remarks.extend(conditions.iter().map(expect::condition));
    }
    let size = number::bytes(number::count(post.request.body().len()));
    [
        Cell::new(Role::Dim, time::duration(post.due)),
        Cell::new(Role::Dim, name.unwrap_or_default()),
        Cell::new(Role::Event, post.event.as_deref().unwrap_or("(no event)")),
        Cell::new(Role::Session, post.session.as_deref().unwrap_or_default()),
        Cell::new(Role::Plain, size),
        Cell::new(Role::Plain, remarks.join("; ")),
    ]
}

/// Writes a table of scenarios: their names and titles.
pub fn write_list(
    scenarios: &[(&str, String)],
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
    let mut table = Table::new([Column::left(), Column::left().wrapping()]);
    for (name, title) in scenarios {
        table.row([Cell::new(Role::Event, *name), title.as_str().into()]);
    }
    table.write(out, style)?;
    Ok(out.flush()?)
}
