//! The annotations in a schema: `x-warn`, `x-explain`, `x-misnamed`,
//! `x-compare`.
//!
//! Other validators ignore these, so they never decide what is invalid. They are found along
//! `properties`, `patternProperties`, `additionalProperties`, `items`, `allOf`, `anyOf`,
//! `oneOf` and local `$ref`; those of all branches apply wherever the instance has the place.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::CatalogError;
use super::question::Question;

/// The annotations of one place, and of the places inside it.
#[derive(Debug, Default)]
pub struct Shape {
    /// What makes an accepted value odd (`x-warn`).
    pub warn: Vec<Remark>,
    /// What makes a rejected value understandable (`x-explain`).
    pub explain: Vec<Remark>,
    /// Names under which this member is found when it is missing (`x-misnamed`).
    pub misnamed: Vec<Misnamed>,
    /// Rules that compare two members of this object (`x-compare`).
    pub compare: Vec<Compare>,
    /// What the value is, in the documents' sense.
    pub description: Option<String>,
    /// The JSON types that are accepted, the documented one first. Empty if any is.
    pub types: Vec<String>,
    /// The members that are required.
    pub required: Vec<String>,
    /// Whether the documents list all values that it can have.
    pub is_list: bool,
    properties: Vec<(String, Shape)>,
    patterns: Vec<(Question, Shape)>,
    additional: Option<Box<Shape>>,
    items: Option<Box<Shape>>,
}

/// Something to say about a value that matches a schema.
#[derive(Clone, Debug)]
pub struct Remark {
    /// The code of the finding.
    pub code: String,
    /// What is odd or wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    test: Arc<Question>,
}

impl Remark {
    /// The schema that the value matches of which it is to be said.
    pub fn test(&self) -> &Value {
        &self.test.schema
    }

    /// Whether it is said of each value that the documents do not list.
    pub fn is_of_others(&self) -> bool {
        let not = self.test.schema.get("not");
        not.is_some_and(|not| not.get("enum").is_some())
    }

    /// Whether it is to be said of this value.
    pub fn applies_to(&self, value: &Value) -> bool {
        self.test.matches(value)
    }
}

/// Another name under which a missing member is found.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Misnamed {
    /// The other name.
    pub name: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// A rule that compares two members of an object; what each rule means is `validation`'s.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compare {
    /// The name of the rule.
    pub rule: Comparison,
    /// The two members, in the order that the rule speaks of.
    pub fields: [String; 2],
    /// The code of the finding.
    pub code: String,
    /// What is odd.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// The rules that compare two members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparison {
    /// The first number is at most the second.
    AtMost,
    /// The first time is not after the second.
    NotBefore,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRemark {
    code: String,
    #[serde(rename = "if")]
    test: Value,
    message: String,
    help: Option<String>,
}

impl Shape {
    /// Collects the annotations of a schema file.
    ///
    /// With `check`, their `if` schemas are held against the meta-schema now; else one that
    /// no validator takes would never match.
    pub(super) fn of(schema: &Value, path: &str, check: bool) -> Result<Shape, CatalogError> {
        let mut shape = Shape::default();
        Collector {
            root: schema,
            path,
            check,
            known: RefCell::default(),
        }
        .collect(schema, "", &mut Vec::new(), &mut shape)?;
        Ok(shape)
    }

    /// The place of a member, if the documents know it.
    pub fn member(&self, name: &str) -> Option<&Shape> {
        let named = self
            .properties
            .iter()
            .find(|(property, _)| property == name);
        named
            .map(|(_, shape)| shape)
            .or_else(|| {
                let key = Value::String(name.to_owned());
                self.patterns
                    .iter()
                    .find(|(test, _)| test.matches(&key))
                    .map(|(_, shape)| shape)
            })
            .or(self.additional.as_deref())
    }

    /// The place of an array's items.
    pub fn item(&self) -> Option<&Shape> {
        self.items.as_deref()
    }

    /// The place of members that are not documented by name, if there is one for all of them.
    pub fn additional(&self) -> Option<&Shape> {
        self.additional.as_deref()
    }

    /// Whether members are documented by the form of their names.
    pub fn has_patterns(&self) -> bool {
        !self.patterns.is_empty()
    }

    /// The members that are documented by name.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let properties = self.properties.iter();
        properties.map(|(name, shape)| (name.as_str(), shape))
    }

    /// The names of the documented members.
    pub fn member_names(&self) -> impl Iterator<Item = &str> {
        self.properties.iter().map(|(name, _)| name.as_str())
    }

    /// The places right inside this one.
    pub fn inside(&self) -> impl Iterator<Item = &Shape> {
        let properties = self.properties.iter().map(|(_, shape)| shape);
        let patterns = self.patterns.iter().map(|(_, shape)| shape);
        let others = self.additional.iter().chain(&self.items).map(Box::as_ref);
        properties.chain(patterns).chain(others)
    }

    /// The place that a JSON Pointer leads to.
    pub fn at(&self, pointer: &str) -> Option<&Shape> {
        pointer.split('/').skip(1).try_fold(self, |shape, token| {
            let name = token.replace("~1", "/").replace("~0", "~");
            let item = token.parse::<usize>().ok().and_then(|_| shape.item());
            shape.member(&name).or(item)
        })
    }
}

struct Collector<'s> {
    root: &'s Value,
    path: &'s str,
    check: bool,
    /// The remarks that were read, by where they stand: what many places refer to is read once,
    /// and its questions are compiled once.
    known: RefCell<HashMap<*const Value, Vec<Remark>>>,
}

impl<'s> Collector<'s> {
    /// Adds the annotations of a subschema to a place. `references` are the `$ref`s on the
    /// way here: one that comes again is a circle, which has no end to collect.
    fn collect(
        &self,
        schema: &'s Value,
        pointer: &str,
        references: &mut Vec<&'s str>,
        shape: &mut Shape,
    ) -> Result<(), CatalogError> {
        shape.warn.extend(self.remarks(schema, pointer, "x-warn")?);
        shape
            .explain
            .extend(self.remarks(schema, pointer, "x-explain")?);
        shape
            .misnamed
            .extend(self.list::<Misnamed>(schema, pointer, "x-misnamed")?);
        shape
            .compare
            .extend(self.list::<Compare>(schema, pointer, "x-compare")?);
        if shape.description.is_none() {
            shape.description = schema
                .get("description")
                .and_then(Value::as_str)
                .map(str::to_owned);
        }
        describe(schema, shape);
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            self.follow(reference, pointer, references, shape)?;
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let branches = schema
                .get(keyword)
                .and_then(Value::as_array)
                .into_iter()
                .flatten();
            for (index, branch) in branches.enumerate() {
                let required = shape.required.clone();
                self.collect(
                    branch,
                    &format!("{pointer}/{keyword}/{index}"),
                    references,
                    shape,
                )?;
                if keyword != "allOf" {
                    // Another branch may do without it.
                    shape.required = required;
                }
            }
        }
        for (name, property) in members(schema, "properties") {
            let pointer = format!("{pointer}/properties/{name}");
            let index = shape.properties.iter().position(|(known, _)| known == name);
            let index = index.unwrap_or_else(|| {
                shape.properties.push((name.clone(), Shape::default()));
                shape.properties.len() - 1
            });
            self.collect(
                property,
                &pointer,
                references,
                &mut shape.properties[index].1,
            )?;
        }
        for (pattern, property) in members(schema, "patternProperties") {
            let pointer = format!("{pointer}/patternProperties/{pattern}");
            let test = self.test(serde_json::json!({ "pattern": pattern }), &pointer)?;
            let mut inner = Shape::default();
            self.collect(property, &pointer, references, &mut inner)?;
            shape.patterns.push((test, inner));
        }
        let inner = [
            ("additionalProperties", &mut shape.additional),
            ("items", &mut shape.items),
        ];
        for (keyword, place) in inner {
            if let Some(schema) = schema.get(keyword).filter(|schema| schema.is_object()) {
                let pointer = format!("{pointer}/{keyword}");
                self.collect(schema, &pointer, references, place.get_or_insert_default())?;
            }
        }
        Ok(())
    }

    fn follow(
        &self,
        reference: &'s str,
        pointer: &str,
        references: &mut Vec<&'s str>,
        shape: &mut Shape,
    ) -> Result<(), CatalogError> {
        let broken =
            |message: String| CatalogError::at(self.path, format!("{pointer}/$ref"), message);
        let target = reference
            .strip_prefix('#')
            .and_then(|local| self.root.pointer(local))
            .ok_or_else(|| broken(format!("`{reference}` is no place in this file")))?;
        if references.contains(&reference) {
            return Err(broken(format!("`{reference}` leads back to itself")));
        }
        references.push(reference);
        self.collect(target, &reference[1..], references, shape)?;
        references.pop();
        Ok(())
    }

    fn test(&self, schema: Value, pointer: &str) -> Result<Question, CatalogError> {
        let test = Question::new(schema);
        match self.check.then(|| test.fault()).flatten() {
            Some((inner, message)) => Err(CatalogError::at(
                self.path,
                format!("{pointer}{inner}"),
                message,
            )),
            None => Ok(test),
        }
    }

    fn remarks(
        &self,
        schema: &'s Value,
        pointer: &str,
        keyword: &str,
    ) -> Result<Vec<Remark>, CatalogError> {
        let Some(list) = schema.get(keyword) else {
            return Ok(Vec::new());
        };
        let place = std::ptr::from_ref(list);
        if let Some(known) = self.known.borrow().get(&place) {
            return Ok(known.clone());
        }
        let written: Vec<WrittenRemark> = self.list(schema, pointer, keyword)?;
        let remark = |(index, remark): (usize, WrittenRemark)| {
            let pointer = format!("{pointer}/{keyword}/{index}/if");
            Ok(Remark {
                test: Arc::new(self.test(remark.test, &pointer)?),
                code: remark.code,
                message: remark.message,
                help: remark.help,
            })
        };
        let remarks = written.into_iter().enumerate().map(remark);
        let remarks = remarks.collect::<Result<Vec<_>, CatalogError>>()?;
        self.known.borrow_mut().insert(place, remarks.clone());
        Ok(remarks)
    }

    fn list<T: for<'de> Deserialize<'de>>(
        &self,
        schema: &Value,
        pointer: &str,
        keyword: &str,
    ) -> Result<Vec<T>, CatalogError> {
        let Some(written) = schema.get(keyword) else {
            return Ok(Vec::new());
        };
        Vec::<T>::deserialize(written).map_err(|error| {
            CatalogError::at(self.path, format!("{pointer}/{keyword}"), error.to_string())
        })
    }
}

/// Adds the types and the required members that a subschema names.
fn describe(schema: &Value, shape: &mut Shape) {
    let of = |keyword: &str| match schema.get(keyword) {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let mut add = |name: &str| {
        if !shape.types.iter().any(|known| known == name) {
            shape.types.push(name.to_owned());
        }
    };
    of("type")
        .iter()
        .filter_map(Value::as_str)
        .for_each(&mut add);
    let values = || of("enum").iter().chain(of("const"));
    values().map(type_name).for_each(add);
    shape.is_list |= values().next().is_some();
    let required = of("required").iter().filter_map(Value::as_str);
    shape.required.extend(required.map(str::to_owned));
}

/// The name of the type of a value in a schema.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn members<'s>(schema: &'s Value, keyword: &str) -> impl Iterator<Item = (&'s String, &'s Value)> {
    schema
        .get(keyword)
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
}
