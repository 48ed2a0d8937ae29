//! `log`: what a log tells. The fixture has 20 sessions of which three lack an event, one has a
//! duplicate, one is out of order and one is open.

mod differences;
mod fixture;
mod inputs;
mod promises;
mod queries;
mod rows;
mod sessions;
mod show;
mod statistics;
mod timelines;
