//! What is shown of the catalog's events: a list, an explanation, and JSON lines.

use std::io::Write;

use crate::catalog::{Entry, Provider, Source};
use crate::json;
use crate::model::error::{Failure, OutputError};
use crate::render::payload::write_payload;
use crate::render::{Cell, Column, Layout, Line, Role, Table, TermStyle};
use crate::wire::{JsonLines, events as wire};

/// Lists the events of these providers.
pub fn list(
    providers: &[&Provider],
    out: &mut dyn Write,
    style: TermStyle,
) -> Result<(), OutputError> {
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

/// Explains an event: what it means, its fields and pitfalls, a sample, and its documents.
pub fn explain(entry: Entry<'_>, out: &mut dyn Write, style: TermStyle) -> Result<(), OutputError> {
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
            // The first type is documented; the others are only accepted.
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

/// Writes `{"kind":"event",…}`.
pub fn json(entry: Entry<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Entry { provider, event } = entry;
    let fields = event.fields().into_iter().map(|field| wire::Field {
        path: field.path,
        types: field.types,
        required: field.required,
        description: field.description,
    });
    let sources = event.sources().map(|source| wire::Source {
        document: title(provider, source),
        section: source.section,
    });
    let object = wire::Event {
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
    Ok(JsonLines::new(out).write("event", &object)?)
}
