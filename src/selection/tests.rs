//! The grammar of queries, what they mean, and that a printed query reads as itself.

use std::cell::Cell;

use chrono::{DateTime, Utc};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::model::report::Verdict;
use crate::text::Zone;

/// One capture, and the most expensive fact that was asked for.
struct Capture {
    value: Value,
    asked: Cell<Option<Need>>,
}

impl Capture {
    fn new() -> Capture {
        Capture {
            value: json!({ "file_size": "2000", "note": "Good (bye)", "files": [{ "url": "u" }] }),
            asked: Cell::new(None),
        }
    }

    fn ask(&self, need: Need) {
        self.asked.set(self.asked.get().max(Some(need)));
    }
}

impl Facts for Capture {
    fn seq(&self) -> Option<u64> {
        self.ask(Need::Record);
        Some(17)
    }

    fn received_at(&self) -> Option<DateTime<Utc>> {
        self.ask(Need::Record);
        "2026-11-20T12:00:00Z".parse().ok()
    }

    fn event(&self) -> Option<&str> {
        self.ask(Need::Identity);
        Some("drop")
    }

    fn session(&self) -> Option<&str> {
        self.ask(Need::Identity);
        Some("48213907")
    }

    fn body(&self) -> &[u8] {
        self.ask(Need::Body);
        b"{\"note\":\"Good (bye)\"}"
    }

    fn value(&self) -> Option<&Value> {
        self.ask(Need::Value);
        Some(&self.value)
    }

    fn verdict(&self) -> Verdict {
        self.ask(Need::Verdict);
        Verdict::Invalid
    }

    fn each_code(&self, see: &mut dyn FnMut(&str)) {
        self.ask(Need::Findings);
        ["missing-field", "number-for-string"]
            .into_iter()
            .for_each(see);
    }

    fn is(&self, relation: Relation) -> bool {
        self.ask(Need::History);
        relation == Relation::Duplicate
    }
}

fn read(text: &str) -> Query {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn matches(text: &str) -> bool {
    let now = "2026-11-20T13:00:00Z".parse().unwrap_or_default();
    read(text).resolve(now, Zone::Utc).matches(&Capture::new())
}

#[test]
fn every_term_holds_for_what_it_says() {
    for text in [
        "",
        "  ",
        "event:drop",
        "event:recording,drop",
        "event:d*p",
        "session:4821*",
        "session:\"48213907\"",
        "verdict:valid,invalid",
        "code:missing-field",
        "code:number-*",
        "seq:17",
        "seq:1,15..20",
        "since:2h",
        "since:2026-11-20",
        "until:\"2026-11-20 12:30\"",
        "body:\"good (BYE)\"",
        "body:good",
        "is:duplicate",
        "/file_size>1000",
        "/file_size > 1000",
        "file_size=2000",
        "files[0].url=u",
        "files[0].url exists",
        "note=\"Good (bye)\"",
        "note~=\"(bye\"",
        "-event:recording",
        "--event:drop",
        "event:drop verdict:invalid",
        "event:other or verdict:invalid",
        "event:other or event:drop verdict:invalid",
        "(event:other or event:drop) verdict:invalid",
        "( event:drop ) (verdict:invalid)",
        "-(event:other or session:1)",
        "event:x OR(event:drop)",
        "(files exists)",
    ] {
        assert!(matches(text), "{text}");
    }
    for text in [
        "event:Drop",
        "event:\"d*p\"",
        "session:4821",
        "verdict:valid",
        "code:missing",
        "seq:18..",
        "since:30m",
        "until:2h",
        "body:absent",
        "is:out-of-order",
        "has:missing",
        "/file_size>3000",
        "other exists",
        "-event:drop",
        "event:drop verdict:valid",
        "event:drop event:other or verdict:valid",
        "event:other (event:drop or verdict:invalid)",
        "-(event:drop or session:1)",
    ] {
        assert!(!matches(text), "{text}");
    }
}

#[test]
fn an_error_points_at_its_column_and_says_what_was_expected() {
    for (text, told) in [
        ("newcomer", "column 1: expected a term, such as event:NAME"),
        ("a:b evnt:x", "column 1: expected a term: event:, session:"),
        (
            "event:x evnt:x",
            "column 9: expected a term; did you mean `event:`?",
        ),
        ("event:", "column 7: expected the name of an event"),
        ("event:a,", "column 9: expected the name of an event"),
        ("session:\"a", "column 9: expected the id of a session"),
        (
            "verdict:fine",
            "column 9: expected a verdict: valid, warning, unknown, invalid",
        ),
        ("seq:x", "column 5: expected numbers such as 17"),
        ("since:soon", "column 7: expected an age such as 2h"),
        (
            "is:late",
            "column 4: expected is:duplicate or is:out-of-order",
        ),
        ("has:gap", "column 5: expected has:missing"),
        ("body:", "column 6: expected a text"),
        ("body:\"x", "column 6: expected a text in quotes"),
        ("/file_size", "column 11: expected =, !=, ~="),
        ("é/x files[y]=1", "column 1: expected a term"),
        ("event:é files[y]=1", "column 15: expected an index"),
        ("(event:a", "column 9: expected `)`"),
        ("event:a)", "column 8: expected the end"),
        ("()", "column 2: expected a term"),
        ("event:a or", "column 11: expected a term"),
        ("or event:a", "column 1: expected a term"),
        ("event:a and event:b", "column 9: expected a term"),
        ("body:\"a\"b", "column 9: expected a space behind the term"),
        ("-", "column 2: expected a term"),
    ] {
        let error = text.parse::<Query>().map(|query| query.to_string());
        let error = error.expect_err(text).to_string();
        assert!(error.starts_with(told), "{text}: {error}");
    }
    let deep = "(".repeat(100_000);
    assert!(deep.parse::<Query>().is_err());
}

#[test]
fn what_costs_least_is_asked_first_and_no_more_than_is_needed() {
    let asked = |text: &str| {
        let capture = Capture::new();
        let query = read(text).resolve(DateTime::default(), Zone::Utc);
        query.matches(&capture);
        capture.asked.get()
    };
    assert_eq!(asked(""), None);
    assert_eq!(
        asked("is:duplicate verdict:invalid seq:1"),
        Some(Need::Record)
    );
    assert_eq!(
        asked("code:x or (body:absent event:drop)"),
        Some(Need::Findings)
    );
    assert_eq!(asked("code:x or event:drop"), Some(Need::Identity));
    let need = |text: &str| read(text).need();
    assert_eq!(need(""), None);
    assert_eq!(
        need("seq:1 -(event:a or is:duplicate)"),
        Some(Need::History)
    );
    assert_eq!(need("files exists body:x"), Some(Need::Value));
}

#[test]
fn events_that_are_named_can_be_renamed_and_patterns_stay() {
    let mut query = read("event:a,b* -(event:a or event:c)");
    let mut seen = Vec::new();
    query.rename_events(&mut |name| {
        seen.push(name.to_owned());
        (name == "a").then(|| "A".to_owned())
    });
    assert_eq!(seen, ["a", "a", "c"]);
    assert_eq!(query.to_string(), "event:A,b* -(event:A or event:c)");
}

fn pattern() -> impl Strategy<Value = Pattern> {
    "[a-c\"*, )\\\\\u{1}é]{0,5}"
        .prop_map(|text| text.parse().unwrap_or_else(|never| match never {}))
}

fn moment() -> impl Strategy<Value = Moment> {
    let texts = [
        "2h",
        "3d 4m",
        "2026-11-20",
        "2026-11-20T08:30:15.5",
        "2026-11-20T08:30:15Z",
    ];
    prop::sample::select(texts.to_vec())
        .prop_map(|text| text.parse().unwrap_or_else(|error| panic!("{error}")))
}

fn range() -> impl Strategy<Value = SeqRange> {
    let texts = ["17", "17..20", "17..", "..20", "..", "0"];
    prop::sample::select(texts.to_vec())
        .prop_map(|text| text.parse().unwrap_or_else(|error| panic!("{error}")))
}

fn condition() -> impl Strategy<Value = Condition> {
    let path = prop_oneof![
        "[a-z]{1,3}",
        "[a-z]\\[0\\]\\.[a-z]",
        "/[a-z \".(-]{1,4}",
        "\"[a-z .-]\""
    ];
    let operator = prop::sample::select(vec!["=", "!=", "~=", "<", ">", "<=", ">="]);
    let value = prop_oneof![
        "[ a-z0-9\"()\\[{}=,\\\\]{0,5}",
        Just("{\"a b\": [1, \")\"]}".to_owned()),
        Just("null".to_owned()),
        Just("-1.50".to_owned()),
    ];
    let compared = (path.clone(), operator, value).prop_map(|(p, o, v)| format!("{p}{o}{v}"));
    let exists = path.prop_map(|path| format!("{path} exists"));
    prop_oneof![4 => compared, 1 => exists].prop_map(|text| {
        text.parse()
            .unwrap_or_else(|error| panic!("{text}: {error}"))
    })
}

fn term() -> impl Strategy<Value = Term> {
    let many = |pattern| prop::collection::vec(pattern, 1..3);
    let relations = vec![Relation::Duplicate, Relation::OutOfOrder, Relation::Missing];
    prop_oneof![
        many(pattern()).prop_map(Term::Event),
        many(pattern()).prop_map(Term::Session),
        many(pattern()).prop_map(Term::Code),
        prop::collection::vec(range(), 1..3).prop_map(Term::Seq),
        moment().prop_map(Term::Since),
        moment().prop_map(Term::Until),
        "[ -~é\u{1}]{1,5}".prop_map(Term::Body),
        condition().prop_map(Term::Field),
        prop::sample::subsequence(Verdict::ALL.to_vec(), 1..3).prop_map(Term::Verdict),
        prop::sample::select(relations).prop_map(Term::Relation),
    ]
}

fn query() -> impl Strategy<Value = Query> {
    term()
        .prop_map(Query::Term)
        .prop_recursive(4, 16, 3, |inner| {
            let some = || prop::collection::vec(inner.clone(), 1..4);
            prop_oneof![
                some().prop_map(Query::all),
                some().prop_map(Query::any),
                inner.clone().prop_map(|one| Query::Not(Box::new(one))),
            ]
        })
}

proptest! {
    #[test]
    fn a_printed_query_reads_as_itself(query in query()) {
        let text = query.to_string();
        prop_assert_eq!(text.parse::<Query>(), Ok(query), "{}", text);
    }

    #[test]
    fn resolving_changes_the_order_and_no_answer(query in query()) {
        let capture = Capture::new();
        let now = DateTime::default();
        let resolved = query.clone().resolve(now, Zone::Utc);
        prop_assert_eq!(resolved.clone().resolve(now, Zone::Utc), resolved.clone());
        prop_assert_eq!(resolved.need(), query.need());
        let negated = Query::Not(Box::new(query)).resolve(now, Zone::Utc);
        prop_assert_ne!(negated.matches(&capture), resolved.matches(&capture));
    }

    #[test]
    fn no_text_makes_the_reader_panic(
        text in prop_oneof!["\\PC{0,20}", "((event|seq|body|is|a)[:=>]|[ \"()*,-]|or|x|\\[0){0,12}"],
    ) {
        if let Ok(query) = text.parse::<Query>() {
            prop_assert_eq!(query.to_string().parse::<Query>(), Ok(query));
        }
    }
}
