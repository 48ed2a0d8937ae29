//! Where transferred files went.

use serde_json::{Value, json};

use super::case::{Case, invalid, valid, warning};
use super::payloads::{with, without};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let to = |destination: Value| with("file_transfer", "/destination", destination);
    for name in ["ftp", "sftp", "ssh"] {
        for absent in [
            json!({ "name": name }),
            json!({ "name": name, "host": "" }),
            json!({ "name": name, "account": "a" }),
        ] {
            cases.push(warning(
                "without the host that its name calls for",
                to(absent),
                "missing-host",
            ));
        }
        let fine = json!({ "name": name, "host": "vault.example.net" });
        cases.push(valid("with its host, and no account", to(fine)));
    }
    for absent in [
        json!({ "name": "awss3" }),
        json!({ "name": "awss3", "host": "h", "account": "" }),
    ] {
        cases.push(warning(
            "without the account that its name calls for",
            to(absent),
            "missing-account",
        ));
    }
    for fine in [
        json!({ "name": "awss3", "account": "bucket" }),
        json!({ "name": "awss3", "host": "", "account": "bucket" }),
    ] {
        cases.push(valid("with its account, and no host", to(fine)));
    }
    for name in ["scp", "gdrive", "azure", "AWSS3", "SFTP", ""] {
        let other = to(json!({ "name": name, "host": "h", "account": "a" }));
        cases.push(warning(
            "a name outside the four constants, or empty",
            other,
            "unknown-destination",
        ));
    }
    let empty = to(json!({ "name": "", "host": "", "account": "" }));
    cases.push(warning(
        "all empty, as the older samples have it",
        empty,
        "unknown-destination",
    ));
    cases.push(invalid(
        "no name",
        to(json!({ "host": "h", "account": "a" })),
        "missing-field",
    ));
    cases.push(invalid(
        "a name that is null",
        to(json!({ "name": null })),
        "null-value",
    ));
    cases.push(invalid(
        "a name that is no text",
        to(json!({ "name": 4 })),
        "unusable-value",
    ));
    cases.push(invalid(
        "destination is missing",
        without("file_transfer", "/destination"),
        "missing-field",
    ));
    cases.push(invalid(
        "destination is null",
        to(json!(null)),
        "null-value",
    ));
    for no_object in [json!("sftp"), json!([{ "name": "sftp" }])] {
        cases.push(invalid(
            "destination is no object",
            to(no_object),
            "unusable-value",
        ));
    }
    cases
}
