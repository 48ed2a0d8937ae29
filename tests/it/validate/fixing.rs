//! `--fix`: what has one certain repair is fixed, and nothing else is touched.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::roomdrop;
use crate::support::{Sandbox, record};

const BROKEN: &str = "{\n\t“type”: 'roomdrop', // c\n\t\"trans_date\": 1731573916,,\n\t\"app_id\": \"a\"\n\t\"room_id\": \"r\", conf_key: \"7\",\n}\n";
const FIXED: &str = "{\n\t\"type\": \"roomdrop\",\n\t\"trans_date\": 1731573916,\n\t\"app_id\": \"a\",\n\t\"room_id\": \"r\", \"conf_num\": \"7\"\n}\n";

#[test]
fn what_has_one_certain_repair_is_fixed_and_then_valid() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", BROKEN);
    let run = sandbox.enx(&["validate", "a.json"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook validate a.json
    exit code 1
    -- stdout
    error[curly-quotes]: typographic quotes are not JSON quotes
     --> a.json:2:2
      |
    2 |     “type”: 'roomdrop', // c
      |     ^^^^^^
      |
    help: replace them by "

    error[single-quotes]: JSON strings do not stand in single quotes
     --> a.json:2:10
      |
    2 |     “type”: 'roomdrop', // c
      |             ^^^^^^^^^^
      |
    help: replace them by "

    error[comment]: JSON has no comments
     --> a.json:2:22
      |
    2 |     “type”: 'roomdrop', // c
      |                         ^^^^
      |
    help: remove it

    error[extra-comma]: this comma has no member before it
     --> a.json:3:27
      |
    3 |     "trans_date": <Unix time>,,
      |                              ^
      |
    help: remove it

    error[missing-comma]: a comma is missing between two items
     --> a.json:4:15
      |
    4 |     "app_id": "a"
      |                  ^
      |
    help: insert a comma

    error[unquoted-key]: the key `conf_key` stands without quotes
     --> a.json:5:18
      |
    5 |     "room_id": "r", conf_key: "7",
      |                     ^^^^^^^^
      |
    help: put it in "

    error[misnamed-field]: the older pages say conf_key in their prose; every sample has conf_num
     --> a.json:5:18
      |
    5 |     "room_id": "r", conf_key: "7",
      |                     ^^^^^^^^
      |
    help: rename it to "conf_num"

    error[trailing-comma]: JSON has no comma after the last item
     --> a.json:5:31
      |
    5 |     "room_id": "r", conf_key: "7",
      |                                  ^
      |
    help: remove it

    a.json: roomdrop (enablex), invalid: 8 errors; --fix repairs all
    "#);
    let run = sandbox.enx(&["validate", "--fix", "a.json"]);
    insta::assert_snapshot!(run, @r"
    $ enx-hook validate --fix a.json
    exit code 0
    -- stdout
    a.json: roomdrop (enablex), valid
    -- stderr
    a.json: 8 repairs made
    ");
    assert_eq!(sandbox.text("a.json"), FIXED);
    // Nothing is left to be fixed.
    let run = sandbox.enx(&["validate", "--fix", "a.json"]);
    assert_eq!(run.code(0).err(), "");
    assert_eq!(sandbox.text("a.json"), FIXED);
}

#[test]
fn a_dry_run_shows_the_changes_and_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", BROKEN);
    let run = sandbox.enx(&["validate", "--fix", "--dry-run", "a.json"]);
    run.code(1).tells("a.json: 8 repairs would be made");
    let expected = "--- a.json\n+++ a.json (fixed)\n@@ -1,6 +1,6 @@\n {\n-    “type”: 'roomdrop', // c\n-    \"trans_date\": 1731573916,,\n-    \"app_id\": \"a\"\n-    \"room_id\": \"r\", conf_key: \"7\",\n+    \"type\": \"roomdrop\",\n+    \"trans_date\": 1731573916,\n+    \"app_id\": \"a\",\n+    \"room_id\": \"r\", \"conf_num\": \"7\"\n }\n";
    assert_eq!(run.out(), expected);
    assert_eq!(sandbox.text("a.json"), BROKEN);
    let secret = BROKEN.replace("\"r\"", "\"https://u:s3cret@h/\u{202e}\"");
    sandbox.write("b.json", secret);
    sandbox
        .enx(&["validate", "--fix", "--dry-run", "b.json"])
        .hides("s3cret")
        .hides("\u{202e}");
}

#[test]
fn where_nothing_can_be_repaired_the_verdict_and_that_are_said() {
    let sandbox = Sandbox::new();
    sandbox.write("a.json", r#"{"type":"roomdrop","trans_date":"x"}"#);
    let dry = sandbox.enx(&["validate", "--fix", "--dry-run", "a.json"]);
    assert_eq!(dry.code(1).out(), "");
    dry.tells("nothing was found that --fix repairs\n")
        .tells("1 invalid");
    let run = sandbox.enx(&["validate", "--fix", "a.json"]);
    run.code(1)
        .says("error[not-a-time]")
        .tells("nothing was found that --fix repairs\n");
}

#[test]
fn what_is_not_certain_stays_as_it_is() {
    let sandbox = Sandbox::new();
    let untouched = [
        // A bare word has no repair, so the commas and quotes around it stay as well.
        "{“type”: \"roomdrop\", \"trans_date\": Number, \"app_id\": \"a\",}",
        // Where the text of a member ends is open.
        "{“type”: “say “roomdrop””, “app_id”: “a”}",
        // These are no events.
        "{\"compilerOptions\": {\"strict\": true,},} // x",
        "{'a': 1}",
        // Other languages' values.
        "{\"type\": \"roomdrop\", \"_id\": ObjectId(\"65f1c2a7\"),}",
        "{:type=>\"roomdrop\", :conf_num=>\"7\"}",
        "{\"type\": (\"roomdrop\", \"x\"),}",
        // How it goes on is open.
        "{“type”: \"roomdrop\", \"conf_num\": \"7",
        "{“type”: 1} {“type”: 2}",
        // Odd, and usable as it is.
        &roomdrop("7"),
        // Which of two is meant?
        "{\"type\":\"transcoded\",\"trans_date\":1731573916,\"app_id\":\"a\",\"room_id\":\"r\",\"conf_num\":\"7\",\"stage\":\"1\",\"file_size\":\"1\",\"url\":\"https://h/a\",\"files\":\"https://h/b\"}",
        // Renamed it would be wrong in another way.
        "{\"type\":\"transcoded\",\"trans_date\":1731573916,\"app_id\":\"a\",\"room_id\":\"r\",\"conf_num\":\"7\",\"stage\":\"1\",\"file_size\":\"1\",\"url\":null}",
        "",
    ];
    for text in untouched {
        sandbox.write("b.json", text);
        let run = sandbox.enx(&["validate", "--fix", "b.json"]);
        assert!(!run.err().contains("made"), "{text}\n{}", run.err());
        assert_eq!(sandbox.text("b.json"), text);
    }
}

#[test]
fn lines_without_a_repair_keep_every_byte() {
    let sandbox = Sandbox::new();
    let good = roomdrop("\"7\"");
    let before = format!("\u{feff}{good}\r\n\r\n  {good},\r\n{{'a': 1}}\n\n{good} // x");
    sandbox.write("a.jsonl", &before);
    let run = sandbox.enx(&["validate", "--fix", "a.jsonl"]);
    run.tells("2 repairs made")
        .tells("a.jsonl:4: left as it is: it is no event");
    let after = format!("\u{feff}{good}\r\n\r\n  {good}\r\n{{'a': 1}}\n\n{good}");
    assert_eq!(sandbox.text("a.jsonl"), after);
    let again = sandbox.enx(&["validate", "--fix", "--dry-run", "a.jsonl"]);
    assert_eq!(again.out(), "");
}

#[test]
fn stdin_comes_out_fixed_at_stdout() {
    let sandbox = Sandbox::new();
    let fix = |text: &str| sandbox.call(&["validate", "--fix", "-"]).input(text).run();
    let run = fix(BROKEN);
    run.code(0).tells("stdin: 8 repairs made");
    assert_eq!(run.out(), FIXED);
    let valid = roomdrop("\"7\"");
    assert_eq!(fix(&valid).code(0).out(), valid);
    let hopeless = "{\"type\": Number";
    let run = fix(hopeless);
    run.code(1).tells("error[bare-word]");
    assert_eq!(run.out(), hopeless);
    for more in [&["b.json"][..], &["--format", "json"]] {
        let args = [&["validate", "--fix", "-"], more].concat();
        sandbox
            .call(&args)
            .input(BROKEN)
            .run()
            .code(2)
            .tells("stdout");
    }
}

#[test]
fn captures_and_compressed_files_are_refused_and_others_fixed() {
    let sandbox = Sandbox::new();
    let log = record(1, "{'a': 1}") + "\n";
    sandbox.write("log.jsonl", &log);
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(BROKEN.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    sandbox.write("a.json.gz", &packed);
    sandbox.write("b.json", BROKEN);
    let run = sandbox.enx(&[
        "validate",
        "--fix",
        "log.jsonl",
        "a.json.gz",
        "b.json",
        "none.json",
    ]);
    run.code(3)
        .tells("log.jsonl holds captures")
        .tells("a.json.gz is compressed")
        .tells("cannot read none.json")
        .tells("b.json: 8 repairs made");
    assert_eq!(sandbox.text("log.jsonl"), log);
    assert_eq!(std::fs::read(sandbox.path("a.json.gz")).unwrap(), packed);
    assert_eq!(sandbox.text("b.json"), FIXED);
}

#[cfg(unix)]
#[test]
fn permissions_stay_and_a_file_that_cannot_be_replaced_is_an_error() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.write("a.json", BROKEN);
    let mode = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(sandbox.path("a.json"), mode).unwrap();
    sandbox.enx(&["validate", "--fix", "a.json"]).code(0);
    let known = std::fs::metadata(sandbox.path("a.json")).unwrap();
    assert_eq!(known.permissions().mode() & 0o777, 0o640);
    let names = std::fs::read_dir(sandbox.path("")).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn a_body_that_the_program_showed_is_taken_back() {
    let sandbox = Sandbox::new();
    let body = r#"{"type":"session_start","trans_date":1795182500,"app_id":"a1","room_id":"r1","conf_num":"77"}"#;
    sandbox.write("log.jsonl", record(1, body) + "\n");
    let shown = sandbox.enx(&["log", "show", "1"]);
    let shown = shown.code(0).out();
    let at = shown.find("  {\n").expect("a body");
    assert!(shown[at..].contains("// "), "{shown}");
    let headline = shown[..at - 1].rfind('\n').expect("a line above it") + 1;
    assert!(shown[headline..at].contains("session_start"), "{shown}");
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let with_day = format!("2026-11-20\n{}", &shown[headline..]);
    for copied in [&shown[at..], &shown[headline..], &with_day] {
        sandbox.write("copied.json", copied);
        sandbox.enx(&["validate", "--fix", "copied.json"]).code(0);
        let fixed: serde_json::Value = serde_json::from_str(&sandbox.text("copied.json")).unwrap();
        assert_eq!(fixed, body);
    }
}
