//! What `replay` changes in bodies on their way, and what it says of that.

use crate::support::{Run, Sandbox, Sink, record, record_with};

const ROOM: &str =
    "{ \"type\":\"roomdrop\", \"conf_num\" : \"7\", \"n\": 10000000000000000000001 }";
const CHAT: &str = "{\"type\":\"chatdata\",\"conf_num\":\"8\"}";
const NEW: &str = "{\"type\":\"newer_event\",\"conf_num\":\"9\"}";

#[track_caller]
fn replay(args: &[&str], code: i32) -> (Run, Vec<String>) {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200).may_be_unused());
    let bodies = [ROOM, CHAT, NEW, "no JSON"];
    let lines = (1..)
        .zip(bodies)
        .map(|(seq, body)| record(seq, body) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    let url = sink.url();
    let run = sandbox.enx(&[&["replay", "log.jsonl", "--url", &url], args].concat());
    run.code(code);
    let text = |body| String::from_utf8(body).unwrap();
    let sent = sink.rest().into_iter().map(|request| text(request.body));
    (run, sent.collect())
}

#[test]
fn a_field_is_changed_where_the_event_has_it_and_every_other_byte_stays() {
    let (run, sent) = replay(&["--set", "conf_num=77", "--seq", "1..3"], 0);
    assert_eq!(
        sent,
        [
            ROOM.replace("\"7\"", "77"),
            CHAT.replace("\"8\"", "77"),
            NEW.replace("\"9\"", "77"),
        ]
    );
    run.tells("they are not the logged bytes any more");

    let (run, sent) = replay(
        &["--set-string", "trans_date=5", "--unset", "n", "--seq", "1"],
        0,
    );
    let expected = "{ \"type\":\"roomdrop\", \"conf_num\" : \"7\", \"trans_date\": \"5\" }";
    assert_eq!(sent, [expected]);
    run.says("#1  roomdrop  7  200");
}

#[test]
fn what_has_no_such_field_goes_as_it_was_and_is_counted() {
    let (run, sent) = replay(&["--set", "files=[]", "--seq", "1..2"], 0);
    assert_eq!(sent, [ROOM, CHAT]);
    run.tells("2 captures without such fields, as they were");
    let (_, sent) = replay(&["--set", "files=[]", "--seq", "2", "--force"], 0);
    assert_eq!(sent, [CHAT.replace('}', ",\"files\":[]}")]);
}

#[test]
fn a_field_that_no_event_has_is_refused_and_nothing_is_sent() {
    let (run, sent) = replay(&["--set", "confnum=1"], 2);
    run.tells("error: no event has a field `confnum`")
        .tells("did you mean `conf_num`?");
    assert_eq!(sent, [""; 0]);
    let (run, sent) = replay(&["--event", "roomdrop", "--set", "files=[]"], 2);
    run.tells("roomdrop has no field `files`");
    assert_eq!(sent, [""; 0]);
    replay(&["--set", "conf_num"], 2).0.tells("names no value");
    replay(&["--set", "files[0.url=1"], 2)
        .0
        .tells("`files[0.url=1` is not a path: column 8: expected `]`");
}

#[test]
fn what_is_no_json_cannot_be_changed_and_is_named() {
    let (run, sent) = replay(&["--set", "conf_num=1", "--seq", "4"], 1);
    run.tells("log.jsonl#4: cannot change `conf_num`: the text is not JSON; skipped");
    assert_eq!(sent, [""; 0]);
}

#[test]
fn captures_that_get_one_session_stay_in_order_within_it() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let body = |seq| format!("{{\"type\":\"roomdrop\",\"conf_num\":\"s{seq}\",\"n\":{seq}}}");
    let lines = (1..=200).map(|seq| record(seq, &body(seq)) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--concurrency", "16"];
    sandbox
        .enx(&[&args[..], &["--set", "conf_num=one"]].concat())
        .code(0);
    let number = |body: &[u8]| {
        let body: serde_json::Value = serde_json::from_slice(body).unwrap();
        body["n"].as_u64().unwrap()
    };
    let sent = sink.rest();
    assert!(sent.iter().map(|one| number(&one.body)).eq(1..=200));
}

#[test]
fn progress_of_a_replay_with_other_changes_is_refused() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("log.jsonl", record(1, ROOM) + "\n");
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url, "--resume", "done"];
    let with = |change| [&args[..], &["--set", change]].concat();
    sandbox.enx(&with("conf_num=1")).code(0);
    sandbox.enx(&with("conf_num=2")).code(2).tells("its --set");
    sandbox.enx(&args).code(2);
    sandbox
        .enx(&with("conf_num=1"))
        .code(0)
        .tells("done before");
}

#[test]
fn a_packed_body_is_changed_unpacked() {
    use std::io::Write as _;

    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD as BASE64;

    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(ROOM.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let headers = [
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    let line = record_with(1, &headers, "x").replace(
        "\"body\":\"x\"",
        &format!("\"body_base64\":\"{}\"", BASE64.encode(&packed)),
    );
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("log.jsonl", line + "\n");
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--url", &url];
    sandbox.enx(&args).code(0).says("#1  roomdrop  7  200");
    let sent = sink.next();
    assert_eq!(sent.header("content-encoding"), Some("gzip"));
    assert_eq!(sent.body, packed);
    sandbox
        .enx(&[&args[..], &["--set", "conf_num=77"]].concat())
        .code(0);
    let sent = sink.next();
    assert_eq!(sent.header("content-encoding"), None);
    assert_eq!(
        String::from_utf8(sent.body).unwrap(),
        ROOM.replace("\"7\"", "77")
    );
}
