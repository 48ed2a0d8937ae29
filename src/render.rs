//! What people and other programs read, laid out from values.
//!
//! Writers are handed in, and so is all that is known about them (a [`TermStyle`]): nothing
//! here looks at the process, its variables or its terminals. Nothing here decides
//! anything either: it is given values and lays them out.
//!
//! Two rules hold for whatever people read, so that no caller can forget them: text is
//! escaped ([`mod@crate::text::escape`]) and passwords in URLs are masked
//! ([`crate::text::mask`]) at the last moment before it is written. Callers pass text as it
//! came. Only [`Line::push`] and [`Palette::paint`] take text as it is; untrusted text
//! reaches them through [`show`](crate::text::show) or [`Line::show`].

pub mod check;
pub mod delivery;
pub mod drift;
pub mod events;
mod expect;
pub mod export;
pub mod files;
pub mod findings;
mod format;
pub mod github;
pub mod inspect;
pub mod junit;
pub mod learn;
mod line;
pub mod listen;
pub mod log;
pub mod message;
pub mod payload;
mod picture;
pub mod progress;
pub mod relay;
pub mod replay;
pub mod report;
pub mod request;
pub mod sarif;
pub mod scenario;
pub mod send;
pub mod style;
pub mod table;
pub mod validate;
pub mod verdict;

pub use crate::layout::Layout;
pub use format::{AnnotatedFormat, Format};
pub use line::Line;
pub use style::{ColorChoice, Palette, Role, TermStyle};
pub use table::{Cell, Column, Table};
