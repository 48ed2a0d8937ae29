//! What `enx-hook validate` says of every shape that the documents show or that was met:
//! the verdict, and the finding that explains it.
//!
//! Each table below is one part of the agreement on verdicts; a case names the row that it
//! is an instance of. The payloads are written here and not taken from `samples/`, so that
//! data and test cannot be wrong together.

mod case;
mod destinations;
mod fields;
mod files;
mod formats;
mod kinds;
mod payloads;
mod places;
mod seeds;
mod sessions;
mod streamrec;
mod text;

use case::{Case, check};

/// The cases of all tables: documents that are JSON, on one line each.
fn all() -> Vec<Case> {
    [
        fields::cases(),
        files::cases(),
        destinations::cases(),
        sessions::cases(),
        streamrec::cases(),
        kinds::cases(),
        text::cases(),
        seeds::cases(),
    ]
    .concat()
}

#[test]
fn the_fields_that_all_enablex_events_share() {
    check(&fields::cases());
}

#[test]
fn files_their_urls_stages_and_sizes() {
    check(&files::cases());
}

#[test]
fn destinations_of_transferred_files() {
    check(&destinations::cases());
}

#[test]
fn session_counts_and_licences() {
    check(&sessions::cases());
}

#[test]
fn the_webhooks_of_streamrec() {
    check(&streamrec::cases());
}

#[test]
fn what_a_body_is_and_what_is_only_like_an_event() {
    check(&kinds::cases());
}

#[test]
fn json_that_receivers_read_differently() {
    check(&text::cases());
}

#[test]
fn the_samples_of_the_documents() {
    check(&seeds::cases());
}
