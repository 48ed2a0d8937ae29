//! The objects of the inspector's API.

#[cfg(test)]
mod api_schema;

use std::collections::BTreeMap;

use serde::Serialize;

use super::listen::{Headline, payload};
use super::log::{SessionRow, ShownTimeline};
use super::log::{capture_object, difference_object};
use crate::catalog::Catalog;
use crate::delivery::deliveries::AttemptRecord;
use crate::flows::history::{CaptureName, Difference, Index, IndexedCapture};
use crate::flows::sending::scenario;
use crate::layout::{Layout, Line, lay_out_head};
use crate::selection::{Facts as _, Relation};
use crate::text::{Zone, show};
use crate::validation::{KnownCode, known_codes};
use crate::wire::finding::findings;
use crate::wire::inspect::{
    CatalogEventJson, CatalogJson, CodeHelpJson, DetailJson, KeywordJson, ListedSessionJson,
    ListedStepJson, RelationsJson, RowJson, ScenarioTitleJson, SeenJson, SeenValuesJson,
    ShownDifferenceJson, TimelineJson, VerdictJson,
};
use crate::wire::listen::timestamp;
use crate::wire::log::{StandingJson, StepJson};

/// Codes in a row.
const CODES: usize = 8;
/// The longest body that stands in an object as a text, in bytes.
const LARGE: usize = 1024 * 1024;
/// How much of a body is laid out: what a terminal shows, or nearly all of it.
const FOLDED: Layout = Layout {
    width: None,
    margin: 0,
    items: 12,
    lines: 200,
    full: false,
};
const UNFOLDED: Layout = Layout {
    width: Some(100_000),
    items: 20_000,
    lines: 20_000,
    ..FOLDED
};

/// A line of a text: pieces with `role` and `text`, escaped and masked, and with `finding`, the place
/// of the finding about the piece, if there is one.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "line"))]
pub struct ShownLine {
    spans: Line,
}

/// A capture in a list.
pub fn row<'i>(found: &'i IndexedCapture<'i>, is_log: bool) -> RowJson<'i> {
    let name = found.name();
    let typed = name.typed();
    let (event, session) = (found.event(), found.session());
    let mut shown = BTreeMap::new();
    let texts = [
        ("event", event),
        ("session", session),
        ("name", Some(&*typed)),
    ];
    for (key, text) in texts {
        let escaped = text.map(|text| (text, show(text)));
        if let Some((_, escaped)) = escaped.filter(|(text, escaped)| text != escaped) {
            shown.insert(key, escaped.into_owned());
        }
    }
    let relations = relations(found);
    RowJson {
        id: found.id(),
        seq: name.number.filter(|_| is_log),
        name: typed,
        received_at: found.received_at().map(timestamp),
        provider: found.provider(),
        event,
        session,
        verdict: found.verdict(),
        codes: found.codes().take(CODES).collect(),
        bytes: found.bytes(),
        since_previous_ms: found.gap().map(|gap| gap.as_millis()),
        duplicate_of: relations.duplicate_of,
        same_key_as: relations.same_key_as,
        out_of_order_after: relations.out_of_order_after,
        replay_of: relations.replay_of,
        missing_before: found.missing_before().collect(),
        shown,
    }
}

fn relations(found: &IndexedCapture<'_>) -> RelationsJson {
    RelationsJson {
        duplicate_of: found.duplicate_of().map(|other| other.id()),
        same_key_as: found.same_key_as().map(|other| other.id()),
        out_of_order_after: found.out_of_order_after().map(|other| other.id()),
        replay_of: found.replay_of(),
    }
}

fn lines(lines: Vec<Line>) -> Vec<ShownLine> {
    let lines = lines.into_iter();
    lines.map(|spans| ShownLine { spans }).collect()
}

/// What the index knows of a capture that is shown in full.
#[derive(Debug)]
pub struct Neighbours {
    id: u64,
    relations: RelationsJson,
    previous_id: Option<u64>,
    next_id: Option<u64>,
    previous_in_session: Option<u64>,
    next_in_session: Option<u64>,
}

impl Neighbours {
    /// Looks them up.
    pub fn of(found: &IndexedCapture<'_>, index: &Index) -> Neighbours {
        let place = index.from(found.id());
        let id_at = |place: Option<usize>| index.at(place?).map(|other| other.id());
        Neighbours {
            id: found.id(),
            relations: relations(found),
            previous_id: id_at(place.checked_sub(1)),
            next_id: id_at(place.checked_add(1)),
            previous_in_session: found.before().map(|other| other.id()),
            next_in_session: found.behind().map(|other| other.id()),
        }
    }
}

/// A capture in full.
pub fn detail<'c>(
    headline: &Headline<'c>,
    deliveries: &'c [AttemptRecord],
    neighbours: Neighbours,
    full: bool,
    zone: Zone,
    commands: BTreeMap<&'static str, String>,
) -> DetailJson<'c, ShownLine> {
    let judged = headline.judged;
    let layout = if full { UNFOLDED } else { FOLDED };
    let mut capture = capture_object(headline, deliveries);
    let body_is_large = judged.content().bytes.len() > LARGE;
    if body_is_large {
        (capture.body, capture.body_base64) = (None, None);
    }
    let codes = judged.report().findings.iter();
    let codes: Vec<&str> = codes.map(|finding| &*finding.code).collect();
    DetailJson {
        id: neighbours.id,
        name: headline.name.map(CaptureName::typed).unwrap_or_default(),
        method: &judged.capture.method,
        bytes: judged.capture.body.len(),
        body_is_large,
        head: lines(lay_out_head(&judged.capture)),
        lines: lines(payload(headline, layout, zone)),
        full,
        codes: help(&codes, judged.catalog()),
        relations: neighbours.relations,
        previous_id: neighbours.previous_id,
        next_id: neighbours.next_id,
        previous_in_session: neighbours.previous_in_session,
        next_in_session: neighbours.next_in_session,
        commands,
        capture,
    }
}

/// What is known of some codes.
fn help(codes: &[&str], catalog: &Catalog) -> Vec<CodeHelpJson> {
    if codes.is_empty() {
        return Vec::new();
    }
    let known = known_codes(catalog, &[]);
    let is_asked = |code: &&KnownCode<'_>| codes.contains(&code.name);
    let known = known.iter().filter(is_asked).map(|code| CodeHelpJson {
        code: code.name.to_owned(),
        what: code.what.to_string(),
        why: code.why.map(str::to_owned),
        sources: code
            .sources
            .iter()
            .map(|(provider, source)| {
                let mut documents = provider.documents.iter();
                let document = documents.find(|document| document.id == source.document);
                let title = document.map_or(&*source.document, |document| &*document.title);
                format!("{title}, {}", source.section)
            })
            .collect(),
    });
    known.collect()
}

/// The verdict on a text.
pub fn verdict<'r>(headline: &Headline<'r>, zone: Zone) -> VerdictJson<'r, ShownLine> {
    let report = headline.judged.report();
    VerdictJson {
        provider: report.provider.as_deref(),
        event: report.event.as_deref(),
        session: report.session.as_deref(),
        verdict: report.verdict(),
        findings: findings(report),
        lines: lines(payload(headline, FOLDED, zone)),
    }
}

/// A session in a list.
pub fn session<'s>(row: &'s SessionRow, index: &Index) -> ListedSessionJson<'s> {
    let [first, last] = &row.session.ends;
    ListedSessionJson {
        session: row.object(),
        first_id: index.id_of(first),
        last_id: index.id_of(last),
        invalid: row.session.invalid,
    }
}

/// A timeline.
pub fn timeline<'s>(shown: &'s ShownTimeline<'_>, index: &Index) -> TimelineJson<'s> {
    let listed = |(at, step): (usize, StepJson<'s>)| {
        // What has not come stands behind the captures.
        let came = shown.steps.get(at);
        let later = came.and_then(|came| came.context.out_of_order_after.as_ref());
        let follows = step
            .event
            .filter(|_| step.standing == StandingJson::Missing)
            .and_then(|event| shown.before(event));
        ListedStepJson {
            id: came.and_then(|came| index.id_of(&came.name)),
            out_of_order_after: later.and_then(|(_, name)| index.id_of(name)),
            follows: follows.and_then(|before| index.id_of(&before.name)),
            step,
        }
    };
    let steps = shown.objects().into_iter().enumerate();
    TimelineJson {
        session: session(&shown.row, index),
        steps: steps.map(listed).collect(),
    }
}

/// A difference.
pub fn difference<'d>(found: &'d Difference, event: Option<&'d str>) -> ShownDifferenceJson<'d> {
    let text = |side: &Option<serde_json::Value>| {
        let text = side.as_ref()?.to_string();
        Some(show(&text).into_owned())
    };
    ShownDifferenceJson {
        difference: difference_object(found, event),
        a_text: text(&found.a),
        b_text: text(&found.b),
    }
}

/// What can be sent and asked.
pub fn catalog<'c>(catalog: &'c Catalog, index: &Index, sessions: usize) -> CatalogJson<'c> {
    let events = catalog.providers().iter().flat_map(|provider| {
        provider.events().iter().map(|event| CatalogEventJson {
            provider: &provider.name,
            event: &event.name,
            title: event.title(),
            sample: event.sample_text(),
        })
    });
    let scenarios = scenario::list().into_iter();
    CatalogJson {
        events: events.collect(),
        scenarios: scenarios
            .map(|(name, title)| ScenarioTitleJson { name, title })
            .collect(),
        seen: SeenValuesJson {
            events: seen(index.events()),
            codes: seen(index.codes()),
            sessions: index
                .sessions()
                .take(sessions)
                .map(|one| one.id.clone())
                .collect(),
        },
        keywords: keywords(),
    }
}

fn seen<'s>(values: impl Iterator<Item = (&'s str, u64)>) -> Vec<SeenJson> {
    let mut counts = BTreeMap::<&str, u64>::new();
    for (value, count) in values {
        *counts.entry(value).or_default() += count;
    }
    let values = counts.into_iter().map(|(value, count)| SeenJson {
        value: value.to_owned(),
        count,
    });
    let mut values: Vec<SeenJson> = values.collect();
    values.sort_by_key(|one| std::cmp::Reverse(one.count));
    values.truncate(200);
    values
}

fn keywords() -> Vec<KeywordJson> {
    let word = |word, about, values: &[&'static str]| KeywordJson {
        word,
        about,
        values: values.to_vec(),
    };
    let verdicts = crate::model::report::Verdict::ALL.map(crate::model::report::Verdict::word);
    let relation = |relation: &Relation| match relation {
        Relation::Duplicate => "duplicate",
        Relation::OutOfOrder => "out-of-order",
        Relation::Missing => "",
    };
    let relations: Vec<&str> = Relation::ALL.iter().map(relation).collect();
    let relations: Vec<&str> = relations
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    vec![
        word("event:", "the event; * stands for any characters", &[]),
        word("session:", "the session; * stands for any characters", &[]),
        word("verdict:", "the verdict", &verdicts),
        word("code:", "the code of a finding", &[]),
        word("is:", "how it relates to earlier captures", &relations),
        word(
            "has:",
            "an event of its session is missing before it",
            &["missing"],
        ),
        word("seq:", "its number, such as 17 or 17..21", &[]),
        word("since:", "received since then, such as 2h or 14:00", &[]),
        word("until:", "received before then", &[]),
        word("body:", "a text in its body, in quotes", &[]),
        word("/", "a field of its body, such as /file_size>1000", &[]),
    ]
}
