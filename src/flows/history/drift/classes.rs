//! Classes of differences, and which findings belong to which.

use std::borrow::Cow;
use std::cell::OnceCell;

use serde_json::Value;

use crate::catalog::{Catalog, Event, Remark, Shape, type_name};
use crate::json::{push_token, unescape};
use crate::model::report::{Finding, Report};
use crate::validation::codes;

/// A class of differences between what arrives and what the documents say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum DriftClass {
    /// An event that the documents do not have, or a body that is no event.
    UnplannedEvent,
    /// A field that the documents do not have.
    UnplannedField,
    /// A required field is missing.
    MissingRequired,
    /// A value of another type than the documented one.
    Type,
    /// A value of the documented type in another form.
    Format,
    /// A value that a documented list does not have.
    NewValue,
    /// A documented event or field that never came.
    NeverSeen,
    /// A documented field that came only sometimes.
    SometimesSent,
    /// Events in an order that the documents do not have.
    Order,
    /// A session without an event that the documents promise.
    IncompleteSession,
    /// The same body again.
    Redelivery,
}

impl DriftClass {
    /// All of them, in the order in which they are listed.
    pub const ALL: [DriftClass; 11] = [
        DriftClass::UnplannedEvent,
        DriftClass::UnplannedField,
        DriftClass::MissingRequired,
        DriftClass::Type,
        DriftClass::Format,
        DriftClass::NewValue,
        DriftClass::NeverSeen,
        DriftClass::SometimesSent,
        DriftClass::Order,
        DriftClass::IncompleteSession,
        DriftClass::Redelivery,
    ];

    /// The word for it in output and flags.
    pub fn word(self) -> &'static str {
        match self {
            DriftClass::UnplannedEvent => "unplanned-event",
            DriftClass::UnplannedField => "unplanned-field",
            DriftClass::MissingRequired => "missing-required",
            DriftClass::Type => "type",
            DriftClass::Format => "format",
            DriftClass::NewValue => "new-value",
            DriftClass::NeverSeen => "never-seen",
            DriftClass::SometimesSent => "sometimes-sent",
            DriftClass::Order => "order",
            DriftClass::IncompleteSession => "incomplete-session",
            DriftClass::Redelivery => "redelivery",
        }
    }

    /// The class of that word.
    pub fn of_word(word: &str) -> Option<DriftClass> {
        DriftClass::ALL
            .into_iter()
            .find(|class| class.word() == word)
    }

    /// What it means, in a few words.
    pub fn meaning(self) -> &'static str {
        match self {
            DriftClass::UnplannedEvent => "events that the documents do not have",
            DriftClass::UnplannedField => "fields that the documents do not have",
            DriftClass::MissingRequired => "required fields are missing",
            DriftClass::Type => "values of another type than documented",
            DriftClass::Format => "values in another form than documented",
            DriftClass::NewValue => "values that a documented list does not have",
            DriftClass::NeverSeen => "documented, but never seen",
            DriftClass::SometimesSent => "documented, but only sometimes sent",
            DriftClass::Order => "events in an order that the documents do not have",
            DriftClass::IncompleteSession => "sessions without a promised event",
            DriftClass::Redelivery => "copies of an earlier capture",
        }
    }
}

/// A difference that one capture shows.
#[derive(Debug)]
pub(super) struct Deviation {
    pub(super) class: DriftClass,
    pub(super) code: Cow<'static, str>,
    /// Where, with `*` for the items of a list; nothing if the whole body is meant.
    pub(super) pointer: Option<String>,
    /// The value that serves as an example.
    pub(super) place: String,
}

/// The differences that the findings on a body tell, each once.
pub(super) fn deviations(report: &Report, catalog: &Catalog, body: &[u8]) -> Vec<Deviation> {
    let provider = report.provider.as_deref();
    let provider = provider.and_then(|name| catalog.provider(name));
    let event = provider.and_then(|provider| provider.event(report.event.as_deref()?));
    let shape = event.map(Event::shape);
    let is_lookalike = |code: &str| {
        let lookalikes = catalog.providers().iter().flat_map(|one| &one.lookalikes);
        event.is_none() && lookalikes.into_iter().any(|one| one.code == code)
    };
    let value: OnceCell<Option<Value>> = OnceCell::new();
    let value = || value.get_or_init(|| serde_json::from_slice(body).ok());
    let mut deviations: Vec<Deviation> = Vec::new();
    for finding in &report.findings {
        let class = match &*finding.code {
            code if code == codes::MORE_FINDINGS.name => continue,
            code if is_no_event(code) || is_lookalike(code) => DriftClass::UnplannedEvent,
            code if code == codes::UNKNOWN_FIELD.name => DriftClass::UnplannedField,
            code if code == codes::TWO_DISCRIMINATORS.name => DriftClass::UnplannedField,
            code if code == codes::MISSING_DISCRIMINATOR.name => DriftClass::MissingRequired,
            code if code == codes::BAD_DISCRIMINATOR.name => DriftClass::Type,
            _ if finding.missing.is_some() => DriftClass::MissingRequired,
            _ => {
                let value = value()
                    .as_ref()
                    .and_then(|body| body.pointer(&finding.pointer));
                of_value(finding, shape, value)
            }
        };
        let pointer = match &finding.missing {
            Some(member) => member_of(finding, member),
            None => finding.pointer.clone(),
        };
        let (pointer, place) = match class {
            DriftClass::UnplannedEvent => (None, String::new()),
            _ => (Some(general(&pointer, shape)), finding.pointer.clone()),
        };
        let pointer = pointer.filter(|pointer| !pointer.is_empty());
        let is_known = |one: &Deviation| {
            one.class == class && one.code == finding.code && one.pointer == pointer
        };
        if !deviations.iter().any(is_known) {
            deviations.push(Deviation {
                class,
                code: finding.code.clone(),
                pointer,
                place,
            });
        }
    }
    deviations
}

/// Whether a finding says that a body is no event of the catalog.
fn is_no_event(code: &str) -> bool {
    let codes = [
        &codes::UNKNOWN_EVENT,
        &codes::NOT_AN_OBJECT,
        &codes::WRAPPED_EVENT,
    ];
    codes.iter().any(|known| known.name == code)
}

/// Where a missing member belongs. A member with another name stands beside that place.
fn member_of(finding: &Finding, member: &str) -> String {
    let is_misnamed = finding.code == codes::MISNAMED_FIELD.name;
    let parent = match finding.pointer.rsplit_once('/') {
        Some((parent, _)) if is_misnamed => parent,
        _ => &finding.pointer,
    };
    let mut pointer = parent.to_owned();
    push_token(&mut pointer, member);
    pointer
}

/// The class of a finding about a value: of another type, not in a list, or of another form.
fn of_value(finding: &Finding, shape: Option<&Shape>, value: Option<&Value>) -> DriftClass {
    let place = shape.and_then(|shape| shape.at(&finding.pointer));
    let (Some(place), Some(value)) = (place, value) else {
        return DriftClass::Format;
    };
    let of_type = type_name(value);
    let is_documented = place.types.first().is_none_or(|documented| {
        documented == of_type || (documented == "number" && of_type == "integer")
    });
    let mut others = place.warn.iter().filter(|rule| rule.code == finding.code);
    if !is_documented {
        DriftClass::Type
    } else if place.is_list || others.any(Remark::is_of_others) {
        DriftClass::NewValue
    } else {
        DriftClass::Format
    }
}

/// A pointer with `*` for the items of lists, and for members that have no name of their own.
fn general(pointer: &str, shape: Option<&Shape>) -> String {
    let mut place = shape;
    let mut text = String::new();
    for token in pointer.split('/').skip(1) {
        let name = unescape(token);
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        let item = place.and_then(Shape::item).filter(|_| is_index);
        let mut members = place.into_iter().flat_map(Shape::members);
        let named = members.find(|(known, _)| *known == name);
        let other = place.and_then(|place| place.member(&name));
        let is_general =
            item.is_some() || (named.is_none() && other.is_some()) || (is_index && place.is_none());
        text.push('/');
        text.push_str(if is_general { "*" } else { token });
        place = named.map(|(_, inner)| inner).or(item).or(other);
    }
    text
}
