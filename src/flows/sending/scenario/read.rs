//! Reads the text of a scenario. Errors tell the file, line and column, what is expected there, and
//! the nearest known word.
//!
//! The published schema (`schemas/scenario.schema.json`) has the same rules. A test compares both.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use bytes::Bytes;

use super::super::expect::Expectation;
use super::at::{At, Context};
use super::steps::{Content, Each, Faults, MOST_STEPS, Scenario, ScenarioError, Source, Step};
use crate::catalog::{Change, ChangesError};
use crate::delivery::{Header, HeaderError, RetryCondition, end_to_end};
use crate::json;
use crate::json::{Kind, Lines};
use crate::model::environment::Environment;
use crate::model::error::{Explain as _, Failure};
use crate::text::nearest;

/// The session of a step without one.
const SESSION: &str = "main";
/// The most sessions, and repeats of one step.
const MOST_SESSIONS: u64 = 10_000_000;
const MOST_REPEATS: u64 = 10_000;
/// The most sessions at a time, as for `--concurrency`.
const MOST_AT_A_TIME: u64 = 1000;

/// The members of a scenario, of a step and of their parts.
const SCENARIO: [&str; 8] = [
    "$schema",
    "title",
    "description",
    "provider",
    "sessions",
    "concurrency",
    "expect",
    "steps",
];
const CONTENT: [&str; 6] = ["event", "each", "body", "text", "base64", "file"];
const STEP: [&str; 16] = [
    "event", "each", "body", "text", "base64", "file", "name", "session", "set", "unset", "after",
    "repeat", "faults", "headers", "expect", "validate",
];
const FAULTS: [&str; 4] = ["duplicate", "reorder", "corrupt", "unknown_type"];
const DUPLICATE: [&str; 2] = ["times", "after"];
const EXPECT: [&str; 3] = ["status", "within", "text"];

/// Reads a scenario.
pub(super) fn read(
    name: &str,
    text: &[u8],
    source: Source,
    environment: &Environment,
) -> Result<Scenario, ScenarioError> {
    let reading = json::read(text);
    let context = Context {
        lines: Lines::new(text),
        source,
        environment,
    };
    if let Some(fault) = reading.faults.first() {
        return Err(context.error(
            fault.span.clone(),
            format!("not JSON: {}", fault.message),
            fault.help.clone(),
        ));
    }
    let Some(root) = &reading.root else {
        return Err(context.error(0..0, "expected a scenario, an object".to_owned(), None));
    };
    let at = At {
        node: root,
        context: &context,
    };
    at.scenario(name)
}

impl At<'_> {
    fn scenario(self, name: &str) -> Result<Scenario, ScenarioError> {
        self.object("a scenario", &SCENARIO)?;
        let expect = match self.get("expect") {
            Some(expect) => expect.expectation()?,
            None => Expectation::default(),
        };
        let Some(steps) = self.get("steps") else {
            return Err(self.wrong("a scenario needs `steps`", None));
        };
        let steps = steps.list("a list of steps")?;
        if steps.is_empty() || steps.len() > MOST_STEPS {
            return Err(self.wrong(&format!("`steps` holds 1 to {MOST_STEPS} steps"), None));
        }
        let steps = steps
            .into_iter()
            .enumerate()
            .map(|(index, step)| step.step(index + 1, &expect));
        let steps = steps.collect::<Result<Vec<_>, _>>()?;
        let concurrency = self.count("concurrency", 1, 1, MOST_AT_A_TIME)?;
        if let Some(description) = self.get("description") {
            description.text()?;
        }
        Ok(Scenario {
            name: name.to_owned(),
            title: self.optional_text("title")?.unwrap_or_default(),
            provider: self.optional_text("provider")?,
            sessions: self.count("sessions", 1, 1, MOST_SESSIONS)?,
            concurrency: usize::try_from(concurrency).unwrap_or(1),
            steps,
            source: self.context.source.clone(),
        })
    }

    fn step(self, number: usize, expect: &Expectation) -> Result<Step, ScenarioError> {
        self.object("a step", &STEP)?;
        let given: Vec<&str> = CONTENT
            .into_iter()
            .filter(|key| self.get(key).is_some())
            .collect();
        let [key] = *given else {
            let (message, one_of) = match &*given {
                [] => ("a step needs something to send", CONTENT.join(", ")),
                many => ("a step sends one thing", many.join(", ")),
            };
            return Err(self.wrong(message, Some(format!("one of: {one_of}"))));
        };
        let content = self.need(key)?;
        let what = match key {
            "event" => Content::Event(content.filled_text()?),
            "each" => Content::Each(content.each()?),
            "body" => Content::Body(content.json()?),
            "text" => Content::Text(content.raw_text()?),
            "base64" => Content::Bytes(content.base64()?),
            _ => Content::File(content.filled_text()?.into()),
        };
        let own_expectations = match self.get("expect") {
            Some(expect) => expect.expectation()?,
            None => Expectation::default(),
        };
        Ok(Step {
            number,
            name: self.optional_text("name")?,
            what,
            session: self
                .optional_text("session")?
                .unwrap_or_else(|| SESSION.to_owned()),
            changes: self.changes()?,
            after: self.get("after").map(At::duration).transpose()?,
            repeat: self.number("repeat", 1, MOST_REPEATS)?,
            faults: match self.get("faults") {
                Some(faults) => faults.faults()?,
                None => Faults::default(),
            },
            headers: self.get("headers").map(At::headers).transpose()?,
            expect: own_expectations.or(expect),
            validate: self.flag("validate", true)?,
            place: self.context.place(self.node.span.clone()),
        })
    }

    fn each(self) -> Result<Each, ScenarioError> {
        match &*self.text()? {
            "life" => Ok(Each::Life),
            "order" => Ok(Each::Order),
            other => Err(self.wrong(
                "expected `life`, all events of a session, or `order`, those whose order is told",
                nearest(other, ["life", "order"]).map(|near| format!("did you mean `{near}`?")),
            )),
        }
    }

    fn base64(self) -> Result<Bytes, ScenarioError> {
        let decoded = match &self.node.kind {
            Kind::String(text) => BASE64_STANDARD.decode(text).ok(),
            _ => None,
        };
        let bytes = decoded.ok_or_else(|| self.wrong("expected base64, such as \"AAEC\"", None))?;
        Ok(bytes.into())
    }

    fn headers(self) -> Result<Vec<String>, ScenarioError> {
        let header = |header: At<'_>| {
            let text = header.filled_text()?;
            let error = |error: HeaderError| header.wrong(&error.to_string(), error.advice());
            let parsed = Header::parse(&text).map_err(error)?;
            let field = (parsed.name(), parsed.value());
            if end_to_end([field].into_iter()).is_empty() {
                let message = format!("a scenario cannot set the header {}", parsed.name());
                return Err(header.wrong(&message, None));
            }
            Ok(text)
        };
        let list = self.list("a list of header fields")?;
        list.into_iter().map(header).collect()
    }

    fn changes(self) -> Result<Vec<Change>, ScenarioError> {
        let mut changes = Vec::new();
        let fault = |at: At<'_>, error: ChangesError| {
            let failure = Failure::from(error);
            at.wrong(&failure.message(), failure.advice())
        };
        if let Some(set) = self.get("set") {
            for (path, value) in set.members("an object of paths and values")? {
                let change = Change::put(path, value.json()?);
                changes.push(change.map_err(|error| fault(value, error))?);
            }
        }
        if let Some(unset) = self.get("unset") {
            for path in unset.list("a list of paths")? {
                let change = Change::unset(&path.text()?);
                changes.push(change.map_err(|error| fault(path, error))?);
            }
        }
        Ok(changes)
    }

    fn faults(self) -> Result<Faults, ScenarioError> {
        self.object("`faults`", &FAULTS)?;
        let mut faults = Faults {
            reorder: self.flag("reorder", false)?,
            corrupt: self.flag("corrupt", false)?,
            unknown_type: self.flag("unknown_type", false)?,
            ..Faults::default()
        };
        if let Some(duplicate) = self.get("duplicate") {
            duplicate.object("`duplicate`", &DUPLICATE)?;
            faults.copies = duplicate.number("times", 1, MOST_REPEATS)?;
            faults.late = match duplicate.get("after") {
                None => Vec::new(),
                Some(after) if matches!(after.node.kind, Kind::Array(_)) => {
                    let list = after.list("a list of times")?;
                    list.into_iter()
                        .map(At::duration)
                        .collect::<Result<_, _>>()?
                }
                Some(after) => vec![after.duration()?],
            };
        }
        Ok(faults)
    }

    fn expectation(self) -> Result<Expectation, ScenarioError> {
        self.object("`expect`", &EXPECT)?;
        let status = match self.get("status") {
            None => Vec::new(),
            Some(status) if matches!(status.node.kind, Kind::Array(_)) => {
                let list = status.list("a list of statuses")?;
                if list.is_empty() {
                    return Err(status.wrong("expected at least one status", None));
                }
                list.into_iter().map(At::status).collect::<Result<_, _>>()?
            }
            Some(status) => vec![status.status()?],
        };
        let text = self.get("text").map(At::filled_text).transpose()?;
        Ok(Expectation {
            status,
            within: self.get("within").map(At::duration).transpose()?,
            text,
        })
    }

    fn status(self) -> Result<(String, RetryCondition), ScenarioError> {
        let text = match &self.node.kind {
            Kind::Number(text) | Kind::String(text) => text.clone(),
            _ => String::new(),
        };
        match text.parse() {
            Ok(status @ (RetryCondition::Status(_) | RetryCondition::Class(_))) => {
                Ok((text, status))
            }
            _ => Err(self.wrong(
                "expected a status, such as 404, or a class of them, such as \"2xx\"",
                None,
            )),
        }
    }
}
