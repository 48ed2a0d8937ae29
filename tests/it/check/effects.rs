//! What events did, as an endpoint or a command of the user's tells it.

use serde_json::{Map, Value, json};

use super::receiver::{Act, Receiver, Seen};
use super::{check, found, of, text};

const ONLY: [&str; 2] = ["--only", "effects"];

fn is_get(seen: &Seen<'_>) -> bool {
    seen.request.word(0) == "GET"
}

/// The effects by session, counted in some way.
fn counted(seen: &Seen<'_>, count: impl Fn(&[Value]) -> Value) -> Act {
    let mut effects = Map::new();
    for (session, _, events) in seen.deliveries() {
        effects.insert(session, count(&events));
    }
    Act::Json(effects.into())
}

#[test]
fn a_receiver_that_counts_right_passes_by_endpoint_and_by_command() {
    let receiver = Receiver::open(|_| None);
    let url = receiver.url();
    let run = check(&url, &[&ONLY[..], &["--verify", &url]].concat());
    run.code(0);
    assert_eq!(found(&run), [""; 0], "{}", run.out());
    assert_eq!(of(&run, "duplicates-count-once")["result"], "pass");
    assert_eq!(of(&run, "same-key-counts-twice")["result"], "pass");
}

#[test]
fn duplicates_that_count_each_time_fail() {
    let receiver =
        Receiver::open(|seen| is_get(seen).then(|| counted(seen, |events| events.len().into())));
    let url = receiver.url();
    let run = check(&url, &[&ONLY[..], &["--verify", &url]].concat());
    run.code(1);
    assert_eq!(found(&run), ["duplicates-count-once"], "{}", run.out());
    let said = text(&of(&run, "duplicates-count-once"), "message");
    assert!(said.ends_with("took effect 3 times, not once"), "{said}");
}

#[test]
fn a_second_event_that_is_lost_to_the_documented_key_fails() {
    let receiver = Receiver::open(|seen| is_get(seen).then(|| counted(seen, |_| json!(["row"]))));
    let url = receiver.url();
    let run = check(&url, &[&ONLY[..], &["--verify", &url]].concat());
    run.code(0);
    assert_eq!(found(&run), ["same-key-counts-twice"], "{}", run.out());
}

#[test]
fn an_endpoint_that_tells_nothing_useful_fails_with_the_reason() {
    for (act, said) in [
        (Act::Status(404), "--verify: answered 404"),
        (Act::Json(json!([1])), "not a JSON object"),
        (Act::Close, "closed the connection"),
    ] {
        let receiver = Receiver::open(move |seen| is_get(seen).then(|| act.clone()));
        let url = receiver.url();
        let run = check(&url, &["--only", "duplicates-count-once", "--verify", &url]);
        run.code(1).says(said);
    }
}

#[cfg(unix)]
#[test]
fn a_command_gets_the_sessions_and_its_exit_code_decides() {
    let receiver = Receiver::open(|_| None);
    let url = receiver.url();
    let line = "echo \"$ENX_HOOK_CHECK_MARK/$ENX_HOOK_CHECK_ONCE/$ENX_HOOK_CHECK_TWICE\"";
    for (end, code, result) in [("true", 0, "pass"), ("exit 3", 0, "fail")] {
        let command = format!("{line}; {end}");
        let run = check(&url, &[&ONLY[..], &["--verify-command", &command]].concat());
        run.code(code);
        let line = of(&run, "verify-command");
        assert_eq!(line["result"], result, "{line}");
        let said = text(&line, "message");
        let parts: Vec<&str> = said.rsplit(' ').next().unwrap().split('/').collect();
        assert_eq!(parts.len(), 3, "{said}");
        let of_session = |id: &str| {
            let posted = receiver.posted();
            posted
                .iter()
                .filter(|event| event["conf_num"] == id)
                .count()
        };
        assert!(parts.iter().all(|id| id.starts_with(parts[0])), "{said}");
        assert_eq!((of_session(parts[1]), of_session(parts[2])), (3, 2));
    }
    let args = [&ONLY[..], &["--strict", "--verify-command", "exit 3"]].concat();
    check(&url, &args).code(1);
}

#[cfg(unix)]
#[test]
fn a_command_that_does_not_end_is_ended_with_the_run() {
    let receiver = Receiver::open(|_| None);
    let args = [
        &ONLY[..],
        &["--for", "2s", "--verify-command", "exec sleep 600"],
    ]
    .concat();
    let run = check(&receiver.url(), &args);
    run.code(3).says("not finished within 2 s (--for)");
}
