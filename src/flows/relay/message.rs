//! A capture as messages of a relay, and back.
//!
//! The payload is the record of the log, so that bytes and headers are exact. A record that is too
//! long for one message is cut into parts on the same subject.

use std::ops::Range;

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use super::subject;
use crate::journal::{LogId, write_record};
use crate::validation::JudgedCapture;

const ID: &str = "Nats-Msg-Id";
const SEQ: &str = "Enx-Seq";
const AFTER: &str = "Enx-After";
const LOG: &str = "Enx-Log";
const PART: &str = "Enx-Part";

/// What is left to headers of a limit that counts both.
const HEADERS: usize = 8 * 1024;
/// The smallest part, whatever the limit.
const LEAST: usize = 1024;
/// The most parts of one capture that a follower accepts.
pub(super) const MOST_PARTS: u32 = 100_000;

/// The largest number of a capture that a follower accepts.
const MOST_SEQ: u64 = u64::MAX / 2;

/// What must be escaped in the value of a header (`CloudEvents` HTTP binding, section 3.1.3.2).
const VALUE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');
/// The longest name of a session in a header.
const LONGEST_VALUE: usize = 512;

/// A message to publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) subject: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) payload: Bytes,
    /// The capture.
    pub(super) seq: u64,
    /// Whether it completes the capture.
    pub(super) is_last: bool,
}

impl Outgoing {
    /// Its id.
    pub(super) fn id(&self) -> &str {
        let id = self.headers.iter().find(|(name, _)| *name == ID);
        id.map_or("", |(_, id)| id)
    }
}

/// Where and as what captures are published.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) project: String,
    pub(super) source: String,
    pub(super) log: LogId,
    /// Tells the ids of this run from earlier ones, once an engine took them for duplicates of
    /// what it does not have.
    pub(super) salt: Option<u32>,
}

impl Sender {
    /// The messages of a capture. `after`: the capture that was published before it; 0 if none.
    pub(super) fn messages(
        &self,
        judged: &JudgedCapture,
        seq: u64,
        after: u64,
        max_payload: usize,
    ) -> Vec<Outgoing> {
        let capture = &judged.capture;
        let mut line = Vec::new();
        write_record(seq, Some(self.log), capture, &mut line);
        line.pop();
        let line = Bytes::from(line);
        let known = judged.identification();
        let session = subject::token(known.session.as_deref());
        let (provider, event) = (
            subject::token(known.provider.as_deref()),
            subject::token(known.event.as_deref()),
        );
        let (project, source) = (&self.project, &self.source);
        let subject = format!("enx.{project}.{source}.{provider}.{event}.{session}");
        let received_at = capture.received_at;
        let salt = self
            .salt
            .map_or_else(String::new, |salt| format!("~{salt:08x}"));
        let id = format!("{source}:{seq}:{}{salt}", received_at.timestamp_micros());
        let mut common = vec![
            (SEQ, seq.to_string()),
            (AFTER, after.to_string()),
            (LOG, self.log.to_string()),
            ("ce-specversion", "1.0".to_owned()),
            ("ce-id", id.clone()),
            ("ce-source", format!("/{project}/{source}")),
            ("ce-type", "enx-hook.capture".to_owned()),
            (
                "ce-time",
                received_at.to_rfc3339_opts(SecondsFormat::Micros, true),
            ),
            ("content-type", "application/json".to_owned()),
        ];
        let value = known.session.as_deref().map(|session| {
            let value = utf8_percent_encode(session, VALUE).to_string();
            value.chars().take(LONGEST_VALUE).collect()
        });
        common.extend(value.map(|value| ("ce-subject", value)));
        let parts = parts(line.len(), max_payload);
        let of = parts.len();
        let message = |(index, range): (usize, Range<usize>)| {
            let (id, part) = match of {
                1 => (id.clone(), None),
                _ => (
                    format!("{id}/{}", index + 1),
                    Some(format!("{}/{of}", index + 1)),
                ),
            };
            let mut headers = vec![(ID, id)];
            headers.extend(common.iter().cloned());
            headers.extend(part.map(|part| (PART, part)));
            Outgoing {
                subject: subject.clone(),
                headers,
                payload: line.slice(range),
                seq,
                is_last: index + 1 == of,
            }
        };
        parts.into_iter().enumerate().map(message).collect()
    }
}

/// How a record of that length is cut.
fn parts(length: usize, max_payload: usize) -> Vec<Range<usize>> {
    let most = max_payload.saturating_sub(HEADERS).max(LEAST);
    let starts = (0..length.max(1)).step_by(most);
    starts
        .map(|start| start..length.min(start + most))
        .collect()
}

/// A message of a relay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// Its number in the stream.
    pub(super) stream_seq: u64,
    /// The number of the first part of its capture that came.
    pub(super) first_part: u64,
    /// How many follow it in the stream, as far as the engine knows.
    pub(super) pending: u64,
    /// The listener that published it.
    pub(super) source: String,
    /// That listener's log.
    pub(super) log: String,
    /// The number of the capture in that log.
    pub(super) seq: u64,
    /// The number of the capture that was published before it; 0 if none.
    pub(super) after: u64,
    /// When it was received.
    pub(super) received_at: Option<DateTime<Utc>>,
    /// Which part it is, from 1.
    pub(super) part: u32,
    /// Of how many.
    pub(super) of: u32,
    /// Its id, as the engine tells duplicates.
    pub(super) id: String,
    pub(super) payload: Bytes,
}

impl Message {
    /// Reads a message; nothing if it is none of a listener.
    pub(super) fn read<'h>(
        stream_seq: u64,
        pending: u64,
        subject: &str,
        header: impl Fn(&str) -> Option<&'h str>,
        payload: Bytes,
    ) -> Option<Message> {
        let number = |name| header(name)?.parse().ok();
        let (part, of) = match header(PART) {
            None => (1, 1),
            Some(part) => {
                let (part, of) = part.split_once('/')?;
                (part.parse().ok()?, of.parse().ok()?)
            }
        };
        let (seq, after) = (number(SEQ)?, number(AFTER)?);
        if part == 0 || part > of || of > MOST_PARTS || after >= seq || seq > MOST_SEQ {
            return None;
        }
        Some(Message {
            stream_seq,
            first_part: stream_seq,
            pending,
            source: subject::source(subject)?.to_owned(),
            log: header(LOG)?.to_owned(),
            seq,
            after,
            received_at: header("ce-time").and_then(|time| time.parse().ok()),
            part,
            of,
            id: header(ID)?.to_owned(),
            payload,
        })
    }

    /// Whether it completes its capture, if those before it are there.
    pub(super) fn is_last(&self) -> bool {
        self.part == self.of
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
pub(super) mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::catalog::Catalog;
    use crate::flows::relay::parts::Assembly;
    use crate::journal::parse_record;
    use crate::model::capture::{Capture, Headers};
    use crate::validation::Validation;

    /// A capture with that body.
    pub(in crate::flows::relay) fn capture(body: impl Into<Bytes>) -> Capture {
        let mut headers = Headers::new();
        headers.push("x-a", "1");
        headers.push("X-A", &b" \xff "[..]);
        Capture {
            received_at: "2026-11-20T14:03:22.118042Z".parse().unwrap(),
            peer: "127.0.0.1:9".into(),
            method: "POST".into(),
            target: "/hook".into(),
            headers,
            body: body.into(),
        }
    }

    /// A message as the engine hands it out.
    pub(in crate::flows::relay) fn stored(stream_seq: u64, sent: &Outgoing) -> Message {
        let header = |name: &str| {
            let found = sent.headers.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| value.as_str())
        };
        Message::read(stream_seq, 0, &sent.subject, header, sent.payload.clone()).unwrap()
    }

    pub(in crate::flows::relay) fn messages(
        seq: u64,
        after: u64,
        body: Bytes,
        max: usize,
    ) -> Vec<Outgoing> {
        let validation = Validation::new(Arc::new(Catalog::embedded().unwrap()));
        let sender = Sender {
            project: "demo".to_owned(),
            source: "box-a".to_owned(),
            log: LogId::parse(b"0123456789abcdef").unwrap(),
            salt: None,
        };
        let judged = validation.capture(Some(seq), Arc::new(capture(body)));
        sender.messages(&judged, seq, after, max)
    }

    #[test]
    fn a_capture_of_a_session_is_published_under_its_names() {
        let body = r#"{"type":"roomdrop","conf_num":"a b.1","trans_date":"x"}"#;
        let sent = messages(17, 16, body.into(), 1 << 20);
        let [message] = &sent[..] else {
            panic!("{sent:?}")
        };
        assert!(
            message.subject.starts_with("enx.demo.box-a.enablex."),
            "{}",
            message.subject
        );
        assert!(
            message.subject.ends_with(".a%20b%2E1"),
            "{}",
            message.subject
        );
        let read = stored(5, message);
        assert_eq!(
            (read.source.as_str(), read.seq, read.after),
            ("box-a", 17, 16)
        );
        assert_eq!(read.id, "box-a:17:1795183402118042");
        assert_eq!(parse_record(&read.payload).unwrap().capture, capture(body));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_capture_comes_back_from_its_parts_in_any_order(
            body in prop::collection::vec(any::<u8>(), 0..40_000),
            max in 1_usize..20_000,
            order in any::<prop::sample::Index>(),
            twice in any::<prop::sample::Index>(),
        ) {
            let mut sent = messages(3, 0, body.clone().into(), max);
            prop_assert!(sent.iter().all(|part| part.payload.len() <= max.saturating_sub(HEADERS).max(LEAST)));
            let again = sent[twice.index(sent.len())].clone();
            let turn = order.index(sent.len());
            sent.rotate_left(turn);
            sent.insert(0, again);
            let mut assembly = Assembly::default();
            let mut whole = None;
            for (at, part) in (7..).zip(&sent) {
                whole = whole.or(assembly.add(stored(at, part)));
            }
            let whole = whole.unwrap();
            prop_assert_eq!(parse_record(&whole.payload).unwrap().capture, capture(body));
        }
    }
}
