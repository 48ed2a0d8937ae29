//! What differs between two captures.

use std::io::Write;

use serde_json::Value;

use crate::flows::history::{Change, Difference, Part};
use crate::model::error::OutputError;
use crate::render::listen::Page;
use crate::render::validate::hunks;
use crate::render::{Line, Role};
use crate::text::show;
use crate::text::width::cut;
use crate::wire::JsonLines;
use crate::wire::log::{ChangeJson, DifferenceJson, PartJson};

/// For people: the pointer, then the old and the new value; a text that is not JSON in lines.
/// The event stands above, if two sessions are compared.
pub fn differences(
    found: &[Difference],
    event: Option<&str>,
    page: Page,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let palette = page.style.palette;
    if let Some(event) = event {
        let mut line = Line::new(palette);
        line.show(Role::Event, event).write(out)?;
    }
    for difference in found {
        let where_it_is = match (difference.part, &*difference.pointer) {
            (Part::Body, "") => "body".to_owned(),
            (Part::Body, pointer) => pointer.to_owned(),
            (Part::Header, pointer) => format!("header {}", &pointer[1..]),
        };
        let mut line = Line::new(palette);
        let note = match difference.change() {
            Change::Added => "  (only in the second)",
            Change::Removed => "  (only in the first)",
            Change::Changed => "",
        };
        line.show(Role::Key, &where_it_is)
            .push(Role::Dim, note)
            .write(out)?;
        let texts = [&difference.a, &difference.b].map(|side| match side {
            Some(Value::String(text)) if text.contains('\n') => Some(text.as_str()),
            _ => None,
        });
        if let [Some(a), Some(b)] = texts {
            let mut lines = Vec::new();
            hunks(a, b, 0, page.style, &mut lines)?;
            out.write_all(&lines)?;
            continue;
        }
        for (mark, role, side) in [
            ("-", Role::Invalid, &difference.a),
            ("+", Role::Valid, &difference.b),
        ] {
            if let Some(value) = side {
                let mut line = Line::indented(palette, 2);
                let value = value.to_string();
                let value = show(&value);
                line.push(role, mark).space(1);
                line.push(role, &cut(&value, page.room(line.width())))
                    .write(out)?;
            }
        }
    }
    Ok(())
}

/// For programs.
pub fn json(
    found: &[Difference],
    event: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), OutputError> {
    let mut lines = JsonLines::new(out);
    found
        .iter()
        .try_for_each(|one| lines.write("difference", &object(one, event)))
}

/// The object of a difference.
pub fn object<'d>(difference: &'d Difference, event: Option<&'d str>) -> DifferenceJson<'d> {
    DifferenceJson {
        part: match difference.part {
            Part::Body => PartJson::Body,
            Part::Header => PartJson::Header,
        },
        event,
        pointer: &difference.pointer,
        change: match difference.change() {
            Change::Added => ChangeJson::Added,
            Change::Removed => ChangeJson::Removed,
            Change::Changed => ChangeJson::Changed,
        },
        a: difference.a.as_ref(),
        b: difference.b.as_ref(),
    }
}
