//! What the program says, laid out for people or for machines.
//!
//! Writers are handed in, and so is all that is known about them (a [`Page`]): nothing
//! here looks at the process, its variables or its terminals. Nothing here decides
//! anything either: it is given values and lays them out.
//!
//! Two rules hold for whatever people read, so that no caller can forget them: text is
//! escaped ([`mod@escape`]) and passwords in URLs are masked ([`mask`]) here, at the last
//! moment before it is written. Whoever calls passes text as it came. Only the two parts
//! that everything else is made of, [`Line::push`] and [`Palette::paint`], take text as it
//! is; untrusted text reaches them by way of [`show`] or [`Line::show`].

pub mod escape;
pub mod findings;
pub mod github;
mod glyph;
pub mod har;
pub mod json_lines;
pub mod junit;
mod line;
pub mod mask;
pub mod message;
pub mod number;
pub mod payload;
pub mod progress;
pub mod sarif;
pub mod style;
pub mod table;
pub mod text;
pub mod time;
pub mod verdict;

pub use escape::{escape, escape_bytes, escape_lines};
pub use json_lines::JsonLines;
pub use line::Line;
pub use mask::show;
pub use payload::Layout;
pub use style::{ColorChoice, Page, Palette, Role};
pub use table::{Cell, Column, Table};
pub use time::Zone;
