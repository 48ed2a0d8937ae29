//! What stands in the text and not in the value: repeated keys, long numbers, and all that
//! keeps a text from being JSON.

use serde_json::json;

use super::case::{Case, invalid, places, reports, unknown, valid, warning};
use super::payloads::{event, with};
use crate::support::Sandbox;

/// JSON that receivers read differently.
pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let text = event("roomdrop").to_string();
    let twice = |first: &str, then: &str| {
        text.replace(
            "\"conf_num\":\"7700123\"",
            &format!("\"conf_num\":{first},\"conf_num\":{then}"),
        )
    };
    cases.push(warning(
        "duplicate keys: the last counts",
        twice("\"1\"", "\"2\""),
        "duplicate-key",
    ));
    cases.push(warning(
        "the same value twice",
        twice("\"2\"", "\"2\""),
        "duplicate-key",
    ));
    cases.push(warning(
        "the last is good",
        twice("\"\"", "\"2\""),
        "duplicate-key",
    ));
    cases.push(
        invalid("the last is not", twice("\"2\"", "\"\""), "empty-value").code("duplicate-key"),
    );
    let escaped = text.replace("{\"type\"", "{\"t\\u0079pe\":\"chatdata\",\"type\"");
    cases.push(warning("the same key, escaped", escaped, "duplicate-key").event("roomdrop"));
    let renamed = text.replace(
        "{\"type\"",
        "{\"type\":\"roomdrop\",\"type\":\"x\",\"type_\"",
    );
    cases.push(
        unknown("an unknown event weighs more than a warning", renamed).code("duplicate-key"),
    );
    let inside = text.replace("{\"type\"", "{\"more\":[{\"a\":1,\"a\":2}],\"type\"");
    cases.push(warning("deep inside", inside, "duplicate-key").note("unknown-field"));

    let with_number =
        |number: &str| text.replace("{\"type\"", &format!("{{\"ref\":{number},\"type\""));
    for exact in [
        "9007199254740992",
        "-9007199254740992",
        "9007199254740992.0",
        "0.1234567890123456789",
    ] {
        cases.push(valid("2^53 and below", with_number(exact)).note("unknown-field"));
    }
    for big in [
        "9007199254740993",
        "-9007199254740993",
        "18446744073709551617",
        "1e20",
        "123456789012345678901234567890",
    ] {
        cases.push(
            warning("an integer beyond 2^53", with_number(big), "big-integer")
                .note("unknown-field"),
        );
    }
    let digits = text.replace("\"7700123\"", "90071992547409931");
    cases.push(
        warning("an identifier as such a number", digits, "big-integer").code("number-for-string"),
    );
    let text = with("transcoded", "/file_size", json!("90071992547409931"));
    cases.push(valid("the same in quotes is text", text));
    let worst = with(with("roomdrop", "/conf_num", 7), "/app_id", "");
    cases.push(
        invalid("the worst finding gives the verdict", worst, "empty-value")
            .code("number-for-string"),
    );
    cases
}

/// A text that is not JSON, its faults as `line:column code`, and a word that the messages
/// of all of them contain.
type Broken = (&'static str, String, &'static [&'static str], &'static str);

const PLACEHOLDER: &str = "placeholder";

fn broken() -> Vec<Broken> {
    let lines = "{\n  \"type\": \"roomdrop\",\n  \"trans_date\": 1763647402,\n  \"app_id\": \"5f3c\",\n  \"room_id\": \"6a1e\",\n  \"conf_num\": \"7700123\"\n}\n";
    let line = |old: &str, new: &str| {
        assert!(lines.contains(old), "{old}");
        lines.replace(old, new)
    };
    vec![
        (
            "a line comment",
            line("1763647402,", "1763647402, // UTC"),
            &["3:29 comment"],
            "comment",
        ),
        (
            "a block comment",
            line("1763647402,", "/* UTC */ 1763647402,"),
            &["3:17 comment"],
            "comment",
        ),
        (
            "comments everywhere",
            line("{\n", "// head\n{ // open\n"),
            &["1:1 comment", "2:3 comment"],
            "comment",
        ),
        (
            "a comment behind the document",
            format!("{lines}// end"),
            &["8:1 comment"],
            "comment",
        ),
        (
            "a trailing comma",
            line("\"7700123\"\n", "\"7700123\",\n"),
            &["6:24 trailing-comma"],
            "comma",
        ),
        (
            "a trailing comma in a list",
            line("{\n", "{ \"x\": [1, 2,],\n"),
            &["1:13 trailing-comma"],
            "comma",
        ),
        (
            "curly quotes",
            line("\"type\": \"roomdrop\"", "“type”: “roomdrop”"),
            &["2:3 curly-quotes", "2:11 curly-quotes"],
            "quotes",
        ),
        (
            "single quotes",
            line("\"type\": \"roomdrop\"", "'type': 'roomdrop'"),
            &["2:3 single-quotes", "2:11 single-quotes"],
            "single quotes",
        ),
        (
            "a byte order mark",
            format!("\u{feff}{lines}"),
            &["1:1 byte-order-mark"],
            "byte order mark",
        ),
        (
            "the word Number",
            line("1763647402", "Number"),
            &["3:17 bare-word"],
            PLACEHOLDER,
        ),
        (
            "the word String",
            line("\"5f3c\"", "String"),
            &["4:13 bare-word"],
            PLACEHOLDER,
        ),
        (
            "the word boolean",
            line("{\n", "{ \"x\": boolean,\n"),
            &["1:8 bare-word"],
            PLACEHOLDER,
        ),
        (
            "an ellipsis for a value",
            line("1763647402", "…"),
            &["3:17 bare-word"],
            PLACEHOLDER,
        ),
        (
            "an ellipsis for members",
            line("\"7700123\"\n", "\"7700123\"\n  ...more fields per event\n"),
            &["7:3 bare-word"],
            PLACEHOLDER,
        ),
    ]
}

#[test]
fn what_is_not_json_is_invalid_and_every_place_is_told_with_its_repair() {
    let sandbox = Sandbox::new();
    let broken = broken();
    let names: Vec<String> = (0..broken.len())
        .map(|index| format!("{index}.json"))
        .collect();
    for (name, (_, text, ..)) in names.iter().zip(&broken) {
        sandbox.write(name, text);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let reports = reports(&sandbox, &names);
    assert_eq!(reports.len(), broken.len(), "one report a file");
    let mut wrong = Vec::new();
    for ((row, text, expected, word), report) in broken.iter().zip(&reports) {
        let findings = report["findings"].as_array().unwrap().iter();
        let mut faults = findings.filter(|finding| finding["severity"] == "error");
        let explained = faults.all(|finding| {
            finding["message"]
                .as_str()
                .is_some_and(|message| message.contains(word))
                && finding["help"].is_string()
        });
        if report["verdict"] != "invalid" || places(report) != *expected || !explained {
            wrong.push(format!(
                "{row}\n{text}\n  expected {expected:?}, each saying `{word}`\n  got {report}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} are wrong\n\n{}",
        wrong.len(),
        broken.len(),
        wrong.join("\n\n")
    );
}

#[test]
fn what_is_odd_about_an_event_is_told_beside_what_is_not_json() {
    let sandbox = Sandbox::new();
    let text = "{\"type\":\"roomdrop\", 'trans_date': \"1763647402\", \"app_id\": 5, \"room_id\": \"6a1e\",\n\"conf_num\": \"\",}";
    sandbox.write("mixed.json", text);
    let report = &reports(&sandbox, &["mixed.json"])[0];
    let expected = [
        "1:21 single-quotes",
        "1:35 string-for-number",
        "1:59 number-for-string",
        "2:13 empty-value",
        "2:15 trailing-comma",
    ];
    assert_eq!(places(report), expected, "{report}");
}

#[test]
fn what_is_no_document_at_all_is_invalid() {
    let sandbox = Sandbox::new();
    let texts: [&[u8]; 6] = [
        b"",
        b" \n",
        b"roomdrop",
        b"<html></html>",
        b"\xff\xfe{\0}\0",
        b"{\"type\":\"roomdrop\"",
    ];
    for text in texts {
        sandbox.write("some.json", text);
        let reports = reports(&sandbox, &["some.json"]);
        let verdicts: Vec<_> = reports.iter().map(|report| &report["verdict"]).collect();
        assert_eq!(verdicts, ["invalid"], "{:?}", String::from_utf8_lossy(text));
    }
}
