//! What `relay status` prints.

use std::io::Write;

use crate::flows::relay::RelayStatus;
use crate::model::error::OutputError;
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::number::{bytes, counted, grouped};
use crate::text::{Zone, time};
use crate::wire::listen::timestamp;
use crate::wire::relay::{RelayFollowerJson, RelaySourceJson, RelayStatusJson};

/// For machines.
pub fn json(relay: String, status: &RelayStatus) -> RelayStatusJson<'_> {
    let stream = &status.stream;
    let sources = status.sources.iter().map(|source| RelaySourceJson {
        name: &source.name,
        messages: source.messages,
        last_seq: source.last,
        last_at: source.last_at.map(timestamp),
    });
    let followers = status.followers.as_ref().map(|followers| {
        let followers = followers.iter();
        followers
            .map(|(name, behind)| RelayFollowerJson {
                name,
                behind: *behind,
            })
            .collect()
    });
    RelayStatusJson {
        relay,
        stream: &stream.name,
        messages: stream.messages,
        bytes: stream.bytes,
        first_at: stream.first_at.map(timestamp),
        max_age_seconds: Some(stream.max_age.as_secs()).filter(|seconds| *seconds > 0),
        max_bytes: stream.max_bytes,
        warnings: &stream.differences,
        sources: sources.collect(),
        followers,
    }
}

/// For people: the stream, then its sources and followers.
pub fn write_status(
    out: &mut dyn Write,
    style: TermStyle,
    zone: Zone,
    status: &RelayStatus,
) -> Result<(), OutputError> {
    let stream = &status.stream;
    let since = stream
        .first_at
        .map_or_else(String::new, |at| format!(" since {}", zone.date_time(at)));
    let age = if stream.max_age.is_zero() {
        "without end".to_owned()
    } else {
        time::duration(stream.max_age)
    };
    let size = stream
        .max_bytes
        .map_or_else(|| "without limit".to_owned(), bytes);
    let mut line = Line::new(style.palette);
    line.push(Role::Heading, &stream.name).push(
        Role::Plain,
        &format!(
            ": {} ({}){since}; kept: {age}, {size}",
            counted(stream.messages, "message", "messages"),
            bytes(stream.bytes),
        ),
    );
    line.write(out)?;
    let heading = |text| Cell::new(Role::Heading, text);
    let mut table = Table::new([
        Column::left(),
        Column::right(),
        Column::right(),
        Column::left(),
    ]);
    table.row(["source", "messages", "last", "received"].map(heading));
    for source in &status.sources {
        table.row([
            Cell::new(Role::Plain, source.name.clone()),
            Cell::from(grouped(source.messages)),
            Cell::from(
                source
                    .last
                    .map_or_else(String::new, |last| format!("#{last}")),
            ),
            Cell::from(
                source
                    .last_at
                    .map_or_else(String::new, |at| zone.date_time(at)),
            ),
        ]);
    }
    table.write(out, style)?;
    if let Some(followers) = status
        .followers
        .as_ref()
        .filter(|followers| !followers.is_empty())
    {
        let mut table = Table::new([Column::left(), Column::right()]);
        table.row(["follower", "behind"].map(heading));
        for (name, behind) in followers {
            table.row([
                Cell::new(Role::Plain, name.clone()),
                Cell::from(grouped(*behind)),
            ]);
        }
        table.write(out, style)?;
    }
    Ok(())
}
