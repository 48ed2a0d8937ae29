//! `learn`: drafts of catalog files for what the documents do not have. The engine in
//! `flows/history` drafts and merges.

mod options;
mod review;

use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::reading::Reading;
use super::{Console, Format, Outcome};
use crate::catalog::Catalog;
use crate::flows::history::{Drafts, Learner};
use crate::model::error::{Failure, OutputError};
use crate::render::learn::{LearnTotals, LearnedRow, learned, learned_json};
use crate::render::request::word;
use crate::text::number::{count, counted};
use crate::text::show;
use crate::validation::Validation;

pub use options::LearnOptions;
use options::{means, name};

/// Learns from the selected captures.
pub fn run(options: &LearnOptions, console: &mut Console) -> Result<Outcome, Failure> {
    if options.review && !console.environment.can_ask() {
        return Err(review::NoTerminal.into());
    }
    let catalog = catalog(options.write.as_deref(), console)?;
    let selector = console.selector(&options.query, &catalog)?;
    let mut learner = Learner::default();
    let reading = Reading {
        files: &options.logs.files,
        validation: &Validation::new(Arc::clone(&catalog)),
        follow: false,
        within: None,
    };
    let outcome = reading.observe(
        &selector,
        console,
        &|found| options.lessons.lesson(found, &catalog),
        &mut |_, lesson, is_meant| {
            if is_meant {
                learner.take(lesson);
            }
            Ok(ControlFlow::Continue(()))
        },
    )?;
    console.warn_of_none(&selector)?;
    let is_any = learner.drafts().next().is_some();
    if !options.only.is_empty() {
        learner
            .retain(|draft, pointer| options.only.iter().any(|only| means(only, draft, pointer)));
    }
    if options.review && is_any {
        let wanted = review::review(&learner, &catalog)?;
        learner.retain(|draft, pointer| wanted.contains(&name(draft, pointer)));
        console.say(&review::command(options, &wanted))?;
    }
    let files = write(options, &learner, &catalog, console)?;
    let rows: Vec<LearnedRow<'_>> = learner
        .drafts()
        .zip(files.0)
        .map(|(draft, files)| LearnedRow {
            draft,
            like: Learner::like(draft, &catalog),
            files,
        })
        .collect();
    let totals = LearnTotals {
        captures: learner.captures(),
        refused: learner
            .refused()
            .iter()
            .map(|(why, number)| (why.words(), *number))
            .collect(),
        files: files.1,
        why: rows.is_empty().then(|| why_nothing(&learner, is_any)),
    };
    match options.format {
        Format::Human => learned(&rows, &totals, console.style, &mut *console.out)?,
        Format::Json => learned_json(&rows, &totals, &mut *console.out)?,
    }
    console.out.flush().map_err(OutputError::from)?;
    if options.format == Format::Human && !rows.is_empty() {
        next(options, totals.files, console)?;
    }
    Ok(outcome)
}

/// The catalog without the folder that is written to: what it drafts is to be learned again.
fn catalog(write: Option<&Path>, console: &Console) -> Result<Arc<Catalog>, Failure> {
    let real = |path: &Path| path.canonicalize().ok();
    let own = write.and_then(real);
    let mut catalog = Catalog::embedded()?;
    for folder in &console.catalogs {
        if own.is_none() || real(folder) != own {
            catalog.add_folder(folder)?;
        }
    }
    Ok(Arc::new(catalog))
}

/// Writes all drafts, and returns the files of each and how many there are in all.
fn write(
    options: &LearnOptions,
    learner: &Learner,
    catalog: &Catalog,
    console: &mut Console,
) -> Result<(Vec<Vec<PathBuf>>, u64), Failure> {
    let Some(folder) = &options.write else {
        return Ok((vec![Vec::new(); learner.drafts().count()], 0));
    };
    let mut drafts = Drafts::new(folder);
    let files = learner.drafts().map(|draft| drafts.add(draft, catalog));
    let files = files.collect::<Result<Vec<_>, _>>()?;
    if !drafts.is_empty() {
        drafts.write()?;
        // What the folder had before may not fit; then this says where.
        let mut taken = console.own_catalog()?;
        if !console.catalogs.contains(folder) {
            taken.add_folder(folder)?;
        }
    }
    Ok((files, count(drafts.len())))
}

/// Why nothing was learned.
fn why_nothing(learner: &Learner, is_any: bool) -> String {
    let captures = learner.captures();
    let all = counted(captures, "capture", "captures");
    if captures == 0 {
        return "no capture was read".to_owned();
    }
    if is_any {
        return "nothing of it was wanted".to_owned();
    }
    if learner.known() == captures {
        return format!("the catalog has every event and field of {all}");
    }
    let known = counted(learner.known(), "capture", "captures");
    format!("the catalog has every event and field of {known}, and of the others nothing can be")
}

/// What to do next.
fn next(options: &LearnOptions, files: u64, console: &mut Console) -> Result<(), OutputError> {
    let words = &options.logs.words;
    match &options.write {
        None => console.say(&format!(
            "write the drafts: enx-hook learn --write learned{words}"
        )),
        Some(folder) => {
            let folder = word(&show(&folder.display().to_string()));
            let files = counted(files, "file", "files");
            console.say(&format!(
                "{files} in {folder}; edit titles and descriptions there"
            ))?;
            let log = if words.is_empty() {
                " log.jsonl"
            } else {
                words
            };
            console.say(&format!(
                "use them: enx-hook validate{log} --catalog {folder}"
            ))
        }
    }
}
