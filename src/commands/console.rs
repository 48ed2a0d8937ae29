//! What a command works with besides its options: streams, styles, environment, catalog.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use crate::catalog::{Catalog, CatalogError};
use crate::model::environment::{Environment, Output};
use crate::model::error::{Failure, OutputError};
use crate::render::listen::Page;
use crate::render::message::{self, Label};
use crate::render::progress::Progress;
use crate::render::{Layout, TermStyle};
use crate::selection::{Query, Selector};
use crate::text::Zone;
use crate::validation::Mask;

/// What a command works with besides its options.
pub struct Console {
    /// stdin
    pub input: Box<dyn Read + Send>,
    /// stdout: data
    pub out: Box<dyn Output>,
    /// stderr: banner, progress, hints, errors
    pub err: Box<dyn Write + Send>,
    /// How far a long reading is.
    pub bar: Progress,
    /// How stdout is written for people.
    pub style: TermStyle,
    /// How stderr is written.
    pub err_style: TermStyle,
    /// The zone of the times that are shown.
    pub zone: Zone,
    /// How much is said on stderr besides errors.
    pub verbosity: Verbosity,
    /// Folders that add to the catalog.
    pub catalogs: Vec<PathBuf>,
    /// Variables, places and terminals.
    pub environment: Environment,
}

/// How much is said on stderr besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Nothing.
    Quiet,
    /// What one wants to know.
    Normal,
    /// Also what one may want to know.
    Verbose,
}

impl Console {
    /// The catalog, with what `--catalog` adds.
    pub fn catalog(&self) -> Result<Arc<Catalog>, CatalogError> {
        self.own_catalog().map(Arc::new)
    }

    /// The same, to be changed.
    pub(super) fn own_catalog(&self) -> Result<Catalog, CatalogError> {
        let mut catalog = Catalog::embedded()?;
        for folder in &self.catalogs {
            catalog.add_folder(folder)?;
        }
        Ok(catalog)
    }

    /// Takes the bar away for good.
    pub(super) fn end_bar(&mut self) -> Result<(), OutputError> {
        std::mem::replace(&mut self.bar, Progress::hidden()).hide(&mut *self.err)
    }

    /// Says something on stderr, unless it is to be quiet.
    pub fn say(&mut self, text: &str) -> Result<(), OutputError> {
        if self.verbosity > Verbosity::Quiet {
            self.bar.hide(&mut *self.err)?;
            writeln!(self.err, "{text}")?;
        }
        Ok(())
    }

    /// How captures are laid out on stdout; whether long values are shown whole.
    pub(super) fn page(&self, full: bool) -> Page {
        Page {
            style: self.style,
            zone: self.zone,
            layout: Layout {
                margin: 2,
                full,
                ..Layout::default()
            },
        }
    }

    /// Warns on stderr. Quiet does not silence what was lost or skipped.
    pub fn warn(&mut self, text: &str, advice: Option<&str>) -> Result<(), OutputError> {
        self.bar.hide(&mut *self.err)?;
        message::write_message(
            &mut *self.err,
            self.err_style.now(),
            Label::Warning,
            text,
            advice,
        )
    }

    /// A query with the events' own names in place of aliases, and points in time in place of
    /// ages. Warns of names that the catalog does not have: a provider may send events that are
    /// newer than the catalog, so such a name selects unknown events, but it may be a slip.
    pub(super) fn resolve(
        &mut self,
        query: &Query,
        catalog: &Catalog,
    ) -> Result<Query, OutputError> {
        let mut query = query.clone().resolve(chrono::Utc::now(), self.zone);
        let mut unknown = Vec::new();
        query.rename_events(&mut |name| {
            let entry = catalog.find(name);
            if entry.is_none() {
                unknown.push(name.to_owned());
            }
            entry.map(|entry| entry.event.name.clone())
        });
        for name in unknown {
            let text =
                format!("no event in the catalog is called `{name}`: it selects unknown events");
            let nearest = catalog.nearest_event(&name);
            let advice = nearest.map(|nearest| format!("did you mean `{nearest}`?"));
            self.warn(&text, advice.as_deref())?;
        }
        Ok(query)
    }

    /// What selects by a query, [resolved](Console::resolve).
    pub(super) fn selector(
        &mut self,
        query: &Query,
        catalog: &Catalog,
    ) -> Result<Selector, OutputError> {
        Ok(Selector::new(self.resolve(query, catalog)?))
    }

    /// Warns why nothing was selected; false if something was, or there was nothing to select.
    pub(super) fn warn_of_none(&mut self, selector: &Selector) -> Result<bool, OutputError> {
        let Some((what, why)) = selector.why_none(self.zone) else {
            return Ok(false);
        };
        self.warn(&what, Some(&why))?;
        Ok(true)
    }

    /// Warns of paths of `--mask` that were in no body: they may be misspelled.
    pub(super) fn warn_of_mask(&mut self, mask: &Mask) -> Result<(), OutputError> {
        for path in mask.not_found() {
            let pointer = path.pointer();
            self.warn(
                &format!("no body had {pointer}: nothing was masked there"),
                Some(
                    "`enx-hook events EVENT` lists the paths of an event; * stands for every item",
                ),
            )?;
        }
        Ok(())
    }

    /// Says an error after which the run goes on; the outcome tells of it.
    pub fn fail(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.bar.hide(&mut *self.err)?;
        Ok(message::write_failure(
            &mut *self.err,
            self.err_style.now(),
            failure,
        )?)
    }
}
