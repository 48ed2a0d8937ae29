//! Files: their URLs, one or several, their stages and sizes.

use serde_json::{Value, json};

use super::case::{Case, invalid, valid, warning};
use super::payloads::{URLS, event, renamed, with, without};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, place) in URLS {
        urls(name, place, &mut cases);
    }
    lists(&mut cases);
    stages_and_sizes(&mut cases);
    transferred(&mut cases);
    cases
}

fn urls(name: &'static str, place: &str, cases: &mut Vec<Case>) {
    let url = |url: &str| with(name, place, url);
    for fine in [
        "https://portal.enablex.io/path/file1.mov",
        "https://video.operator.example/a",
        "https://media.example.com:8443/a/b.webm?token=x%20y&part=2#t=10",
        "https://[2001:db8::1]/a.mp4",
        "https://media.example.com",
    ] {
        cases.push(valid("another host, port, query or file ending", url(fine)));
    }
    cases.push(warning(
        "a URL with http:",
        url("http://media.example.com/a.mp4"),
        "http-url",
    ));
    let secret = url("https://enx:s3cret@media.example.com/a.mp4");
    cases.push(warning(
        "a URL with user and password in it",
        secret,
        "url-credentials",
    ));
    let both = url("http://enx:s3cret@media.example.com/a.mp4");
    cases.push(warning("http:, and a password", both, "url-credentials").code("http-url"));
    cases.push(invalid(
        "a URL that is null",
        with(name, place, json!(null)),
        "null-value",
    ));
    cases.push(invalid("a URL that is empty", url(""), "empty-value"));
    for other in [json!(5), json!(true)] {
        cases.push(invalid(
            "a URL of another type",
            with(name, place, other),
            "not-a-url",
        ));
    }
    if name != "file_transfer" {
        for bare in ["media.example.com/a.mp4", "a.mp4", "https://", "/a/b.mp4"] {
            cases.push(invalid(
                "no URL: only a path in `files` is usable",
                url(bare),
                "not-a-url",
            ));
        }
    }
}

/// One where several belong, and several where one belongs.
fn lists(cases: &mut Vec<Case>) {
    let one = json!("https://media.example.com/a.mp4");
    let recording = |value: Value| with("recording", "/recording", value);
    cases.push(warning(
        "recording is one string",
        recording(one.clone()),
        "string-for-array",
    ));
    let objects = recording(json!([{ "url": one }, { "url": one }]));
    cases.push(warning(
        "recording is an array of { url }",
        objects,
        "object-for-string",
    ));
    let mixed = recording(json!([one, { "url": one }]));
    cases.push(warning(
        "recording is an array of both",
        mixed,
        "object-for-string",
    ));
    cases.push(
        invalid(
            "an object without url",
            recording(json!([{ "href": one }])),
            "missing-field",
        )
        .note("unknown-field"),
    );
    let empty = recording(json!([{ "url": "" }]));
    cases.push(
        invalid("an object with an empty url", empty, "empty-value").code("object-for-string"),
    );
    cases.push(invalid(
        "recording is an empty array",
        recording(json!([])),
        "empty-list",
    ));
    cases.push(invalid(
        "recording is null",
        recording(json!(null)),
        "null-value",
    ));
    cases.push(invalid(
        "recording is missing",
        without("recording", "/recording"),
        "missing-field",
    ));
    cases.push(invalid(
        "one URL of several is empty",
        recording(json!([one, ""])),
        "empty-value",
    ));
    cases.push(valid("one file", recording(json!([one]))));

    let transcoded = |value: Value| with("transcoded", "/recording", value);
    for list in [json!([one]), json!([one, one])] {
        cases.push(warning(
            "transcoded whose recording is an array",
            transcoded(list),
            "array-for-string",
        ));
    }
    cases.push(invalid(
        "recording is an empty array",
        transcoded(json!([])),
        "empty-list",
    ));
    let moved = renamed("transcoded", "recording", "url");
    let case = invalid(
        "transcoded with url in place of recording",
        moved,
        "misnamed-field",
    );
    cases.push(case.hints("recording"));

    let transcription = |value: Value| with("transcription", "/url", value);
    cases.push(warning(
        "transcription whose url is an array",
        transcription(json!([one, one])),
        "array-for-string",
    ));
    cases.push(invalid(
        "the same, empty",
        transcription(json!([])),
        "empty-list",
    ));
    let insecure = transcription(json!(["http://media.example.com/a.vtt"]));
    cases.push(warning("the same, with http:", insecure, "array-for-string").code("http-url"));
    for name in ["live_recording", "chatdata", "metadata", "transcription"] {
        cases.push(invalid(
            "url is missing",
            without(name, "/url"),
            "missing-field",
        ));
    }
}

fn stages_and_sizes(cases: &mut Vec<Case>) {
    let row = "stage or file_size a number";
    cases.push(warning(
        row,
        with("transcoded", "/stage", 2),
        "number-for-string",
    ));
    cases.push(valid(
        "stage is any text",
        with("transcoded", "/stage", "part two"),
    ));
    cases.push(warning(
        "transcoded without stage",
        without("transcoded", "/stage"),
        "missing-stage",
    ));
    for name in ["transcoded", "live_recording"] {
        let size = |value: Value| with(name, "/file_size", value);
        for fine in ["0", "73400320", "00042", "99999999999999999999"] {
            cases.push(valid("file_size is a string of digits", size(json!(fine))));
        }
        cases.push(warning(row, size(json!(73_400_320)), "number-for-string"));
        cases.push(warning(row, size(json!(73_400_320.0)), "number-for-string"));
        for odd in ["12 MB", "12MB", "1,024", "12.5", "-1", "many", " "] {
            cases.push(invalid(
                "file_size such as \"12 MB\"",
                size(json!(odd)),
                "file-size-not-bytes",
            ));
        }
        for odd in [json!(-1), json!(12.5), json!(true), json!([])] {
            cases.push(invalid(
                "file_size that is no count of bytes",
                size(odd),
                "file-size-not-bytes",
            ));
        }
        let absent = without(name, "/file_size");
        cases.push(warning("without file_size", absent, "missing-file-size"));
    }
}

fn transferred(cases: &mut Vec<Case>) {
    let place = "/files/0/url";
    for scheme in ["sftp", "ftp", "s3"] {
        let url = format!("{scheme}://vault.example.net/6a1e7c02/7700123/a.mkv");
        cases.push(valid(
            "sftp:, ftp: or s3: in files",
            with("file_transfer", place, url),
        ));
    }
    for path in ["/srv/video/a.mkv", "7700123/a.mkv", "a.mkv"] {
        cases.push(warning(
            "a files URL that is a bare path",
            with("file_transfer", place, path),
            "bare-path",
        ));
    }
    let secret = with(
        "file_transfer",
        place,
        "sftp://enx:s3cret@vault.example.net/a.mkv",
    );
    cases.push(warning(
        "a URL with user and password in it",
        secret,
        "url-credentials",
    ));

    let files = |value: Value| with("file_transfer", "/files", value);
    cases.push(invalid(
        "files is an empty array",
        files(json!([])),
        "empty-list",
    ));
    let text = json!("https://vault.example.net/a.mkv");
    cases.push(warning(
        "files is an array of strings",
        files(json!([text, text])),
        "string-for-object",
    ));
    cases.push(warning(
        "files is an array of both",
        files(json!([{ "url": text }, text])),
        "string-for-object",
    ));
    cases.push(invalid(
        "one of the strings is empty",
        files(json!([""])),
        "empty-value",
    ));
    cases.push(invalid(
        "a file without url",
        files(json!([{}])),
        "missing-field",
    ));
    for no_list in [
        json!("https://vault.example.net/a.mkv"),
        json!({ "url": text }),
        json!(1),
    ] {
        cases.push(invalid("files is no list", files(no_list), "not-a-list"));
    }
    cases.push(invalid("files is null", files(json!(null)), "null-value"));
    cases.push(invalid(
        "files is missing",
        without("file_transfer", "/files"),
        "missing-field",
    ));
    let mut alias = event("file_transfer");
    alias["type"] = json!("file-transfer");
    cases.push(valid("file-transfer is the same event", alias).event("file_transfer"));
}
