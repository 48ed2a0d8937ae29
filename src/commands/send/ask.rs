//! `send` without an event, on a terminal: which event, with which values, and where to.

mod command;
mod draft;
mod fields;

use std::fmt;

use dialoguer::{Confirm, Input};

use crate::catalog::{Catalog, Entry};
use crate::commands::prompt::{Asking, choose, theme};
use crate::commands::{Console, Origin, Target};
use crate::flows::sending::Body;
use crate::model::environment::Environment;
use crate::model::error::Failure;
use crate::render::Layout;
use crate::render::delivery::target_line;
use crate::render::payload::write_payload;
use crate::text::show;
use crate::{delivery, json};

pub(super) use draft::BodyDraft;

/// What it means if the user leaves.
const LEFT: &str = "nothing was sent";
/// Finds a target of the configuration file by its name.
pub type Resolve = dyn Fn(&str, &Environment) -> Result<Target, Failure>;

/// What is known before the first question.
pub struct Questions {
    /// What was typed and still counts, as words of a command, target and event aside.
    pub typed: Vec<String>,
    /// The targets of the configuration file, with their URLs as they may be shown.
    pub named: Vec<(String, String)>,
    /// The target of that name, with its credentials.
    pub resolve: Box<Resolve>,
}

impl fmt::Debug for Questions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Questions")
            .field("named", &self.named)
            .finish_non_exhaustive()
    }
}

/// What was answered, besides the target and the values.
pub(super) struct Answered<'c> {
    pub(super) entry: Entry<'c>,
    /// The command that does the same without questions.
    pub(super) command: String,
}

/// Asks yes or no; yes is proposed.
pub(super) fn confirm(question: &str) -> Result<bool, Failure> {
    let asking = Asking::begin(LEFT)?;
    let confirm = Confirm::new().with_prompt(question).default(true);
    Ok(asking.answer(confirm.interact_opt())?)
}

/// Asks for an event, for the values of its fields and for a target, and whether to send.
pub(super) fn ask<'c>(
    questions: &Questions,
    catalog: &'c Catalog,
    draft: &mut BodyDraft<'_, 'c>,
    target: &mut Target,
    sends: bool,
    console: &mut Console,
) -> Result<Answered<'c>, Failure> {
    let asking = Asking::begin(LEFT)?;
    let width = console.environment.width();
    let entry = event(&asking, catalog, width)?;
    let (name, provider) = (&entry.event.name, &entry.provider.name);
    console.say(&show(&format!("{name} ({provider})")))?;
    let mut words = questions.typed.clone();
    if !draft.options.exact {
        for chosen in fields::ask(&asking, entry, draft, width, console)? {
            chosen.add_to(&mut words);
        }
    }
    // A target that was typed is the one.
    if !matches!(target.origin, Origin::Flag | Origin::Named(_)) {
        where_to(&asking, questions, target, &console.environment)?;
        console.say(&format!("to {}", target_line(target)))?;
    }
    if sends {
        preview(&draft.body(entry)?, console)?;
        let question = format!("Post it to {}?", show(&target.url.to_string()));
        let theme = theme();
        let confirm = Confirm::with_theme(&*theme)
            .with_prompt(question)
            .default(true);
        if !asking.answer(confirm.interact_opt())? {
            return Err(asking.leave().into());
        }
    }
    Ok(Answered {
        command: command::line(catalog, entry, &words, target, &console.catalogs),
        entry,
    })
}

fn event<'c>(
    asking: &Asking,
    catalog: &'c Catalog,
    width: Option<usize>,
) -> Result<Entry<'c>, Failure> {
    let entries: Vec<Entry<'_>> = catalog.entries().collect();
    let widest = |name: &dyn Fn(&Entry<'c>) -> usize| entries.iter().map(name).max();
    let event = widest(&|entry| entry.event.name.len()).unwrap_or_default();
    let provider = widest(&|entry| entry.provider.name.len()).unwrap_or_default();
    let items = entries.iter().map(|entry| {
        let (name, from) = (&entry.event.name, &entry.provider.name);
        format!("{name:event$}  {from:provider$}  {}", entry.event.fires())
    });
    let chosen = choose(asking, "Which event? (type to search)", items, width)?;
    Ok(entries[chosen])
}

fn where_to(
    asking: &Asking,
    questions: &Questions,
    target: &mut Target,
    environment: &Environment,
) -> Result<(), Failure> {
    if !questions.named.is_empty() {
        let named = questions.named.iter();
        let items = named
            .map(|(name, url)| format!("{name}  {url}"))
            .chain([target_line(target), "another URL".to_owned()]);
        let chosen = choose(asking, "Where to?", items, environment.width())?;
        if let Some((name, _)) = questions.named.get(chosen) {
            *target = (questions.resolve)(name, environment)?;
            return Ok(());
        }
        if chosen == questions.named.len() {
            return Ok(());
        }
    }
    let proposed = target.url.to_string();
    let theme = theme();
    let url = Input::<String>::with_theme(&*theme)
        .with_prompt("Where to?")
        .report(false)
        .default(proposed.clone())
        .validate_with(|text: &String| match delivery::TargetUrl::parse(text) {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::from(error).message()),
        });
    let url = asking.answer(url.interact_text().map(Some))?;
    if url != proposed {
        if matches!(target.origin, Origin::File(_) | Origin::Named(_)) {
            // A user of the configuration file belongs to the URL beside it, and goes nowhere else.
            target.credentials = None;
        }
        target.url = delivery::TargetUrl::parse(&url)?;
        target.origin = Origin::Flag;
    }
    Ok(())
}

/// Shows what would be sent.
fn preview(body: &Body<'_>, console: &mut Console) -> Result<(), Failure> {
    let layout = Layout {
        margin: 2,
        ..Layout::default()
    };
    if let Some(root) = json::read(&body.bytes).root {
        write_payload(&mut *console.err, console.err_style, layout, &root, &|_| {
            None
        })?;
    }
    Ok(())
}
