//! `--codes` and `--explain`: what is looked for, without a document.

use std::collections::BTreeSet;

use crate::support::Sandbox;

#[test]
fn every_code_that_is_listed_is_explained() {
    let sandbox = Sandbox::new();
    let listed = sandbox
        .enx(&["validate", "--codes", "--format", "json"])
        .code(0)
        .json_of("code");
    let human = sandbox.enx(&["validate", "--codes"]);
    let names: BTreeSet<&str> = listed
        .iter()
        .filter_map(|code| code["code"].as_str())
        .collect();
    assert_eq!(names.len(), listed.len());
    for name in &names {
        human.code(0).says(&format!("{name} "));
    }
    for name in ["damaged-record", "misnamed-field", "comment", "placeholder"] {
        assert!(names.contains(name), "{name}");
    }
}

/// What a finding is given is a constant of the registry, whose test judges its example: a code
/// that is only written down in the source would escape that.
#[test]
fn no_code_is_written_beside_the_registry() {
    let literal = regex::Regex::new(r#"\bcode: *(Cow::\w+\( *)?""#).unwrap();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut seen = 0;
    for room in ["json", "validation", "commands/validate"] {
        let mut folders = vec![source.join(room)];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]").next().unwrap();
                assert!(!literal.is_match(text), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn a_code_is_explained_with_its_reason_its_document_and_an_example() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["validate", "--explain", "file-size-not-bytes"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook validate --explain file-size-not-bytes
    exit code 0
    -- stdout
    file-size-not-bytes  error
      what    a file size with a unit or a fraction
      why     The documents say bytes, as a string of digits. How a unit was rounded
              is not known.
      source  EnableX Video, Webhook Notifications (annotated page), "5. Transcoded
              Files Ready"
      before  { "file_size": "176 MB" }
      after   { "file_size": "184320512" }
    "#);
    let run = sandbox.enx(&["validate", "--explain", "placeholder"]);
    insta::assert_snapshot!(run, @r#"
    $ enx-hook validate --explain placeholder
    exit code 0
    -- stdout
    placeholder  error, warning
      what    a placeholder copied from a document
      why     The samples have "string", "Unix Timestamp", $license_id and FQDN
              where real values belong. Where any text may stand it can be used, and
              is a warning; where a number or a time belongs it cannot.
      source  EnableX Video, Webhook Notifications (newest page), "Notification
              Format"
      before  { "file_size": "string" }
      after   { "file_size": "184320512" }
    "#);
}

#[test]
fn a_code_that_is_none_gets_the_nearest() {
    let sandbox = Sandbox::new();
    let explain = |code| sandbox.enx(&["validate", "--explain", code]);
    explain("trailing-coma")
        .code(2)
        .tells("no finding has the code `trailing-coma`")
        .tells("did you mean `trailing-comma`?");
    explain("zzz").code(2).tells("--codes");
    sandbox.enx(&["validate"]).code(2);
    sandbox.enx(&["validate", "a.json", "--codes"]).code(2);
}

#[test]
fn a_code_of_a_catalog_of_ones_own_speaks_by_its_message() {
    let sandbox = Sandbox::new();
    let provider =
        r#"{"name": "acme", "title": "Acme", "description": "Acme.", "discriminator": "kind"}"#;
    let schema = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
        "properties": {"kind": {"const": "ping"}}, "required": ["kind"],
        "x-warn": [{"code": "odd-ping", "if": {"required": ["odd"]}, "message": "an odd ping"}]}"#;
    sandbox.write("more/schemas/acme/provider.json", provider);
    sandbox.write("more/schemas/acme/ping.json", schema);
    sandbox.write("more/samples/acme/ping.json", r#"{"kind": "ping"}"#);
    let run = sandbox.enx(&["validate", "--catalog", "more", "--explain", "odd-ping"]);
    run.code(0).says("odd-ping  warning").says("an odd ping");
}
