//! What is damaged in a log, and what was removed from it.

use std::io::Write;

use crate::flows::pruning::PrunedFile;
use crate::journal::{Damage, DamageKind};
use crate::model::error::OutputError;
use crate::render::listen::Page;
use crate::render::{Line, Role};
use crate::text::number::counted;
use crate::wire::JsonLines;
use crate::wire::log::{DamageJson, DamageState, PrunedJson};

/// For people: the place, and what is wrong there.
pub fn damage(damage: &Damage, page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
    let file = damage.file.display();
    let place = match damage.line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_string(),
    };
    let mut line = Line::new(page.style.palette);
    line.show(Role::Key, &place)
        .space(2)
        .push(Role::Invalid, word(&damage.kind))
        .space(2)
        .show(Role::Plain, &why(&damage.kind));
    line.write(out)?;
    Ok(())
}

/// The same for programs.
pub fn damage_json(damage: &Damage, out: &mut dyn Write) -> Result<(), OutputError> {
    let file = damage.file.display().to_string();
    let (first_seq, last_seq) = match damage.kind {
        DamageKind::Missing { first, last } => (Some(first), Some(last)),
        DamageKind::Order(seq) => (Some(seq), Some(seq)),
        _ => (None, None),
    };
    let object = DamageJson {
        file: &file,
        line: damage.line,
        state: match damage.kind {
            DamageKind::Record(_) => DamageState::Damaged,
            DamageKind::Torn(_) => DamageState::Torn,
            DamageKind::Missing { .. } => DamageState::Missing,
            DamageKind::Order(_) => DamageState::OutOfOrder,
            DamageKind::Packed(_) => DamageState::Packed,
            DamageKind::Part => DamageState::Part,
        },
        first_seq,
        last_seq,
        why: why(&damage.kind),
    };
    JsonLines::new(out).write("damage", &object)
}

fn word(kind: &DamageKind) -> &'static str {
    match kind {
        DamageKind::Record(_) => "damaged",
        DamageKind::Torn(_) => "torn",
        DamageKind::Missing { .. } => "missing",
        DamageKind::Order(_) => "out of order",
        DamageKind::Packed(_) => "cannot be unpacked",
        DamageKind::Part => "not read",
    }
}

fn why(kind: &DamageKind) -> String {
    match kind {
        DamageKind::Record(why) | DamageKind::Torn(why) | DamageKind::Packed(why) => why.clone(),
        DamageKind::Missing { first, last } => {
            let records = counted(last - first + 1, "record", "records");
            let numbers = if first == last {
                format!("#{first}")
            } else {
                format!("#{first} to #{last}")
            };
            format!("{records} before this line ({numbers})")
        }
        DamageKind::Order(seq) => format!("#{seq} is not above the numbers before it"),
        DamageKind::Part => {
            "it may be a part of the log by its name, but its beginning is damaged".to_owned()
        }
    }
}

/// For people: a file, and how many captures were removed from it.
pub fn pruned(file: &PrunedFile, page: Page, out: &mut dyn Write) -> Result<(), OutputError> {
    let mut line = Line::new(page.style.palette);
    line.show(Role::Key, &file.file.display().to_string())
        .space(2)
        .push(
            Role::Plain,
            &format!("{} removed", counted(file.captures, "capture", "captures")),
        );
    line.write(out)?;
    Ok(())
}

/// The same for programs.
pub fn pruned_json(file: &PrunedFile, out: &mut dyn Write) -> Result<(), OutputError> {
    let object = PrunedJson {
        file: &file.file.display().to_string(),
        captures: file.captures,
    };
    JsonLines::new(out).write("pruned", &object)
}
