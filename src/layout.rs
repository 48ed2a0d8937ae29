//! A payload as lines of spans, which a terminal or a browser paints.
//!
//! Texts in spans are escaped and masked already: a painter only adds looks.

mod body;
mod head;
mod line;
mod options;
mod value;

pub use body::lay_out_body;
pub use head::lay_out_head;
pub use line::{Line, Role, Span};
pub use options::Layout;
pub use value::{lay_out_marked, lay_out_value};
