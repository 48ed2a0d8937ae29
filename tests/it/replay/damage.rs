//! Lines that cannot be read are named, and the rest is sent.

use crate::support::{Run, Sandbox, Sink, record};

/// Replays a log of these lines; the bodies that were sent.
#[track_caller]
fn replay(text: &[u8]) -> (Run, Vec<String>) {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", text);
    let sink = Sink::answering(200).may_be_unused();
    let run = sandbox.enx(&["replay", "log.jsonl", "--url", &sink.url()]);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let bodies = sink
        .rest()
        .into_iter()
        .map(|request| text(request.body))
        .collect();
    (run, bodies)
}

#[test]
fn each_bad_line_in_the_middle_is_named_and_the_rest_is_sent() {
    let whole = record(2, "2");
    let bad: [&[u8]; 7] = [
        &whole.as_bytes()[..whole.len() / 2],
        b"nonsense",
        b"{\"enx_hook\":1}",
        b"{\"enx_hook\":1,\"seq\":\"x\",\"body\":3}",
        b"\xff\xfe\x00",
        b"{\"a\":1}}",
        b"<xml/>",
    ];
    for line in bad {
        let text = [
            record(1, "1").as_bytes(),
            b"\n",
            line,
            b"\n",
            record(3, "3").as_bytes(),
            b"\n",
        ]
        .concat();
        let (run, bodies) = replay(&text);
        run.code(1)
            .tells("log.jsonl:2: ")
            .tells("2 sent: 2 answered 200; ")
            .tells("; 1 bad line skipped");
        assert_eq!(bodies, ["1", "3"], "{}", String::from_utf8_lossy(line));
        assert_eq!(run.err().matches("warning: ").count(), 1, "{}", run.err());
    }
}

#[test]
fn a_torn_last_line_is_a_warning_and_no_more() {
    let whole = record(2, "{\"type\":\"roomdrop\"}");
    for length in [15, 40, whole.len() / 2, whole.len() - 1] {
        let text = format!("{}\n{}", record(1, "1"), &whole[..length]);
        let (run, bodies) = replay(text.as_bytes());
        run.code(0).tells("warning: log.jsonl:2: ").tells("torn");
        assert_eq!(bodies, ["1"]);
        // As `listen` leaves it at its next start: closed with a newline.
        let (run, _) = replay(format!("{text}\n").as_bytes());
        run.code(0).tells("torn");
    }
}

#[test]
fn a_record_of_a_newer_version_is_named_as_such() {
    let newer = record(2, "2").replacen(":1,", ":2,", 1);
    let (run, bodies) =
        replay(format!("{}\n{newer}\n{}\n", record(1, "1"), record(3, "3")).as_bytes());
    run.code(1).tells("log.jsonl:2: ").tells("newer enx-hook");
    assert_eq!(bodies, ["1", "3"]);
}

#[test]
fn a_file_that_is_missing_is_named_and_the_others_are_replayed() {
    let sandbox = Sandbox::new();
    sandbox.write("a.jsonl", "{\"n\":1}\n");
    sandbox.write("c.jsonl", "{\"n\":2}\n");
    let sink = Sink::answering(500);
    let url = sink.url();
    let run = sandbox.enx(&["replay", "a.jsonl", "b.jsonl", "c.jsonl", "--url", &url]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook replay a.jsonl b.jsonl c.jsonl --url http://<peer>/hook
    exit code 3
    -- stdout
    a.jsonl:1  (no event)  500 in <duration>
      {"status":500}
    c.jsonl:1  (no event)  500 in <duration>
      {"status":500}
    -- stderr
    replaying to http://<peer>/hook (--url)
    error: cannot read b.jsonl: <reason>
      there are c.jsonl, a.jsonl
    2 sent: 2 answered 500
    "#);
    assert_eq!(sink.rest().len(), 2);
}

#[test]
fn an_empty_log_does_not_pass_for_a_replay_and_that_is_said() {
    let (run, bodies) = replay(b"");
    run.code(1)
        .tells("nothing was sent")
        .tells("the input has no capture");
    assert_eq!(bodies, [""; 0]);
    replay(b"\n\n  \n").0.code(1).tells("nothing was sent");
}

#[test]
fn damage_in_a_dry_run_counts_likewise() {
    let sandbox = Sandbox::new();
    sandbox.write("log.jsonl", format!("nonsense\n{}\n", record(1, "1")));
    let run = sandbox.enx(&["replay", "log.jsonl", "--dry-run", "--format", "json"]);
    let lines = run.code(1).tells("log.jsonl:1: ").json_lines();
    assert_eq!(lines.last().unwrap()["bad_lines"], 1);
}

#[test]
fn what_a_log_holds_cannot_act_on_the_terminal() {
    let body = "{\"type\":\"\u{1b}[2J\u{202e}x\",\"conf_num\":\"\u{1b}]0;owned\u{7}\"}";
    let (run, bodies) =
        replay(format!("{}\n{{\"enx_hook\":1,\"\u{1b}[2J\n", record(1, body)).as_bytes());
    run.code(1).hides("\u{1b}").hides("\u{7}").hides("\u{202e}");
    assert_eq!(bodies, [body]);
}
