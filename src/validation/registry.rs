//! All codes that findings can have, each with all that there is to say about it.
//!
//! They come from three places: the reader of JSON and the rules of this room, which are
//! Rust; the schemas and lookalikes of a catalog, which are data, those of `--catalog`
//! included; and the reader of files, which has a few of its own.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::Value;

use super::codes;
use crate::catalog::{Catalog, Citation, CodeExample, Provider, Shape};
use crate::json;
use crate::model::code::{Code, Example};
use crate::model::report::Severity;
use crate::text::nearest;

/// A code, and all that there is to say about it.
#[derive(Debug)]
pub struct KnownCode<'c> {
    /// Its name.
    pub name: &'c str,
    /// What such findings weigh, the lightest first; the place decides which.
    pub severities: BTreeSet<Severity>,
    /// What is odd or wrong, in a few words.
    pub what: Cow<'c, str>,
    /// Why it matters.
    pub why: Option<&'c str>,
    /// Which documents say so.
    pub sources: Vec<(&'c Provider, &'c Citation)>,
    example: Option<Instance<'c>>,
}

#[derive(Clone, Debug)]
enum Instance<'c> {
    Texts([Cow<'static, [u8]>; 2]),
    Event(&'c Provider, &'c CodeExample),
}

/// A document that has a finding, and the same without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The document, or the part of it that matters.
    pub before: String,
    /// The same without the finding.
    pub after: String,
}

impl<'c> KnownCode<'c> {
    /// An example for people. What is said of files and requests has none.
    pub fn shown(&self) -> Option<Shown> {
        let [before, after] = match self.example.as_ref()? {
            Instance::Texts(texts) => texts
                .each_ref()
                .map(|text| String::from_utf8_lossy(text).into_owned()),
            Instance::Event(provider, example) => {
                let sample = provider.event(&example.event)?.sample().ok()?;
                example.shown(&sample).map(|value| spaced(&value))
            }
        };
        Some(Shown { before, after })
    }

    /// The example as whole documents, and the event that they are to be taken for.
    pub fn documents(&self) -> Option<([Vec<u8>; 2], Option<&'c str>)> {
        match self.example.clone()? {
            Instance::Texts(texts) => Some((texts.map(Cow::into_owned), None)),
            Instance::Event(provider, example) => {
                let sample = provider.event(&example.event)?.sample().ok()?;
                let bodies = example
                    .bodies(&sample)
                    .map(|value| value.to_string().into_bytes());
                Some((bodies, example.taken_for.then_some(&*example.event)))
            }
        }
    }
}

/// Every code, by its name. `more` are those of the reader of files.
pub fn known_codes<'c>(catalog: &'c Catalog, more: &'c [&'c Code]) -> Vec<KnownCode<'c>> {
    let written = json::codes::ALL.iter().chain(codes::ALL).chain(more);
    let mut known: Vec<KnownCode<'c>> = written.map(|code| KnownCode::from(*code)).collect();
    for provider in catalog.providers() {
        for event in provider.events() {
            each(event.shape(), &mut |place| {
                let ours = |list: &'c [crate::catalog::Remark]| {
                    list.iter().map(|rule| (&*rule.code, &*rule.message))
                };
                for (name, message) in ours(&place.warn) {
                    add(&mut known, name, message, Severity::Warning);
                }
                for (name, message) in ours(&place.explain) {
                    add(&mut known, name, message, Severity::Error);
                }
                for rule in &place.compare {
                    add(&mut known, &rule.code, &rule.message, Severity::Warning);
                }
            });
        }
        for lookalike in &provider.lookalikes {
            add(
                &mut known,
                &lookalike.code,
                &lookalike.message,
                Severity::Error,
            );
        }
    }
    for provider in catalog.providers() {
        for words in provider.codes() {
            let Some(code) = known.iter_mut().find(|code| code.name == words.code) else {
                continue;
            };
            if let (Some(what), None) = (&words.what, code.why) {
                code.what = Cow::Borrowed(what);
            }
            code.why = code.why.or(words.why.as_deref());
            code.sources
                .extend(words.source.iter().map(|source| (provider, source)));
            if let (None, Some(example)) = (&code.example, &words.example) {
                code.example = Some(Instance::Event(provider, example));
            }
        }
    }
    known.sort_by_key(|code| code.name);
    known
}

/// The name nearest to one that no code has.
pub fn nearest_code<'c>(codes: &[KnownCode<'c>], name: &str) -> Option<&'c str> {
    nearest(name, codes.iter().map(|code| code.name))
}

/// A code of the data files; one without words of its own speaks by its first message.
fn add<'c>(known: &mut Vec<KnownCode<'c>>, name: &'c str, message: &'c str, severity: Severity) {
    if let Some(code) = known.iter_mut().find(|code| code.name == name) {
        code.severities.insert(severity);
        return;
    }
    known.push(KnownCode {
        name,
        severities: BTreeSet::from([severity]),
        what: Cow::Borrowed(message),
        why: None,
        sources: Vec::new(),
        example: None,
    });
}

impl<'c> From<&'c Code> for KnownCode<'c> {
    fn from(code: &'c Code) -> KnownCode<'c> {
        KnownCode {
            name: code.name,
            severities: code.severities.iter().copied().collect(),
            what: Cow::Borrowed(code.what),
            why: Some(code.why),
            sources: Vec::new(),
            example: match code.example {
                Example::Texts(before, after) => {
                    Some([before, after].map(str::as_bytes).map(Cow::Borrowed))
                }
                Example::Bytes(before, after) => Some([before, after].map(Cow::Borrowed)),
                Example::Made(make) => Some(make().map(|text| Cow::Owned(text.into_bytes()))),
                Example::Catalog | Example::Around => None,
            }
            .map(Instance::Texts),
        }
    }
}

/// A value on one line, with room between its parts.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) if members.is_empty() => "{}".to_owned(),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(name, value)| format!("{}: {}", json::quoted(name), spaced(value)));
            format!("{{ {} }}", members.collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(spaced).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// Shows a place and every place inside it.
fn each<'s>(place: &'s Shape, see: &mut dyn FnMut(&'s Shape)) {
    see(place);
    for inner in place.inside() {
        each(inner, see);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::validation::Validation;

    fn codes_of(validation: &Validation, text: &[u8]) -> BTreeSet<String> {
        let report = validation.report(text);
        let codes = report
            .findings
            .into_iter()
            .map(|finding| finding.code.into_owned());
        codes.collect()
    }

    #[test]
    fn every_code_has_words_and_is_given_by_its_own_example_and_not_by_what_comes_after() {
        let catalog = Arc::new(Catalog::embedded().unwrap());
        let plain = Validation::new(Arc::clone(&catalog));
        let known = known_codes(&catalog, &[]);
        let mut wrong = Vec::new();
        for code in &known {
            let name = code.name;
            if code.why.is_none() || code.what.is_empty() {
                wrong.push(format!("{name} has no words"));
            }
            let Some(([before, after], taken_for)) = code.documents() else {
                // The test of its own rule gives it.
                let others = [
                    &codes::CONTENT_ENCODING,
                    &codes::MORE_FINDINGS,
                    &codes::TOO_MANY_VALUES,
                ];
                if others.iter().all(|code| code.name != name) {
                    wrong.push(format!("{name} has no example"));
                }
                continue;
            };
            let validation = taken_for.map_or(plain.clone(), |event| {
                plain.clone().taking_for(catalog.find(event).unwrap())
            });
            let found = codes_of(&validation, &before);
            if !found.contains(name) {
                wrong.push(format!(
                    "{name} is not given by its example: {found:?}\n  {}",
                    before.escape_ascii()
                ));
            }
            let found = codes_of(&validation, &after);
            if found.contains(name) {
                wrong.push(format!(
                    "{name} is given by what comes after: {found:?}\n  {}",
                    after.escape_ascii()
                ));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(known.len() > 80, "{}", known.len());
    }

    #[test]
    fn the_data_files_speak_of_no_code_that_nothing_gives() {
        let catalog = Catalog::embedded().unwrap();
        let known = known_codes(&catalog, &[]);
        for provider in catalog.providers() {
            for words in provider.codes() {
                assert!(
                    known.iter().any(|code| code.name == words.code),
                    "{}",
                    words.code
                );
            }
        }
    }

    #[test]
    fn codes_are_kebab_case_and_no_two_are_the_same() {
        let catalog = Catalog::embedded().unwrap();
        let known = known_codes(&catalog, &[]);
        let kebab = regex::Regex::new("^[a-z0-9]+(-[a-z0-9]+)*$").unwrap();
        for pair in known.windows(2) {
            assert!(pair[0].name < pair[1].name && kebab.is_match(pair[1].name));
        }
    }
}
