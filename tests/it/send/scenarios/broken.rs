//! A scenario that is wrong is refused whole, with the place, what was expected there, and
//! what was meant.

use crate::support::{Sandbox, Sink};

/// Text, place, and what is said.
const BROKEN: &[(&str, &str, &[&str])] = &[
    ("", "s.json:1:1: not JSON", &[]),
    ("{\"steps\": [}", "s.json:1:12: not JSON", &[]),
    ("[]", "s.json:1:1: expected a scenario, an object", &[]),
    ("{}", "s.json:1:1: a scenario needs `steps`", &[]),
    (
        "{\"steps\": []}",
        "s.json:1:1: `steps` holds 1 to 10000",
        &[],
    ),
    (
        "{\"steps\": {}}",
        "s.json:1:11: expected a list of steps",
        &[],
    ),
    (
        "{\n  \"stesp\": []\n}",
        "s.json:2:3: a scenario has no member `stesp`",
        &["did you mean `steps`?"],
    ),
    (
        "{\"steps\": [{\"evnt\": \"roomdrop\"}]}",
        "s.json:1:13: a step has no member `evnt`",
        &["did you mean `event`?"],
    ),
    (
        "{\"steps\": [{\"event\": \"room_drop\"}]}",
        "s.json:1:12: step 1: no event is called `room_drop`",
        &["did you mean `roomdrop`?"],
    ),
    (
        "{\"steps\": [{}]}",
        "s.json:1:12: a step needs something to send",
        &["one of: event, each, body, text, base64, file"],
    ),
    (
        "{\"steps\": [{\"event\": \"roomdrop\", \"text\": \"\"}]}",
        "s.json:1:12: a step sends one thing",
        &["one of: event, text"],
    ),
    (
        "{\"steps\": [{\"base64\": \"A\"}]}",
        "s.json:1:23: expected base64",
        &[],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"headers\": [\"x\"]}]}",
        "s.json:1:37: a header has no colon between its name and its value",
        &["write it like"],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"headers\": [\"Host: x\"]}]}",
        "s.json:1:37: a scenario cannot set the header host",
        &[],
    ),
    (
        "{\"steps\": [{\"each\": \"lief\"}]}",
        "s.json:1:21: expected `life`",
        &["did you mean `life`?"],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"after\": 5}]}",
        "s.json:1:34: expected a time such as",
        &[],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"after\": \"2 parsecs\"}]}",
        "s.json:1:34: expected a time such as",
        &[],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"repeat\": 0}]}",
        "s.json:1:35: expected a number from 1 to 10000",
        &[],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"repeat\": 2, \"repeat\": 3}]}",
        "s.json:1:38: `repeat` is here twice",
        &[],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"expect\": {\"status\": \"2XX\"}}]}",
        "s.json:1:46: expected a status",
        &["404"],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"expect\": {\"latency\": \"1s\"}}]}",
        "s.json:1:36: `expect` has no member `latency`",
        &["known members: status, within, text"],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"faults\": {\"corupt\": true}}]}",
        "s.json:1:36: `faults` has no member `corupt`",
        &["did you mean `corrupt`?"],
    ),
    (
        "{\"steps\": [{\"text\": \"${NO_SUCH_THING}\"}]}",
        "s.json:1:21: the variable NO_SUCH_THING is not declared",
        &["--env NO_SUCH_THING"],
    ),
    (
        "{\"steps\": [{\"text\": \"${id.no}\"}]}",
        "s.json:1:12: step 1: there is no id.no",
        &["conf_num"],
    ),
    (
        "{\"steps\": [{\"event\": \"roomdrop\", \"set\": {\"confnum\": \"7\"}}]}",
        "s.json:1:12: step 1: roomdrop has no field `confnum`",
        &["did you mean `conf_num`?"],
    ),
    (
        "{\"steps\": [{\"file\": \"gone.json\"}]}",
        "s.json:1:12: step 1: cannot read ",
        &["gone.json"],
    ),
    (
        "{\"provider\": \"streamrec\", \"steps\": [{\"each\": \"order\"}]}",
        "s.json:1:37: step 1: the documents of Eyeson StreamRec do not define an order",
        &["life"],
    ),
    (
        "{\"steps\": [{\"text\": \"\", \"repeat\": 10000, \"faults\": {\"duplicate\": {\"times\": 10000}}}]}",
        "s.json:1:12: step 1: up to this step a session sends more than 100000 bodies",
        &[],
    ),
];

#[test]
fn what_is_wrong_is_named_with_its_place_and_nothing_is_sent() {
    let (sandbox, sink) = (Sandbox::new(), Sink::unused());
    for (text, place, told) in BROKEN {
        sandbox.write("s.json", text);
        let url = sink.url();
        let run = sandbox.enx(&["send", "--scenario", "s.json", "--url", &url]);
        run.code(2).tells(place);
        for told in *told {
            run.tells(told);
        }
    }
}

#[test]
fn what_stands_in_a_scenario_cannot_paint_the_terminal() {
    let (sandbox, sink) = (Sandbox::new(), Sink::answering(500));
    sandbox.write(
        "s.json",
        "{\"title\": \"\\u001b[2Jt\", \"steps\": [{\"name\": \"\\u001b[31m\\u202e\", \"text\": \"1\"}, {\"text\": \"\\u001b\"}]}",
    );
    let url = sink.url();
    let run = sandbox.enx(&[
        "send",
        "--scenario",
        "s.json",
        "--no-validate",
        "--url",
        &url,
    ]);
    run.code(1).hides("\u{1b}").hides("\u{202e}");
    sandbox.write("s.json", "{\"\\u001b[2J\": 1}");
    let run = sandbox.enx(&["send", "--scenario", "s.json", "--url", &url]);
    run.code(2).hides("\u{1b}");
}
