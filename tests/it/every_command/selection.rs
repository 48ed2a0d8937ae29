//! One rule for the names of events in every command: a name that the catalog does not have
//! selects unknown events, with a warning; where a typo would cost a whole run, it is refused.

use crate::support::{Listener, Run, Sandbox, Sink, record};

const BODIES: [&str; 3] = [
    r#"{"type":"newer_event","conf_num":"77"}"#,
    r#"{"type":"roomdrp","conf_num":"77"}"#,
    r#"{"type":"newest","conf_num":"4821"}"#,
];

fn log() -> Sandbox {
    let sandbox = Sandbox::new();
    let lines = (1..)
        .zip(BODIES)
        .map(|(seq, body)| record(seq, body) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    sandbox
}

/// That a run warns of a name, and suggests one if there is one.
#[track_caller]
fn warns(run: &Run, name: &str, nearest: Option<&str>) {
    let text = format!("no event in the catalog is called `{name}`: it selects unknown events");
    run.tells(&text);
    match nearest {
        Some(nearest) => {
            run.tells(&format!("did you mean `{nearest}`?"));
        }
        None => assert!(!run.err().contains("did you mean"), "{}", run.err()),
    }
}

/// Names that select, the bodies that they mean, and what is suggested in their place.
const NAMES: [(&str, &[usize], Option<&str>); 3] = [
    ("roomdrp", &[1], Some("roomdrop")),
    ("newer_event", &[0], None),
    ("rumdrop", &[], Some("roomdrop")),
];

#[test]
fn validate_judges_unknown_events_of_a_name_and_warns() {
    for (name, meant, nearest) in NAMES {
        let run = log().enx(&["validate", "log.jsonl", "--event", name]);
        warns(&run, name, nearest);
        match meant {
            [] => run.code(1).tells("nothing was judged"),
            _ => run.code(0).tells("1 document: 1 unknown"),
        };
    }
    let run = log().enx(&["validate", "log.jsonl", "--event", "newe*"]);
    run.code(0).tells("2 documents: 2 unknown");
    assert!(!run.err().contains("no event"), "{}", run.err());
}

#[test]
fn replay_sends_unknown_events_of_a_name_and_warns() {
    for (name, meant, nearest) in NAMES {
        let sink = Sink::answering(200).may_be_unused();
        let args = ["replay", "log.jsonl", "--event", name, "--url", &sink.url()];
        let run = log().enx(&args);
        warns(&run, name, nearest);
        run.code(i32::from(meant.is_empty()));
        let sent: Vec<String> = sink
            .rest()
            .into_iter()
            .map(|one| String::from_utf8(one.body).unwrap())
            .collect();
        let expected: Vec<&str> = meant.iter().map(|index| BODIES[*index]).collect();
        assert_eq!(sent, expected, "{name}");
    }
}

#[test]
fn listen_shows_unknown_events_of_a_name_and_warns() {
    for (name, meant, nearest) in NAMES {
        let sandbox = Sandbox::new();
        let listener = Listener::start(&sandbox, &["--format", "line", "--event", name]);
        for body in BODIES {
            assert_eq!(listener.post(body).status(), 200);
        }
        listener.signal("INT");
        let run = listener.ended();
        warns(&run, name, nearest);
        run.code(0);
        assert_eq!(run.out().lines().count(), meant.len(), "{name}");
    }
}

#[test]
fn a_session_may_be_a_pattern_in_every_command() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--format", "line", "--session", "48*"]);
    for body in BODIES {
        assert_eq!(listener.post(body).status(), 200);
    }
    listener.signal("INT");
    let run = listener.ended();
    run.code(0).says("newest");
    assert_eq!(run.out().lines().count(), 1);
    let sink = Sink::answering(200);
    let url = sink.url();
    let args = ["replay", "log.jsonl", "--session", "48*", "--url", &url];
    sandbox.enx(&args).code(0);
    assert_eq!(sink.rest().len(), 1);
}

#[test]
fn a_name_that_a_whole_run_depends_on_is_refused() {
    let sandbox = log();
    let sink = Sink::unused();
    for args in [
        &["send", "roomdrp", "--url", &sink.url()][..],
        &["validate", "log.jsonl", "--as", "roomdrp"],
        &["listen", "--port", "0", "--expect", "roomdrp=1"],
        &["listen", "--port", "0", "--expect", "roomdrp>=1"],
    ] {
        let run = sandbox.enx(args);
        run.code(2)
            .tells("no event is called `roomdrp`")
            .tells("did you mean `roomdrop`?");
        assert_eq!(run.out(), "", "{args:?}");
    }
}
