//! Events by the million, the same in every run.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta};
use enx_hook::catalog::{Catalog, Session};
use serde_json::Value;

const SEED: u64 = 20_261_120;

/// Events of one session, which share its ids.
const OF_ONE_SESSION: usize = 12;

/// A file of events.
pub(crate) struct Written {
    pub(crate) path: PathBuf,
    pub(crate) bytes: u64,
    /// How many there are of each event.
    pub(crate) by_event: BTreeMap<String, usize>,
}

/// Writes so many events of the catalog's first provider, one a line. One in `flawed` is
/// invalid, each in another way.
pub(crate) fn write(
    catalog: &Catalog,
    folder: &Path,
    name: &str,
    events: usize,
    flawed: Option<usize>,
) -> Written {
    let path = folder.join(name);
    let mut out = BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut rng = fastrand::Rng::with_seed(SEED);
    let provider = &catalog.providers()[0];
    let mut session = Session::new(provider, &mut rng);
    let mut by_event = BTreeMap::new();
    let start = DateTime::from_timestamp(1_731_573_916, 0).unwrap();
    for number in 0..events {
        if number % OF_ONE_SESSION == 0 {
            session = Session::new(provider, &mut rng);
        }
        let event = &provider.events()[number % provider.events().len()];
        let now = start + TimeDelta::seconds(i64::try_from(number).unwrap());
        let body = session.body(event, now).unwrap();
        *by_event.entry(event.name.clone()).or_default() += 1;
        let line = match flawed {
            Some(every) if number % every == 0 => flaw(body, number / every),
            _ => body.to_string(),
        };
        writeln!(out, "{line}").unwrap();
    }
    out.flush().unwrap();
    Written {
        bytes: std::fs::metadata(&path).unwrap().len(),
        path,
        by_event,
    }
}

/// An event with something wrong.
fn flaw(mut body: Value, kind: usize) -> String {
    match kind % 6 {
        0 => body["conf_num"] = "".into(),
        1 => body["trans_date"] = "Unix Timestamp".into(),
        2 => drop(body.as_object_mut().unwrap().shift_remove("room_id")),
        3 => body["app_id"] = Value::Null,
        4 => return body.to_string().replacen('}', ",}", 1),
        _ => return body.to_string().replace('"', "'"),
    }
    body.to_string()
}

/// The same events as `listen` logs them.
pub(crate) fn write_log(events: &Path, path: &Path) -> Written {
    let mut out = BufWriter::new(std::fs::File::create(path).unwrap());
    let lines = BufReader::new(std::fs::File::open(events).unwrap()).lines();
    for (seq, body) in (1..).zip(lines) {
        let body = Value::from(body.unwrap());
        writeln!(
            out,
            "{{\"enx_hook\":1,\"seq\":{seq},\"received_at\":\"2026-11-20T14:03:22.118042Z\",\
             \"peer\":\"127.0.0.1:53122\",\"method\":\"POST\",\"target\":\"/hook\",\
             \"headers\":[[\"host\",\"localhost:3000\"],[\"content-type\",\"application/json\"]],\"body\":{body}}}"
        )
        .unwrap();
    }
    out.flush().unwrap();
    Written {
        path: path.to_owned(),
        bytes: std::fs::metadata(path).unwrap().len(),
        by_event: BTreeMap::new(),
    }
}

/// The same events in a file for each type.
pub(crate) fn split(events: &Written, folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut files = BTreeMap::new();
    let lines = BufReader::new(std::fs::File::open(&events.path).unwrap()).lines();
    for line in lines.map(Result::unwrap) {
        let body: Value = serde_json::from_str(&line).unwrap();
        let event = body["type"].as_str().unwrap().to_owned();
        let path = folder.join(format!("{event}.jsonl"));
        let (_, out) = files.entry(event).or_insert_with(|| {
            let out = BufWriter::new(std::fs::File::create(&path).unwrap());
            (path, out)
        });
        writeln!(out, "{line}").unwrap();
    }
    files
        .into_iter()
        .map(|(event, (path, mut out))| {
            out.flush().unwrap();
            (event, path)
        })
        .collect()
}
