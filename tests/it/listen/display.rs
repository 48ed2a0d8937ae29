//! What people see on stdout.

#[cfg(unix)]
mod banner;
#[cfg(unix)]
mod context;
#[cfg(unix)]
mod formats;

use super::{LOG, ROOMDROP, records};
#[cfg(unix)]
use crate::support::masked;
use crate::support::{Listener, Sandbox};

/// An event of a session, with something that tells it apart.
#[cfg(unix)]
fn event(event: &str, session: &str, apart: &str) -> String {
    serde_json::json!({
        "type": event, "trans_date": 1_731_000_000, "app_id": "a1", "room_id": "r-9901",
        "conf_num": session, "apart": apart,
    })
    .to_string()
}

/// What a listener shows of these bodies, one after the other.
#[cfg(unix)]
#[track_caller]
fn shown(args: &[&str], bodies: &[&str]) -> String {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, args);
    for body in bodies {
        assert_eq!(listener.post(body).status(), 200);
    }
    super::interrupt(listener).out().to_owned()
}

#[cfg(unix)]
#[test]
fn an_event_has_a_headline_its_payload_and_its_findings() {
    let out = shown(&["--utc"], &[&ROOMDROP.replace("\"r-9901\"", "9901")]);
    insta::assert_snapshot!(masked(&out), @r#"
    <time of day>  roomdrop        7700123             200  warning  #1
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a1",
        "room_id": 9901,
        "conf_num": "7700123"
      }
      warning[number-for-string]  /room_id: a number; the documents show a string
    "#);
}

#[cfg(unix)]
#[test]
fn every_verdict_is_named() {
    let bodies = [
        ROOMDROP,
        &ROOMDROP.replace("\"7700123\"", "7700123"),
        r#"{"type":"roomdrop"}"#,
        r#"{"type":"room-drop","trans_date":1731000000,"app_id":"a","room_id":"r","conf_num":"1"}"#,
    ];
    let out = shown(&["--utc"], &bodies);
    insta::assert_snapshot!(masked(&out), @r#"
    <time of day>  roomdrop        7700123             200  valid    #1
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a1",
        "room_id": "r-9901",
        "conf_num": "7700123"
      }
    <time of day>  roomdrop        7700123   <gap> 200  warning  #2
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a1",
        "room_id": "r-9901",
        "conf_num": 7700123
      }
      warning[number-for-string]  /conf_num: a number; the documents show a string
    <time of day>  roomdrop                            200  invalid  #3
      {
        "type": "roomdrop"
      }
      error[missing-field]  `trans_date` is missing
      error[missing-field]  `app_id` is missing
      error[missing-field]  `room_id` is missing
      error[missing-field]  `conf_num` is missing
    <time of day>  room-drop       1                   200  unknown  #4
      {
        "type": "room-drop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a",
        "room_id": "r",
        "conf_num": "1"
      }
      unknown[unknown-event]  /type: EnableX Video documents no event `room-drop`
    "#);
}

#[cfg(unix)]
#[test]
fn what_is_not_json_is_shown_as_it_is_with_its_faults() {
    let bodies = [
        "{\"type\": \"roomdrop\",}",
        "a=1&b=2",
        "",
        "{\u{201c}type\u{201d}: 1}",
    ];
    let out = shown(&["--utc"], &bodies);
    insta::assert_snapshot!(masked(&out), @r#"
    <time of day>  roomdrop                            200  invalid  #1
      {"type": "roomdrop",}
      error[missing-field]  `trans_date` is missing
      error[missing-field]  `app_id` is missing
      error[missing-field]  `room_id` is missing
      error[missing-field]  `conf_num` is missing
      error[trailing-comma]  JSON has no comma after the last item
    <time of day>  (no event)                          200  invalid  #2
      a=1&b=2
      error[not-json]  this is a form (application/x-www-form-urlencoded), not JSON
    <time of day>  (no event)                          200  invalid  #3
      (empty)
      error[empty-text]  there is no JSON here
    <time of day>  (no event)                          200  invalid  #4
      {“type”: 1}
      error[curly-quotes]  typographic quotes are not JSON quotes
      error[bad-discriminator]  /type: `type` is a number; it must be the name of the event, a string
    "#);
}

#[cfg(unix)]
#[test]
fn duplicate_keys_are_all_shown_and_found() {
    let body = ROOMDROP.replace(r#""room_id""#, r#""conf_num":"first","room_id""#);
    // The last one counts.
    let out = shown(&["--utc"], &[&body]);
    insta::assert_snapshot!(masked(&out), @r#"
    <time of day>  roomdrop        7700123             200  warning  #1
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a1",
        "conf_num": "first",
        "room_id": "r-9901",
        "conf_num": "7700123"
      }
      warning[duplicate-key]  /conf_num: the key `conf_num` stands here again
    "#);
}

#[cfg(unix)]
#[test]
fn numbers_are_shown_as_they_were_written() {
    let body = ROOMDROP.replace(
        r#""room_id""#,
        r#""a":12345678901234567890123,"b":1.50,"c":1e3,"d":-0,"room_id""#,
    );
    let out = shown(&["--utc"], &[&body]);
    insta::assert_snapshot!(masked(&out), @r#"
    <time of day>  roomdrop        7700123             200  warning  #1
      {
        "type": "roomdrop",
        "trans_date": <Unix time>,                     // 2024-11-07 <time of day>, <distance> it arrived
        "app_id": "a1",
        "a": 12345678901234567890123,
        "b": 1.50,
        "c": 1e3,
        "d": -0,
        "room_id": "r-9901",
        "conf_num": "7700123"
      }
      note[unknown-field]  /a: `a` is not in the documents
      warning[big-integer]  /a: this number is beyond 2^53, where many receivers lose digits
      note[unknown-field]  /b: `b` is not in the documents
      note[unknown-field]  /c: `c` is not in the documents
      note[unknown-field]  /d: `d` is not in the documents
    "#);
}

#[cfg(unix)]
#[test]
fn colour_is_for_terminals_unless_it_is_asked_for() {
    // Arguments, variables, whether there is colour.
    let cases = [
        ("", "", false),
        ("--color=always", "", true),
        ("--color=never", "CLICOLOR_FORCE=1", false),
        ("--color=auto", "CLICOLOR_FORCE=1", true),
        ("--color=auto", "CLICOLOR_FORCE=0", false),
        ("", "NO_COLOR=1 CLICOLOR_FORCE=1", false),
        ("--color=auto", "NO_COLOR=1", false),
        ("--color=always", "NO_COLOR=1", true),
    ];
    for (args, variables, expected) in cases {
        let sandbox = Sandbox::new();
        // The host brings a warning on stderr, which has colour too.
        let listen = ["listen", "--port", "0", "--host", "0.0.0.0"];
        let typed: Vec<_> = listen.into_iter().chain(args.split_whitespace()).collect();
        let mut call = sandbox.call(&typed);
        for variable in variables.split_whitespace() {
            let (name, value) = variable.split_once('=').unwrap();
            call = call.env(name, value);
        }
        let listener = Listener::of(call);
        assert_eq!(listener.connect().post(ROOMDROP).unwrap().status(), 200);
        listener.signal("INT");
        let run = listener.ended();
        run.code(0);
        for stream in [run.out(), run.err()] {
            assert_eq!(
                stream.contains('\x1b'),
                expected,
                "{args} {variables}\n{stream}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn times_are_local_or_utc_as_asked() {
    for (args, ahead) in [(&["--utc"][..], 0), (&[], 330)] {
        let sandbox = Sandbox::new();
        let args = [&["listen", "--port", "0"], args].concat();
        // Five and a half hours ahead of UTC (POSIX counts the other way).
        let mut listener = Listener::of(sandbox.call(&args).env("TZ", "IST-5:30"));
        listener.post(ROOMDROP);
        let logged = records(&sandbox, LOG)[0]["received_at"].clone();
        let logged: chrono::DateTime<chrono::Utc> = logged.as_str().unwrap().parse().unwrap();
        let there = logged + chrono::TimeDelta::minutes(ahead);
        let line = listener.line();
        let expected = there.format("%H:%M:%S%.3f  ").to_string();
        assert!(line.starts_with(&expected), "{expected}: {line}");
    }
}

#[cfg(unix)]
#[test]
fn passwords_in_urls_are_masked_for_people_and_exact_in_the_log() {
    let secret = "hunter2-9c1";
    let url = format!("https://user:{secret}@files.example/x.mp4");
    let escaped = url.replace('/', "\\/");
    let bodies = [
        format!(
            r#"{{"type":"chatdata","trans_date":1731000000,"app_id":"a","room_id":"r","conf_num":"1","url":"{url}"}}"#
        ),
        format!(r#"{{"type":"chatdata","url":"{escaped}"}}"#),
        format!(r#"{{"type":"{url}","conf_num":"{url}"}}"#),
        format!(r#"{{"{url}":1}}"#),
        ROOMDROP.replace("\"room_id\"", &format!("\"{url}\":1,\"room_id\"")),
        format!("not json, {url}"),
        format!(r#"{{"url":"{url}",}}"#),
    ];
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &[]);
    for body in &bodies {
        assert_eq!(listener.post(body).status(), 200);
    }
    let target = format!("/?next={url}");
    let put = format!("PUT {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    assert_eq!(
        crate::support::post_raw(listener.address(), put.as_bytes()).status(),
        405
    );
    let run = super::interrupt(listener);
    run.hides(secret).says("https://user:***@files.example");
    let records = records(&sandbox, LOG);
    for (record, body) in records.iter().zip(&bodies) {
        assert_eq!(record["body"], body.as_str());
    }
}

#[cfg(unix)]
#[test]
fn long_lists_are_cut_unless_all_is_asked_for() {
    let numbers: Vec<_> = (1000..1200).map(|number| number.to_string()).collect();
    let body = ROOMDROP.replace(
        r#""room_id""#,
        &format!(r#""n":[{}],"room_id""#, numbers.join(",")),
    );
    let short = shown(&[], &[&body]);
    let full = shown(&["--full"], &[&body]);
    assert!(!short.contains("1150"), "{short}");
    assert!(numbers.iter().all(|number| full.contains(number)), "{full}");
}
