//! What may be meant by the name of a log that is not there.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use crate::selection::{SeqRange, is_keyword};
use crate::text::show;

/// Files that are named at most.
const MOST: usize = 3;

/// What to do instead of reading a file of that name; nothing if no guess is good.
pub(super) fn instead_of(path: &Path) -> Option<String> {
    let text = path.to_str()?;
    let has_no_folder = path.components().count() == 1;
    if has_no_folder && text.parse::<SeqRange>().is_ok() {
        return Some(format!(
            "--seq {text} selects captures by their numbers, and `enx-hook log show NUMBER` shows one"
        ));
    }
    match text.split_once(':') {
        Some((word, _)) if is_keyword(word) => {
            return Some("a query is given with --query".to_owned());
        }
        Some((scheme, _)) if scheme.len() > 1 => return None,
        _ => {}
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    let ending = path.extension().unwrap_or(OsStr::new("jsonl"));
    let names: Vec<_> = latest(folder, ending).into_iter().take(MOST).collect();
    match &names[..] {
        [] if ending == "jsonl" => Some("`enx-hook listen` writes a log".to_owned()),
        [] => None,
        [name] => Some(format!("there is {name}")),
        names => Some(format!("there are {}", names.join(", "))),
    }
}

/// The files in a folder whose names end so, packed or not, the last one written first.
fn latest(folder: &Path, ending: &OsStr) -> Vec<String> {
    let place = if folder == Path::new("") {
        Path::new(".")
    } else {
        folder
    };
    let entries = fs::read_dir(place).into_iter().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let time = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            let name = entry.file_name().into_string().ok()?;
            let plain = name.trim_end_matches(".gz").trim_end_matches(".zst");
            let is_alike = Path::new(plain).extension() == Some(ending);
            let is_alike = is_alike && !name.contains(".deliveries.");
            is_alike.then_some((time.modified().ok()?, name))
        })
        .collect();
    files.sort();
    let names = files.iter().rev();
    names
        .map(|(_, name)| show(&folder.join(name).display().to_string()).into_owned())
        .collect()
}
