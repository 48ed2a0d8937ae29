//! All providers and their events, as data.
//!
//! The data files in `schemas/` and `samples/` are embedded in the binary; a folder with
//! the same layout adds to them at run time ([`Catalog::add_folder`]). No event is named
//! in Rust code: a new event is a schema and a sample, a new provider one file more.
//! Nothing is compiled before it is asked for, since most commands need one event or none.

mod changes;
mod document;
mod entries;
mod error;
mod event;
mod fields;
mod files;
mod fresh;
mod known;
mod named_files;
mod provider;
mod question;
mod shape;
mod unknown;
mod words;

pub use changes::{Change, Changed, ChangesError};
pub use document::{Citation, Document};
pub use entries::{Catalog, Entry};
pub use error::CatalogError;
pub use event::{Event, Source};
pub use fields::Field;
pub use fresh::Session;
pub use known::Known;
pub use named_files::{FileKind, NamedFiles};
pub use provider::{Clock, Contradiction, Fresh, Id, Lookalike, Presence, Provider, Random, Rule};
pub use shape::{Compare, Comparison, Misnamed, Remark, Shape, type_name};
pub use unknown::UnknownName;
pub use words::{CodeExample, CodeWords};
