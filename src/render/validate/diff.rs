//! The changes of `--fix --dry-run` as a diff: masked, escaped, coloured.

use similar::TextDiff;

use crate::flows::judging::Changes;
use crate::model::error::OutputError;
use crate::render::line::Line;
use crate::render::style::{Role, TermStyle};

/// How a tab is shown, so that it is no escape among the text.
const TAB: &str = "    ";

/// The changes of one file.
pub fn diff(name: &str, changes: &Changes, style: TermStyle) -> Result<Vec<u8>, OutputError> {
    let mut out = Vec::new();
    if changes.is_empty() {
        return Ok(out);
    }
    for (mark, name) in [("---", name.to_owned()), ("+++", format!("{name} (fixed)"))] {
        let mut line = Line::new(style.palette);
        line.push(Role::Heading, mark)
            .space(1)
            .show(Role::Heading, &name)
            .write(&mut out)?;
    }
    for (line, [old, new]) in changes {
        let [old, new] = [old, new].map(|text| String::from_utf8_lossy(text));
        let offset = usize::try_from(line - 1).unwrap_or(usize::MAX);
        hunks(&old, &new, offset, style, &mut out)?;
    }
    Ok(out)
}

/// The lines that differ, with their surroundings.
pub(in crate::render) fn hunks(
    old: &str,
    new: &str,
    offset: usize,
    style: TermStyle,
    out: &mut Vec<u8>,
) -> Result<(), OutputError> {
    let diff = TextDiff::from_lines(old, new);
    for group in diff.grouped_ops(3) {
        let (Some(first), Some(last)) = (group.first(), group.last()) else {
            continue;
        };
        let range = |start: usize, end: usize| match end - start {
            1 => format!("{}", offset + start + 1),
            length => format!("{},{length}", offset + start + 1),
        };
        let header = format!(
            "@@ -{} +{} @@",
            range(first.old_range().start, last.old_range().end),
            range(first.new_range().start, last.new_range().end)
        );
        Line::new(style.palette)
            .push(Role::Dim, &header)
            .write(out)?;
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (mark, role) = match change.tag() {
                similar::ChangeTag::Equal => (" ", Role::Plain),
                similar::ChangeTag::Delete => ("-", Role::Invalid),
                similar::ChangeTag::Insert => ("+", Role::Valid),
            };
            let text = change.value();
            let text = text.strip_suffix('\n').unwrap_or(text);
            let text = text.strip_suffix('\r').unwrap_or(text);
            let text = text.replace('\t', TAB);
            let mut line = Line::new(style.palette);
            line.push(role, mark).show(role, &text).write(out)?;
        }
    }
    Ok(())
}
