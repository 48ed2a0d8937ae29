//! `learn`: drafts of the catalog files, and what the other commands make of them.

mod drafts;
mod known;
#[cfg(unix)]
mod review;
