//! `log stats`: counts, bars and gaps.

use serde_json::json;

use super::fixture::sandbox;

#[test]
fn counts_are_bars_for_people() {
    let run = sandbox().enx(&["log", "stats", "--utc", "--by", "event,hour"]);
    assert_eq!(
        run.code(0).out(),
        "\
56 captures, 2026-11-20 09:05:00 to 2026-11-20 10:53:02

event
  session_start  20   36%  █████████████████████████████████████████████████████
  session_stop   19   34%  ██████████████████████████████████████████████████▎
  roomdrop       17   30%  █████████████████████████████████████████████

hour
  2026-11-20 09h  27   48%  ████████████████████████████████████████████████▍
  2026-11-20 10h  29   52%  ████████████████████████████████████████████████████

gaps  median 1m 58s, 90% 3m, 99% 5m, longest 5m
"
    );
}

#[test]
fn json_has_a_line_for_each_key_and_the_gaps() {
    let sandbox = sandbox();
    let run = sandbox.enx(&["log", "stats", "--format", "json", "--by", "verdict"]);
    let stats = run.code(0).json_of("stat");
    let valid = json!({"kind": "stat", "by": "verdict", "key": "valid", "count": 56, "share": 1.0});
    assert_eq!(stats, [valid]);
    assert!(run.json_of("summary")[0]["gaps"]["p50_ms"].is_number());
    let args = [
        "log",
        "stats",
        "--format",
        "json",
        "--by",
        "event",
        "--query",
        "is:duplicate",
    ];
    let run = sandbox.enx(&args);
    let stats = run.code(0).json_of("stat");
    assert_eq!((stats.len(), &stats[0]["key"]), (1, &json!("roomdrop")));
}
