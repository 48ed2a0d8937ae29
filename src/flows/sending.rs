//! The engine of `send`: makes bodies (samples with fresh values, changes, rounds, scenarios),
//! delivers them and compares the answers with the expectations.

mod body;
mod expect;
mod like;
mod post;
mod rounds;
mod run;
pub mod scenario;
mod seed;

pub use body::{Body, BodyError, BodyOptions, TellReport, change, judge, of_data, of_samples};
pub use expect::{Came, Condition, Expectation, Unmet};
pub use like::EarlierAnswers;
pub use post::{Lanes, Post, PostStep};
pub use rounds::Rounds;
pub use run::{RunEnd, Sent, run};
pub use seed::Seed;
