//! The report of a run that posts: a case, an archive entry or an object for each delivery.
//!
//! Deliveries are written as they come, so that memory does not grow with their number.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek as _};
use std::path::PathBuf;

use serde::Serialize;

use super::{JsonDocument, ReportError, ReportFile, ReportKind};
use crate::model::error::{Failure, OutputError};
use crate::render::har;
use crate::render::har::Archive;
use crate::render::junit::{Case, Counted};

/// A delivery, in each form that a report has.
pub trait Delivery {
    /// What the JSON report holds of it.
    type Object<'d>: Serialize
    where
        Self: 'd;

    /// The case of `JUnit`.
    fn case(&self) -> Case;

    /// The object of the JSON report.
    fn object(&self) -> Self::Object<'_>;

    /// The entry of an HTTP archive.
    ///
    /// # Errors
    ///
    /// When the request cannot be told.
    fn entry(&self) -> Result<har::Entry, Failure>;
}

/// A report that is being written.
pub struct DeliveryReport {
    file: ReportFile,
    /// What ran.
    name: String,
    /// Where to; without a password.
    url: String,
    body: Body,
}

enum Body {
    /// The cases lie in a file without a name until their number, which comes first, is known.
    Junit(Counted, BufWriter<File>),
    Har(Archive),
    Json(JsonDocument),
}

impl DeliveryReport {
    /// Opens the file and writes the beginning.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn create(
        (path, kind): &(PathBuf, ReportKind),
        name: String,
        url: String,
    ) -> Result<DeliveryReport, ReportError> {
        let mut file = ReportFile::create(path)?;
        let mut begin = || -> Result<Body, OutputError> {
            Ok(match kind {
                ReportKind::Har => Body::Har(Archive::begin(&mut file)?),
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

    /// Adds a delivery.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn add(&mut self, delivery: &impl Delivery) -> Result<(), Failure> {
        let written = match &mut self.body {
            Body::Junit(counted, cases) => counted.add(&delivery.case(), cases),
            Body::Har(archive) => archive.add(&delivery.entry()?, &mut self.file),
            Body::Json(document) => document.add(&delivery.object(), &mut self.file),
        };
        Ok(written.map_err(|error| self.file.failed(error))?)
    }

    /// Adds a case about the run itself, where the report has cases.
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
            Body::Har(archive) => archive.end(out),
            Body::Json(document) => document.end(summary, out),
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
