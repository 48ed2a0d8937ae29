//! `--simulate --serve-files`: a session whose files can be fetched.

use crate::support::{Listener, Reply, SECRET, Sandbox, Sink, fetch, urls};

const SERVE: [&str; 4] = ["--simulate", "--serve-files", "--files-user", "enx:secret"];

#[test]
fn a_target_that_fetches_every_file_of_the_session_ends_the_run() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, event| {
        for url in urls(&event.body) {
            let headers = if url.contains("/file_transfer/") {
                &[][..]
            } else {
                &[SECRET]
            };
            assert_eq!(fetch("GET", &url, headers).status(), 200);
        }
        Reply::status(200)
    });
    let url = sink.url();
    let args = [&SERVE[..], &["--expect-fetched", "--forward", &url]].concat();
    let run = Listener::start(&sandbox, &args).ended();
    run.code(0)
        .tells("9 of 9 files were fetched whole")
        .says("file_transfer  ");
    assert_eq!(run.out().matches("  whole\n").count(), 9, "{}", run.out());
    let valid = sandbox.enx(&["validate", "--strict", "log.jsonl"]);
    assert_eq!(valid.code(0).err(), "10 documents: 10 valid\n");
}

#[test]
fn files_that_are_not_fetched_in_time_are_a_negative_result() {
    let sandbox = Sandbox::new();
    let args = [
        &SERVE[..],
        &["--expect-fetched", "--for", "1s", "--format", "json"],
    ]
    .concat();
    let run = Listener::start(&sandbox, &args).ended();
    run.code(1);
    // Of the events that came within that time, at most the first one with files.
    assert!(
        run.json_of("file")
            .iter()
            .all(|file| file["whole"] == false && file["requests"] == 0)
    );
    assert_eq!(run.json_lines().pop().unwrap()["kind"], "summary");
}

#[test]
fn without_a_simulation_there_are_no_files_to_serve() {
    let run = Sandbox::new().enx(&["listen", "--port", "0", "--serve-files"]);
    run.code(2).tells("--serve-files requires --simulate");
}
