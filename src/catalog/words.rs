//! What a data file says about the codes of findings: why each is looked for, which document
//! says so, and an event that has it.
//!
//! An example is written as a change of the event's sample, so that it shows what matters and
//! still is a whole body to be judged: a test judges each of them.

use std::sync::OnceLock;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::document::{Citation, Document};
use super::error::CatalogError;
use super::event::Event;
use super::files::File;

/// Why [`Words::codes`] cannot fail.
const PROVED: &str =
    "a test reads those of every embedded file, and a folder's are read when it is added";

/// All that a provider's file says about codes. It is the longest part of the file, and most
/// runs neither explain nor list codes, so it is read when it is first asked for.
#[derive(Debug)]
pub(super) struct Words {
    file: File,
    read: OnceLock<Vec<CodeWords>>,
}

/// The part of `provider.json` that matters here.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    codes: Vec<CodeWords>,
}

impl Words {
    /// Those of that file.
    pub(super) fn new(file: &File) -> Words {
        Words {
            file: file.clone(),
            read: OnceLock::new(),
        }
    }

    /// Reads now, and says what is wrong.
    pub(super) fn check(
        &self,
        documents: &[Document],
        events: &[Event],
    ) -> Result<(), CatalogError> {
        let codes = self.parse()?;
        for (index, words) in codes.iter().enumerate() {
            if let Some((place, message)) = words.fault(documents, events) {
                let pointer = format!("/codes/{index}/{place}");
                return Err(CatalogError::at(&self.file.path, pointer, message));
            }
        }
        // A race would set an equal value: the file does not change.
        let _ = self.read.set(codes);
        Ok(())
    }

    /// All of it.
    ///
    /// # Panics
    ///
    /// If it is not of the shape expected, which loading has ruled out.
    #[expect(clippy::expect_used, reason = "see PROVED")]
    pub(super) fn codes(&self) -> &[CodeWords] {
        self.read.get_or_init(|| self.parse().expect(PROVED))
    }

    fn parse(&self) -> Result<Vec<CodeWords>, CatalogError> {
        let written: Written = serde_json::from_str(&self.file.text)
            .map_err(|error| CatalogError::json(&self.file.path, &error))?;
        Ok(written.codes)
    }
}

/// What there is to say about a code.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeWords {
    /// The code.
    pub code: String,
    /// What is odd or wrong, in a few words; nothing where the program has words of its own.
    pub what: Option<String>,
    /// Why it matters.
    pub why: Option<String>,
    /// Which document says so.
    pub source: Option<Citation>,
    /// A body that has it, and one that has not.
    pub example: Option<CodeExample>,
}

/// A body that has a finding, and one that has not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeExample {
    /// The event whose sample is changed.
    pub event: String,
    /// The bodies are to be taken for that event, whatever they say.
    #[serde(default, rename = "as")]
    pub taken_for: bool,
    /// The whole body with the finding, in place of a change.
    body: Option<Value>,
    /// The members with which the sample has the finding.
    #[serde(default)]
    before: Map<String, Value>,
    /// The same members without it.
    #[serde(default)]
    after: Map<String, Value>,
}

impl CodeExample {
    /// What people are shown: the members that differ, or the whole body where it is another.
    pub fn shown(&self, sample: &Value) -> [Value; 2] {
        match &self.body {
            Some(body) => [body.clone(), sample.clone()],
            None => [&self.before, &self.after].map(|members| Value::Object(members.clone())),
        }
    }

    /// The two bodies.
    pub fn bodies(&self, sample: &Value) -> [Value; 2] {
        match &self.body {
            Some(body) => [body.clone(), sample.clone()],
            None => [
                changed(sample, &self.after, &self.before),
                changed(sample, &self.before, &self.after),
            ],
        }
    }
}

/// The sample without some members and with others.
fn changed(sample: &Value, without: &Map<String, Value>, with: &Map<String, Value>) -> Value {
    let mut body = sample.clone();
    if let Some(members) = body.as_object_mut() {
        members.retain(|name, _| with.contains_key(name) || !without.contains_key(name));
        for (name, value) in with {
            members.insert(name.clone(), value.clone());
        }
    }
    body
}

impl CodeWords {
    /// What it names that is not there: where in it, and what.
    fn fault(&self, documents: &[Document], events: &[Event]) -> Option<(&'static str, String)> {
        if let Some(source) = &self.source
            && !documents
                .iter()
                .any(|document| document.id == source.document)
        {
            return Some((
                "source/document",
                format!("no document has the id `{}`", source.document),
            ));
        }
        let example = self.example.as_ref()?;
        let known = events.iter().any(|event| event.name == example.event);
        (!known).then(|| {
            (
                "example/event",
                format!("no event is called `{}`", example.event),
            )
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use crate::catalog::Catalog;

    #[test]
    fn what_the_embedded_files_say_about_codes_names_only_what_is_there() {
        for provider in Catalog::embedded().unwrap().providers() {
            provider.check_words().unwrap();
        }
    }
}
