//! Scenarios of one's own.

use serde_json::Value;

use super::{field, fields, play};
use crate::support::{Sandbox, Sink};

fn json(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap()
}

#[test]
fn a_body_keeps_its_numbers_escapes_and_repeats() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let body = r#"{"type":"own","n":[12345678901234567890.10,1e2,-0],"s":"\u00e9\/ \" :\\","a":1,"a":2,"in":"PART"}"#;
    let written = body.replace("PART", "${PART}").replace(",\"", ",\n  \"");
    let scenario = format!(r#"{{"steps": [{{"body": {written}, "validate": false}}]}}"#);
    sandbox.write("own.json", scenario);
    let url = sink.url();
    let args = [
        "send",
        "--scenario",
        "./own.json",
        "--env",
        "PART",
        "--url",
        &url,
    ];
    sandbox.call(&args).env("PART", "x").run().code(0);
    let sent = String::from_utf8(sink.next().body).unwrap();
    assert_eq!(sent, body.replace("PART", "x"));
}

#[test]
fn every_kind_of_step_sends_what_it_says() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write("own/raw.bin", b"\xff\x00 raw\n");
    sandbox.write(
        "own/s.json",
        r#"{
          "steps": [
            { "event": "roomdrop" },
            { "event": "recording", "session": "other" },
            { "event": "file-transfer", "set": { "files.0.url": "https://h/${PART}", "app_id": "x" } },
            { "event": "chatdata", "unset": ["app_id"], "validate": false },
            { "body": { "type": "own", "n": [1, 2.50, null], "at": "${id.conf_num}", "in": "${PART}" } },
            { "text": "{not json: $${PART} ${PART}", "validate": false },
            { "text": "", "validate": false },
            { "file": "raw.bin", "validate": false },
            { "event": "roomdrop", "repeat": 2 }
          ]
        }"#,
    );
    let url = sink.url();
    let args = [
        "send",
        "--scenario",
        "own/s.json",
        "--env",
        "PART",
        "--url",
        &url,
    ];
    sandbox.call(&args).env("PART", "a\"b").run().code(0);
    let requests = sink.rest();
    let session = field(&requests[0], "conf_num");
    assert_ne!(field(&requests[1], "conf_num"), session);
    assert_eq!(field(&requests[2], "conf_num"), session);
    assert_eq!(json(&requests[2].body)["files"][0]["url"], "https://h/a\"b");
    assert_eq!(json(&requests[3].body).get("app_id"), None);
    let own = format!(r#"{{"type":"own","n":[1,2.50,null],"at":"{session}","in":"a\"b"}}"#);
    assert_eq!(String::from_utf8_lossy(&requests[4].body), own);
    assert_eq!(requests[5].body, b"{not json: ${PART} a\"b");
    assert_eq!(requests[6].body, b"");
    assert_eq!(requests[7].body, b"\xff\x00 raw\n");
    assert_eq!(fields(&requests[8..], "conf_num"), [&*session, &*session]);
}

#[test]
fn faults_do_what_they_are_called() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    sandbox.write(
        "s.json",
        r#"{
          "steps": [
            { "event": "roomdrop", "faults": { "corrupt": true } },
            { "event": "roomdrop", "faults": { "unknown_type": true } },
            { "event": "chatdata", "faults": { "duplicate": { "times": 2, "after": "1s" } } },
            { "each": "order", "after": "0s", "faults": { "reorder": true } },
            { "event": "metadata", "after": "2s" }
          ]
        }"#,
    );
    let run = play(&sandbox, &sink, "s.json", &[]);
    run.code(0)
        .says("corrupt")
        .says("unknown type")
        .says("copy");
    let requests = sink.rest();
    assert!(serde_json::from_slice::<Value>(&requests[0].body).is_err());
    assert_eq!(field(&requests[1], "type"), "enxhook_unknown");
    let types = fields(&requests[2..], "type");
    assert_eq!(types[0], "chatdata");
    assert_ne!(types[1..4], ["session_start", "session_stop", "roomdrop"]);
    assert_eq!(types[4..], ["chatdata", "chatdata", "metadata"]);
    assert_eq!(requests[2].body, requests[6].body);
    assert_eq!(requests[2].body, requests[7].body);
}

#[test]
fn what_became_invalid_is_refused_before_anything_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(200));
    let scenario = |validate: &str| {
        format!(
            r#"{{"steps": [{{"event": "roomdrop"}},
              {{"event": "roomdrop", "unset": ["conf_num"]{validate}}}]}}"#
        )
    };
    sandbox.write("s.json", scenario(""));
    play(&sandbox, &sink, "s.json", &[])
        .code(2)
        .tells("missing-field")
        .tells("s.json:2:15: step 2: roomdrop is invalid")
        .tells("\"validate\": false");
    assert_eq!(sink.rest(), []);
    play(&sandbox, &sink, "s.json", &["--no-validate"]).code(0);
    // So is a body of its own, but not a fault.
    let own = r#"{"steps": [{"text": "{\"type\":", "faults": {}}]}"#;
    sandbox.write("s.json", own);
    play(&sandbox, &sink, "s.json", &[])
        .code(2)
        .tells("s.json:1:12: step 1: the body is invalid");
    sandbox.write("s.json", own.replace("{}", "{\"corrupt\": true}"));
    play(&sandbox, &sink, "s.json", &[]).code(2);
    sandbox.write(
        "s.json",
        r#"{"steps": [{"event": "roomdrop", "faults": {"corrupt": true}}]}"#,
    );
    play(&sandbox, &sink, "s.json", &[]).code(0);
    sandbox.write("s.json", scenario(r#", "validate": false"#));
    play(&sandbox, &sink, "s.json", &[]).code(0);
    assert_eq!(sink.rest().len(), 5);
}

#[test]
fn a_plan_is_shown_and_nothing_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    sandbox.write(
        "s.json",
        r#"{
          "title": "Two of them",
          "sessions": 2,
          "expect": { "status": ["2xx", 404], "within": "2s" },
          "steps": [
            { "event": "session_start", "name": "begin" },
            { "event": "session_stop", "after": "90s", "expect": { "text": "bye" } }
          ]
        }"#,
    );
    let url = sink.url();
    let args = ["send", "--scenario", "s.json", "--dry-run", "--url", &url];
    let run = sandbox.enx(&args);
    run.says("within 2 s;");
    insta::assert_snapshot!(run, @r"
    $ enx-hook send --scenario s.json --dry-run --url http://<peer>/hook
    exit code 0
    -- stdout
     after  step   event          session        size  remarks
      <duration>  begin  session_start  <session>  263 bytes  status 2xx or 404; within <duration>
    1m 30s  2      session_stop   <session>  264 bytes  status 2xx or 404; within <duration>; text `bye`
    and the same in further sessions, with ids of their own
    -- stderr
    would send to http://<peer>/hook (--url)
    s: Two of them; 2 posts in each of 2 sessions over 1m 30s
    ");
    let lines = sandbox
        .enx(&[&args[..], &["--format", "json"]].concat())
        .json_lines();
    let steps: Vec<_> = lines.iter().map(|line| line["step"].as_u64()).collect();
    assert_eq!(steps, [Some(1), Some(2), Some(1), Some(2)]);
    let curl = [
        "send",
        "--scenario",
        "s.json",
        "--as",
        "curl",
        "--url",
        &url,
    ];
    let run = sandbox.enx(&curl);
    assert_eq!(run.code(0).out().matches("curl --silent").count(), 4);
}

#[test]
fn a_scenario_reads_only_declared_variables_and_files_below_its_folder() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    sandbox.write("secret", "geheim");
    sandbox.write("own/inside.bin", "in");
    let url = sink.url();
    let play = |step: &str, more: &[&str]| {
        sandbox.write("own/s.json", format!("{{\"steps\": [{step}]}}"));
        let args = ["send", "--scenario", "own/s.json", "--url", &url];
        let call = sandbox.call(&[&args, more].concat());
        let run = call.env("PART", "geheim").env("FILE", "../secret").run();
        run.code(2).hides("geheim");
        run
    };
    for step in [
        r#"{"text": "${PART}"}"#,
        r#"{"event": "${PART}"}"#,
        r#"{"body": [{"a": "${PART}"}]}"#,
        r#"{"event": "roomdrop", "set": {"app_id": "${PART}"}}"#,
        r#"{"text": "", "expect": {"text": "${PART}"}}"#,
    ] {
        play(step, &[])
            .tells("the variable PART is not declared")
            .tells("--env PART");
    }
    play(r#"{"text": ""}"#, &["--env", "UNSET"]).tells("--env UNSET: the variable is not set");
    let outside = "it is outside the folder of the scenario";
    play(r#"{"file": "../secret"}"#, &[]).tells(outside);
    play(r#"{"file": "/etc/passwd"}"#, &[]).tells(outside);
    play(r#"{"file": "${FILE}"}"#, &["--env", "FILE"]).tells(outside);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("../secret", sandbox.path("own/link")).unwrap();
        play(r#"{"file": "link"}"#, &[]).tells(outside);
    }
    play(r#"{"file": "."}"#, &[]).tells("not a regular file");
    let args = ["send", "roomdrop", "--env", "PART", "--dry-run"];
    sandbox.enx(&args).code(2).tells("--scenario");
}
