//! The report of a run that posts: a case, an archive entry or an object for each delivery.
//!
//! Deliveries are written as they come, so that memory does not grow with their number.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _};
use std::path::PathBuf;

use serde::Serialize;

use super::har::{Archive, MaskBody};
use super::{JsonDocument, ReportError, ReportFile, ReportKind};
use crate::delivery::{ClientOptions, Delivered, TargetUrl};
use crate::model::error::{Failure, OutputError};
use crate::render::junit::{Case, Counted};
use crate::wire::delivery::Delivery;

/// A report that is being written.
pub struct DeliveryReport {
    file: ReportFile,
    /// What ran.
    name: String,
    /// The target, its password masked.
    url: String,
    body: Body,
}

enum Body {
    /// The cases are in a file without a name until their number, which comes first, is known.
    Junit(Counted, BufWriter<File>),
    Har(Box<Archive>),
    Json(JsonDocument),
}

impl DeliveryReport {
    /// The same report, with the bodies of requests masked by that.
    #[must_use]
    pub fn masking(mut self, mask: MaskBody) -> DeliveryReport {
        if let Body::Har(archive) = &mut self.body {
            archive.mask = Some(mask);
        }
        self
    }

    /// Opens the file and writes the beginning. `options`: those of the client that posts.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn create(
        (path, kind): &(PathBuf, ReportKind),
        name: String,
        target: &TargetUrl,
        options: ClientOptions,
    ) -> Result<DeliveryReport, ReportError> {
        let url = target.to_string();
        let mut file = ReportFile::create(path)?;
        let begin = || -> Result<Body, OutputError> {
            Ok(match kind {
                ReportKind::Har => {
                    let archive = Archive::begin(target.clone(), options, &mut file)?;
                    Body::Har(Box::new(archive))
                }
                ReportKind::Json => {
                    let members = [("name", &*name), ("url", &*url)];
                    Body::Json(JsonDocument::begin(&members, "deliveries", &mut file)?)
                }
                // No command that posts takes SARIF.
                ReportKind::Junit | ReportKind::Sarif => {
                    Body::Junit(Counted::default(), BufWriter::new(tempfile::tempfile()?))
                }
            })
        };
        let body = begin().map_err(|error| ReportError::new(path, error))?;
        Ok(DeliveryReport {
            file,
            name,
            url,
            body,
        })
    }

    /// Adds a delivery, in the form that the report needs.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn add<'d, T>(
        &mut self,
        delivered: &Delivered<T>,
        case: impl FnOnce() -> Case,
        object: impl FnOnce() -> Delivery<'d>,
    ) -> Result<(), Failure> {
        let written = match &mut self.body {
            Body::Junit(counted, cases) => counted.add(&case(), cases),
            Body::Har(archive) => {
                let entry = archive.entry(&delivered.request, &delivered.attempt)?;
                archive.add(&entry, &mut self.file)
            }
            Body::Json(document) => document.add(&object(), &mut self.file),
        };
        Ok(written.map_err(|error| self.file.failed(error))?)
    }

    /// Adds a case about the run itself, if the report has cases.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn add_case(&mut self, case: &Case) -> Result<(), ReportError> {
        match &mut self.body {
            Body::Junit(counted, cases) => counted
                .add(case, cases)
                .map_err(|error| self.file.failed(error)),
            Body::Har(_) | Body::Json(_) => Ok(()),
        }
    }

    /// Writes the end and puts the file in its place.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn finish(self, summary: &impl Serialize) -> Result<(), ReportError> {
        let DeliveryReport {
            file,
            name,
            url,
            body,
        } = self;
        file.write(|out| match body {
            Body::Har(_) => Archive::end(out),
            Body::Json(_) => JsonDocument::end(summary, out),
            Body::Junit(counted, cases) => {
                let mut cases = cases
                    .into_inner()
                    .map_err(std::io::IntoInnerError::into_error)?;
                cases.rewind()?;
                let properties = [("url".to_owned(), url)];
                let mut cases = BufReader::new(cases);
                counted.write(("enx-hook", &name), &properties, &mut cases, out)
            }
        })
    }
}
