//! `--serve-files`: the files that events name, and what becomes of them.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Message, Reply, Run, SECRET, Sandbox, Sink, fetch, urls};

const ALL: [&str; 2] = ["--all", "--serve-files"];
const USER: [&str; 2] = ["--files-user", "enx:secret"];
/// As long as the receiver may take to fetch the files after the last event.
const NO_WAIT: [&str; 2] = ["--files-wait", "0s"];

fn is_own_storage(url: &str) -> bool {
    url.contains("/file_transfer/")
}

/// A handler that asks for the files before it answers.
fn handler(ask: impl Fn(&str) + Send + Sync + 'static) -> Sink {
    Sink::new(move |_, event| {
        for url in urls(&event.body) {
            ask(&url);
        }
        Reply::status(200)
    })
}

/// A handler that does all that is asked.
fn good() -> Sink {
    handler(|url| {
        let headers = if is_own_storage(url) {
            &[][..]
        } else {
            &[SECRET]
        };
        assert_eq!(fetch("GET", url, headers).status(), 200, "{url}");
    })
}

#[track_caller]
fn send(sink: &Sink, args: &[&[&str]]) -> Run {
    let url = sink.url();
    let fixed = [&["send", "--url", &url][..], &args.concat()].concat();
    Sandbox::new().enx(&fixed)
}

/// The files of a run for machines, by the end of their URLs.
#[track_caller]
fn files(run: &Run) -> Vec<(String, Value)> {
    let named = |file: Value| {
        let url = file["url"].as_str().expect("a URL").to_owned();
        let words: Vec<&str> = url.split('/').collect();
        (format!("{}/{}", words[4], words[words.len() - 1]), file)
    };
    run.json_of("file").into_iter().map(named).collect()
}

#[test]
fn a_handler_that_fetches_every_file_is_seen_with_its_credentials() {
    let sink = good();
    let run = send(
        &sink,
        &[&ALL, &USER, &["--expect-fetched", "--format", "json"]],
    );
    run.code(0).tells("9 of 9 files were fetched whole");
    let files = files(&run);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "recording/stream-1.mov",
        "recording/stream-2.mov",
        "transcoded/transcoded-1.mov",
        "live_recording/live.mov",
        "chatdata/chat.json",
        "metadata/metadata.json",
        "transcription/transcript.txt",
        "file_transfer/stream-1.mov",
        "file_transfer/stream-2.mov",
    ];
    assert_eq!(names, expected);
    for (name, file) in files {
        assert_eq!(file["whole"], true, "{file}");
        assert_eq!(file["bytes_sent"], file["size"]);
        assert_eq!(file["statuses"], json!({ "200": 1 }));
        let given = if name.starts_with("file_transfer/") {
            json!([{ "user": null, "accepted": false }])
        } else {
            json!([{ "user": "enx", "accepted": true }])
        };
        assert_eq!(
            (&file["credentials"], &file["requests"]),
            (&given, &json!(1)),
            "{name}"
        );
    }
    run.hides("secret");
}

#[test]
fn each_kind_of_file_is_what_it_says() {
    let got = std::sync::Arc::new(Mutex::new(Vec::<(String, Message, Value)>::new()));
    let kept = std::sync::Arc::clone(&got);
    let sink = Sink::new(move |_, event| {
        let value: Value = serde_json::from_slice(&event.body).unwrap();
        for url in urls(&event.body) {
            let file = fetch("GET", &url, &[]);
            kept.lock().unwrap().push((url, file, value.clone()));
        }
        Reply::status(200)
    });
    let audio = r#"{"type":"recording","recording":["https://h/p/a.m4a?x=1"],"trans_date":1731571200,"app_id":"a","room_id":"r","conf_num":"7"}"#;
    send(&sink, &[&ALL]).code(0);
    send(&sink, &[&["--data", audio, "--serve-files"]]).code(0);
    for (url, file, event) in got.lock().unwrap().iter() {
        let (media_type, is_right) = match url.rsplit_once('.').unwrap().1 {
            "json" => (
                "application/json",
                serde_json::from_slice::<Value>(&file.body).is_ok(),
            ),
            "txt" => (
                "text/plain; charset=utf-8",
                String::from_utf8_lossy(&file.body).contains("Björn"),
            ),
            "mov" => ("video/quicktime", file.body[4..8] == *b"ftyp"),
            "m4a?x=1" => ("audio/mp4", file.body[4..8] == *b"ftyp"),
            other => panic!("{other}"),
        };
        assert_eq!(file.header("content-type"), Some(media_type), "{url}");
        assert!(is_right, "{url}");
        if let Some(size) = event["file_size"].as_str() {
            assert_eq!(size, file.body.len().to_string(), "{event}");
        }
    }
    assert_eq!(got.lock().unwrap().len(), 10);
}

#[test]
fn files_that_are_fetched_without_credentials_are_refused_and_told() {
    let sink = handler(|url| {
        let answer = fetch("GET", url, &[]);
        let expected = if is_own_storage(url) { 200 } else { 401 };
        assert_eq!(answer.status(), expected, "{url}");
        assert_eq!(answer.header("www-authenticate").is_some(), expected == 401);
    });
    let run = send(&sink, &[&ALL, &USER, &NO_WAIT, &["--expect-fetched"]]);
    let (out, err) = (run.out(), run.err());
    run.code(1).tells("2 of 9 files were fetched whole");
    let table = out
        .split("\n\n")
        .nth(1)
        .unwrap_or_else(|| panic!("{out}{err}"));
    let table: Vec<Vec<&str>> = table
        .lines()
        .map(|row| row.split_whitespace().collect())
        .collect();
    let ends: Vec<String> = table
        .iter()
        .map(|row| [&row[..1], &row[2..]].concat().join(" "))
        .collect();
    let refused = "1 none nothing of it was sent, 401";
    let expected = [
        "event asked credentials outcome".to_owned(),
        format!("recording {refused}"),
        format!("recording {refused}"),
        format!("transcoded {refused}"),
        format!("live_recording {refused}"),
        format!("chatdata {refused}"),
        format!("metadata {refused}"),
        format!("transcription {refused}"),
        "file_transfer 1 none whole".to_owned(),
        "file_transfer 1 none whole".to_owned(),
    ];
    assert_eq!(ends, expected);

    let sink = handler(|url| {
        fetch("GET", url, &[("Authorization", "Basic ZW54Om5v")]);
    });
    let run = send(&sink, &[&["chatdata", "--serve-files"], &USER, &NO_WAIT]);
    run.code(0).says("enx (wrong)").says("401");
}

#[test]
fn files_that_nobody_fetches_are_told_and_are_a_negative_result_if_expected() {
    let sink = Sink::answering(200);
    let run = send(&sink, &[&["recording", "--serve-files"], &NO_WAIT]);
    run.code(0)
        .says("never asked for")
        .tells("0 of 2 files were fetched whole");
    let expected = [
        &["recording", "--serve-files", "--expect-fetched"][..],
        &NO_WAIT,
    ];
    send(&sink, &expected).code(1);
    // An event without a file proves nothing.
    let none = [
        &["roomdrop", "--serve-files", "--expect-fetched"][..],
        &NO_WAIT,
    ];
    send(&sink, &none)
        .code(1)
        .tells("no posted event names a file");
}

#[test]
fn credentials_for_the_own_storage_are_a_warning() {
    let sink = handler(|url| {
        fetch("GET", url, &[SECRET]);
    });
    let run = send(&sink, &[&["file_transfer", "--serve-files"], &USER]);
    run.code(0)
        .says("whole, credentials sent to your own storage");
    run.tells("warning: credentials came with a request for http://127.0.0.1:");
}

#[test]
fn ranges_and_head_are_served_and_parts_make_a_whole() {
    let sink = handler(|url| {
        let head = fetch("HEAD", url, &[]);
        assert_eq!((head.status(), head.body.len()), (200, 0));
        let length: usize = head.header("content-length").unwrap().parse().unwrap();
        assert_eq!(head.header("accept-ranges"), Some("bytes"));
        let etag = head.header("etag").unwrap();
        let part = |range: &str| fetch("GET", url, &[("Range", range), ("If-Range", etag)]);
        let first = part("bytes=0-99");
        assert_eq!((first.status(), first.body.len()), (206, 100));
        let place = format!("bytes 0-99/{length}");
        assert_eq!(first.header("content-range"), Some(&*place));
        let beyond = part(&format!("bytes={length}-"));
        assert_eq!(beyond.status(), 416);
        assert_eq!(
            beyond.header("content-range"),
            Some(&*format!("bytes */{length}"))
        );
        let rest = part("bytes=100-");
        assert_eq!((rest.status(), rest.body.len()), (206, length - 100));
        assert_eq!(fetch("POST", url, &[]).status(), 405);
    });
    let run = send(
        &sink,
        &[&[
            "chatdata",
            "--serve-files",
            "--expect-fetched",
            "--format",
            "json",
        ]],
    );
    run.code(0);
    let file = &files(&run)[0].1;
    assert_eq!(file["statuses"], json!({ "206": 2, "416": 1 }));
    assert_eq!(
        (&file["requests"], &file["whole"]),
        (&json!(3), &json!(true))
    );
}

#[test]
fn a_range_of_another_version_gets_the_whole_file() {
    let sink = handler(|url| {
        let headers = [("Range", "bytes=0-9"), ("If-Range", "\"old\"")];
        let answer = fetch("GET", url, &headers);
        assert_eq!(answer.status(), 200);
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), Some(&*length));
    });
    send(&sink, &[&["metadata", "--serve-files", "--expect-fetched"]]).code(0);
}

#[test]
fn a_download_that_is_cut_is_not_whole_until_it_is_tried_again() {
    let cut = [
        "transcoded",
        "--serve-files",
        "--expect-fetched",
        "--files-fault",
        "cut,ok",
    ];
    let half = |url: &str| {
        let answer = fetch("GET", url, &[]);
        let length: usize = answer.header("content-length").unwrap().parse().unwrap();
        assert_eq!((answer.status(), answer.body.len()), (200, length / 2));
    };
    let sink = handler(half);
    let run = send(&sink, &[&cut, &NO_WAIT]);
    run.code(1)
        .says(" bytes\n")
        .tells("0 of 1 file was fetched whole");
    let sink = handler(move |url| {
        half(url);
        fetch("GET", url, &[]);
    });
    send(&sink, &[&cut]).code(0);
}

#[test]
fn a_link_expires_after_its_event_was_posted() {
    let before = Mutex::new(Vec::<String>::new());
    let sink = Sink::new(move |_, event| {
        let mut before = before.lock().unwrap();
        for url in before.iter() {
            assert_eq!(fetch("GET", url, &[]).status(), 410);
        }
        before.extend(urls(&event.body));
        Reply::status(200)
    });
    let args = [
        "chatdata",
        "roomdrop",
        "--serve-files",
        "--files-fault",
        "expire:0s",
    ];
    let run = send(&sink, &[&args, &NO_WAIT, &["--expect-fetched"]]);
    run.code(1).says("nothing of it was sent, 410");
}

#[test]
fn faults_come_in_turn_and_those_of_an_event_go_first() {
    let sink = handler(|url| {
        let status = || fetch("GET", url, &[]).status();
        let expected = if url.contains("/chatdata/") {
            [404, 401, 200]
        } else {
            [503, 503, 503]
        };
        assert_eq!([status(), status(), status()], expected, "{url}");
    });
    let faults = [
        "--files-fault",
        "503",
        "--files-fault",
        "chatdata=404,401,ok",
    ];
    let run = send(
        &sink,
        &[
            &["chatdata", "metadata", "--serve-files"],
            &faults,
            &NO_WAIT,
        ],
    );
    run.code(0)
        .says("whole, 401, 404")
        .says("nothing of it was sent, 503 (3 times)");
}

#[test]
fn a_slow_file_takes_its_time_and_is_whole() {
    let slow = Duration::from_millis(300);
    let sink = handler(move |url| {
        let began = Instant::now();
        assert_eq!(fetch("GET", url, &[]).status(), 200);
        assert!(began.elapsed() >= slow);
    });
    let args = [
        "transcription",
        "--serve-files",
        "--expect-fetched",
        "--files-fault",
    ];
    send(&sink, &[&args, &["transcription=slow:300ms"]]).code(0);
}

#[test]
fn a_url_that_no_event_names_is_not_found_and_told() {
    let sink = handler(|url| {
        assert_eq!(
            fetch("GET", &url.replace("chat.json", "chat"), &[]).status(),
            404
        );
    });
    let run = send(&sink, &[&["chatdata", "--serve-files"], &NO_WAIT]);
    run.code(0)
        .says("never asked for")
        .says("no event names it, 404");
}

#[test]
fn own_bodies_and_scenarios_lead_there_too_and_are_valid() {
    let sink = good();
    let own = r#"{"type":"chatdata", "url":"https://h/c.json","trans_date":1731571200,"app_id":"a","room_id":"r","conf_num":"7"}"#;
    let sent = |args: &[&str]| {
        let run = send(
            &sink,
            &[args, &["--serve-files", "--expect-fetched"], &USER],
        );
        run.code(0).hides("warning");
        sink.rest()
            .into_iter()
            .map(|event| event.body)
            .collect::<Vec<_>>()
    };
    let body = String::from_utf8(sent(&["--data", own]).remove(0)).unwrap();
    // All but the URL stays as it is.
    let (before, after) = own.split_once("https://h").unwrap();
    assert!(body.starts_with(before) && body.ends_with(after), "{body}");

    let sandbox = Sandbox::new();
    for body in sent(&["--scenario", "session", "--speed", "max"]) {
        sandbox.write("event.json", &body);
        sandbox.enx(&["validate", "--strict", "event.json"]).code(0);
    }
}

#[test]
fn the_run_waits_for_a_receiver_that_fetches_after_its_answer() {
    let (tell, told) = std::sync::mpsc::channel::<String>();
    let fetching = std::thread::spawn(move || {
        for url in told {
            fetch("GET", &url, &[]);
        }
    });
    let tell = Mutex::new(tell);
    let sink = handler(move |url| tell.lock().unwrap().send(url.to_owned()).unwrap());
    let args = [
        "recording",
        "--serve-files",
        "--expect-fetched",
        "--files-wait",
        "50s",
    ];
    send(&sink, &[&args]).code(0);
    drop(sink);
    fetching.join().unwrap();
}

#[test]
fn what_cannot_be_is_wrong_usage_and_nothing_is_sent() {
    let sink = Sink::unused();
    let refused = |args: &[&str], said: &str| {
        send(&sink, &[&["chatdata"], args]).code(2).tells(said);
    };
    let fault = |fault: &str, said: &str| refused(&["--serve-files", "--files-fault", fault], said);
    fault("late", "expected [EVENT=]FAULT");
    fault("chatdta=cut", "chatdata");
    fault("roomdrop=cut", "roomdrop names no files");
    refused(&["--files-user", "enx:secret"], "--serve-files");
    refused(&["--expect-fetched"], "--serve-files");
    refused(&["--serve-files", "--exact"], "--exact");
    refused(&["--serve-files", "--dry-run"], "--dry-run");
    refused(
        &["--serve-files", "--files-user", "enx"],
        "ENX_HOOK_FILES_PASSWORD",
    );
}
