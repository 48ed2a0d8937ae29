//! A value of a scenario with its place in the file. Its methods return what the caller expects, or an
//! error with the place.

use std::ops::Range;
use std::time::Duration;

use super::fill::check;
use super::steps::{LONGEST, Place, ScenarioError, Source};
use crate::json;
use crate::json::{Kind, Lines, Node};
use crate::model::environment::Environment;
use crate::text::nearest;

/// A value, with what an error about it needs.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    pub(super) node: &'t Node,
    pub(super) context: &'t Context<'t>,
}

/// The common data of all values of a file.
pub(super) struct Context<'t> {
    pub(super) lines: Lines<'t>,
    pub(super) source: Source,
    pub(super) environment: &'t Environment,
}

/// A JSON text without the blanks between its values.
pub(super) fn one_line(text: &str) -> String {
    let (mut in_string, mut is_escaped) = (false, false);
    let stays = |character: &char| {
        in_string ^= *character == '"' && !is_escaped;
        is_escaped = *character == '\\' && !is_escaped;
        in_string || !character.is_ascii_whitespace()
    };
    text.chars().filter(stays).collect()
}

impl Context<'_> {
    pub(super) fn error(
        &self,
        span: Range<usize>,
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

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        let place = self.lines.place(span);
        Place {
            line: place.line,
            column: place.column,
        }
    }
}

impl<'t> At<'t> {
    pub(super) fn get(self, key: &str) -> Option<At<'t>> {
        let node = &self.node.member(key)?.value;
        Some(At { node, ..self })
    }

    pub(super) fn need(self, key: &str) -> Result<At<'t>, ScenarioError> {
        self.get(key)
            .ok_or_else(|| self.wrong(&format!("`{key}` is missing"), None))
    }

    /// Checks that it is an object with only these members, each at most once.
    pub(super) fn object(self, what: &str, known: &[&str]) -> Result<(), ScenarioError> {
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
                    None => format!("known members: {}", known.join(", ")),
                };
                return error(
                    format!("{what} has no member `{}`", member.key),
                    Some(advice),
                );
            }
            if members[..index].iter().any(|other| other.key == member.key) {
                return error(format!("`{}` is here twice", member.key), None);
            }
        }
        Ok(())
    }

    pub(super) fn members(self, what: &str) -> Result<Vec<(&'t str, At<'t>)>, ScenarioError> {
        let Kind::Object(members) = &self.node.kind else {
            return Err(self.wrong(&format!("expected {what}"), None));
        };
        let member = |member: &'t json::Member| {
            let node = &member.value;
            (&*member.key, At { node, ..self })
        };
        Ok(members.iter().map(member).collect())
    }

    pub(super) fn list(self, what: &str) -> Result<Vec<At<'t>>, ScenarioError> {
        match &self.node.kind {
            Kind::Array(items) => Ok(items.iter().map(|node| At { node, ..self }).collect()),
            _ => Err(self.wrong(&format!("expected {what}"), None)),
        }
    }

    pub(super) fn text(self) -> Result<String, ScenarioError> {
        match &self.node.kind {
            Kind::String(text) if !text.is_empty() => Ok(text.clone()),
            _ => Err(self.wrong("expected a text", None)),
        }
    }

    /// A text that may be empty, with variables that are set.
    pub(super) fn raw_text(self) -> Result<String, ScenarioError> {
        let Kind::String(text) = &self.node.kind else {
            return Err(self.wrong("expected a text", None));
        };
        self.check_variables()?;
        Ok(text.clone())
    }

    /// A text with variables that are set.
    pub(super) fn filled_text(self) -> Result<String, ScenarioError> {
        let text = self.text()?;
        self.check_variables()?;
        Ok(text)
    }

    /// A JSON value on one line, its numbers, escapes and repeats as they are written, with
    /// variables that are set.
    pub(super) fn json(self) -> Result<String, ScenarioError> {
        self.check_variables()?;
        let text = self.context.lines.text(self.node.span.clone());
        Ok(one_line(&text))
    }

    pub(super) fn optional_text(self, key: &str) -> Result<Option<String>, ScenarioError> {
        self.get(key).map(At::text).transpose()
    }

    pub(super) fn flag(self, key: &str, otherwise: bool) -> Result<bool, ScenarioError> {
        match self.get(key) {
            None => Ok(otherwise),
            Some(flag) => match flag.node.kind {
                Kind::Bool(flag) => Ok(flag),
                _ => Err(flag.wrong("expected true or false", None)),
            },
        }
    }

    pub(super) fn count(
        self,
        key: &str,
        otherwise: u64,
        least: u64,
        most: u64,
    ) -> Result<u64, ScenarioError> {
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

    pub(super) fn number(self, key: &str, least: u64, most: u64) -> Result<u32, ScenarioError> {
        let count = self.count(key, 1, least, most)?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    pub(super) fn duration(self) -> Result<Duration, ScenarioError> {
        let read = match &self.node.kind {
            Kind::String(text) => humantime::parse_duration(text).ok(),
            _ => None,
        };
        read.filter(|duration| *duration <= LONGEST)
            .ok_or_else(|| self.wrong("expected a time such as \"500ms\", \"10s\" or \"2m\"", None))
    }

    /// Checks that all variables in its texts are set, so that a run does not stop halfway.
    pub(super) fn check_variables(self) -> Result<(), ScenarioError> {
        match &self.node.kind {
            Kind::String(text) => check(text, self.context.environment).map_err(|name| {
                let message = format!("the variable {name} is not declared");
                let advice = format!(
                    "--env {name} lets the scenario read it; `$${{` stands for a plain `${{`"
                );
                self.wrong(&message, Some(advice))
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

    pub(super) fn wrong(self, message: &str, advice: Option<String>) -> ScenarioError {
        self.context
            .error(self.node.span.clone(), message.to_owned(), advice)
    }
}
