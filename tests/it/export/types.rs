//! `export typescript`, judged by `tsc --strict`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::odd;
use crate::support::{Sandbox, foreign};

const SWITCH: &str = r#"
import type { StreamrecEvent } from "./events";
export function told(event: StreamrecEvent): string {
  switch (event.status) {
    case "upload_ready": return event.rec_id + "";
    case "upload_failed": return `${event.upload_status_code}`;
    case "session_finished": return event.started_at;
    case "supervisor_session_finished": return `${event.agent_session_id}`;
    default: { const never: never = event; return never; }
  }
}
"#;

/// What `tsc --strict` says of files beside the exported types; nothing if it accepts them.
fn judged(tsc: &PathBuf, sandbox: &Sandbox, texts: &[String]) -> String {
    let mut judge = Command::new(tsc);
    judge.args([
        "--strict",
        "--noEmit",
        "--target",
        "es2022",
        "--moduleResolution",
        "bundler",
    ]);
    judge
        .args(["--module", "es2022"])
        .current_dir(sandbox.path(""));
    for (index, text) in texts.iter().enumerate() {
        let file = format!("judged{index}.ts");
        sandbox.write(&file, text);
        judge.arg(file);
    }
    String::from_utf8(judge.output().unwrap().stdout).unwrap()
}

fn tsc() -> Option<PathBuf> {
    Some(foreign(&["node_modules/.bin/tsc"])?.join("node_modules/.bin/tsc"))
}

#[test]
fn a_switch_over_the_discriminator_is_exhaustive() {
    let Some(tsc) = tsc() else { return };
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["export", "typescript", "--output", "events.ts"]);
    run.code(0);
    let broken = [
        (
            "case \"upload_failed\"",
            "// ",
            "not assignable to type 'never'",
        ),
        (
            "event.started_at",
            "event.started",
            "'started' does not exist",
        ),
        (
            "event.started_at",
            "event.rec_id",
            "is not assignable to type 'string'",
        ),
        (
            "case \"upload_ready\"",
            "case \"upload_done\"",
            "not comparable to type",
        ),
    ];
    let mut texts = vec![SWITCH.to_owned()];
    texts.extend(broken.map(|(of, to, _)| SWITCH.replacen(of, to, 1)));
    let said = judged(&tsc, &sandbox, &texts);
    assert!(!said.contains("judged0.ts"), "{said}");
    for (index, (_, to, why)) in broken.iter().enumerate() {
        let file = format!("judged{}.ts(", index + 1);
        let mut lines = said.lines().filter(|line| line.starts_with(&file));
        assert!(lines.any(|line| line.contains(why)), "{to}: {said}");
    }
}

#[test]
fn each_documented_sample_is_assignable_and_near_misses_are_not() {
    let Some(tsc) = tsc() else { return };
    let sandbox = odd();
    let run = sandbox.enx(&[
        "export",
        "typescript",
        "--catalog",
        "odd",
        "--output",
        "events.ts",
    ]);
    run.code(0);
    let list = sandbox.enx(&["events", "--catalog", "odd", "--format", "json"]);
    let mut text = "import type { WebhookEvent } from \"./events\";\n".to_owned();
    let samples: Vec<Value> = list
        .json_lines()
        .iter()
        .map(|one| one["sample"].clone())
        .collect();
    assert!(samples.len() > 15);
    for sample in &samples {
        assert!(sample.is_object());
        writeln!(text, "((_: WebhookEvent) => 0)({sample});").unwrap();
    }
    // `tsc` says where an error that is expected does not come.
    let mut broken = String::new();
    for (of, to) in [
        ("\"conf_num\":", "\"conf_no\":"),
        ("\"type\":\"roomdrop\"", "\"type\":\"roomdrip\""),
        ("\"trans_date\":1", "\"trans_date\":true||1"),
        ("\"n_1\":5", "\"n_1\":true"),
        ("\"more\":{\"it\":1}", "\"more\":{}"),
        ("\"pair\":[1,null]", "\"pair\":[null,1]"),
        ("\"said\":[]", "\"more\":[]"),
    ] {
        let line = text.lines().find(|line| line.contains(of)).unwrap();
        let line = line.replacen(of, to, 1);
        writeln!(broken, "// @ts-expect-error\n{line}").unwrap();
    }
    assert_eq!(judged(&tsc, &sandbox, &[text + &broken]), "");
}

#[test]
fn descriptions_are_comments_and_nothing_that_a_schema_describes_is_any() {
    let sandbox = Sandbox::new();
    let run = sandbox.enx(&["export", "typescript"]);
    run.code(0)
        .says("  /** The session. It ties all events of one session together. */\n  conf_num: string | number;\n")
        .says("  type: \"file_transfer\" | \"file-transfer\";\n")
        .says("      [name: string]: true | false | \"true\" | \"false\";\n")
        .hides(": any")
        .hides(": unknown");
}
