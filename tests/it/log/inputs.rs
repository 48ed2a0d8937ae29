//! What `log` reads, and how captures are named.

use super::fixture::sandbox;

#[test]
fn a_number_names_a_capture_of_one_log_and_a_file_goes_with_it_otherwise() {
    let sandbox = sandbox();
    let names = |logs: &[&str]| {
        let run = sandbox.enx(&[&["log", "--format", "json", "--limit", "1"], logs].concat());
        let capture = run.code(0).json_lines().remove(0);
        (
            capture["seq"].as_u64(),
            capture["file"].as_str().map(str::to_owned),
        )
    };
    assert_eq!(names(&["log.jsonl"]), (Some(1), None));
    assert_eq!(names(&["parts/log.jsonl"]), (Some(1), None));
    for log in ["recorded.har", "bare.jsonl"] {
        assert_eq!(names(&[log]), (Some(1), Some(log.to_owned())));
    }
    let both = names(&["log.jsonl", "bare.jsonl"]);
    assert_eq!(both, (Some(1), Some("log.jsonl".to_owned())));
}

#[test]
fn a_pattern_stdin_and_the_log_of_the_configuration_are_read() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "sessions", "*.har", "--format", "json"]);
    assert_eq!(run.code(0).json_of("session").len(), 20);
    let text = sandbox.text("bare.jsonl");
    let run = sandbox
        .call(&["log", "sessions", "-", "--format", "json"])
        .input(text)
        .run();
    assert_eq!(run.code(0).json_of("session")[0]["first_file"], "stdin");
    std::fs::rename(sandbox.path("log.jsonl"), sandbox.path("other.jsonl")).unwrap();
    sandbox.allowed("enx-hook.toml", "[listen]\nlog = 'other.jsonl'\n");
    let run = sandbox.enx(&["log", "sessions", "--format", "json"]);
    assert_eq!(run.code(0).json_of("session").len(), 20);
}

#[test]
fn the_time_that_a_bare_body_states_orders_it_but_is_not_when_it_was_received() {
    let run = sandbox().enx(&[
        "log",
        "bare.jsonl",
        "--format",
        "json",
        "--session",
        "48213903",
    ]);
    let captures = run.code(0).json_of("capture");
    assert!(captures.iter().all(|one| one["received_at"].is_null()));
    assert_eq!(captures[1]["since_previous_ms"], 1_080_000);
}

#[test]
fn a_log_that_cannot_be_read_is_not_called_empty() {
    let sandbox = sandbox();
    std::fs::write(sandbox.path("broken.jsonl.gz"), b"\x1f\x8bno more").unwrap();
    for command in [
        &["log"][..],
        &["log", "sessions"],
        &["log", "stats"],
        &["log", "show", "1"],
        &["log", "timeline", "48213903"],
        &["drift"],
    ] {
        let run = sandbox.enx(&[command, &["broken.jsonl.gz"]].concat());
        run.code(3)
            .tells("error: cannot read broken.jsonl.gz: unexpected end of file");
        for conclusion in ["no capture", "0 ", "there is no"] {
            run.hides(conclusion);
        }
    }
    let to = ["replay", "broken.jsonl.gz", "--url", "http://127.0.0.1:1"];
    let run = sandbox.enx(&to);
    run.code(3).tells("nothing was sent").hides("no capture");
    // What can be read is told all the same.
    let run = sandbox.enx(&["log", "sessions", "broken.jsonl.gz", "log.jsonl"]);
    run.code(3).tells("broken.jsonl.gz").says("48213903");
}
