//! `events`: what the catalog knows.

use std::io::Write;

use serde::Serialize;
use serde_json::Value;

use super::{Console, Format, Outcome};
use crate::catalog::{Catalog, Entry, Provider, Source};
use crate::json;
use crate::model::error::{Failure, OutputError};
use crate::render::payload::write_payload;
use crate::render::{Cell, Column, Layout, Line, Role, Table, TermStyle};
use crate::wire::JsonLines;

/// What was asked for.
#[derive(Debug)]
pub struct Options {
    /// What to show.
    pub show: Show,
    /// What stdout carries.
    pub format: Format,
}

/// What to show.
#[derive(Debug)]
pub enum Show {
    /// All events, or those of one provider.
    All {
        /// The provider.
        provider: Option<String>,
    },
    /// One event, explained.
    One(String),
    /// The schema file of an event.
    Schema(String),
    /// The sample file of an event.
    Sample(String),
}

/// Shows what was asked for.
pub fn run(options: &Options, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let style = console.style;
    let out = &mut *console.out;
    match (&options.show, options.format) {
        (Show::All { provider: name }, format) => {
            let providers = match name {
                Some(name) => vec![catalog.require_provider(name)?],
                None => catalog.providers().iter().collect(),
            };
            match format {
                Format::Human => list(&providers, out, style)?,
                Format::Json => {
                    for provider in providers {
                        for event in provider.events() {
                            write_json(Entry { provider, event }, out)?;
                        }
                    }
                }
            }
        }
        (Show::One(name), Format::Human) => explain(catalog.require_event(name)?, out, style)?,
        (Show::One(name), Format::Json) => write_json(catalog.require_event(name)?, out)?,
        (Show::Schema(name), _) => copy(&catalog, name, out, |entry| entry.event.schema_text())?,
        (Show::Sample(name), _) => copy(&catalog, name, out, |entry| entry.event.sample_text())?,
    }
    out.flush().map_err(OutputError::from)?;
    Ok(Outcome::Done)
}

/// A file of the catalog, byte for byte.
fn copy<'c>(
    catalog: &'c Catalog,
    name: &str,
    out: &mut dyn Write,
    file: fn(Entry<'c>) -> &'c str,
) -> Result<(), Failure> {
    let text = file(catalog.require_event(name)?);
    out.write_all(text.as_bytes()).map_err(OutputError::from)?;
    Ok(())
}

fn list(providers: &[&Provider], out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
    for (index, provider) in providers.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let mut heading = Line::new(style.palette);
        heading.push(Role::Heading, &provider.title);
        let told_by = format!(
            "{}, told apart by `{}`",
            provider.name, provider.discriminator
        );
        heading.space(2).push(Role::Dim, &told_by).write(out)?;
        let mut table = Table::new([Column::left(), Column::left().wrapping()]).with_margin(2);
        for event in provider.events() {
            let aliases: Vec<&str> = provider.aliases_of(event).collect();
            let fires = if aliases.is_empty() {
                event.fires().to_owned()
            } else {
                format!("{} Also spelled {}.", event.fires(), aliases.join(", "))
            };
            table.row([Cell::new(Role::Event, &event.name), Cell::from(fires)]);
        }
        table.write(out, style)?;
    }
    Ok(())
}

fn explain(entry: Entry<'_>, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
    let Entry { provider, event } = entry;
    let mut heading = Line::new(style.palette);
    heading.push(Role::Heading, &event.name);
    heading.space(2).push(Role::Plain, event.title());
    heading
        .space(2)
        .push(Role::Dim, &provider.title)
        .write(out)?;
    paragraph(event.description(), out, style)?;
    let aliases: Vec<&str> = provider.aliases_of(event).collect();
    if !aliases.is_empty() {
        paragraph(&format!("Also spelled {}.", aliases.join(", ")), out, style)?;
    }

    section("Fields", out, style)?;
    let columns = [
        Column::left(),
        Column::left(),
        Column::left(),
        Column::left().wrapping(),
    ];
    let mut fields = Table::new(columns).with_margin(2);
    for field in event.fields() {
        let need = if field.required {
            "required"
        } else {
            "optional"
        };
        fields.row([
            Cell::new(Role::Key, field.path),
            // The first is the documented one; others are only tolerated.
            Cell::from(field.types.first().copied().unwrap_or_default()),
            Cell::new(Role::Dim, need),
            Cell::from(field.description),
        ]);
    }
    fields.write(out, style)?;

    if event.pitfalls().next().is_some() {
        section("Pitfalls", out, style)?;
        let mut pitfalls = Table::new([Column::left(), Column::left().wrapping()]).with_margin(2);
        for pitfall in event.pitfalls() {
            pitfalls.row(["-", pitfall]);
        }
        pitfalls.write(out, style)?;
    }

    section("Sample", out, style)?;
    let reading = json::read(event.sample_text().as_bytes());
    if let Some(root) = &reading.root {
        let layout = Layout {
            margin: 2,
            full: true,
            ..Layout::default()
        };
        write_payload(out, style, layout, root, &|_| None)?;
    }

    section("Documents", out, style)?;
    let mut sources = Table::new([Column::left().wrapping()]).with_margin(2);
    for source in event.sources() {
        sources.row([format!(
            "{}, \"{}\"",
            title(provider, source),
            source.section
        )]);
    }
    sources.write(out, style)
}

fn title<'p>(provider: &'p Provider, source: Source<'p>) -> &'p str {
    provider
        .document(source.document)
        .map_or(source.document, |document| &document.title)
}

fn section(title: &str, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
    writeln!(out)?;
    Ok(Line::new(style.palette)
        .push(Role::Heading, title)
        .write(out)?)
}

fn paragraph(text: &str, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
    let mut table = Table::new([Column::left().wrapping()]);
    table.row([text]);
    table.write(out, style)
}

/// An event of the catalog, for machines.
#[derive(Serialize)]
struct EventJson<'c> {
    provider: &'c str,
    event: &'c str,
    aliases: Vec<&'c str>,
    title: &'c str,
    description: &'c str,
    fires: &'c str,
    discriminator: &'c str,
    fields: Vec<FieldJson<'c>>,
    pitfalls: Vec<&'c str>,
    sources: Vec<SourceJson<'c>>,
    sample: Value,
}

#[derive(Serialize)]
struct FieldJson<'c> {
    path: String,
    types: Vec<&'c str>,
    required: bool,
    description: &'c str,
}

#[derive(Serialize)]
struct SourceJson<'c> {
    document: &'c str,
    section: &'c str,
}

fn write_json(entry: Entry<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Entry { provider, event } = entry;
    let fields = event.fields().into_iter().map(|field| FieldJson {
        path: field.path,
        types: field.types,
        required: field.required,
        description: field.description,
    });
    let sources = event.sources().map(|source| SourceJson {
        document: title(provider, source),
        section: source.section,
    });
    let object = EventJson {
        provider: &provider.name,
        event: &event.name,
        aliases: provider.aliases_of(event).collect(),
        title: event.title(),
        description: event.description(),
        fires: event.fires(),
        discriminator: &provider.discriminator,
        fields: fields.collect(),
        pitfalls: event.pitfalls().collect(),
        sources: sources.collect(),
        sample: event.sample()?,
    };
    JsonLines::new(out).write("event", &object)?;
    Ok(())
}
