//! What a check is: its name, its texts, and the function that runs it.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::LazyLock;

use serde::Deserialize;

use super::context::CheckContext;
use super::finding::Checking;
use crate::catalog::{Provider, Rule};

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
    /// The files that events name are downloaded.
    Files,
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
            Group::Files => "files",
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
pub(super) type Running<'a> = Pin<Box<dyn Future<Output = Checking> + 'a>>;

/// One check.
pub struct Check {
    /// Its name, in kebab-case.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// What must hold before it can run.
    pub needs: Needs,
    /// The most requests that it sends, given the number of the provider's events.
    pub requests: fn(u32) -> u32,
    /// Runs it.
    pub(super) run: for<'a> fn(&'a CheckContext<'a>) -> Running<'a>,
}

/// The texts of a check, from `checks.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckText {
    /// The names that a provider's data file may use for the rule. Without such a rule, the
    /// check is good practice.
    #[serde(default)]
    pub rules: Vec<String>,
    /// The rule, in one sentence.
    pub title: String,
    /// What is sent, and why the rule exists.
    pub about: String,
    /// What to change in a handler that fails.
    pub change: String,
}

/// The texts by check. A test proves that the file can be read and has every check.
pub(super) static TEXTS: LazyLock<BTreeMap<String, CheckText>> =
    LazyLock::new(|| toml::from_str(include_str!("checks.toml")).unwrap_or_default());

impl Check {
    /// Its texts.
    pub fn text(&self) -> &'static CheckText {
        static NONE: CheckText = CheckText {
            rules: Vec::new(),
            title: String::new(),
            about: String::new(),
            change: String::new(),
        };
        TEXTS.get(self.name).unwrap_or(&NONE)
    }

    /// The rule of the provider's documents that asks for it.
    pub fn rule<'p>(&self, provider: &'p Provider) -> Option<&'p Rule> {
        provider.rule(&self.text().rules)
    }

    /// How much it counts for that provider.
    pub fn level(&self, provider: &Provider) -> Level {
        match self.rule(provider) {
            Some(_) => Level::Must,
            None => Level::Should,
        }
    }
}

/// The checks of a group, a row each: the name, what it needs, the most requests for a number of
/// events, and what runs for a context.
macro_rules! checks {
    ($group:ident: $($name:literal $needs:ident $requests:expr, $context:ident => $run:expr;)+) => {
        pub(super) const CHECKS: &[Check] = &[$(Check {
            name: $name,
            group: Group::$group,
            needs: Needs::$needs,
            requests: $requests,
            run: |$context| Box::pin($run),
        }),+];
    };
}
pub(super) use checks;
