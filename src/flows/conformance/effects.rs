//! effects: what the events did, according to the user's own endpoint or command.
//!
//! A 200 says that an event was accepted, not what it did. Only the user can know that: either
//! a test endpoint reports how often the events of a session took effect, or a command of the
//! user judges.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use super::bodies::Body;
use super::context::CheckContext;
use super::definition::{Check, Group, Needs};
use super::finding::{CheckResult, Evidence, Finding};
use super::idempotency::{pair, repeating};
use crate::delivery;
use crate::delivery::RawClient;
use crate::model::error::Failure;

/// Deliveries of the event that must count once.
const DELIVERIES: u32 = 3;
/// How long effects may take after the answer.
const SETTLE: Duration = Duration::from_secs(5);
/// The time between two requests to the endpoint.
const PAUSE: Duration = Duration::from_millis(250);

/// The check that runs the user's command.
pub(super) const COMMAND: &str = "verify-command";

pub(super) const CHECKS: &[Check] = &[
    Check {
        name: "duplicates-count-once",
        group: Group::Effects,
        title: "An event that is delivered three times takes effect once.",
        rules: &["be-idempotent"],
        about: "Posts one event three times, and gets the URL of --verify until it has settled: a \
                JSON object that has the session id with 1, or with a list of one.",
        change: "Recognise the second delivery where the work is done: a unique key in the \
                 database over what makes the event this one.",
        needs: Needs::GoodEvent,
        requests: |_| DELIVERIES,
        run: |context| Box::pin(counted(context, Expected::Once)),
    },
    Check {
        name: "same-key-counts-twice",
        group: Group::Effects,
        title: "Two events of one session and type take effect twice.",
        rules: &[],
        about: "Posts two events that share the documented key and name two files, and gets the \
                URL of --verify until it has settled: a JSON object that has the session id with \
                2, or with a list of two.",
        change: "Do not take the documented key alone for the identity of an event: the second \
                 file of a session would be lost.",
        needs: Needs::GoodEvent,
        requests: |_| 2,
        run: |context| Box::pin(counted(context, Expected::Twice)),
    },
    Check {
        name: COMMAND,
        group: Group::Effects,
        title: "The user's own command finds the effects as they should be.",
        rules: &[],
        about: "Runs the command of --verify-command in a shell, with the session ids of the two \
                checks above in its environment. Exit code 0 passes.",
        change: "The command's last line says what it found; it is your own.",
        needs: Needs::GoodEvent,
        requests: |_| DELIVERIES + 2,
        run: |context| Box::pin(command(context)),
    },
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Once,
    Twice,
}

/// The session of one event that was delivered several times.
async fn once(context: &CheckContext<'_>) -> Result<String, Failure> {
    if let Some(session) = &*context.effects.once.borrow() {
        return Ok(session.clone());
    }
    let event = context.good_event();
    let value = context.bodies.fresh(event)?;
    for number in 1..=DELIVERIES {
        let what = format!("{}, delivery {number} of {DELIVERIES}", event.name);
        context.post(Body::json(what, &value)).await;
    }
    let session = context.provider.session_of(&value).unwrap_or_default();
    *context.effects.once.borrow_mut() = Some(session.clone());
    Ok(session)
}

/// The session with two events under one key.
async fn twice(context: &CheckContext<'_>) -> Result<String, Failure> {
    if let Some(session) = &*context.effects.twice.borrow() {
        return Ok(session.clone());
    }
    let mut session = String::new();
    for event in repeating(context) {
        if let Some(bodies) = pair(context, event)? {
            let value: Value = serde_json::from_slice(&bodies[0].bytes).unwrap_or_default();
            session = context.provider.session_of(&value).unwrap_or_default();
            for body in bodies {
                context.post(body).await;
            }
            break;
        }
    }
    *context.effects.twice.borrow_mut() = Some(session.clone());
    Ok(session)
}

async fn counted(context: &CheckContext<'_>, expected: Expected) -> Result<Finding, Failure> {
    let Some(url) = &context.options.verify else {
        return Ok(Finding::skip("no endpoint to ask: --verify URL"));
    };
    let (session, wanted) = match expected {
        Expected::Once => (once(context).await?, 1),
        Expected::Twice => (twice(context).await?, 2),
    };
    if session.is_empty() {
        return Ok(Finding::skip(
            "no event of this provider comes twice in a session",
        ));
    }
    let options = delivery::ClientOptions {
        trust: context.options.target.trust.clone(),
        ..delivery::ClientOptions::new(context.timeout)
    };
    let Some(prober) = RawClient::direct(url, &options)? else {
        return Ok(super::context::behind_a_proxy());
    };
    let start = Instant::now();
    let mut last = None;
    loop {
        let found = look(&prober, &session).await;
        // Effects may come after the answer, one after another.
        let is_final = found.as_ref().map_or(true, |count| *count >= wanted);
        let settled = is_final && last.as_ref() == Some(&found);
        if settled || start.elapsed() > SETTLE {
            let mut finding = match &found {
                Ok(count) if *count == wanted => {
                    Finding::pass(format!("{session} took effect {}", times(wanted)))
                }
                Ok(count) => Finding::fail(format!(
                    "{session} took effect {}, not {}",
                    times(*count),
                    times(wanted)
                )),
                Err(message) => Finding::fail(message.clone()),
            };
            let what = format!("GET {url}");
            finding.evidence = Some(Evidence::new(&what, &finding.message, start.elapsed()));
            return Ok(finding);
        }
        last = Some(found);
        tokio::time::sleep(PAUSE).await;
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// How often the events of the session took effect, by the user's endpoint.
async fn look(prober: &RawClient, session: &str) -> Result<usize, String> {
    let request = prober.head(
        "GET",
        &[("accept", "application/json"), ("connection", "close")],
    );
    let asking = async {
        let mut wire = prober.connect().await?;
        wire.write(&request).await?;
        wire.answer().await
    };
    let (answer, _) = asking
        .await
        .map_err(|broken: delivery::TransportError| format!("--verify: {broken}"))?;
    if answer.status != 200 {
        return Err(format!("--verify: answered {}", answer.status));
    }
    let read = serde_json::from_slice::<BTreeMap<String, Value>>(&answer.body);
    let found = read.map_err(|error| {
        if answer.truncated {
            "--verify: the answer is longer than 64 kB: tell only of sessions that begin with \
             enxhook-"
                .to_owned()
        } else {
            format!("--verify: the answer is no JSON object: {error}")
        }
    })?;
    match found.get(session) {
        None => Ok(0),
        Some(Value::Array(list)) => Ok(list.len()),
        Some(value) => value
            .as_u64()
            .and_then(|count| usize::try_from(count).ok())
            .ok_or_else(|| format!("--verify: {session} has {value}, not a number or a list")),
    }
}

async fn command(context: &CheckContext<'_>) -> Result<Finding, Failure> {
    let Some(line) = &context.options.verify_command else {
        return Ok(Finding::skip("no command to run: --verify-command COMMAND"));
    };
    let once = once(context).await?;
    let twice = twice(context).await?;
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let start = Instant::now();
    let output = Command::new(shell)
        .args([flag, line])
        .env("ENX_HOOK_CHECK_MARK", context.bodies.mark())
        .env("ENX_HOOK_CHECK_ONCE", once)
        .env("ENX_HOOK_CHECK_TWICE", twice)
        .env_remove("ENX_HOOK_PASSWORD")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    let mut finding = match output {
        Err(error) => Finding::fail(format!("the command could not be run: {error}")),
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
            let texts = [text(&output.stderr), text(&output.stdout)];
            let last = texts.iter().find_map(|text| text.lines().last());
            let tail = last.map_or_else(String::new, |line| format!(": {line}"));
            let mark = if output.status.success() {
                CheckResult::Pass
            } else {
                CheckResult::Fail
            };
            Finding::new(mark, format!("{}{tail}", output.status))
        }
    };
    finding.evidence = Some(Evidence::new(line, &finding.message, start.elapsed()));
    Ok(finding)
}
