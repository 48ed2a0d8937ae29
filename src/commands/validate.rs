//! `validate`: the verdict on each document of the inputs, and what is found in it.
//!
//! The engine in `flows/judging` reads and judges; `ValidateOutput` shows the results.

mod codes;
mod options;
mod output;

use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Console, Input, Outcome};
use crate::files::{InputError, expand, file_id, read_whole};
use crate::flows::judging::{
    self, BulkEvent, BulkJudge, Fixer, JudgedDocument, JudgedItem, Original, Said, Stop,
};
use crate::journal::{Inputs, OpenInput, ReadError};
use crate::model::environment::StreamFiles;
use crate::model::error::{Category, Explain, Failure};
use crate::render::AnnotatedFormat as Format;
use crate::render::validate::diff;
use crate::render::validate::reports::Reports;
use crate::text::number::{count, counted};
use crate::validation::Validation;

use output::{Stream, ValidateOutput};

pub use options::{Job, ValidateOptions};

/// Documents of an input of which is told why they are not fixed.
const MOST_REFUSALS: usize = 5;

/// What was asked for does not go together.
#[derive(Debug, thiserror::Error)]
enum UsageError {
    /// The fixed text, or the changes, go to stdout.
    #[error("--fix has its own to write to stdout, and --format has no place there")]
    Format,
    /// The fixed text of stdin goes to stdout.
    #[error("--fix of stdin writes the fixed text to stdout, and takes no other file")]
    StdinAlone,
}

impl Explain for UsageError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        let advice = match self {
            UsageError::Format => "--report FILE.json writes what is left to a file",
            UsageError::StdinAlone => "fix - in a run of its own",
        };
        Some(advice.to_owned())
    }
}

/// Judges every document of every input.
///
/// An input that cannot be read is reported, and the others are still judged.
pub fn run(options: &ValidateOptions, console: &mut Console) -> Result<Outcome, Failure> {
    match &options.job {
        Job::Explain(code) => return codes::run(Some(code), options.format, console),
        Job::List => return codes::run(None, options.format, console),
        Job::Judge | Job::Fix { .. } => {}
    }
    let fixes_stdin =
        options.job == (Job::Fix { is_dry: false }) && options.files.contains(&Input::Stdin);
    let shows_diff = options.job == (Job::Fix { is_dry: true });
    if (fixes_stdin || shows_diff) && options.format != Format::Human {
        return Err(UsageError::Format.into());
    }
    if fixes_stdin && options.files.len() > 1 {
        return Err(UsageError::StdinAlone.into());
    }
    let validation = validation(options, console)?;
    let selection = console.selector(&options.selection, validation.catalog())?;
    let reports = Reports::begin(&options.reports)?;
    let expanded = expand(&options.files);
    let left_out = expanded.left_out;
    let streams = &console.environment.stream_files;
    let mut files = without_outputs(expanded.inputs, options, streams);
    if options.job == (Job::Fix { is_dry: false }) {
        without_links(&mut files, options, console)?;
    }
    let stream = match (fixes_stdin, shows_diff) {
        (true, _) => Stream::Err,
        (_, true) => Stream::Nowhere,
        _ => Stream::Out,
    };
    let mut stdin: Box<dyn Read + Send> = Box::new(std::io::empty());
    if options.job == Job::Judge {
        std::mem::swap(&mut stdin, &mut console.input);
    }
    let files = files.into_iter().map(|file| file.map_err(Failure::from));
    let inputs = Inputs::new(files.collect(), stdin, options.max_document);
    let total = inputs.size().1;
    let mut output = ValidateOutput::new(options, selection, reports, stream, total, console);
    if let Job::Fix { is_dry } = options.job {
        let mut changes = 0;
        for input in inputs.unopened() {
            let done = input
                .map_err(Stop::Input)
                .and_then(|input| fix(&input, is_dry, options, &validation, &mut output, console));
            settle(done.map(|done| changes += done), &mut output, console)?;
        }
        if changes == 0 {
            output.end_without_repairs(console)?;
        }
    } else {
        let bytes_read = inputs.bytes_read();
        for input in inputs {
            let done = judge_all(
                input,
                options,
                &validation,
                &bytes_read,
                &mut output,
                console,
            );
            if matches!(&done, Err(Stop::Run(failure)) if failure.category() == Category::ClosedPipe)
            {
                break;
            }
            settle(done, &mut output, console)?;
        }
    }
    if left_out > 0 {
        let things = counted(left_out, "file or folder", "files and folders");
        let text =
            format!("left out {things} that plainly hold no events; name them to judge them");
        output.say(&text, console)?;
    }
    output.finish(console)
}

/// Reports why an input was not judged to its end. The run continues if possible.
fn settle(
    done: Result<(), Stop>,
    output: &mut ValidateOutput<'_>,
    console: &mut Console,
) -> Result<(), Failure> {
    match done {
        Ok(()) => Ok(()),
        Err(Stop::Input(failure)) => Ok(output.fail(&failure, console)?),
        Err(Stop::Run(failure)) => Err(failure),
    }
}

/// A report of an earlier run in a searched folder is not an event, and neither is the file that
/// gets the output.
fn without_outputs(
    mut files: Vec<Result<Input, InputError>>,
    options: &ValidateOptions,
    streams: &StreamFiles,
) -> Vec<Result<Input, InputError>> {
    let reports = options.reports.iter();
    let reports = reports.filter_map(|(path, _)| file_id(path));
    let outputs: Vec<_> = reports.chain(streams.out).chain(streams.err).collect();
    files.retain(|file| match file {
        Ok(input @ Input::File(path)) => {
            let is_output = file_id(path).is_some_and(|id| outputs.contains(&id));
            !is_output || options.files.contains(input)
        }
        _ => true,
    });
    files
}

/// Of the files that were searched for, those that --fix may change: a link could lead out of
/// the folder.
fn without_links(
    files: &mut Vec<Result<Input, InputError>>,
    options: &ValidateOptions,
    console: &mut Console,
) -> Result<(), Failure> {
    let mut links = 0;
    files.retain(|file| match file {
        Ok(input @ Input::File(path)) if !options.files.contains(input) => {
            let is_link = leads_away(path, &options.files);
            links += usize::from(is_link);
            !is_link
        }
        _ => true,
    });
    if links > 0 {
        let links = counted(count(links), "link", "links");
        let advice = "name a file directly to fix it";
        console.warn(
            &format!("{links} skipped: --fix follows none"),
            Some(advice),
        )?;
    }
    Ok(())
}

/// Whether a file is not where its path says, below the folder that was typed.
fn leads_away(path: &Path, typed: &[Input]) -> bool {
    let real = path.canonicalize();
    !typed.iter().any(|typed| {
        let Input::File(typed) = typed else {
            return false;
        };
        // Up to the first name with a special character.
        let is_plain =
            |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
        let folder: PathBuf = if typed.is_dir() {
            typed.clone()
        } else {
            typed.components().take_while(is_plain).collect()
        };
        let rest = path.strip_prefix(&folder);
        let folder = Path::new(".").join(&folder).canonicalize();
        match (&real, rest, folder) {
            (Ok(real), Ok(rest), Ok(folder)) => *real == folder.join(rest),
            _ => false,
        }
    })
}

/// What the documents are judged by.
fn validation(options: &ValidateOptions, console: &Console) -> Result<Validation, Failure> {
    let mut catalog = console.own_catalog()?;
    if let Some(name) = &options.provider {
        let name = catalog.require_provider(name)?.name.clone();
        catalog = catalog.only(&name);
    }
    let catalog = Arc::new(catalog);
    let validation = Validation::new(Arc::clone(&catalog));
    Ok(match &options.taken_for {
        Some(name) => validation.taking_for(catalog.require_event(name)?),
        None => validation,
    })
}

/// Judges all documents of one input.
fn judge_all(
    input: OpenInput,
    options: &ValidateOptions,
    validation: &Validation,
    bytes_read: &AtomicU64,
    output: &mut ValidateOutput<'_>,
    console: &mut Console,
) -> Result<(), Stop> {
    let file = input.name;
    let reader = input.reader.map_err(Stop::Input)?;
    let judge = BulkJudge {
        validation,
        max_document: options.max_document,
        each: output.wants_each(),
    };
    let read = judging::judge_all(reader, &judge, &mut |told| {
        match told {
            BulkEvent::Item(JudgedItem {
                line,
                said:
                    Said::Document {
                        seq,
                        document,
                        report,
                    },
            }) => {
                let judged = JudgedDocument {
                    file: &file,
                    line: *line,
                    seq: *seq,
                    document,
                    judgement: report.judgement(),
                };
                output.take(&judged, console)?;
            }
            BulkEvent::Item(JudgedItem {
                line,
                said: Said::Torn(reason),
            }) => {
                let text = format!(
                    "{file}:{line}: the last record is torn, as a crash leaves it: {reason}"
                );
                output.warn(&text, console)?;
            }
            BulkEvent::Passed {
                event: [provider, event],
                documents,
            } => {
                let [provider, event] =
                    [provider, event].map(|name| name.as_deref().unwrap_or_default());
                output.take_alike(provider, event, documents);
            }
        }
        Ok(output.advance(bytes_read.swap(0, Ordering::Relaxed), console)?)
    });
    Ok(read.map_err(Stop::Run)??)
}

/// Fixes all documents of one input, or shows the changes. Returns the number of repairs and of
/// documents that were left as they are, together.
fn fix(
    input: &Input,
    is_dry: bool,
    options: &ValidateOptions,
    validation: &Validation,
    output: &mut ValidateOutput<'_>,
    console: &mut Console,
) -> Result<usize, Stop> {
    let name = input.name();
    let original = match input {
        Input::File(path) if !is_special(path) => Original::File(path.clone()),
        Input::File(path) => {
            let bytes = read_whole(path).map_err(|source| cannot_read(&name, source))?;
            Original::Pipe(bytes)
        }
        Input::Stdin => {
            let mut bytes = Vec::new();
            let read = console.input.read_to_end(&mut bytes);
            read.map_err(|source| cannot_read(&name, source))?;
            Original::Stdin(bytes)
        }
    };
    let fixer = Fixer {
        name: &name,
        original,
        validation,
        max_document: options.max_document,
        is_dry,
    };
    let plan = fixer.plan(&mut |judged| {
        output.take(judged, console)?;
        Ok(output.advance(judged.document.len() as u64, console)?)
    })?;
    if is_dry {
        let diff = diff(&name, &plan.changes, console.style)?;
        output.print(&diff, console)?;
    } else if let Some(text) = fixer.write(&plan.changes)? {
        output.print(&text, console)?;
    }
    for (line, why) in plan.refusals.iter().take(MOST_REFUSALS) {
        output.say(&format!("{name}:{line}: left as it is: {why}"), console)?;
    }
    if let Some(more @ 1..) = plan.refusals.len().checked_sub(MOST_REFUSALS) {
        let more = counted(count(more), "further document", "further documents");
        output.say(&format!("{name}: {more} left as they are"), console)?;
    }
    if plan.repairs > 0 {
        let repairs = counted(count(plan.repairs), "repair", "repairs");
        let said = if is_dry { "would be made" } else { "made" };
        output.say(&format!("{name}: {repairs} {said}"), console)?;
    }
    Ok(plan.repairs + plan.refusals.len())
}

/// Whether a name stands for a pipe or a device, which can be read once.
fn is_special(path: &std::path::Path) -> bool {
    std::fs::metadata(path).is_ok_and(|known| !known.is_file())
}

fn cannot_read(name: &str, source: std::io::Error) -> ReadError {
    let name = name.to_owned();
    ReadError { name, source }
}
