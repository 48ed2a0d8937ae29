//! Text as people read it: untrusted text is escaped and passwords in URLs are masked here;
//! widths, numbers, sizes and times have their one format here.

pub mod escape;
pub mod glyph;
pub mod mask;
mod name;
mod nearest;
pub mod number;
pub mod time;
pub mod width;

pub use escape::{escape, escape_bytes, escape_lines};
pub use mask::show;
pub use name::bounded_name;
pub use nearest::{foreign_letter, nearest};
pub use time::Zone;
