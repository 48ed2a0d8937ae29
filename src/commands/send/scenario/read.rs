//! The text of a scenario, read with the place of everything in it, so that what is wrong is
//! told with file, line and column, with what was expected there, and with what was meant.
//!
//! The published schema (`schemas/scenario.schema.json`) says the same as this; a test holds
//! the two together.

use std::time::Duration;

use super::expect::Expectation;
use super::fill::check;
use super::{Each, Faults, LONGEST, Scenario, ScenarioError, Source, Step, What};
use crate::catalog::nearest;
use crate::commands::send::changes::Change;
use crate::delivery::Occasion;
use crate::environment::Environment;
use crate::error::Explain as _;
use crate::json::{self, Kind, Lines, Node};

/// The label of the session of a step that names none.
const SESSION: &str = "main";
/// The most steps, sessions, and repeats of one step.
const MOST_STEPS: u64 = 10_000;
const MOST_SESSIONS: u64 = 10_000_000;
const MOST_REPEATS: u64 = 10_000;
/// Sessions at a time, as for `--concurrency`.
const MOST_AT_A_TIME: u64 = 1000;

/// The members of a scenario, of a step, and of what is inside them.
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
const CONTENT: [&str; 5] = ["event", "each", "body", "text", "file"];
const STEP: [&str; 14] = [
    "event", "each", "body", "text", "file", "name", "session", "set", "unset", "after", "repeat",
    "faults", "expect", "validate",
];
const FAULTS: [&str; 4] = ["duplicate", "reorder", "corrupt", "unknown_type"];
const DUPLICATE: [&str; 2] = ["times", "after"];
const EXPECT: [&str; 3] = ["status", "within", "text"];

/// A place in a file, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A value, and all that is needed to say what is wrong with it.
#[derive(Clone, Copy)]
struct At<'t> {
    node: &'t Node,
    context: &'t Context<'t>,
}

struct Context<'t> {
    lines: Lines<'t>,
    source: Source,
    environment: &'t Environment,
}

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

impl Context<'_> {
    fn error(
        &self,
        span: std::ops::Range<usize>,
        message: String,
        advice: Option<String>,
    ) -> ScenarioError {
        ScenarioError {
            source_name: self.source.name.clone(),
            place: self.place(span),
            message,
            advice,
        }
    }

    fn place(&self, span: std::ops::Range<usize>) -> Place {
        let place = self.lines.place(span);
        Place {
            line: place.line,
            column: place.column,
        }
    }
}

impl<'t> At<'t> {
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
        if steps.is_empty() || steps.len() as u64 > MOST_STEPS {
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
            "event" => What::Event(content.filled_text()?),
            "each" => What::Each(content.each()?),
            "body" => What::Body({
                content.check_variables()?;
                content.node.to_value().to_string()
            }),
            "text" => What::Text(content.raw_text()?),
            _ => What::File(content.filled_text()?.into()),
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

    fn changes(self) -> Result<Vec<Change>, ScenarioError> {
        let mut changes = Vec::new();
        let fault = |at: At<'_>, error: &crate::commands::send::ChangesError| {
            at.wrong(&error.to_string(), error.advice())
        };
        if let Some(set) = self.get("set") {
            for (path, value) in set.members("an object of paths and values")? {
                value.check_variables()?;
                let text = value.node.to_value().to_string();
                let change = Change::new(path, Some(text));
                changes.push(change.map_err(|error| fault(value, &error))?);
            }
        }
        if let Some(unset) = self.get("unset") {
            for path in unset.list("a list of paths")? {
                let change = Change::unset(&path.text()?);
                changes.push(change.map_err(|error| fault(path, &error))?);
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

    fn status(self) -> Result<(String, Occasion), ScenarioError> {
        let text = match &self.node.kind {
            Kind::Number(text) | Kind::String(text) => text.clone(),
            _ => String::new(),
        };
        match text.parse() {
            Ok(status @ (Occasion::Status(_) | Occasion::Class(_))) => Ok((text, status)),
            _ => Err(self.wrong(
                "expected a status, such as 404, or a class of them, such as \"2xx\"",
                None,
            )),
        }
    }

    // What values are made of.

    fn get(self, key: &str) -> Option<At<'t>> {
        let node = &self.node.member(key)?.value;
        Some(At { node, ..self })
    }

    fn need(self, key: &str) -> Result<At<'t>, ScenarioError> {
        self.get(key)
            .ok_or_else(|| self.wrong(&format!("`{key}` is missing"), None))
    }

    /// That it is an object with no members but these, and none of them twice.
    fn object(self, what: &str, known: &[&str]) -> Result<(), ScenarioError> {
        let Kind::Object(members) = &self.node.kind else {
            return Err(self.wrong(&format!("expected {what}, an object"), None));
        };
        for (index, member) in members.iter().enumerate() {
            let error =
                |message, advice| Err(self.context.error(member.key_span.clone(), message, advice));
            if !known.contains(&&*member.key) {
                let near = nearest(&member.key, known.iter().copied());
                let advice = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are: {}", known.join(", ")),
                };
                return error(
                    format!("{what} has no member `{}`", member.key),
                    Some(advice),
                );
            }
            if members[..index].iter().any(|other| other.key == member.key) {
                return error(format!("`{}` stands here twice", member.key), None);
            }
        }
        Ok(())
    }

    fn members(self, what: &str) -> Result<Vec<(&'t str, At<'t>)>, ScenarioError> {
        let Kind::Object(members) = &self.node.kind else {
            return Err(self.wrong(&format!("expected {what}"), None));
        };
        let member = |member: &'t json::Member| {
            let node = &member.value;
            (&*member.key, At { node, ..self })
        };
        Ok(members.iter().map(member).collect())
    }

    fn list(self, what: &str) -> Result<Vec<At<'t>>, ScenarioError> {
        match &self.node.kind {
            Kind::Array(items) => Ok(items.iter().map(|node| At { node, ..self }).collect()),
            _ => Err(self.wrong(&format!("expected {what}"), None)),
        }
    }

    fn text(self) -> Result<String, ScenarioError> {
        match &self.node.kind {
            Kind::String(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(self.wrong("expected a text", None)),
        }
    }

    /// A text that may be empty, and whose variables are there.
    fn raw_text(self) -> Result<String, ScenarioError> {
        let Kind::String(text) = &self.node.kind else {
            return Err(self.wrong("expected a text", None));
        };
        self.check_variables()?;
        Ok(text.clone())
    }

    /// A text whose variables are there.
    fn filled_text(self) -> Result<String, ScenarioError> {
        let text = self.text()?;
        self.check_variables()?;
        Ok(text)
    }

    fn optional_text(self, key: &str) -> Result<Option<String>, ScenarioError> {
        self.get(key).map(At::text).transpose()
    }

    fn flag(self, key: &str, otherwise: bool) -> Result<bool, ScenarioError> {
        match self.get(key) {
            None => Ok(otherwise),
            Some(flag) => match flag.node.kind {
                Kind::Bool(flag) => Ok(flag),
                _ => Err(flag.wrong("expected true or false", None)),
            },
        }
    }

    fn count(self, key: &str, otherwise: u64, least: u64, most: u64) -> Result<u64, ScenarioError> {
        let Some(count) = self.get(key) else {
            return Ok(otherwise);
        };
        let number = match &count.node.kind {
            Kind::Number(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| count.wrong(&format!("expected a number from {least} to {most}"), None))
    }

    fn number(self, key: &str, least: u64, most: u64) -> Result<u32, ScenarioError> {
        let count = self.count(key, 1, least, most)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    fn duration(self) -> Result<Duration, ScenarioError> {
        let read = match &self.node.kind {
            Kind::String(text) => humantime::parse_duration(text).ok(),
            _ => None,
        };
        read.filter(|duration| *duration <= LONGEST)
            .ok_or_else(|| self.wrong("expected a time such as \"500ms\", \"10s\" or \"2m\"", None))
    }

    /// That all variables in its texts are set, so that none is found missing midway.
    fn check_variables(self) -> Result<(), ScenarioError> {
        match &self.node.kind {
            Kind::String(text) => check(text, self.context.environment).map_err(|name| {
                let message = format!("the variable {name} is not set");
                let advice = "`$${` stands for a plain `${`";
                self.wrong(&message, Some(advice.to_owned()))
            }),
            Kind::Array(items) => items
                .iter()
                .try_for_each(|node| At { node, ..self }.check_variables()),
            Kind::Object(members) => members.iter().try_for_each(|member| {
                let node = &member.value;
                At { node, ..self }.check_variables()
            }),
            _ => Ok(()),
        }
    }

    fn wrong(self, message: &str, advice: Option<String>) -> ScenarioError {
        self.context
            .error(self.node.span.clone(), message.to_owned(), advice)
    }
}
