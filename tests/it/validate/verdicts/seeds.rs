//! The samples of the documents: as they stand, as they were meant, and once made JSON.

use serde_json::{Map, Value, json};

use super::case::{Case, invalid, places, reports, valid, warning};
use crate::support::Sandbox;

/// The newest page's samples, with its placeholders.
const NEWEST: [&str; 10] = [
    r#"{"type":"session_start","trans_date":1713600000,"room_id":"string","conf_num":"string","concurrent_sessions":{"license_sessions":{"$license_id":true},"total_sessions":1,"max_sessions":10},"app_id":"string"}"#,
    r#"{"type":"session_stop","trans_date":1713600000,"room_id":"string","conf_num":"string","concurrent_sessions":{"license_sessions":{"$license_id":false},"total_sessions":0,"max_sessions":10},"app_id":"string"}"#,
    r#"{"type":"roomdrop","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string"}"#,
    r#"{"type":"recording","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","recording":["https://portal.enablex.io/path/file1.mov","https://portal.enablex.io/path/file2.mov"]}"#,
    r#"{"type":"transcoded","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","recording":"https://portal.enablex.io/path/transcoded.mov","stage":"string","file_size":"string"}"#,
    r#"{"type":"live_recording","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","url":"https://portal.enablex.io/path/live.mov","file_size":"string"}"#,
    r#"{"type":"chatdata","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","url":"https://portal.enablex.io/path/chat.json"}"#,
    r#"{"type":"metadata","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","url":"https://portal.enablex.io/path/metadata.json"}"#,
    r#"{"type":"transcription","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","url":"https://portal.enablex.io/path/transcript.txt"}"#,
    r#"{"type":"file_transfer","trans_date":1713600000,"app_id":"string","room_id":"string","conf_num":"string","destination":{"name":"awss3","host":"","account":"my-bucket"},"files":[{"url":"https://my-bucket.s3.amazonaws.com/room_id/conf_num/file1.mov"}]}"#,
];

/// What the oldest page and its white-label copy show, without their comments and with
/// straight quotes.
const OLDEST: [&str; 4] = [
    r#"{"type":"roomdrop","trans_date":"Unix Timestamp","app_id":"String","room_id":"String","conf_num":"String"}"#,
    r#"{"type":"recording","trans_date":"Unix Timestamp","app_id":"String","room_id":"String","conf_num":"String","recording":["http://FQDN/path/file"]}"#,
    r#"{"type":"transcoded","trans_date":"Unix Timestamp","app_id":"String","room_id":"String","conf_num":"String","recording":"http://FQDN/path/file","stage":"String","file_size":"String"}"#,
    r#"{"type":"file-transfer","trans_date":"Unix Timestamp","app_id":"String","room_id":"String","conf_num":"String","destination":{"name":"","host":"","account":""},"files":[{"url":"http://FQDN/path/file"}]}"#,
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for text in NEWEST {
        let meant = real(&serde_json::from_str(text).unwrap());
        cases.push(valid(
            "the newest page, with real values for the placeholders",
            meant,
        ));
        let row = "the newest page as it stands";
        let case = if text.contains("file_size") {
            invalid
        } else {
            warning
        };
        cases.push(case(row, text, "placeholder").says("placeholder"));
    }
    for text in OLDEST {
        // An empty destination stands in one of them, whatever else is put right.
        let also = |case: Case| {
            if text.contains("destination") {
                case.code("unknown-destination")
            } else {
                case
            }
        };
        let row = "the oldest page, made JSON";
        cases.push(also(invalid(row, text, "placeholder").says("placeholder")));
        let mut value: Value = serde_json::from_str(text).unwrap();
        value["trans_date"] = json!("1713600000");
        let row = "the same with a time in quotes";
        let sized = value.get("file_size").is_some();
        let case = if sized { invalid } else { warning };
        cases.push(also(
            case(row, value.clone(), "placeholder").code("string-for-number"),
        ));
        let meant = real(&value);
        let files = text.contains("FQDN");
        let row = "the same with real values, in the types and schemes of its time";
        let case = also(warning(row, meant, "string-for-number"));
        cases.push(if files { case.code("http-url") } else { case });
    }
    cases
}

/// The sample with a real value for each placeholder; its shape stays.
fn real(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                let placeholder = value
                    .as_str()
                    .is_some_and(|text| ["string", "String"].contains(&text));
                let name = if name == "$license_id" {
                    "EX-7731-02"
                } else {
                    name
                };
                let value = match name {
                    _ if !placeholder => real(value),
                    "type" => value.clone(),
                    "file_size" => json!("73400320"),
                    "stage" => json!("1"),
                    _ => json!("6a1e7c02d94b4f3e"),
                };
                (name.to_owned(), value)
            };
            Value::Object(members.iter().map(member).collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(real).collect(),
        Value::String(text) => text.replace("//FQDN/", "//media.operator.example/").into(),
        other => other.clone(),
    }
}

/// Samples in the manner of the pages, with comments, bare words, curly quotes and trailing
/// commas; and the places that are not JSON. The annotated page prints them flush left.
const PRINTED: [(&str, &[&str]); 8] = [
    (
        "{\n\"type\": \"String\"\n// Enumerated values for type given below\n}",
        &["3:1 comment"],
    ),
    (
        "{\n\"type\": \"session_start\",\n\"trans_date\": Number, // In Unix Timestmamp (UTC)\n\
         \"room_id\": \"String\",\n\"conf_num\": \"String\",\n\
         \"concurrent_sessions\": { // on concurrent sessions\n\"license_sessions\": {\n\
         \"$license_id\": boolean, // in active session\n\"$license_id\": boolean\n},\n\
         \"total_sessions\": Number, // ongoing\n\"max_sessions\": Number // allowed\n},\n\
         \"app_id\": \"String\"\n}",
        &[
            "3:15 bare-word",
            "3:23 comment",
            "6:26 comment",
            "8:16 bare-word",
            "8:25 comment",
            "9:16 bare-word",
            "11:19 bare-word",
            "11:27 comment",
            "12:17 bare-word",
            "12:24 comment",
        ],
    ),
    (
        "{\n“type”: “recording”,\n“trans_date”: Number, // In Unix Timestamp (UTC)\n\
         “app_id”:String,\n“room_id”:String,\n“conf_num”:String,\n“recording”: [\n\
         \"http://FQDN/path/file\"\n]\n}",
        &[
            "2:1 curly-quotes",
            "2:9 curly-quotes",
            "3:1 curly-quotes",
            "3:15 bare-word",
            "3:23 comment",
            "4:1 curly-quotes",
            "4:10 bare-word",
            "5:1 curly-quotes",
            "5:11 bare-word",
            "6:1 curly-quotes",
            "6:12 bare-word",
            "7:1 curly-quotes",
        ],
    ),
    (
        "{\n\"type\": \"live_recording\",\n\"trans_date\": Number, // In Unix Timestamp (UTC)\n\
         \"app_id\": \"String\",\n\"room_id\": \"String\",\n\"conf_num\": \"String\",\n\
         \"url\": \"http://FQDN/path/file\",\n\"file_size\": \"String\", // In byte\n}",
        &[
            "3:15 bare-word",
            "3:23 comment",
            "8:22 trailing-comma",
            "8:24 comment",
        ],
    ),
    (
        "{\n\"type\": \"file-transfer\",\n\"trans_date\": Number, // In Unix Timestamp (UTC)\n\
         \"app_id\": \"String\",\n\"room_id\": \"String\",\n\"conf_num\": \"String\",\n\
         \"destination\": {\n\"name\": \"\", // Constants\n\"host\": \"\", // ftp\n\
         \"account\": \"\" // awss3\n},\n\"files\": [\n{ \"url\": \"http://FQDN/path/file\" }\n]\n}",
        &[
            "3:15 bare-word",
            "3:23 comment",
            "8:13 comment",
            "9:13 comment",
            "10:15 comment",
        ],
    ),
    // The oldest page indents by tabs, and its copy prints all on one line.
    (
        "{\n\t \"type\": \"file-transfer\",\n\t\"trans_date\": \"Unix Timestamp\", /* In UTC */\n\
         \t\"destination\": {\n\t\t\"name\": \"\",\t/* Constants: ftp, ssh */\n\t},\n\
         \t\"files\": [\n\t\t{ \"url\": \"http://FQDN/path/file\" }\n\t]\n}",
        &["3:34 comment", "5:13 trailing-comma", "5:15 comment"],
    ),
    (
        "{ “type”: “recording”, “trans_date”: “Unix Timestamp”, /* In UTC */ \
         \"conf_num\": \"String\", \"recording\": [ \"http://FQDN/path/file\" ] }",
        &[
            "1:3 curly-quotes",
            "1:11 curly-quotes",
            "1:24 curly-quotes",
            "1:38 curly-quotes",
            "1:56 comment",
        ],
    ),
    // The newest page's own sketch of what all events share.
    (
        "{\n\"type\": \"string\",\n\"trans_date\": 1713600000,\n\"app_id\": \"string\",\n\
         \"room_id\": \"string\",\n\"conf_num\": \"string\"\n...additional fields per event type\n}",
        &["7:1 bare-word"],
    ),
];

#[test]
fn a_sample_copied_as_it_is_printed_is_one_document_and_every_place_in_it_is_told() {
    let sandbox = Sandbox::new();
    let mut wrong = Vec::new();
    for (text, expected) in PRINTED {
        sandbox.write("copied.json", text);
        let reports = reports(&sandbox, &["copied.json"]);
        let [report] = &reports[..] else {
            wrong.push(format!("{text}\n  taken for {} documents", reports.len()));
            continue;
        };
        let findings = report["findings"].as_array().unwrap();
        let syntax = ["bare-word", "comment", "curly-quotes", "trailing-comma"];
        let mut places = places(report);
        places.retain(|place| syntax.iter().any(|code| place.ends_with(code)));
        let named = findings
            .iter()
            .filter(|finding| finding["code"] == "bare-word")
            .all(|word| word["message"].as_str().unwrap().contains("placeholder"));
        if report["verdict"] != "invalid" || places != expected || !named {
            wrong.push(format!(
                "{text}\n  expected {expected:?}, bare words named as placeholders\n  got {report}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} are wrong\n\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
}
