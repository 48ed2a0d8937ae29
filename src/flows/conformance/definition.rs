//! What a check is: its name, its rule, what it sends, and the function that runs it.

use std::future::Future;
use std::pin::Pin;

use super::context::CheckContext;
use super::finding::Finding;
use crate::catalog::{Provider, Rule};
use crate::model::error::Failure;

/// What a check is about. Checks run in this order, group by group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Documented events, in every form, are answered 200.
    Delivery,
    /// The answer comes at once.
    Promptness,
    /// Repeated events do no harm.
    Idempotency,
    /// Only requests with the credentials are accepted.
    Authentication,
    /// Malformed requests do no harm.
    Robustness,
    /// TLS, connections and methods.
    Transport,
    /// What the events did.
    Effects,
}

impl Group {
    /// The word for it in output and flags.
    pub fn word(self) -> &'static str {
        match self {
            Group::Delivery => "delivery",
            Group::Promptness => "promptness",
            Group::Idempotency => "idempotency",
            Group::Authentication => "authentication",
            Group::Robustness => "robustness",
            Group::Transport => "transport",
            Group::Effects => "effects",
        }
    }
}

/// How much a rule counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A document of the provider asks for it.
    Must,
    /// Good practice.
    Should,
}

impl Level {
    /// The word for it in output.
    pub fn word(self) -> &'static str {
        match self {
            Level::Must => "must",
            Level::Should => "should",
        }
    }
}

/// What must be known about a receiver before a check can run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// It answers without a redirect, with any status.
    Answers,
    /// It answers 200 to at least one event.
    GoodEvent,
}

/// A check that runs.
pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Result<Finding, Failure>> + 'a>>;

/// One check.
pub struct Check {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// The rule, in one sentence.
    pub title: &'static str,
    /// The names that a provider's data file may use for the rule. Without such a rule, the
    /// check is good practice.
    pub rules: &'static [&'static str],
    /// What is sent, and why the rule exists.
    pub about: &'static str,
    /// What to change in a handler that fails.
    pub change: &'static str,
    /// What must hold before it can run.
    pub needs: Needs,
    /// The most requests that it sends, given the number of the provider's events.
    pub requests: fn(u32) -> u32,
    /// Runs it.
    pub(super) run: for<'a> fn(&'a CheckContext<'a>) -> Running<'a>,
}

impl Check {
    /// The rule of the provider's documents that asks for it.
    pub fn rule<'p>(&self, provider: &'p Provider) -> Option<&'p Rule> {
        provider.rule(self.rules)
    }

    /// How much it counts for that provider.
    pub fn level(&self, provider: &Provider) -> Level {
        match self.rule(provider) {
            Some(_) => Level::Must,
            None => Level::Should,
        }
    }
}
