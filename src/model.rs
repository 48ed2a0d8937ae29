//! Plain types without I/O: what all other rooms speak of.

pub mod background;
pub mod capture;
pub mod cause;
pub mod code;
pub mod content;
pub mod environment;
pub mod error;
pub mod growing;
pub mod name;
pub mod outcome;
pub mod ranges;
pub mod report;
pub mod room;
pub mod secret;
