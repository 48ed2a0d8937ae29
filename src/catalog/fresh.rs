//! A sample with new ids and the current time.
//!
//! The data file of the provider lists the fields. All events of one session get the same ids,
//! also where an id is part of another text, such as a path.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, SecondsFormat, Utc};
use fastrand::Rng;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::provider::Clock;
use super::{CatalogError, Entry, Event, Fresh, Provider, Random};

/// All but the unreserved characters (RFC 3986, section 2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The generated ids of one session of a provider.
#[derive(Debug)]
pub struct Session<'c> {
    provider: &'c Provider,
    ids: BTreeMap<String, String>,
    /// The chosen session id, for any of the session fields.
    chosen: Option<String>,
    /// The origin of the server that serves the files.
    files: Option<String>,
}

impl<'c> Session<'c> {
    /// A session with new ids.
    pub fn new(provider: &'c Provider, rng: &mut Rng) -> Session<'c> {
        let id = |(field, fresh): &'c (String, Fresh)| match fresh {
            Fresh::Now { .. } => None,
            Fresh::Random(random) => Some((field.clone(), random.draw(rng))),
        };
        Session {
            provider,
            ids: provider.fresh.iter().filter_map(id).collect(),
            chosen: None,
            files: None,
        }
    }

    /// Lets the files that events name stand on the server of `--serve-files`.
    pub fn serve_files(&mut self, origin: &str) {
        self.files = Some(origin.to_owned());
    }

    /// Chooses the id of the session. An event has it in its first session field.
    pub fn choose(&mut self, id: &str) {
        self.chosen = Some(id.to_owned());
    }

    /// Chooses the id in a field, for events that have the field.
    pub fn choose_field(&mut self, field: &str, id: &str) {
        self.ids.insert(field.to_owned(), id.to_owned());
    }

    /// The id of the events in a field, if it is generated.
    pub fn id(&self, field: &str) -> Option<&str> {
        let is_session = self.provider.session.iter().any(|name| name == field);
        let chosen = self.chosen.as_ref().filter(|_| is_session);
        chosen.or(self.ids.get(field)).map(String::as_str)
    }

    /// The fields with generated ids.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.ids.keys().map(String::as_str)
    }

    /// A session whose ids all begin with a mark, so that the data of its events can be found
    /// later: new ids for the fields that [`Session::new`] renews, for the session
    /// itself, and for every other field of a sample whose name ends in `_id`.
    pub fn marked(
        provider: &'c Provider,
        mark: &str,
        rng: &mut Rng,
    ) -> Result<Session<'c>, CatalogError> {
        let mut session = Session::new(provider, rng);
        for event in provider.events() {
            let Value::Object(members) = event.sample()? else {
                continue;
            };
            for (field, value) in members {
                let is_id = field.ends_with("_id") || provider.session.contains(&field);
                if is_id && value.is_string() {
                    let id = || Random::Hex { length: 8 }.draw(rng);
                    session.ids.entry(field).or_insert_with(id);
                }
            }
        }
        for id in session.ids.values_mut() {
            *id = format!("{mark}-{id}");
        }
        Ok(session)
    }

    /// The sample of an event as it would be sent now in this session.
    pub fn body(&self, event: &Event, now: DateTime<Utc>) -> Result<Value, CatalogError> {
        let mut body = event.sample()?;
        let mut session = self.provider.session.iter();
        let session = session.find(|field| body.get(field.as_str()).is_some());
        let chosen = session
            .zip(self.chosen.as_ref())
            .map(|(field, id)| (field.clone(), id));
        let ids = self.ids.iter().map(|(field, id)| (field.clone(), id));
        for (field, id) in ids
            .filter(|(field, _)| chosen.as_ref().is_none_or(|(session, _)| session != field))
            .chain(chosen.clone())
        {
            let old = body.get(&field).and_then(Value::as_str).map(str::to_owned);
            if let Some(old) = old.filter(|old| !old.is_empty()) {
                replace(&mut body, &old, id);
            }
        }
        self.move_to(&mut body, now);
        if let Some(origin) = &self.files {
            let entry = Entry {
                provider: self.provider,
                event,
            };
            for (path, value) in entry.redirected(&body, origin) {
                if let Some(place) = body.pointer_mut(&path.pointer()) {
                    *place = value;
                }
            }
        }
        Ok(body)
    }

    /// Moves all times by the same amount, so that the latest is now.
    fn move_to(&self, body: &mut Value, now: DateTime<Utc>) {
        let mut times: Vec<(&str, Clock, DateTime<Utc>)> = Vec::new();
        for (field, fresh) in &self.provider.fresh {
            let Fresh::Now { now: clock } = fresh else {
                continue;
            };
            if let Some(time) = body.get(field).and_then(|value| clock.read(value)) {
                times.push((field, *clock, time));
            }
        }
        let Some(latest) = times.iter().map(|(.., time)| *time).max() else {
            return;
        };
        let distance: Duration = now - latest;
        for (field, clock, time) in times {
            body[field] = clock.write(time + distance);
        }
    }
}

impl Random {
    fn draw(&self, rng: &mut Rng) -> String {
        let hex = |rng: &mut Rng, length: usize| {
            let digit = |_| char::from_digit(rng.u32(..16), 16).unwrap_or('0');
            (0..length).map(digit).collect::<String>()
        };
        match self {
            Random::Digits { length } => (0..*length)
                .map(|place| char::from(rng.u8(if place == 0 { b'1'..=b'9' } else { b'0'..=b'9' })))
                .collect(),
            Random::Hex { length } => hex(rng, *length),
            // Version 4, variant 1 (RFC 9562).
            Random::Uuid => format!(
                "{}-{}-4{}-{}{}-{}",
                hex(rng, 8),
                hex(rng, 4),
                hex(rng, 3),
                ['8', '9', 'a', 'b'][rng.usize(..4)],
                hex(rng, 3),
                hex(rng, 12),
            ),
        }
    }
}

impl Clock {
    /// The moment of a value; `None` if it is not in this format.
    pub fn read(self, value: &Value) -> Option<DateTime<Utc>> {
        match self {
            Clock::UnixSeconds => {
                let digits = || value.as_str()?.parse().ok();
                DateTime::from_timestamp(value.as_i64().or_else(digits)?, 0)
            }
            Clock::Rfc3339 => Some(DateTime::parse_from_rfc3339(value.as_str()?).ok()?.to_utc()),
        }
    }

    fn write(self, time: DateTime<Utc>) -> Value {
        match self {
            Clock::UnixSeconds => time.timestamp().into(),
            Clock::Rfc3339 => time.to_rfc3339_opts(SecondsFormat::Millis, true).into(),
        }
    }
}

/// Replaces the old text with the new one in every string, percent-encoded in a URL.
fn replace(value: &mut Value, old: &str, new: &str) {
    match value {
        Value::String(text) if text.contains("://") && text != old => {
            let new = utf8_percent_encode(new, RESERVED).to_string();
            *text = text.replace(old, &new);
        }
        Value::String(text) if text.contains(old) => *text = text.replace(old, new),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, old, new)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| replace(member, old, new)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn events_of_one_session_share_ids_and_those_of_another_do_not() {
        let catalog = Catalog::embedded().unwrap();
        for provider in catalog.providers() {
            let mut rng = Rng::with_seed(7);
            let (one, other) = (
                Session::new(provider, &mut rng),
                Session::new(provider, &mut rng),
            );
            let now = Utc::now();
            for event in provider.events() {
                let session = |of: &Session<'_>| provider.session_of(&of.body(event, now).unwrap());
                let sample = provider.session_of(&event.sample().unwrap());
                assert!(session(&one).is_some(), "{}", event.name);
                assert_eq!(session(&one), session(&one));
                assert_ne!(session(&one), session(&other));
                assert_ne!(session(&one), sample);
                let validator = event.validator();
                assert!(
                    validator.is_valid(&one.body(event, now).unwrap()),
                    "{}",
                    event.name
                );
            }
        }
    }

    #[test]
    fn times_move_together_and_the_latest_is_now() {
        let catalog = Catalog::embedded().unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for provider in catalog.providers() {
            let session = Session::new(provider, &mut Rng::new());
            for event in provider.events() {
                let (old, new) = (event.sample().unwrap(), session.body(event, now).unwrap());
                let times = |body: &Value| -> Vec<DateTime<Utc>> {
                    let clocks = provider
                        .fresh
                        .iter()
                        .filter_map(|(field, fresh)| match fresh {
                            Fresh::Now { now } => now.read(body.get(field)?),
                            Fresh::Random(_) => None,
                        });
                    clocks.collect()
                };
                let (old, new) = (times(&old), times(&new));
                if old.is_empty() {
                    continue;
                }
                assert_eq!(new.iter().max(), Some(&now), "{}", event.name);
                let gaps = |times: &[DateTime<Utc>]| {
                    times
                        .iter()
                        .map(|time| *time - times[0])
                        .collect::<Vec<_>>()
                };
                assert_eq!(gaps(&old), gaps(&new), "{}", event.name);
            }
        }
    }
}
