//! Several targets: which captures each of them gets, and what belongs to it alone.

use std::fs;

use serde_json::{Value, json};

use super::{by_session, event, forwarding, interrupt, next};
use crate::support::{Door, Listener, Sandbox, Sink, post};

const ROOMDROP: &str =
    r#"{"type":"roomdrop","trans_date":1731000000,"app_id":"a1","room_id":"r1","conf_num":"1"}"#;

/// The targets of the cursors in a sandbox, with the last record of each that is done.
fn cursors(sandbox: &Sandbox) -> Vec<(String, u64)> {
    let files = fs::read_dir(sandbox.path("")).unwrap();
    let names = files.filter_map(|file| file.unwrap().file_name().into_string().ok());
    let names = names.filter(|name| name.contains(".forward-"));
    let mut all: Vec<_> = names
        .map(|name| {
            let cursor: Value = serde_json::from_str(&sandbox.text(name)).unwrap();
            let target = cursor["target"].as_str().unwrap().to_owned();
            (target, cursor["watermark"].as_u64().unwrap())
        })
        .collect();
    all.sort();
    all
}

/// Reads what comes until that many lines are about deliveries.
fn delivered(listener: &mut Listener, count: usize) {
    let mut left = count;
    while left > 0 {
        let line = next(listener);
        left -= usize::from(line["state"] == "delivered");
    }
}

#[test]
fn each_target_gets_what_its_query_means_and_has_a_cursor_of_its_own() {
    let (sandbox, rooms, all) = (Sandbox::new(), Sink::answering(200), Sink::answering(200));
    let rooms_only = format!("(event:roomdrop)={}", rooms.url());
    let mut listener = forwarding(&sandbox, &rooms_only, &["--forward", &all.url()]);
    for number in 0..3 {
        listener.post(event("1", number));
    }
    listener.post(ROOMDROP);
    delivered(&mut listener, 5);
    let (_, summary) = interrupt(listener);
    let of = |sink: &Sink, delivered: u64| json!({"target": sink.url(), "delivered": delivered, "failed": 0, "waiting": 0, "missing": 0});
    let mut expected = json!({"delivered": 5, "failed": 0, "waiting": 0, "missing": 0});
    expected["targets"] = json!([of(&rooms, 1), of(&all, 4)]);
    assert_eq!(summary["forwarded"], expected);
    assert_eq!(rooms.rest()[0].body, ROOMDROP.as_bytes());
    assert_eq!(all.rest().len(), 4);
    let mut both = vec![(rooms.url(), 4), (all.url(), 4)];
    both.sort();
    assert_eq!(cursors(&sandbox), both);

    // What the query left out does not come later.
    let mut listener = forwarding(&sandbox, &rooms.url(), &[]);
    listener.post(event("2", 0));
    delivered(&mut listener, 1);
    assert_eq!(by_session(&rooms.rest()).len(), 1);
}

#[test]
fn a_target_that_is_down_delays_none_of_the_others() {
    let (sandbox, sink, door) = (Sandbox::new(), Sink::answering(200), Door::closed());
    let down = door.url();
    let mut listener = forwarding(&sandbox, &down, &["--forward", &sink.url()]);
    for number in 0..20 {
        listener.post(event("1", number));
        sink.next();
    }
    let mut paused = next(&mut listener);
    while paused["state"] != "paused" {
        assert_eq!(paused["target"], sink.url(), "{paused}");
        paused = next(&mut listener);
    }
    assert_eq!(
        (&paused["target"], &paused["error"]["cause"]),
        (&json!(down), &json!("refused"))
    );
    let late = Sink::answering(200);
    door.open(late.address());
    let requests: Vec<_> = (0..20).map(|_| late.next()).collect();
    assert_eq!(by_session(&requests)["1"], (0..20).collect::<Vec<_>>());
    let (_, summary) = interrupt(listener);
    assert_eq!(summary["forwarded"]["delivered"], 40);
}

#[test]
fn people_see_which_target_it_was() {
    let (sandbox, bad, good) = (Sandbox::new(), Sink::answering(500), Sink::answering(200));
    let (bad_url, good_url) = (bad.url(), good.url());
    let args = [
        "--format",
        "line",
        "--forward",
        &bad_url,
        "--forward",
        &good_url,
        "--forward-retries",
        "0",
    ];
    let listener = Listener::start(&sandbox, &args);
    listener.post(event("1", 0));
    bad.next();
    good.next();
    listener.signal("INT");
    let run = listener.ended();
    run.says(&format!("forward  {bad_url}  #1  metadata  500 in"));
    run.says(&format!("forward  {good_url}  #1  metadata  200 in"));
    run.tells(&format!("Forwarded 0 to {bad_url}, 1 failed"));
    run.tells(&format!("Forwarded 1 to {good_url}."));
    run.tells(&format!("--seq 1 --url {bad_url}"));
}

#[test]
fn the_path_and_query_of_a_capture_are_kept() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let mut listener = forwarding(&sandbox, &sink.url(), &["--forward-keep-path"]);
    post(
        listener.address(),
        "/enablex/rooms?x=%2F1",
        &[],
        event("1", 0),
    );
    delivered(&mut listener, 1);
    assert_eq!(sink.next().word(1), "/enablex/rooms?x=%2F1");
}

#[test]
fn under_forward_sync_only_what_the_query_means_gets_the_answer_of_the_target() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(418));
    let args = ["--forward-sync", "--forward-query", "event:roomdrop"];
    let listener = Listener::start(&sandbox, &[&["--forward", &sink.url()][..], &args].concat());
    assert_eq!(listener.post(ROOMDROP).status(), 418);
    assert_eq!(listener.post(event("1", 0)).status(), 200);
    assert_eq!(sink.rest().len(), 1);
}

#[test]
fn what_one_target_sends_back_goes_to_no_other() {
    let (sandbox, one, other) = (Sandbox::new(), Sink::answering(200), Sink::answering(200));
    let mut listener = forwarding(&sandbox, &one.url(), &["--forward", &other.url()]);
    listener.post(event("1", 0));
    delivered(&mut listener, 2);
    let via = one.next().header("via").unwrap().to_owned();
    post(listener.address(), "/", &[("Via", &via)], event("1", 1));
    for _ in 0..2 {
        assert_eq!(next(&mut listener)["state"], "failed");
    }
    assert_eq!(other.rest().len(), 1);
}

#[test]
fn credentials_reach_no_second_server() {
    let sandbox = Sandbox::new();
    let sinks = [(); 2].map(|()| Sink::unused());
    let [one, other] = [sinks[0].url(), sinks[1].url()];
    let two = ["--forward", &one, "--forward", &other];
    for (flags, tells) in [
        (
            &["--forward-user", "enx:hunter2"][..],
            "--forward-user is for one server",
        ),
        (
            &["--forward-header", "X-Key: hunter2"],
            "--forward-header is for one server",
        ),
        (&["--forward-sync"], "--forward-sync is for one server"),
        (&["--forward", &one], "is forwarded to twice"),
        (
            &["--forward-query", "is:duplicate"],
            "cannot select by is: and has:",
        ),
    ] {
        let run = sandbox.enx(&[&["listen", "--port", "0"], &two[..], flags].concat());
        run.code(2)
            .tells(tells)
            .hides("hunter2")
            .hides("is listening");
    }
    let run = sandbox.enx(&["listen", "--port", "0", "--forward-keep-path"]);
    run.code(2)
        .tells("--forward-keep-path requires --forward URL");
    let run = sandbox.enx(&["listen", "--port", "0", "--forward", "(event:)=http://h/"]);
    run.code(2).tells("in the parentheses: column 7");
    assert!(!sandbox.path("log.jsonl").exists());
}

/// A file with two targets, the first with everything that a table can have.
fn tables(one: &Sink, other: &Sink) -> String {
    format!(
        "[listen]\nport = 0\n\n\
         [[listen.forward]]\nurl = '{}'\nquery = 'event:roomdrop'\nkeep_path = true\nuser = 'enx'\n\
         password_env = 'ROOMS'\nheaders = {{ X-Key = '${{KEY}}' }}\n\n\
         [[listen.forward]]\nurl = '{}'\n",
        one.url(),
        other.url()
    )
}

#[test]
fn tables_of_the_file_name_targets_with_settings_of_their_own() {
    let sandbox = Sandbox::new();
    let rooms = Sink::asking_for("Basic ZW54Omh1bnRlcjI=");
    let all = Sink::answering(200);
    sandbox.allowed("enx-hook.toml", tables(&rooms, &all));
    let call = sandbox.call(&["listen", "--format", "json"]);
    let mut listener = Listener::of(call.env("ROOMS", "hunter2").env("KEY", "sesame"));
    listener.json_of("ready");
    post(listener.address(), "/a?b", &[], ROOMDROP);
    listener.post(event("2", 0));
    delivered(&mut listener, 3);
    let (run, _) = interrupt(listener);
    run.hides("hunter2").hides("sesame");
    let request = rooms.next();
    assert_eq!(
        (request.word(1), request.header("x-key")),
        ("/a?b", Some("sesame"))
    );
    assert_eq!(rooms.rest(), []);
    for request in all.rest() {
        assert_eq!((request.word(1), request.header("x-key")), ("/hook", None));
        assert_eq!(request.header("authorization"), None);
    }

    // What is typed takes the place of the tables, and needs no password of them.
    let other = Sink::answering(200);
    let mut listener = forwarding(&sandbox, &other.url(), &[]);
    listener.post(ROOMDROP);
    delivered(&mut listener, 1);
    interrupt(listener);
    assert_eq!((rooms.rest(), all.rest()), (vec![], vec![]));
}

#[test]
fn tables_that_cannot_be_used_are_refused() {
    let (sandbox, one, other) = (Sandbox::new(), Sink::unused(), Sink::unused());
    let text = tables(&one, &other);
    sandbox.write("enx-hook.toml", &text);
    let run = sandbox.enx(&["listen"]);
    run.code(2)
        .tells("its setting `listen.forward` would be used");
    let run = sandbox.enx(&["allow"]);
    run.tells("listen.forward.1.headers.X-Key = ${KEY}")
        .tells(&format!("listen.forward.2.url = {}", other.url()));
    let run = sandbox.enx(&["listen"]);
    run.code(2).tells("requires the variable ROOMS");
    let run = sandbox.call(&["listen", "--forward-user", "enx:x"]);
    run.env("ROOMS", "x")
        .env("KEY", "x")
        .run()
        .code(2)
        .tells("--forward-user is for one server");
    for (table, tells) in [
        (
            "url = 'ftp://h/'",
            "number 1: the target begins with ftp://",
        ),
        (
            "query = 'event:a'",
            "number 1: expected either url or command",
        ),
        (
            "url = 'http://h/'\nquery = 'event:'",
            "number 1: query: column 7",
        ),
        ("url = 'http://h/'\nevent = 'a'", "unknown field `event`"),
        (
            "command = 'true'\nuser = 'a'",
            "number 1: `true` takes no user",
        ),
        (
            "url = 'http://h/'\n[[listen.forward]]\nurl = 'http://i/'\nuser = 'a'",
            "no password for user `a`",
        ),
    ] {
        sandbox.write(
            "other.toml",
            format!("[listen]\nport = 0\n[[listen.forward]]\n{table}\n"),
        );
        let run = sandbox.enx(&["--config", "other.toml", "listen"]);
        run.code(2).tells(tells).hides("is listening");
    }
}
