//! One capture in full: the request with its headers, then as in `listen`.

use std::io::Write;

use crate::delivery::deliveries::AttemptRecord;
use crate::model::error::OutputError;
use crate::render::listen::{self, Columns, Headline, Page};
use crate::render::{Line, Role};
use crate::text::escape_bytes;
use crate::wire::JsonLines;
use crate::wire::listen::CaptureJson;

/// For people.
pub fn show(
    headline: &Headline<'_>,
    deliveries: &[AttemptRecord],
    page: Page,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let capture = &headline.judged.capture;
    let palette = page.style.palette;
    if let Some(at) = headline.received_at {
        let mut line = Line::new(palette);
        line.push(Role::Dim, &page.zone.day(at));
        if !capture.peer.is_empty() {
            line.show(Role::Dim, &format!("  from {}", capture.peer));
        }
        line.write(out)?;
    }
    if !capture.method.is_empty() {
        let mut line = Line::new(palette);
        line.show(
            Role::Heading,
            &format!("{} {}", capture.method, capture.target),
        );
        line.write(out)?;
    }
    for (name, value) in capture.headers.iter() {
        let mut line = Line::new(palette);
        line.show(Role::Key, name).push(Role::Punctuation, ": ");
        match str::from_utf8(value) {
            Ok(text) => line.show(Role::Plain, text),
            Err(_) => line.push(Role::Plain, &escape_bytes(value)),
        };
        line.write(out)?;
    }
    if capture.headers.iter().next().is_some() {
        writeln!(out)?;
    }
    listen::in_full(out, page, &mut Columns::default(), headline, None)?;
    super::deliveries::table(deliveries, page, out)
}

/// For programs: as `listen` prints it, with its headers.
pub fn show_json(
    headline: &Headline<'_>,
    deliveries: &[AttemptRecord],
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    JsonLines::new(out).write("capture", &object(headline, deliveries))
}

/// The object of a capture with its headers.
pub fn object<'c>(headline: &Headline<'c>, deliveries: &'c [AttemptRecord]) -> CaptureJson<'c> {
    let headers = headline.judged.capture.headers.iter();
    let headers = headers.map(|(name, value)| match str::from_utf8(value) {
        Ok(text) => (name, text.to_owned()),
        Err(_) => (name, escape_bytes(value).into_owned()),
    });
    CaptureJson {
        headers: Some(headers.collect()),
        deliveries: super::deliveries::json(deliveries),
        ..listen::capture(headline)
    }
}
