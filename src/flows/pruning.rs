//! Removes the captures of a session from a log and its parts.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::delivery::{Cursor, deliveries};
use crate::journal::{Meant, Pruning, Record};
use crate::model::error::{Category, Explain, Failure};
use crate::model::ranges::Ranges;
use crate::selection::{Identity, Pattern, Query, Selector, Term};
use crate::validation::Validation;

/// What was delivered of the session is still recorded.
#[derive(Debug, thiserror::Error)]
#[error("the answers to its deliveries cannot be removed")]
struct ForgetError(#[source] io::Error);

impl Explain for ForgetError {
    fn category(&self) -> Category {
        Category::Undone
    }
}

/// What is to be removed. Nothing else writes the log as long as it is there.
pub struct Plan<'p> {
    pruning: Pruning,
    selector: Selector,
    validation: &'p Validation,
    files: Vec<PrunedFile>,
    /// Lines that cannot be read: whether they belong to the session is not known.
    pub unread: u64,
}

/// A file with captures of the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrunedFile {
    /// The file.
    pub file: PathBuf,
    /// How many captures.
    pub captures: u64,
}

impl<'p> Plan<'p> {
    /// Looks for the captures of a session.
    ///
    /// # Errors
    ///
    /// When the log is being written, or a file of it cannot be read to its end.
    pub fn new(log: &Path, session: &str, validation: &'p Validation) -> Result<Plan<'p>, Failure> {
        let session = Term::Session(vec![Pattern::exactly(session)]);
        let mut plan = Plan {
            pruning: Pruning::begin(log)?,
            selector: Selector::new(Query::Term(session)),
            validation,
            files: Vec::new(),
            unread: 0,
        };
        for file in plan.pruning.files() {
            let Meant {
                captures, unread, ..
            } = plan.pruning.find(file, &mut |record| plan.is_of(record))?;
            plan.unread += unread;
            if captures > 0 {
                let file = file.clone();
                plan.files.push(PrunedFile { file, captures });
            }
        }
        Ok(plan)
    }

    /// The files with captures of the session, the oldest first.
    pub fn files(&self) -> &[PrunedFile] {
        &self.files
    }

    /// Captures of the session.
    pub fn captures(&self) -> u64 {
        self.files.iter().map(|file| file.captures).sum()
    }

    /// What selects the captures of the session.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// Files that may be parts of the log, but whose beginning is damaged.
    pub fn not_read(&self) -> &[PathBuf] {
        self.pruning.not_read()
    }

    /// Removes the captures, file by file. No target waits for them any more.
    ///
    /// # Errors
    ///
    /// When a file cannot be replaced: it is as it was then, and so are those after it.
    pub fn carry_out(
        &self,
        tell: &mut dyn FnMut(&PrunedFile) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut removed = Ranges::default();
        for file in &self.files {
            let found = self
                .pruning
                .remove(&file.file, &mut |record| self.is_of(record))?;
            removed.extend(found.seqs);
            tell(file)?;
        }
        deliveries::forget(self.pruning.log(), &removed).map_err(ForgetError)?;
        for (path, mut cursor) in Cursor::beside(self.pruning.log()) {
            for (first, last) in removed.iter() {
                cursor.pass(first, last);
            }
            cursor.save(&path)?;
        }
        Ok(())
    }

    fn is_of(&self, record: Record) -> bool {
        let judged = self
            .validation
            .capture(Some(record.seq), Arc::new(record.capture));
        let identity = Identity::from(judged.classification());
        self.selector.matches(&identity)
    }
}
