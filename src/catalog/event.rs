//! An event: a schema with its annotations, and a sample.
//!
//! Parsing and compiling happen on first use. The files in the binary are valid, because a test
//! compiles each of them. The files of a folder are compiled when the folder is added, so that
//! errors name the file and the place.

use std::sync::OnceLock;

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::files::File;
use super::known::{self, Known};
use super::shape::Shape;
use super::{CatalogError, fields};
use crate::json::Path;

/// Why the lazy halves of an [`Event`] cannot fail.
const PROVED: &str = "a test compiles every embedded file, and a folder's are compiled when added";

/// One kind of notification of a provider.
#[derive(Debug)]
pub struct Event {
    /// Its name: the value of the discriminator.
    pub name: String,
    schema_file: File,
    sample_file: File,
    schema: OnceLock<Value>,
    shape: OnceLock<Shape>,
    validator: OnceLock<Validator>,
}

/// A place in the documents that describes an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source<'e> {
    /// The id of the document.
    pub document: &'e str,
    /// The section of it.
    pub section: &'e str,
}

impl Event {
    pub(super) fn new(name: &str, schema: &File, sample: &File) -> Event {
        Event {
            name: name.to_owned(),
            schema_file: schema.clone(),
            sample_file: sample.clone(),
            schema: OnceLock::new(),
            shape: OnceLock::new(),
            validator: OnceLock::new(),
        }
    }

    /// Adds fields, if a schema says that it extends this event (`x-extends`); false if not.
    pub(super) fn extend(&mut self, schema: &File, sample: &File) -> Result<bool, CatalogError> {
        let fields: Value = serde_json::from_str(&schema.text)
            .map_err(|error| CatalogError::json(&schema.path, &error))?;
        if fields.get("x-extends").and_then(Value::as_str) != Some(&self.name) {
            return Ok(false);
        }
        let mut whole = self.schema().clone();
        add_fields(&mut whole, &fields);
        let schema = File {
            text: whole.to_string().into(),
            ..schema.clone()
        };
        *self = Event::new(&self.name, &schema, sample);
        Ok(true)
    }

    /// Whether the event is built in.
    pub fn is_embedded(&self) -> bool {
        self.schema_file.embedded
    }

    /// The schema file, exactly.
    pub fn schema_text(&self) -> &str {
        &self.schema_file.text
    }

    /// The sample file, exactly.
    pub fn sample_text(&self) -> &str {
        &self.sample_file.text
    }

    /// The sample, parsed.
    pub fn sample(&self) -> Result<Value, CatalogError> {
        serde_json::from_str(self.sample_text())
            .map_err(|error| CatalogError::json(&self.sample_file.path, &error))
    }

    /// Parses and compiles the schema and the sample now, and returns the first error.
    pub fn compile(&self) -> Result<(), CatalogError> {
        if self.schema.get().is_none() {
            // A race would set an equal value: the file does not change.
            let _ = self.schema.set(self.parse_schema()?);
        }
        // First, because it reports the place of a reference without a target.
        let shape = self.build_shape()?;
        let validator = self.build_validator()?;
        let sample = self.sample()?;
        if let Some(error) = validator.iter_errors(&sample).next() {
            let pointer = error.instance_path().to_string();
            let message = format!("the sample is not valid by its schema: {error}");
            return Err(CatalogError::at(&self.sample_file.path, pointer, message));
        }
        let _ = self.shape.set(shape);
        let _ = self.validator.set(validator);
        Ok(())
    }

    /// The schema, parsed.
    ///
    /// # Panics
    ///
    /// If it is not JSON, which loading rules out.
    #[expect(clippy::expect_used, reason = "see PROVED")]
    pub fn schema(&self) -> &Value {
        self.schema
            .get_or_init(|| self.parse_schema().expect(PROVED))
    }

    /// The compiled schema, which accepts every document that is not invalid.
    ///
    /// # Panics
    ///
    /// If it is not a schema, which loading rules out.
    #[expect(clippy::expect_used, reason = "see PROVED")]
    pub fn validator(&self) -> &Validator {
        self.validator
            .get_or_init(|| self.build_validator().expect(PROVED))
    }

    /// The annotations in the schema.
    ///
    /// # Panics
    ///
    /// If an annotation is invalid, which loading rules out.
    #[expect(clippy::expect_used, reason = "see PROVED")]
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| self.build_shape().expect(PROVED))
    }

    fn parse_schema(&self) -> Result<Value, CatalogError> {
        serde_json::from_str(self.schema_text())
            .map_err(|error| CatalogError::json(&self.schema_file.path, &error))
    }

    fn build_shape(&self) -> Result<Shape, CatalogError> {
        Shape::of(self.schema(), &self.schema_file.path, !self.is_embedded())
    }

    fn build_validator(&self) -> Result<Validator, CatalogError> {
        // Not `options().build()`, which is generic: it would compile the judge a second time.
        jsonschema::draft202012::new(self.schema()).map_err(|error| {
            let pointer = error.instance_path().to_string();
            CatalogError::at(&self.schema_file.path, pointer, error.to_string())
        })
    }

    /// A short title for people.
    pub fn title(&self) -> &str {
        self.text("title")
    }

    /// The description, in one or two sentences.
    pub fn description(&self) -> &str {
        self.text("description")
    }

    /// The moment when the event is sent, as a clause.
    pub fn fires(&self) -> &str {
        self.text("x-fires")
    }

    /// Common mistakes of integrators.
    pub fn pitfalls(&self) -> impl Iterator<Item = &str> {
        self.list("x-pitfalls").filter_map(Value::as_str)
    }

    /// The places in the documents that describe the event.
    pub fn sources(&self) -> impl Iterator<Item = Source<'_>> {
        self.list("x-source").filter_map(|source| {
            Some(Source {
                document: source.get("document")?.as_str()?,
                section: source.get("section")?.as_str()?,
            })
        })
    }

    /// The documented fields, nested ones included.
    pub fn fields(&self) -> Vec<fields::Field<'_>> {
        fields::of(self.schema())
    }

    /// Whether a path is documented, or the schema allows any value there.
    pub fn knows(&self, path: &Path) -> Known {
        known::look_up(self.schema(), path)
    }

    fn text(&self, keyword: &str) -> &str {
        self.schema()
            .get(keyword)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn list(&self, keyword: &str) -> impl Iterator<Item = &Value> {
        self.schema()
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    }
}

/// Adds the properties that a schema does not have, also inside those that it has.
fn add_fields(schema: &mut Value, more: &Value) {
    let Some(members) = schema.as_object_mut() else {
        return;
    };
    if let Some(properties) = more.get("properties").and_then(Value::as_object) {
        let known = members
            .entry("properties")
            .or_insert_with(|| Map::new().into());
        for (name, more) in properties {
            match known.get_mut(name) {
                Some(inner) => add_fields(inner, more),
                None => known[name] = more.clone(),
            }
        }
    }
    if let Some(more) = more.get("items") {
        match members.get_mut("items") {
            Some(items) => add_fields(items, more),
            None => drop(members.insert("items".to_owned(), more.clone())),
        }
    }
}
