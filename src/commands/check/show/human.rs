//! The table for people: a line a check under its group, and below what did not pass the
//! rule, its source, and what to change.

use std::io::Write;

use crate::catalog::{Provider, Rule};
use crate::commands::Console;
use crate::commands::check::engine::Checked;
use crate::commands::check::finding::Mark;
use crate::commands::check::list::{Check, Group};
use crate::model::error::OutputError;
use crate::render::{Line, Role, TermStyle};
use crate::text::show;
use crate::text::width::{width, wrap};

/// Columns where no terminal says how many there are, and the most that are used.
const WIDTH: (usize, usize) = (80, 100);
/// The fewest columns that a text gets.
const LEAST: usize = 20;
/// Where the word for the end of a check stands, and its width with the gap behind it.
const MARGIN: (usize, usize) = (2, 6);
/// Where the explanation of a failure stands.
const INDENT: usize = 10;
/// The width of its labels with the gap behind them.
const LABEL: usize = 8;

/// Writes findings for people.
pub(super) struct Human {
    /// Where the texts begin.
    column: usize,
    group: Option<Group>,
    /// Checks that did not run, with the reason that they share.
    kept_back: Option<(String, Vec<&'static str>)>,
    /// Rules that were quoted, each with its check: a rule is read once.
    quoted: Vec<(String, &'static str)>,
}

impl Human {
    pub(super) fn new(checks: &[&'static Check]) -> Human {
        let longest = checks.iter().map(|check| width(check.name)).max();
        Human {
            column: MARGIN.0 + MARGIN.1 + longest.unwrap_or_default() + 2,
            group: None,
            kept_back: None,
            quoted: Vec::new(),
        }
    }

    pub(super) fn checked(
        &mut self,
        checked: &Checked,
        provider: &Provider,
        console: &mut Console,
    ) -> Result<(), OutputError> {
        let Checked { check, finding, .. } = checked;
        if finding.is_kept_back {
            match &mut self.kept_back {
                Some((reason, names)) if *reason == finding.said => names.push(check.name),
                _ => {
                    self.end(console)?;
                    self.kept_back = Some((finding.said.clone(), vec![check.name]));
                }
            }
            return Ok(());
        }
        self.end(console)?;
        let style = console.style;
        let out = &mut *console.out;
        if self.group != Some(check.group) {
            self.group = Some(check.group);
            let mut heading = Line::new(style.palette);
            heading.push(Role::Heading, check.group.word()).write(out)?;
        }
        let (word, role) = match finding.mark {
            Mark::Pass => ("pass", Role::Valid),
            // The one word that must be found without colour.
            Mark::Fail => ("FAIL", Role::Invalid),
            Mark::Warn => ("warn", Role::Warning),
            Mark::Skip => ("skip", Role::Dim),
        };
        let mut line = Line::indented(style.palette, MARGIN.0);
        line.push(role, word)
            .pad_to(MARGIN.0 + MARGIN.1)
            .push(Role::Plain, check.name);
        paragraph(line, &finding.said, style, self.column, out)?;
        if !matches!(finding.mark, Mark::Fail | Mark::Warn) {
            return Ok(out.flush()?);
        }
        let (label, text) = match check.rule(provider) {
            Some(stated) => ("must", self.quote(check, stated, provider)),
            None => ("should", format!("{} Good practice.", check.title)),
        };
        let change = finding.change.as_deref().unwrap_or(check.change);
        for (label, text) in [(label, &*text), ("change", change)] {
            let mut line = Line::indented(style.palette, INDENT);
            line.push(Role::Dim, label);
            paragraph(line, text, style, INDENT + LABEL, out)?;
        }
        Ok(out.flush()?)
    }

    /// A rule in its document's words, or where it was quoted before.
    fn quote(&mut self, check: &Check, stated: &Rule, provider: &Provider) -> String {
        if let Some((_, above)) = self.quoted.iter().find(|(rule, _)| *rule == stated.rule) {
            return format!("The rule of `{above}` above.");
        }
        self.quoted.push((stated.rule.clone(), check.name));
        let source = super::source(stated, provider);
        format!("\"{}\" {source}", stated.quote)
    }

    /// Names the checks that did not run, all that share a reason at once.
    pub(super) fn end(&mut self, console: &mut Console) -> Result<(), OutputError> {
        let Some((reason, names)) = self.kept_back.take() else {
            return Ok(());
        };
        self.group = None;
        let style = console.style;
        let out = &mut *console.out;
        let mut heading = Line::new(style.palette);
        heading.push(Role::Heading, "not run").write(out)?;
        let reason = format!("{reason}:");
        let indent = || Line::indented(style.palette, MARGIN.0);
        paragraph(indent(), &reason, style, MARGIN.0, out)?;
        paragraph(indent(), &names.join(", "), style, 2 * MARGIN.0, out)?;
        Ok(out.flush()?)
    }
}

/// A text from a column on, behind what the line has already.
pub(super) fn paragraph(
    mut line: Line,
    text: &str,
    style: TermStyle,
    column: usize,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let columns = style
        .width
        .unwrap_or(WIDTH.0)
        .clamp(column + LEAST, WIDTH.1);
    let room = columns - column;
    let shown = show(text);
    line.pad_to(column);
    for part in wrap(&shown, room, room) {
        line.push(Role::Plain, part).write(out)?;
        line = Line::indented(style.palette, column);
    }
    Ok(())
}
