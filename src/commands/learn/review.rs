//! `--review`: a question for each event and each field.

use std::collections::BTreeSet;

use dialoguer::Confirm;

use super::options::{LearnOptions, name};
use crate::catalog::Catalog;
use crate::commands::prompt::{Asking, theme};
use crate::flows::history::Learner;
use crate::model::error::{Category, Explain, Failure};
use crate::render::learn::heading;
use crate::render::request::word;
use crate::text::show;

/// There is nobody to ask.
#[derive(Debug, thiserror::Error)]
#[error("--review asks, and there is no terminal to ask on")]
pub(super) struct NoTerminal;

impl Explain for NoTerminal {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some("--only EVENT, or --only EVENT#POINTER, says what to learn".to_owned())
    }
}

/// Asks for everything that was learned, and returns the names of what is wanted.
pub(super) fn review(learner: &Learner, catalog: &Catalog) -> Result<BTreeSet<String>, Failure> {
    let asking = Asking::begin("nothing was written")?;
    let mut wanted = BTreeSet::new();
    for draft in learner.drafts() {
        let like = Learner::like(draft, catalog);
        let event = show(&draft.event);
        let questions: Vec<(String, String)> = if draft.is_event() {
            let heading = heading(draft, like.as_ref());
            vec![(
                name(draft, None),
                format!("{event}: {}. Learn it?", show(&heading)),
            )]
        } else {
            let question = |pointer: String| {
                let text = format!("{event}: a new field {}. Learn it?", show(&pointer));
                (name(draft, Some(&pointer)), text)
            };
            draft.roots().into_iter().map(question).collect()
        };
        for (name, question) in questions {
            let theme = theme();
            let confirm = Confirm::with_theme(&*theme)
                .with_prompt(question)
                .default(true);
            if asking.answer(confirm.interact_opt())? {
                wanted.insert(name);
            }
        }
    }
    Ok(wanted)
}

/// The command that does the same without questions.
pub(super) fn command(options: &LearnOptions, wanted: &BTreeSet<String>) -> String {
    let shown = |text: &str| word(&show(text));
    let mut words = vec!["enx-hook learn".to_owned()];
    if let Some(folder) = &options.write {
        words.push(format!("--write {}", shown(&folder.display().to_string())));
    }
    words.extend(wanted.iter().map(|name| format!("--only {}", shown(name))));
    if options.lessons.keeps_values {
        words.push("--enums".to_owned());
    }
    for (flag, value) in [
        ("--provider", &options.lessons.provider),
        ("--discriminator", &options.lessons.discriminator),
    ] {
        words.extend(value.iter().map(|value| format!("{flag} {}", shown(value))));
    }
    format!(
        "the same without questions: {}{}",
        words.join(" "),
        options.logs.words
    )
}
