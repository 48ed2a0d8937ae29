//! How fast is fast enough: limits that are far from what these receivers take, so that a busy
//! machine does not matter.

use std::time::Duration;

use super::receiver::{Act, Receiver};
use super::{check, found, of, text, with_result};

const ONLY: [&str; 4] = ["--only", "promptness", "--max-latency", "1s"];

#[test]
fn a_slow_handler_fails_the_series_and_nothing_else() {
    let receiver = Receiver::open(|_| Some(Act::Slow(Duration::from_millis(1500))));
    let run = check(&receiver.url(), &ONLY);
    run.code(1);
    assert_eq!(with_result(&run, &["fail"]), ["answers-at-once"]);
    let first = text(&of(&run, "first-answer"), "message");
    assert!(
        first.contains("the handler is slow, not the start"),
        "{first}"
    );
    let said = text(&of(&run, "answers-at-once"), "message");
    assert!(
        said.contains("limit 1 s; the documents give none"),
        "{said}"
    );
    assert!(receiver.count() < 12, "{} requests", receiver.count());
}

#[test]
fn a_slow_start_is_told_from_a_slow_handler() {
    let receiver =
        Receiver::open(|seen| (seen.number == 0).then_some(Act::Slow(Duration::from_millis(1500))));
    let run = check(&receiver.url(), &ONLY);
    run.code(0);
    assert_eq!(found(&run), ["first-answer"]);
    let said = text(&of(&run, "first-answer"), "message");
    assert!(
        said.contains("the start is slow, not the handler"),
        "{said}"
    );
}

#[test]
fn a_receiver_that_serves_one_at_a_time_fails_the_burst() {
    let receiver = Receiver::open(|seen| {
        seen.work_alone(Duration::from_millis(40));
        None
    });
    let run = check(&receiver.url(), &ONLY);
    run.code(0);
    assert_eq!(found(&run), ["answers-under-burst"]);
}
