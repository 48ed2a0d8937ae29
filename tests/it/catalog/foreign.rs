//! What people will use the published schemas with: ajv and Sourcemeta's validator. Given every
//! sample and thousands of near misses, they reject exactly what `validate` calls invalid.
//!
//! `tests/foreign/install` puts them into `target/foreign`; `ENX_HOOK_FOREIGN` names another
//! folder. Without them the test says that it was skipped; in CI it fails.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::agreement::mutations;
use super::catalog;
use crate::support::{Sandbox, foreign};

/// The folder with the validators, if they are installed.
fn installed() -> Option<PathBuf> {
    let folder = foreign(&["node_modules/ajv", "node_modules/.bin/jsonschema"])?;
    Some(folder.join("node_modules"))
}

/// What a command prints on both streams.
fn output(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// How many documents of a file Sourcemeta's validator passes. It works on several at once, so
/// its answers come in no order.
fn passed(modules: &Path, schema: &Path, documents: &Path) -> usize {
    let mut judge = Command::new(modules.join(".bin/jsonschema"));
    judge.args(["validate", "--continue", "--fast"]);
    let told = output(judge.args([schema, documents]));
    let summary = told
        .lines()
        .rev()
        .find(|line| line.contains(" validated, "));
    let passed = summary.and_then(|line| line.split(", ").nth(1)?.strip_suffix(" passed"));
    passed
        .and_then(|count| count.parse().ok())
        .unwrap_or_else(|| panic!("no summary: {}", &told[told.len().saturating_sub(300)..]))
}

#[test]
fn other_validators_reject_exactly_what_validate_calls_invalid() {
    let Some(modules) = installed() else { return };
    let sandbox = Sandbox::new();
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut accepted, mut rejected) = (0, 0);
    for entry in catalog().entries() {
        let name = format!("{}/{}", entry.provider.name, entry.event.name);
        let sample = entry.event.sample().unwrap();
        let mut documents: Vec<_> = mutations(&sample).into_iter().step_by(4).collect();
        // All that is asked of the others is what stands in a schema: no wrappers, no lookalikes.
        documents.retain(serde_json::Value::is_object);
        documents.push(sample);
        let mut lines = String::new();
        for document in &documents {
            writeln!(lines, "{document}").unwrap();
        }
        sandbox.write("documents.jsonl", &lines);
        let schema = project.join(format!("schemas/{name}.json"));

        let run = sandbox.enx(&[
            "validate",
            "documents.jsonl",
            "--as",
            &name,
            "--format",
            "json",
        ]);
        let reports = run.code(1).json_lines();
        let reports = reports.iter().filter(|report| report["kind"] == "report");
        let ours: Vec<bool> = reports
            .map(|report| report["verdict"] != "invalid")
            .collect();
        assert_eq!(ours.len(), documents.len(), "{name}");

        let told = output(
            Command::new("node")
                .arg(project.join("tests/foreign/ajv.cjs"))
                .args([&schema, &sandbox.path("documents.jsonl")])
                .env("NODE_PATH", &modules),
        );
        let ajv: Vec<bool> = told.lines().map(|line| line == "true").collect();
        assert_eq!(ajv.len(), documents.len(), "{name}");
        for ((document, ours), theirs) in documents.iter().zip(&ours).zip(ajv) {
            assert_eq!(*ours, theirs, "ajv, {name}: {document}");
        }

        for (verdict, file) in [(true, "valid.jsonl"), (false, "invalid.jsonl")] {
            let lines = lines.lines().zip(&ours);
            let lines: Vec<&str> = lines
                .filter_map(|(line, ours)| (*ours == verdict).then_some(line))
                .collect();
            sandbox.write(file, lines.join("\n") + "\n");
            let expected = if verdict { lines.len() } else { 0 };
            assert_eq!(
                passed(&modules, &schema, &sandbox.path(file)),
                expected,
                "{file} of {name}"
            );
        }
        accepted += ours.iter().filter(|is_valid| **is_valid).count();
        rejected += ours.iter().filter(|is_valid| !**is_valid).count();
    }
    assert!(
        accepted > 300 && rejected > 1000,
        "{accepted} accepted, {rejected} rejected"
    );
}
