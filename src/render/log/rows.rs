//! Captures as rows, as `listen` shows them.

use std::io::Write;

use crate::model::error::OutputError;
use crate::render::listen::{self, Columns, Headline, Page};
use crate::render::{Line, Role};
use crate::wire::JsonLines;

/// What stdout carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A headline, the payload and the findings of each capture.
    Human,
    /// One line per capture, in columns.
    Line,
    /// One JSON object per line, each with a `kind`.
    Json,
}

/// Writes captures below each other, each day under its date.
#[derive(Debug)]
pub struct Rows {
    /// What is written.
    pub format: LogFormat,
    /// How it is laid out for people.
    pub page: Page,
    columns: Columns,
    day: String,
}

impl Rows {
    /// No rows yet.
    pub fn new(format: LogFormat, page: Page) -> Rows {
        Rows {
            format,
            page,
            columns: Columns::default(),
            day: String::new(),
        }
    }

    /// Writes a capture.
    pub fn write(
        &mut self,
        headline: &Headline<'_>,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        if self.format == LogFormat::Json {
            return JsonLines::new(out).write("capture", &listen::capture(headline));
        }
        if let Some(at) = headline.at {
            let day = self.page.zone.day(at);
            if day != self.day {
                let mut line = Line::new(self.page.style.palette);
                line.push(Role::Dim, &day).write(out)?;
                self.day = day;
            }
        }
        let columns = &mut self.columns;
        match self.format {
            LogFormat::Human => listen::in_full(out, self.page, columns, headline, None),
            LogFormat::Line | LogFormat::Json => {
                listen::one_line(out, self.page, columns, headline)
            }
        }
    }
}
