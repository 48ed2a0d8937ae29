//! `--report`: a run in a file, as `JUnit` or as JSON.
//!
//! All posts are kept until the end, since both forms begin with their number.

use std::time::Duration;

use serde_json::{Value, json};

use crate::delivery::Delivered;
use crate::flows::sending::Post;
use crate::model::error::Failure;
use crate::render::junit;
use crate::render::junit::{Case, End, Suite};
use crate::render::report::{ReportFile, ReportKind};
use crate::wire::delivery::Unmet;

/// A report on its way.
pub(super) struct Report {
    file: ReportFile,
    form: ReportKind,
    /// What was played.
    name: String,
    url: String,
    cases: Vec<Case>,
    deliveries: Vec<Value>,
}

impl Report {
    /// Creates the file.
    pub(super) fn create(
        (path, form): &(std::path::PathBuf, ReportKind),
        name: String,
        url: String,
    ) -> Result<Report, Failure> {
        Ok(Report {
            file: ReportFile::create(path)?,
            form: *form,
            name,
            url,
            cases: Vec::new(),
            deliveries: Vec::new(),
        })
    }

    /// Adds a post; `object` is what machines are told of it.
    pub(super) fn add(&mut self, delivered: &Delivered<Post>, unmet: &[Unmet], object: Value) {
        match self.form {
            ReportKind::Json => self.deliveries.push(object),
            ReportKind::Junit | ReportKind::Sarif | ReportKind::Har => {
                let number = self.cases.len() + 1;
                self.cases.push(case(number, delivered, unmet));
            }
        }
    }

    /// The run was stopped before its end: no CI may take what there is for all.
    pub(super) fn interrupt(&mut self) {
        self.cases.push(Case {
            name: "the whole run".to_owned(),
            class: "send".to_owned(),
            took: Duration::ZERO,
            end: End::Failed {
                kind: "interrupted".to_owned(),
                message: "stopped before its end".to_owned(),
                lines: Vec::new(),
            },
            remarks: Vec::new(),
        });
    }

    /// Writes it all.
    pub(super) fn write(self, summary: &Value) -> Result<(), Failure> {
        let Report {
            file,
            form,
            name,
            url,
            cases,
            deliveries,
        } = self;
        Ok(file.write(|out| match form {
            ReportKind::Junit | ReportKind::Sarif | ReportKind::Har => {
                let suite = Suite {
                    name,
                    properties: vec![("url".to_owned(), url)],
                    cases,
                };
                junit::write(out, "enx-hook", &[suite])
            }
            ReportKind::Json => {
                let report = json!({
                    "name": name, "url": url, "summary": summary, "deliveries": deliveries,
                });
                Ok(writeln!(out, "{report:#}")?)
            }
        })?)
    }
}

fn case(number: usize, delivered: &Delivered<Post>, unmet: &[Unmet]) -> Case {
    let post = &delivered.tag;
    let event = post.event.as_deref().unwrap_or("(no event)");
    let session = post.session.as_deref().unwrap_or_default();
    let class = match &post.step {
        Some(step) => step.label(),
        None => "send".to_owned(),
    };
    let line = |unmet: &Unmet| format!("expected {}, came {}", unmet.expected, unmet.came);
    let end = match unmet {
        [] => End::Passed,
        [first, rest @ ..] => End::Failed {
            kind: "unexpected".to_owned(),
            message: line(first),
            lines: rest.iter().map(line).collect(),
        },
    };
    Case {
        name: format!("{number} {event} {session}").trim_end().to_owned(),
        class,
        took: delivered.attempt.took,
        end,
        remarks: post
            .remark
            .iter()
            .map(|remark| (*remark).to_owned())
            .collect(),
    }
}
