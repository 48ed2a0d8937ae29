//! What is said of the answers, and what they make of the exit code.

use serde_json::Value;

use crate::support::{Nobody, Reply, Run, Sandbox, Sink};

#[track_caller]
fn send(sink: &Sink, args: &[&str]) -> Run {
    Sandbox::new().enx(&[&["send", "roomdrop", "--url", &sink.url()], args].concat())
}

#[test]
fn any_2xx_is_well_and_anything_else_is_not() {
    for (status, code) in [(200, 0), (204, 0), (299, 0), (400, 1), (404, 1), (503, 1)] {
        let run = send(&Sink::answering(status), &[]);
        run.code(code).says(&status.to_string()).says("roomdrop");
        // An answer 204 has no body.
        if status != 204 {
            run.says(&format!("{{\"status\":{status}}}"));
        }
    }
}

#[test]
fn one_bad_answer_among_good_ones_is_a_negative_result() {
    let sink = Sink::in_turn(&[200, 500, 200]);
    let run = Sandbox::new().enx(&[
        "send",
        "session_start",
        "session_stop",
        "roomdrop",
        "--url",
        &sink.url(),
    ]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook send session_start session_stop roomdrop --url http://<peer>/hook
    exit code 1
    -- stdout
    session_start  <session>  ->  http://<peer>/hook  200 in <duration>
      {"status":200}
    session_stop  <session>  ->  http://<peer>/hook  500 in <duration>
      {"status":500}
    roomdrop  <session>  ->  http://<peer>/hook  200 in <duration>
      {"status":200}
    -- stderr
    sending to http://<peer>/hook (--url)
    3 sent: 2 answered 200, 1 answered 500
    "#);
    assert_eq!(sink.rest().len(), 3, "the others are sent all the same");
}

#[test]
fn no_answer_outweighs_a_bad_one() {
    for first in [true, false] {
        let sink = Sink::new(move |number, _| {
            if (number == 0) == first {
                Reply::Close
            } else {
                Reply::Last(Box::new(Reply::status(500)))
            }
        });
        let run = Sandbox::new().enx(&["send", "session_stop", "roomdrop", "--url", &sink.url()]);
        run.code(3).says("500").says("closed the connection");
        assert_eq!(sink.rest().len(), 2);
    }
}

#[test]
fn credentials_are_sent_at_once_and_a_wrong_password_is_a_negative_result() {
    let known = "Basic ZW54OnNlY3JldA==";
    let run = send(&Sink::asking_for(known), &["--user", "enx:secret"]);
    run.code(0).says("200").hides("secret");
    let run = send(&Sink::asking_for(known), &["--user", "enx:geheim"]);
    run.code(1).says("401").hides("geheim");
    run.tells("compare the user and the password with those that the target expects");
    let run = send(&Sink::asking_for(known), &[]);
    run.code(1).says("401").tells("--user NAME sends them");
    let (sandbox, sink) = (Sandbox::new(), Sink::asking_for(known));
    sandbox.write("a.json", "{}");
    let run = sandbox.enx(&["replay", "a.json", "--url", &sink.url()]);
    run.code(1).says("401").tells("--user NAME sends them");
}

#[test]
fn a_long_answer_is_cut_for_people_and_json_has_all_of_it() {
    let page = format!("<p>{}</p>", "x".repeat(3000));
    let object = format!("{{\"detail\":\"{}\"}}", "y".repeat(3000));
    for body in [page, object] {
        let answer = body.clone();
        let sink = Sink::new(move |_, _| Reply::Answer(500, Vec::new(), answer.clone()));
        let run = send(&sink, &[]);
        let longest = run.code(1).out().lines().map(|line| line.chars().count());
        let longest = longest.max().expect("a line");
        assert!((100..=200).contains(&longest), "{longest}");
        let run = send(&sink, &["--format", "json"]);
        assert_eq!(run.code(1).json_lines()[0]["answer"], body.as_str());
    }
}

#[test]
fn the_password_comes_from_the_environment_or_a_file_too() {
    let sink = Sink::asking_for("Basic ZW54OnNlY3JldA==");
    let sandbox = Sandbox::new();
    let url = sink.url();
    let args = ["send", "roomdrop", "--url", &url, "--user", "enx"];
    let run = sandbox.call(&args).env("ENX_HOOK_PASSWORD", "secret").run();
    run.code(0).hides("secret");
    sandbox.write("password", "secret\r\nanother line\n");
    let with_file = [&args[..], &["--password-file", "password"]].concat();
    sandbox.enx(&with_file).code(0).hides("secret");
}

#[test]
fn a_user_without_a_password_and_nobody_to_ask_is_wrong_usage() {
    let sink = Sink::unused();
    let run = send(&sink, &["--user", "enx"]);
    run.code(2).tells("enx").tells("ENX_HOOK_PASSWORD");
    send(&sink, &["--user", "enx", "--password-file", "nowhere"])
        .code(2)
        .tells("nowhere");
    send(&sink, &["--password-file", "x"])
        .code(2)
        .tells("--user");
}

#[test]
fn where_nothing_listens_there_is_one_error_and_no_second_try() {
    let nobody = Nobody::new();
    let run = Sandbox::new().enx(&["send", "session_stop", "roomdrop", "--url", &nobody.url()]);
    run.tells(&format!("connection refused by {}", nobody.address()));
    insta::assert_snapshot!(run, @r"
    $ enx-hook send session_stop roomdrop --url http://<peer>/hook
    exit code 3
    -- stderr
    sending to http://<peer>/hook (--url)
    error: connection refused by <peer>
      is the server running? nothing listens on <peer>
    ");
}

#[test]
fn a_server_that_hangs_is_left_after_the_time_out() {
    let run = send(&Sink::new(|_, _| Reply::Hang), &["--timeout", "200ms"]);
    run.says("within 200 ms");
    insta::assert_snapshot!(run, @r"
    $ enx-hook send roomdrop --url http://<peer>/hook --timeout 200ms
    exit code 3
    -- stdout
    roomdrop  <session>  ->  http://<peer>/hook  no answer in <duration>: no answer from <peer> within <duration>
    -- stderr
    sending to http://<peer>/hook (--url)
    1 sent: 1 without an answer
    ");
}

#[test]
fn a_redirect_is_shown_and_not_followed() {
    let elsewhere = Sink::unused();
    let place = elsewhere.url();
    let sink =
        Sink::new(move |_, _| Reply::Answer(307, vec![("Location", place.clone())], String::new()));
    let run = send(&sink, &[]);
    run.says(&elsewhere.url());
    insta::assert_snapshot!(run, @r"
    $ enx-hook send roomdrop --url http://<peer>/hook
    exit code 1
    -- stdout
    roomdrop  <session>  ->  http://<peer>/hook  307 in <duration>
      to http://<peer>/hook, not followed
    -- stderr
    sending to http://<peer>/hook (--url)
    1 sent: 1 answered 307
    ");
}

#[test]
fn an_answer_cannot_act_on_the_terminal() {
    let treacherous = "\u{1b}]0;owned\u{7}\u{1b}[2Jx\u{202e}y\u{200b}z\u{9b}31m\rroot";
    let sink = Sink::new(move |_, _| Reply::Answer(500, Vec::new(), treacherous.to_owned()));
    let run = send(&sink, &[]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook send roomdrop --url http://<peer>/hook
    exit code 1
    -- stdout
    roomdrop  <session>  ->  http://<peer>/hook  500 in <duration>
      \u{1b}]0;owned\u{7}\u{1b}[2Jx\u{202e}y\u{200b}z\u{9b}31m\rroot
    -- stderr
    sending to http://<peer>/hook (--url)
    1 sent: 1 answered 500
    ");
    for c in ['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}', '\u{9b}', '\r'] {
        run.hides(&c.to_string());
    }
}

#[test]
fn a_place_to_go_cannot_act_on_the_terminal_either() {
    let place = "http://h/\u{9b}2J".to_owned();
    let sink =
        Sink::new(move |_, _| Reply::Answer(302, vec![("Location", place.clone())], String::new()));
    send(&sink, &[]).code(1).says("302").hides("\u{9b}");
}

#[test]
fn json_tells_one_delivery_a_line_and_nothing_else() {
    let sink = Sink::in_turn(&[200, 500]);
    let url = sink.url();
    let run = Sandbox::new().enx(&[
        "send",
        "session_stop",
        "roomdrop",
        "--url",
        &url,
        "--format",
        "json",
    ]);
    let lines = run.code(1).json_lines();
    assert_eq!(lines.len(), 2);
    let session = serde_json::from_slice::<Value>(&sink.next().body).unwrap()["conf_num"].clone();
    let expected = [("session_stop", 200), ("roomdrop", 500)];
    for (line, (event, status)) in lines.iter().zip(expected) {
        let keys: Vec<&String> = line.as_object().unwrap().keys().collect();
        let documented = [
            "kind", "event", "session", "url", "status", "attempts", "took_ms", "answer", "error",
        ];
        assert_eq!(keys, documented);
        assert_eq!(line["attempts"], 1);
        assert_eq!(line["kind"], "delivery");
        assert_eq!(line["event"], event);
        assert_eq!(line["session"], session);
        assert_eq!(line["url"], url);
        assert_eq!(line["status"], status);
        assert!(line["took_ms"].as_f64().unwrap() > 0.0);
        assert_eq!(line["answer"], format!("{{\"status\":{status}}}"));
        assert_eq!(line["error"], Value::Null);
    }
}

#[test]
fn json_tells_the_cause_where_there_was_no_answer() {
    let nobody = Nobody::new();
    let cases = [
        (nobody.url(), None, "refused"),
        (String::new(), Some(Reply::Close), "closed"),
        (String::new(), Some(Reply::Hang), "timeout"),
    ];
    for (url, reply, cause) in cases {
        let sink = Sink::new(move |_, _| reply.clone().unwrap_or(Reply::Close)).may_be_unused();
        let url = if url.is_empty() { sink.url() } else { url };
        let run = Sandbox::new().enx(&[
            "send",
            "roomdrop",
            "--url",
            &url,
            "--timeout",
            "300ms",
            "--format",
            "json",
        ]);
        let lines = run.code(3).json_lines();
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0]["status"], Value::Null);
        assert_eq!(lines[0]["answer"], Value::Null);
        assert_eq!(lines[0]["error"]["cause"], cause);
        assert!(lines[0]["error"]["message"].is_string());
    }
}

#[test]
fn verbose_shows_the_heads_of_requests_and_answers_without_secrets() {
    let sandbox = Sandbox::new();
    let sink = Sink::new(|_, _| {
        let cookie = ("Set-Cookie", "id=secret".to_owned());
        Reply::Answer(
            200,
            vec![cookie, ("X-Seen", "yes".to_owned())],
            "ok".to_owned(),
        )
    });
    sandbox.write("bare.jsonl", "{\"type\":\"x\"}\n");
    let url = sink.url();
    let rest = ["-v", "--user", "u:secret", "--url", &url];
    for command in [
        &["send", "--data", "{\"type\":\"x\"}"][..],
        &["replay", "bare.jsonl"],
    ] {
        let run = sandbox.enx(&[command, &rest].concat());
        run.code(0)
            .tells("> POST /hook HTTP/1.1\n")
            .tells("> authorization: ***\n")
            .tells("> content-type: application/json\n")
            .tells("< HTTP/1.1 200\n")
            .tells("< x-seen: yes\n")
            .tells("< set-cookie: ***\n");
        assert!(!run.err().contains("secret"), "{}", run.err());
        let quiet = sandbox.enx(&[command, &rest[1..]].concat());
        assert!(
            !quiet.code(0).err().contains("POST /hook"),
            "{}",
            quiet.err()
        );
    }
    let run = sandbox.enx(&[
        "check",
        "-v",
        "--yes",
        "--only",
        "every-event",
        "--user",
        "u:secret",
        "--url",
        &url,
    ]);
    run.tells("> authorization: ***\n").tells("< x-seen: yes\n");
    assert!(!run.err().contains("secret"), "{}", run.err());
}
