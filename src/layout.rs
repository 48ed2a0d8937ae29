//! A payload as lines of spans, which a terminal or a browser paints.
//!
//! Texts in spans are escaped and masked already: a painter only adds looks.

mod body;
mod line;
mod options;
mod value;

pub use body::lay_out_body;
pub use line::{Line, Role, Span};
pub use options::Layout;
pub use value::lay_out_value;
