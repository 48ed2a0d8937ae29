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
            [] => run.code(1).tells("nothing matched in 3 captures"),
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

/// Two roomdrops of one day, and a recording without a session.
fn captures() -> Sandbox {
    let sandbox = Sandbox::new();
    let bodies = [
        r#"{"type":"roomdrop","conf_num":"4821","n":5}"#,
        r#"{"type":"roomdrop","conf_num":"4822","n":6}"#,
        r#"{"type":"recording","file_size":"12"}"#,
    ];
    let lines = (1..)
        .zip(bodies)
        .map(|(seq, body)| record(seq, body) + "\n");
    sandbox.write("log.jsonl", lines.collect::<String>());
    sandbox.write("bare.jsonl", bodies.join("\n"));
    sandbox
}

/// Words are separated by `|`.
const MEAN_NOTHING: [&str; 21] = [
    "replay|log.jsonl|--dry-run|--url|http://h/|--event|roomdrops",
    "replay|bare.jsonl|--dry-run|--url|http://h/|--since|2026-11-20",
    "replay|bare.jsonl|--dry-run|--url|http://h/|--seq|3",
    "log|--utc|--since|2026-11-20|--until|2026-11-20T14:00",
    "log|--seq|9..",
    "log|--session|4823",
    "log|--query|session:4821 is:duplicate",
    "log|--session|48*|--event|recording",
    "log|--where|confnum=1",
    "log|--where|n>6",
    "log|--verdict|warning",
    "log|--format|json|--query|code:missing-feld",
    "log|--query|is:duplicate -event:recording",
    "log|stats|--event|recording|--where|n exists",
    "log|sessions|--query|event:a or event:b",
    "log|timeline|482",
    "log|show|7",
    "log|diff|--session|4821|4899",
    "log|prune|--session|482|--yes",
    "validate|log.jsonl|--event|roomdrops",
    "validate|log.jsonl|--seq|7|--only-invalid",
];

#[test]
fn a_selection_that_means_nothing_says_which_filter_left_out_what() {
    let sandbox = captures();
    let mut told = Vec::new();
    for command in MEAN_NOTHING {
        let args: Vec<&str> = command.split('|').collect();
        let run = sandbox.enx(&args);
        let lines = run.err().lines();
        let mut why = lines.skip_while(|line| !line.starts_with("warning: nothing matched in 3"));
        assert!(why.next().is_some(), "{command}: {}", run.err());
        let why = why.take_while(|line| line.starts_with("  "));
        told.push(args.join(" "));
        told.extend(why.map(str::to_owned));
    }
    let told = told.join("\n");
    insta::assert_snapshot!(told, @r"
    replay log.jsonl --dry-run --url http://h/ --event roomdrops
      event:roomdrops left out all 3: did you mean `roomdrop`?
    replay bare.jsonl --dry-run --url http://h/ --since 2026-11-20
      since:2026-11-20 00:00:00 left out all 3: these lines have no time
    replay bare.jsonl --dry-run --url http://h/ --seq 3
      seq:3 left out all 3: these lines have no number
    log --utc --since 2026-11-20 --until 2026-11-20T14:00
      until:2026-11-20 14:00:00 left out all 3: the time is 2026-11-20 14:03:22
    log --seq 9..
      seq:9.. left out all 3: the numbers are 1 to 3
    log --session 4823
      session:4823 left out all 3: did you mean `4821`?
    log --query session:4821 is:duplicate
      session:4821 left out 2: the sessions are 4822 (1)
      is:duplicate left out 1
    log --session 48* --event recording
      event:recording left out 2: the events are roomdrop (2)
      session:48* left out 1: none has a session
    log --where confnum=1
      confnum=1 left out all 3: none has the field; did you mean `conf_num`?
    log --where n>6
      n>6 left out all 3: the field is 5 or 6, for example
    log --verdict warning
      verdict:warning left out all 3: the verdicts are invalid (3)
    log --format json --query code:missing-feld
      code:missing-feld left out all 3: did you mean `missing-field`?
    log --query is:duplicate -event:recording
      -event:recording left out 1
      is:duplicate left out 2
    log stats --event recording --where n exists
      event:recording left out 2: the events are roomdrop (2)
      n exists left out 1: none has the field
    log sessions --query event:a or event:b
      (event:a or event:b) left out all 3
    log timeline 482
      session:482 left out all 3: did you mean `4821`?
    log show 7
      seq:7 left out all 3: the numbers are 1 to 3
    log diff --session 4821 4899
      session:4899 left out all 3: the sessions are 4821 (1), 4822 (1)
    log prune --session 482 --yes
      session:482 left out all 3: did you mean `4821`?
    validate log.jsonl --event roomdrops
      event:roomdrops left out all 3: did you mean `roomdrop`?
    validate log.jsonl --seq 7 --only-invalid
      seq:7 left out all 3: the numbers are 1 to 3
    ");
}

#[test]
fn a_listener_whose_filter_hid_everything_says_so_at_its_end() {
    let sandbox = Sandbox::new();
    let listener = Listener::start(&sandbox, &["--event", "recording"]);
    assert_eq!(listener.post(BODIES[0]).status(), 200);
    listener.signal("INT");
    let run = listener.ended();
    run.code(0)
        .tells("nothing matched in 1 capture\n  event:recording left out 1: the events are newer_event (1)\n");
}
