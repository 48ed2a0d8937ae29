//! `--report FILE`: the deliveries in a file, as `JUnit`, as an HTTP archive or as JSON.
//!
//! They are written as they come, so that memory does not grow with their number, and the file
//! appears under its name only when it is whole.

use std::fs::File;
use std::io::{BufWriter, Seek as _, Write};
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use tempfile::NamedTempFile;

use super::machine::{Summary, record};
use super::tag::Tag;
use super::tally::{Failed, place};
use crate::delivery;
use crate::delivery::{Delivered, Ending, Request, TargetUrl};
use crate::model::capture::NOT_STORED;
use crate::model::error::{Category, Explain, Failure};
use crate::render::junit::{Case, End};
use crate::render::{har, junit};
use crate::wire::json_lines::write_value;

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `JUnit`, for CI.
    Junit,
    /// HAR 1.2, for browsers and proxies; it can be replayed.
    Har,
    /// One JSON document.
    Json,
}

impl Form {
    /// What a file's name says.
    pub fn of(path: &Path) -> Option<Form> {
        let ending = path.extension()?;
        [
            ("xml", Form::Junit),
            ("har", Form::Har),
            ("json", Form::Json),
        ]
        .into_iter()
        .find(|(name, _)| ending.eq_ignore_ascii_case(name))
        .map(|(_, form)| form)
    }
}

/// A report on its way.
pub(super) struct Report {
    path: PathBuf,
    form: Form,
    /// What was replayed.
    name: String,
    target: TargetUrl,
    /// How it is posted to.
    options: delivery::ClientOptions,
    out: Out,
    junit: junit::Counted,
    is_first: bool,
}

/// What is written to.
enum Out {
    /// A file beside the one that it becomes.
    File(BufWriter<NamedTempFile>),
    /// What cannot be replaced, such as a pipe.
    Direct(BufWriter<File>),
    /// The cases of a `JUnit` report, around which the rest is written at the end.
    Cases(BufWriter<File>),
}

impl Report {
    /// Makes sure that the file can be written, before anything is sent.
    pub(super) fn create(
        (path, form): (PathBuf, Form),
        name: String,
        target: TargetUrl,
        options: delivery::ClientOptions,
    ) -> Result<Report, ReportError> {
        let fail = |source| ReportError {
            path: path.clone(),
            source,
        };
        let mut report = Report {
            out: match form {
                Form::Junit => {
                    drop(open(&path).map_err(fail)?);
                    Out::Cases(BufWriter::new(tempfile::tempfile().map_err(fail)?))
                }
                Form::Har | Form::Json => open(&path).map_err(fail)?,
            },
            path: path.clone(),
            form,
            name,
            target,
            options,
            junit: junit::Counted::default(),
            is_first: true,
        };
        let began = match form {
            Form::Junit => Ok(()),
            Form::Har => har::begin(report.out.writer()),
            Form::Json => report.begin_json(),
        };
        began.map_err(fail)?;
        Ok(report)
    }

    fn begin_json(&mut self) -> std::io::Result<()> {
        let out = self.out.writer();
        out.write_all(b"{\"name\":")?;
        write_value(&self.name, out)?;
        out.write_all(b",\"url\":")?;
        write_value(&self.target.to_string(), out)?;
        out.write_all(b",\"deliveries\":[")
    }

    /// Adds a delivery.
    pub(super) fn add(&mut self, delivered: &Delivered<Tag>) -> Result<(), Failure> {
        let is_first = std::mem::take(&mut self.is_first);
        let written = match self.form {
            Form::Junit => return Ok(self.junit.add(&case(delivered), self.out.writer())?),
            Form::Har => {
                let entry = self.entry(delivered)?;
                har::add(&entry, is_first, self.out.writer())
            }
            Form::Json => {
                let url = self.target.to_string();
                let delivery = record(delivered, &url);
                let out = self.out.writer();
                let begin: &[u8] = if is_first { b"\n" } else { b",\n" };
                out.write_all(begin)
                    .and_then(|()| write_value(&delivery, out))
            }
        };
        written.map_err(|source| self.failed(source).into())
    }

    /// Writes what comes last, and gives the file its name.
    pub(super) fn finish(mut self, summary: &Summary<'_>) -> Result<(), Failure> {
        let ended = match self.form {
            Form::Junit => return self.finish_junit(),
            Form::Har => har::end(self.out.writer()),
            Form::Json => {
                let out = self.out.writer();
                out.write_all(b"\n],\"summary\":")
                    .and_then(|()| write_value(summary, out))
                    .and_then(|()| out.write_all(b"}\n"))
            }
        };
        let path = self.path.clone();
        ended
            .and_then(|()| self.out.keep(&path))
            .map_err(|source| ReportError { path, source }.into())
    }

    fn finish_junit(self) -> Result<(), Failure> {
        let Out::Cases(cases) = self.out else {
            return Ok(());
        };
        let path = self.path;
        let fail = |source| ReportError {
            path: path.clone(),
            source,
        };
        let mut cases = cases
            .into_inner()
            .map_err(|error| fail(error.into_error()))?;
        cases.rewind().map_err(fail)?;
        let mut out = open(&path).map_err(fail)?;
        let properties = [("url".to_owned(), self.target.to_string())];
        let mut cases = std::io::BufReader::new(cases);
        self.junit.write(
            ("enx-hook", &self.name),
            &properties,
            &mut cases,
            out.writer(),
        )?;
        out.keep(&path).map_err(|source| fail(source).into())
    }

    fn failed(&self, source: std::io::Error) -> ReportError {
        ReportError {
            path: self.path.clone(),
            source,
        }
    }

    fn entry(&self, delivered: &Delivered<Tag>) -> Result<har::Entry, Failure> {
        let parcel = &delivered.request;
        let request = Request::new(&self.target, &self.options, parcel)?;
        let fields = request.fields.iter().map(|field| {
            let value = if field.is_secret {
                NOT_STORED.as_bytes()
            } else {
                &field.value
            };
            har::Field::new(&field.name, value)
        });
        let url = format!("{}{}", self.target.origin(), request.target);
        let (response, comment) = match &delivered.attempt.ending {
            Ending::Answered(answer) => {
                let fields = answer
                    .headers()
                    .map(|(name, value)| har::Field::new(name, value));
                let response = har::Response::new(answer.status, fields.collect(), &answer.body);
                let cut = "only the beginning of the answer was read";
                let comment = if answer.truncated { cut } else { "" };
                (response, comment.to_owned())
            }
            Ending::Unanswered(why) => (har::Response::none(), why.to_string()),
        };
        let took = delivered.attempt.took;
        let started = (Utc::now() - took).to_rfc3339_opts(SecondsFormat::Micros, true);
        let request = har::Request::post(url, fields.collect(), parcel.body());
        let mut entry = har::Entry::new(started, took.as_secs_f64() * 1e3, request, response);
        entry.comment = comment;
        Ok(entry)
    }
}

fn case(delivered: &Delivered<Tag>) -> Case {
    let Failed { tag, status, text } = Failed::of(delivered);
    let is_good = status.is_some_and(|status| (200..300).contains(&status));
    let event = tag.event.as_deref().unwrap_or("(no event)");
    let session = tag.session.as_deref().unwrap_or_default();
    let name = format!("{} {event} {session}", place(&tag));
    let mut remarks = Vec::new();
    if delivered.attempts > 1 {
        remarks.push(format!("attempt {}", delivered.attempts));
    }
    let end = match status {
        Some(_) if is_good => End::Passed,
        Some(status) => End::Failed {
            kind: "answer".to_owned(),
            message: format!("answered {status}"),
            lines: vec![text],
        },
        None => End::Failed {
            kind: "no-answer".to_owned(),
            message: text,
            lines: Vec::new(),
        },
    };
    Case {
        name: name.trim_end().to_owned(),
        class: tag.file.to_string(),
        took: delivered.attempt.took,
        end,
        remarks,
    }
}

/// A file beside the one of that name, or that one itself if it is no plain file.
fn open(path: &Path) -> std::io::Result<Out> {
    if std::fs::metadata(path).is_ok_and(|file| !file.is_file()) {
        let file = File::options().write(true).open(path)?;
        return Ok(Out::Direct(BufWriter::new(file)));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".enx-hook-report");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // Like any other file; what the user keeps from others is kept from them here too.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    Ok(Out::File(BufWriter::new(builder.tempfile_in(folder)?)))
}

impl Out {
    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Out::File(file) => file,
            Out::Direct(file) | Out::Cases(file) => file,
        }
    }

    /// Gives the file its name.
    fn keep(self, path: &Path) -> std::io::Result<()> {
        match self {
            Out::File(file) => {
                let file = file
                    .into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?;
                // Not the link itself, if it is one.
                let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
                file.persist(path)?;
                Ok(())
            }
            Out::Direct(mut file) | Out::Cases(mut file) => file.flush(),
        }
    }
}

/// The report cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
pub struct ReportError {
    path: PathBuf,
    source: std::io::Error,
}

impl Explain for ReportError {
    fn category(&self) -> Category {
        Category::Undone
    }
}
