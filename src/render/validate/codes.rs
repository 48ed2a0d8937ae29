//! `--explain CODE` and `--codes`: what is looked for, without a document.

use serde::Serialize;

use super::judged;
use super::show::Format;
use crate::commands::{Console, Outcome};
use crate::model::error::{Category, Explain, Failure, OutputError};
use crate::render::{Cell, Column, Line, Role, Table, TermStyle};
use crate::text::show;
use crate::text::width::wrap;
use crate::validation::{KnownCode, known_codes, nearest_code};
use crate::wire::JsonLines;

/// Columns before the text of an explanation.
const INDENT: usize = 10;

/// The longest example that is printed whole.
const LONGEST: usize = 200;

/// No finding has that code.
#[derive(Debug, thiserror::Error)]
#[error("no finding has the code `{name}`")]
pub(super) struct UnknownCode {
    name: String,
    nearest: Option<String>,
}

impl Explain for UnknownCode {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match &self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`enx-hook validate --codes` lists them".to_owned(),
        })
    }
}

/// A code, for machines.
#[derive(Serialize)]
struct CodeJson<'c> {
    code: &'c str,
    severities: Vec<&'static str>,
    what: &'c str,
    why: Option<&'c str>,
    sources: Vec<SourceJson<'c>>,
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct SourceJson<'c> {
    provider: &'c str,
    document: &'c str,
    section: &'c str,
}

/// Lists all codes.
pub(super) fn list(format: Format, console: &mut Console) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let codes = known_codes(&catalog, judged::ALL);
    if format == Format::Json {
        for code in &codes {
            write_json(code, console)?;
        }
        return Ok(Outcome::Done);
    }
    let style = style(console);
    let mut table = Table::new([Column::left(), Column::left(), Column::left().wrapping()]);
    for code in &codes {
        table.row([
            Cell::from(code.name),
            Cell::new(Role::Dim, severities(code)),
            Cell::from(&*code.what),
        ]);
    }
    table.write(&mut *console.out, style)?;
    console.out.flush().map_err(OutputError::from)?;
    Ok(Outcome::Done)
}

/// Explains one.
pub(super) fn explain(
    name: &str,
    format: Format,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let codes = known_codes(&catalog, judged::ALL);
    let Some(code) = codes.iter().find(|code| code.name == name) else {
        let nearest = nearest_code(&codes, name).map(str::to_owned);
        let name = name.to_owned();
        return Err(UnknownCode { name, nearest }.into());
    };
    if format == Format::Json {
        write_json(code, console)?;
    } else {
        write_human(code, console)?;
    }
    Ok(Outcome::Done)
}

fn write_human(code: &KnownCode<'_>, console: &mut Console) -> Result<(), OutputError> {
    let style = style(console);
    let out = &mut *console.out;
    let mut heading = Line::new(style.palette);
    heading
        .push(Role::Heading, &show(code.name))
        .space(2)
        .push(Role::Dim, &severities(code))
        .write(out)?;
    let mut paragraphs = vec![("what", code.what.clone().into_owned())];
    paragraphs.extend(code.why.map(|why| ("why", why.to_owned())));
    for (provider, source) in &code.sources {
        let document = provider.document(&source.document);
        let title = document.map_or(source.document.as_str(), |document| &document.title);
        paragraphs.push(("source", format!("{title}, \"{}\"", source.section)));
    }
    for (label, text) in paragraphs {
        write_paragraph(label, &text, style, out)?;
    }
    if let Some(example) = code.shown() {
        for (label, text) in [("before", example.before), ("after", example.after)] {
            let text = match text.char_indices().nth(LONGEST) {
                Some((end, _)) => format!("{}…", &text[..end]),
                None if text.is_empty() => "(nothing)".to_owned(),
                None => text,
            };
            write_paragraph(label, &text, style, out)?;
        }
    }
    Ok(out.flush()?)
}

fn write_paragraph(
    label: &str,
    text: &str,
    style: TermStyle,
    out: &mut dyn std::io::Write,
) -> Result<(), OutputError> {
    let room = style
        .width
        .map_or(usize::MAX, |width| width.saturating_sub(INDENT).max(20));
    let text = show(text);
    let mut line = Line::indented(style.palette, 2);
    line.push(Role::Dim, label);
    for part in wrap(&text, room, room) {
        line.pad_to(INDENT).push(Role::Plain, part).write(out)?;
        line = Line::new(style.palette);
    }
    Ok(())
}

fn write_json(code: &KnownCode<'_>, console: &mut Console) -> Result<(), OutputError> {
    let (before, after) = code
        .shown()
        .map(|example| (example.before, example.after))
        .unzip();
    let sources = code.sources.iter().map(|(provider, source)| SourceJson {
        provider: &provider.name,
        document: &source.document,
        section: &source.section,
    });
    let object = CodeJson {
        code: code.name,
        severities: code.severities.iter().map(|one| one.word()).collect(),
        what: &code.what,
        why: code.why,
        sources: sources.collect(),
        before,
        after,
    };
    JsonLines::new(&mut *console.out).write("code", &object)
}

fn severities(code: &KnownCode<'_>) -> String {
    let words: Vec<_> = code.severities.iter().rev().map(|one| one.word()).collect();
    words.join(", ")
}

/// The page, 80 columns wide where nothing says how wide it is.
fn style(console: &Console) -> TermStyle {
    TermStyle {
        width: console.style.width.or(Some(80)),
        ..console.style
    }
}
