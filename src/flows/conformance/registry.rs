//! Which checks there are, and which of them a run takes.

use super::context::RunOptions;
use super::definition::{Check, Group};
use super::{
    authentication, delivery, effects, files, idempotency, promptness, robustness, transport,
};
use crate::model::error::{Category, Explain};
use crate::text::nearest;

/// All checks, in the order in which they run.
pub(super) fn all() -> impl Iterator<Item = &'static Check> + Clone {
    [
        delivery::CHECKS,
        promptness::CHECKS,
        idempotency::CHECKS,
        authentication::CHECKS,
        robustness::CHECKS,
        transport::CHECKS,
        files::CHECKS,
        effects::CHECKS,
    ]
    .into_iter()
    .flatten()
}

/// The check of that name.
pub fn named(name: &str) -> Result<&'static Check, UnknownCheck> {
    all()
        .find(|check| check.name == name)
        .ok_or_else(|| UnknownCheck::new(name, all().map(|check| check.name)))
}

/// The checks that are left after `--only` and `--skip`, which take names of checks and groups.
pub fn select(only: &[String], skip: &[String]) -> Result<Vec<&'static Check>, SelectError> {
    let names = || all().flat_map(|check| [check.name, check.group.word()]);
    for word in only.iter().chain(skip) {
        if !names().any(|name| name == word) {
            return Err(UnknownCheck::new(word, names()).into());
        }
    }
    let is_in = |check: &Check, words: &[String]| {
        words
            .iter()
            .any(|word| word == check.name || word == check.group.word())
    };
    let selected: Vec<&Check> = all()
        .filter(|check| only.is_empty() || is_in(check, only))
        .filter(|check| !is_in(check, skip))
        .collect();
    if selected.is_empty() {
        return Err(SelectError::Nothing);
    }
    Ok(selected)
}

/// Whether the options say how to observe what the check asks for.
pub(super) fn is_wanted(check: &Check, options: &RunOptions) -> bool {
    match (check.group, check.name) {
        (Group::Effects, "verify-command") => options.verify_command.is_some(),
        (Group::Effects, _) => options.verify.is_some(),
        (Group::Files, _) => options.files.is_some(),
        _ => true,
    }
}

/// A name that no check has.
#[derive(Debug, thiserror::Error)]
#[error("no check is called `{name}`")]
pub struct UnknownCheck {
    name: String,
    nearest: Option<String>,
}

impl UnknownCheck {
    fn new<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> UnknownCheck {
        UnknownCheck {
            name: name.to_owned(),
            nearest: nearest(name, names).map(str::to_owned),
        }
    }
}

impl Explain for UnknownCheck {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match &self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`enx-hook check --list` lists them".to_owned(),
        })
    }
}

/// A selection that is wrong.
#[derive(Debug, thiserror::Error)]
pub enum SelectError {
    /// It contains an unknown name.
    #[error(transparent)]
    Unknown(#[from] UnknownCheck),
    /// Nothing is left.
    #[error("--only and --skip leave no check")]
    Nothing,
}

impl Explain for SelectError {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        match self {
            SelectError::Unknown(unknown) => unknown.advice(),
            SelectError::Nothing => Some("`enx-hook check --list` lists them".to_owned()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::collections::BTreeSet;

    use super::super::definition::{CheckText, TEXTS};
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn every_check_has_a_name_of_its_own_in_kebab_case_and_says_what_to_change() {
        let mut seen = BTreeSet::new();
        for check in all() {
            let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(check.name.chars().all(is_kebab), "{}", check.name);
            assert!(seen.insert(check.name), "{} twice", check.name);
            assert!(
                all().all(|other| other.group.word() != check.name),
                "{}",
                check.name
            );
            let CheckText {
                title,
                about,
                change,
                ..
            } = check.text();
            for text in [title, about, change] {
                assert!(
                    text.len() > 20 && text.ends_with('.'),
                    "{}: {text}",
                    check.name
                );
                assert!(!text.contains('\n') && !text.contains("  "), "{text:?}");
            }
        }
    }

    #[test]
    fn every_text_belongs_to_a_check() {
        let texts: BTreeSet<&str> = TEXTS.keys().map(String::as_str).collect();
        let checks: BTreeSet<&str> = all().map(|check| check.name).collect();
        assert_eq!(texts, checks);
    }

    #[test]
    fn every_rule_that_a_check_names_is_stated_by_a_provider() {
        let catalog = Catalog::embedded().unwrap();
        let schema = include_str!("../../../schemas/provider.schema.json");
        for rule in all().flat_map(|check| &check.text().rules) {
            let stated = catalog
                .providers()
                .iter()
                .any(|provider| provider.rule(&[rule]).is_some());
            assert!(stated, "{rule}");
            // The author of a further provider must be able to look it up.
            assert!(schema.contains(rule), "{rule} is not in the schema");
        }
    }

    #[test]
    fn checks_are_selected_by_name_and_by_group() {
        let select = |only: &[&str], skip: &[&str]| {
            let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
            super::select(&owned(only), &owned(skip))
        };
        assert_eq!(select(&[], &[]).unwrap().len(), all().count());
        let group = select(&["transport"], &["https"]).unwrap();
        assert!(group.len() > 2 && group.iter().all(|check| check.group == Group::Transport));
        assert_eq!(select(&["https", "not-json"], &[]).unwrap().len(), 2);
        assert!(matches!(
            select(&["https"], &["transport"]),
            Err(SelectError::Nothing)
        ));
        let Err(error) = select(&["htps"], &[]) else {
            panic!("no error")
        };
        assert_eq!(error.advice().unwrap(), "did you mean `https`?");
    }
}
