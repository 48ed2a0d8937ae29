//! `--fix`: writes the repairs that are beyond doubt into the files, or shows them.
//!
//! A file is taken as it lies: a line that has nothing to be mended stays byte for byte, blank
//! lines and line ends included. Captures are what was received, so a log is never changed, and
//! neither is what is compressed. stdin comes out at stdout, as from any filter.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

use super::judged::{Judged, Said, judge};
use super::teller::Teller;
use super::{Options, Stop};
use crate::commands::{Console, Input};
use crate::files::AtomicFile;
use crate::journal::{Item, ItemKind, ReadError, RecordReader, is_packed};
use crate::model::error::{Category, Explain, OutputError};
use crate::render::{Line, Role, TermStyle};
use crate::text::number::{count, counted};
use crate::validation::{Fixed, Validation};

/// How a tab is shown, so that it is no escape among the text.
const TAB: &str = "    ";

/// Why a file is not mended.
#[derive(Debug, thiserror::Error)]
pub(super) enum FixError {
    /// What is in it was received like that.
    #[error("{0} holds captures: --fix leaves what was received as it came")]
    Captures(String),
    /// It would have to be packed again.
    #[error("{0} is compressed: --fix mends plain files")]
    Packed(String),
    /// Somebody else writes it.
    #[error("{0} changed while it was read, so nothing was written")]
    Changed(String),
    /// It cannot be written.
    #[error("cannot write {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl Explain for FixError {
    fn category(&self) -> Category {
        Category::Undone
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            FixError::Captures(_) => "`enx-hook validate` without --fix judges them",
            FixError::Packed(_) => "unpack it first",
            FixError::Changed(_) => "run it again once nobody writes to it",
            FixError::Write { .. } => return None,
        };
        Some(advice.to_owned())
    }
}

impl From<FixError> for Stop {
    fn from(error: FixError) -> Stop {
        Stop::Input(error.into())
    }
}

/// What is to be mended, to be read twice.
enum Original {
    File(PathBuf),
    Memory(Vec<u8>),
}

impl Original {
    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        Ok(match self {
            Original::File(path) => Box::new(File::open(path)?),
            Original::Memory(bytes) => Box::new(Cursor::new(bytes.clone())),
        })
    }
}

/// One place of a file, before and after.
struct Change {
    old: Vec<u8>,
    new: Vec<u8>,
}

/// Mends one input.
pub(super) fn fix(
    input: &Input,
    is_dry: bool,
    options: &Options,
    validation: &Validation,
    teller: &mut Teller<'_>,
    console: &mut Console,
) -> Result<(), Stop> {
    let name = input.name();
    let cannot_read = |source| ReadError {
        name: name.clone(),
        source,
    };
    let original = match input {
        Input::File(path) => Original::File(path.clone()),
        Input::Stdin => {
            let mut bytes = Vec::new();
            console.input.read_to_end(&mut bytes).map_err(cannot_read)?;
            Original::Memory(bytes)
        }
    };
    let mut start = Vec::new();
    original
        .open()
        .and_then(|input| input.take(4).read_to_end(&mut start))
        .map_err(cannot_read)?;
    if is_packed(&start) {
        return Err(FixError::Packed(name).into());
    }
    let mut changes = BTreeMap::new();
    let mut repairs = 0;
    let source = RecordReader::new(
        original.open().map_err(cannot_read)?,
        &name,
        options.max_document,
    )?;
    for item in source {
        let item = item?;
        if matches!(&item.kind, ItemKind::Record(_) | ItemKind::Damaged { .. }) {
            return Err(FixError::Captures(name).into());
        }
        let mended = mend(&item, validation);
        let found = mended.as_ref().map_or(0, |mended| mended.repairs);
        repairs += found;
        // A dry run leaves the file as it is, and so the verdict on it.
        tell(
            &item,
            mended.as_ref().filter(|_| !is_dry),
            &name,
            options,
            validation,
            teller,
            console,
        )?;
        if let (Some(mended), ItemKind::Body { bytes, .. }, 1..) = (mended, &item.kind, found) {
            let old = bytes.to_vec();
            changes.insert(
                item.line,
                Change {
                    old,
                    new: mended.text,
                },
            );
        }
    }
    if is_dry {
        let diff = diff(&name, &changes, console.style)?;
        teller.print(&diff, console)?;
    } else {
        write(&original, &name, &changes, teller, console)?;
    }
    if repairs > 0 {
        let repairs = counted(count(repairs), "repair", "repairs");
        let said = if is_dry { "would be made" } else { "made" };
        teller.say(&format!("{name}: {repairs} {said}"), console)?;
    }
    Ok(())
}

fn mend(item: &Item, validation: &Validation) -> Option<Fixed> {
    match &item.kind {
        ItemKind::Body { bytes, .. } => Some(validation.fix(bytes)),
        _ => None,
    }
}

/// Tells what is left to say of a document, or all there is without its repairs.
fn tell(
    item: &Item,
    mended: Option<&Fixed>,
    file: &str,
    options: &Options,
    validation: &Validation,
    teller: &mut Teller<'_>,
    console: &mut Console,
) -> Result<(), Stop> {
    let said;
    let (document, judgement) = if let Some(mended) = mended {
        (&*mended.text, mended.report.judgement())
    } else {
        said = judge(item, validation, options.max_document);
        match &said {
            Said::Document {
                document, report, ..
            } => (&**document, report.judgement()),
            Said::Torn(_) => return Ok(()),
        }
    };
    let judged = Judged {
        file,
        line: item.line,
        seq: None,
        document,
        judgement,
    };
    teller.take(&judged, console)?;
    Ok(teller.advance(document.len() as u64, console)?)
}

/// Writes the mended file, or the mended stdin to stdout.
fn write(
    original: &Original,
    name: &str,
    changes: &BTreeMap<u64, Change>,
    teller: &mut Teller<'_>,
    console: &mut Console,
) -> Result<(), Stop> {
    match original {
        Original::Memory(_) => {
            let mut mended = Vec::new();
            rewrite(original, name, changes, &mut mended)?;
            Ok(teller.print(&mended, console)?)
        }
        Original::File(_) if changes.is_empty() => Ok(()),
        Original::File(path) => replace(original, name, path, changes),
    }
}

fn replace(
    original: &Original,
    name: &str,
    path: &Path,
    changes: &BTreeMap<u64, Change>,
) -> Result<(), Stop> {
    let cannot_write = |source| FixError::Write {
        path: path.to_owned(),
        source,
    };
    let mut file = AtomicFile::begin(path).map_err(cannot_write)?;
    rewrite(original, name, changes, &mut file)?;
    Ok(file.commit().map_err(cannot_write)?)
}

/// Copies the input with its changes. What is not where it was found has changed meanwhile.
fn rewrite(
    original: &Original,
    name: &str,
    changes: &BTreeMap<u64, Change>,
    out: &mut dyn Write,
) -> Result<(), Stop> {
    let cannot_read = |source| ReadError {
        name: name.to_owned(),
        source,
    };
    let cannot_write = |source| FixError::Write {
        path: PathBuf::from(name),
        source,
    };
    let mut input = BufReader::new(original.open().map_err(cannot_read)?);
    let mut line = Vec::new();
    let mut number = 0;
    let mut left = changes.len();
    loop {
        line.clear();
        number += 1;
        let change = changes.get(&number);
        // One document over many lines is the whole file.
        let read = match change {
            Some(change) if memchr::memchr(b'\n', &change.old).is_some() => {
                input.read_to_end(&mut line)
            }
            _ => input.read_until(b'\n', &mut line),
        };
        if read.map_err(cannot_read)? == 0 {
            break;
        }
        let Some(Change { old, new }) = change else {
            out.write_all(&line).map_err(cannot_write)?;
            continue;
        };
        let Some(at) = memchr::memmem::find(&line, old) else {
            return Err(FixError::Changed(name.to_owned()).into());
        };
        left -= 1;
        for part in [&line[..at], new, &line[at + old.len()..]] {
            out.write_all(part).map_err(cannot_write)?;
        }
    }
    if left > 0 {
        return Err(FixError::Changed(name.to_owned()).into());
    }
    Ok(())
}

/// The changes as people read them: masked, escaped, coloured.
fn diff(
    name: &str,
    changes: &BTreeMap<u64, Change>,
    style: TermStyle,
) -> Result<Vec<u8>, OutputError> {
    let mut out = Vec::new();
    if changes.is_empty() {
        return Ok(out);
    }
    for (mark, name) in [
        ("---", name.to_owned()),
        ("+++", format!("{name} (mended)")),
    ] {
        let mut line = Line::new(style.palette);
        line.push(Role::Heading, mark)
            .space(1)
            .show(Role::Heading, &name)
            .write(&mut out)?;
    }
    for (line, Change { old, new }) in changes {
        let [old, new] = [old, new].map(|text| String::from_utf8_lossy(text));
        let offset = usize::try_from(line - 1).unwrap_or(usize::MAX);
        hunks(&old, &new, offset, style, &mut out)?;
    }
    Ok(out)
}

fn hunks(
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
