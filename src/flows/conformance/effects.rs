//! effects: what the events did, according to the user's own endpoint or command.
//!
//! A 200 says that an event was accepted, not what it did. Only the user can know that: a test
//! endpoint reports how often the events of a session took effect, or a command of the user
//! judges.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::Command;

use super::bodies::Body;
use super::context::{CheckContext, behind_a_proxy};
use super::definition::{Check, Group, Needs, checks};
use super::finding::{CheckResult, Checking, Early, Finding};
use super::idempotency::{pair, repeating};
use crate::delivery::{BodyEnd, ClientOptions, RawClient, TransportError};
use crate::model::error::Failure;
use crate::model::name::Name;

/// Deliveries of the event that must count once.
const DELIVERIES: u32 = 3;
/// How long effects may take after the answer.
const SETTLE: Duration = Duration::from_secs(5);
/// The time between two requests to the endpoint.
const PAUSE: Duration = Duration::from_millis(250);

checks! { Effects:
    "duplicates-count-once" GoodEvent |_| DELIVERIES,     c => counted(c, Expected::Once);
    "same-key-counts-twice" GoodEvent |_| 2,              c => counted(c, Expected::Twice);
    "verify-command"        GoodEvent |_| DELIVERIES + 2, c => command(c);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    Once,
    Twice,
}

/// The session of one event that was delivered several times.
async fn once(context: &CheckContext<'_>) -> Result<Name, Early> {
    let posting = async || -> Result<Name, Early> {
        let event = context.good_event();
        let value = context.bodies.fresh(event)?;
        for number in 1..=DELIVERIES {
            let what = format!("{}, delivery {number} of {DELIVERIES}", event.name);
            context.post(Body::json(what, &value)).await;
        }
        Ok(context.provider.session_of(&value).unwrap_or_default())
    };
    Ok(context.effects.once.get_or_try_init(posting).await?.clone())
}

/// The session with two events under one key.
async fn twice(context: &CheckContext<'_>) -> Result<Name, Early> {
    let posting = async || -> Result<Name, Early> {
        for event in repeating(context) {
            if let Some(bodies) = pair(context, event)? {
                let value: Value = serde_json::from_slice(&bodies[0].bytes).unwrap_or_default();
                for body in bodies {
                    context.post(body).await;
                }
                return Ok(context.provider.session_of(&value).unwrap_or_default());
            }
        }
        Ok(Name::default())
    };
    Ok(context
        .effects
        .twice
        .get_or_try_init(posting)
        .await?
        .clone())
}

async fn counted(context: &CheckContext<'_>, expected: Expected) -> Checking {
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
    let options = ClientOptions {
        trace: None,
        trust: context.options.target.trust.clone(),
        ..ClientOptions::new(context.timeout)
    };
    let Some(client) = RawClient::direct(url, &options)? else {
        return Ok(behind_a_proxy());
    };
    let start = Instant::now();
    let mut last = None;
    loop {
        let found = look(&client, &session).await;
        // Effects may come after the answer, one after another.
        let is_final = found.as_ref().map_or(true, |count| *count >= wanted);
        let is_settled = is_final && last.as_ref() == Some(&found);
        if is_settled || start.elapsed() > SETTLE {
            let finding = judged(&session, found, wanted);
            let (what, message) = (format!("GET {url}"), finding.message.clone());
            return Ok(finding.with_evidence(&what, &message, start.elapsed()));
        }
        last = Some(found);
        tokio::time::sleep(PAUSE).await;
    }
}

fn judged(session: &str, found: Result<usize, String>, wanted: usize) -> Finding {
    let wants = times(wanted);
    match found {
        Ok(count) if count == wanted => Finding::pass(format!("{session} took effect {wants}")),
        Ok(count) => {
            let had = times(count);
            Finding::fail(format!("{session} took effect {had}, not {wants}"))
        }
        Err(message) => Finding::fail(message),
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
async fn look(client: &RawClient, session: &str) -> Result<usize, String> {
    let fields = [("accept", "application/json"), ("connection", "close")];
    let request = client.head("GET", &fields);
    let asking = async {
        let mut wire = client.connect().await?;
        wire.write(&request).await?;
        wire.answer().await
    };
    let (answer, _) = asking
        .await
        .map_err(|error: TransportError| format!("--verify: {}", Failure::from(error).message()))?;
    if answer.status != 200 {
        return Err(format!("--verify: answered {}", answer.status));
    }
    let read = serde_json::from_slice::<BTreeMap<String, Value>>(&answer.body);
    let found = read.map_err(|error| match &answer.end {
        BodyEnd::Whole => format!("--verify: the answer is not a JSON object: {error}"),
        BodyEnd::Cut(_) => "--verify: the answer is longer than 64 kB: report only sessions \
                                that begin with enxhook-"
            .to_owned(),
        BodyEnd::Broken(why) => format!("--verify: {why}"),
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

async fn command(context: &CheckContext<'_>) -> Checking {
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
    let (result, message) = match output {
        Err(error) => (
            CheckResult::Fail,
            format!("the command could not be run: {error}"),
        ),
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
            let texts = [text(&output.stderr), text(&output.stdout)];
            let last = texts.iter().find_map(|text| text.lines().last());
            let tail = last.map_or_else(String::new, |line| format!(": {line}"));
            let result = if output.status.success() {
                CheckResult::Pass
            } else {
                CheckResult::Fail
            };
            (result, format!("{}{tail}", output.status))
        }
    };
    Ok(Finding::new(result, &*message).with_evidence(line, &message, start.elapsed()))
}
