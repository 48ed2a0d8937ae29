//! What a schema asks of a value whose JSON type is known.
//!
//! Once the type is known, most of a schema is settled: the rest is a question about texts,
//! about numbers, or about the members of an object. Each of these has an algebra of its
//! own, over which the keywords that combine schemas mean "and", "or" and "not".

use serde_json::{Map, Value};

/// What a schema asks that the fast path cannot answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unable;

/// The JSON type of a value; numbers that are not integers are never looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    True,
    False,
    Integer,
    String,
    Array,
    Object,
}

impl Kind {
    fn is(self, name: &str) -> bool {
        match self {
            Kind::Null => name == "null",
            Kind::True | Kind::False => name == "boolean",
            Kind::Integer => matches!(name, "integer" | "number"),
            Kind::String => name == "string",
            Kind::Array => name == "array",
            Kind::Object => name == "object",
        }
    }
}

/// A set of values, which can be combined with others.
pub(super) trait Boolean: Sized {
    /// All values, or none.
    fn constant(all: bool) -> Self;
    fn not(self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
}

/// What a schema can ask of values of some type.
pub(super) trait Algebra<'s>: Boolean {
    /// The values that equal this one.
    fn equal(value: &'s Value) -> Result<Self, Unable>;
    /// The values that equal one of these.
    fn one_of(values: &'s [Value]) -> Result<Self, Unable> {
        let mut values = values.iter();
        values.try_fold(Self::constant(false), |any, value| {
            Ok(any.or(Self::equal(value)?))
        })
    }
    /// What a keyword for values of this type asks.
    fn keyword(keyword: &str, schema: &'s Map<String, Value>) -> Result<Self, Unable>;
}

/// Where references lead, and what is asked of which type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker<'s> {
    pub(super) root: &'s Value,
    pub(super) kind: Kind,
}

/// References that may follow one another: no schema needs as many, a circle has more.
const MOST_REFERENCES: usize = 32;

impl<'s> Asker<'s> {
    /// What a schema asks of values of that type.
    pub(super) fn ask<A: Algebra<'s> + Clone>(&self, schema: &'s Value) -> Result<A, Unable> {
        self.ask_within(schema, MOST_REFERENCES)
    }

    fn ask_within<A: Algebra<'s> + Clone>(
        &self,
        schema: &'s Value,
        depth: usize,
    ) -> Result<A, Unable> {
        let depth = depth.checked_sub(1).ok_or(Unable)?;
        let members = match schema {
            Value::Bool(all) => return Ok(A::constant(*all)),
            Value::Object(members) => members,
            _ => return Err(Unable),
        };
        let mut asked = A::constant(true);
        for (keyword, value) in members {
            asked = asked.and(self.keyword(keyword, value, members, schema, depth)?);
        }
        Ok(asked)
    }

    fn keyword<A: Algebra<'s> + Clone>(
        &self,
        keyword: &'s str,
        value: &'s Value,
        members: &'s Map<String, Value>,
        schema: &'s Value,
        depth: usize,
    ) -> Result<A, Unable> {
        let inner = |schema| self.ask_within::<A>(schema, depth);
        let all = || Ok(A::constant(true));
        if let Some(kind) = kind_of(keyword) {
            return if kind == self.kind {
                A::keyword(keyword, members)
            } else {
                all()
            };
        }
        match keyword {
            "type" => {
                let is = |name: &Value| name.as_str().is_some_and(|name| self.kind.is(name));
                let fits = value
                    .as_array()
                    .map_or_else(|| is(value), |names| names.iter().any(is));
                Ok(A::constant(fits))
            }
            "const" => A::equal(value),
            "enum" => A::one_of(value.as_array().ok_or(Unable)?),
            "allOf" => {
                list(value)?.try_fold(A::constant(true), |all, schema| Ok(all.and(inner(schema)?)))
            }
            "anyOf" => {
                list(value)?.try_fold(A::constant(false), |any, schema| Ok(any.or(inner(schema)?)))
            }
            "oneOf" => {
                // So far: none of them, and exactly one.
                let (_, one) = list(value)?.try_fold(
                    (A::constant(true), A::constant(false)),
                    |(none, one), schema| {
                        let this = inner(schema)?;
                        let first = none.clone().and(this.clone());
                        Ok((none.and(this.clone().not()), one.and(this.not()).or(first)))
                    },
                )?;
                Ok(one)
            }
            "not" => Ok(inner(value)?.not()),
            "$ref" => {
                let place = value.as_str().and_then(|text| text.strip_prefix('#'));
                let target = place.and_then(|place| self.root.pointer(place));
                inner(target.ok_or(Unable)?)
            }
            // What describes, and what other keywords refer to. An id further inside would
            // move what references mean.
            "$schema" | "$comment" | "$defs" | "title" | "description" | "default" | "examples"
            | "deprecated" | "readOnly" | "writeOnly" | "format" => all(),
            "$id" if std::ptr::eq(schema, self.root) => all(),
            _ if keyword.starts_with("x-") => all(),
            _ => Err(Unable),
        }
    }
}

/// The type of the values that a keyword asks about.
fn kind_of(keyword: &str) -> Option<Kind> {
    Some(match keyword {
        "pattern" | "minLength" | "maxLength" => Kind::String,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            Kind::Integer
        }
        "items" | "minItems" | "maxItems" => Kind::Array,
        "properties" | "required" | "additionalProperties" | "propertyNames" => Kind::Object,
        _ => return None,
    })
}

fn list(value: &Value) -> Result<std::slice::Iter<'_, Value>, Unable> {
    value.as_array().map(|values| values.iter()).ok_or(Unable)
}

/// A question about atoms, put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Formula<T> {
    Constant(bool),
    Atom(T),
    Not(Box<Formula<T>>),
    And(Vec<Formula<T>>),
    Or(Vec<Formula<T>>),
}

impl<T> Boolean for Formula<T> {
    fn constant(all: bool) -> Formula<T> {
        Formula::Constant(all)
    }

    fn not(self) -> Formula<T> {
        match self {
            Formula::Constant(all) => Formula::Constant(!all),
            Formula::Not(inner) => *inner,
            other => Formula::Not(Box::new(other)),
        }
    }

    fn and(self, other: Formula<T>) -> Formula<T> {
        match (self, other) {
            (Formula::Constant(false), _) | (_, Formula::Constant(false)) => {
                Formula::Constant(false)
            }
            (Formula::Constant(true), rest) | (rest, Formula::Constant(true)) => rest,
            (Formula::And(mut all), Formula::And(more)) => {
                all.extend(more);
                Formula::And(all)
            }
            (Formula::And(mut all), one) | (one, Formula::And(mut all)) => {
                all.push(one);
                Formula::And(all)
            }
            (one, other) => Formula::And(vec![one, other]),
        }
    }

    fn or(self, other: Formula<T>) -> Formula<T> {
        match (self, other) {
            (Formula::Constant(true), _) | (_, Formula::Constant(true)) => Formula::Constant(true),
            (Formula::Constant(false), rest) | (rest, Formula::Constant(false)) => rest,
            (Formula::Or(mut any), one) => {
                any.push(one);
                Formula::Or(any)
            }
            (one, other) => Formula::Or(vec![one, other]),
        }
    }
}

impl<T> Formula<T> {
    /// The parts of which each must hold, with every "not" moved to the atoms.
    pub(super) fn parts(self) -> Vec<Formula<T>> {
        let mut parts = Vec::new();
        self.split(true, &mut parts);
        parts
    }

    fn split(self, wanted: bool, parts: &mut Vec<Formula<T>>) {
        match (self, wanted) {
            (Formula::Not(inner), _) => inner.split(!wanted, parts),
            (Formula::And(all), true) | (Formula::Or(all), false) => {
                for part in all {
                    part.split(wanted, parts);
                }
            }
            (Formula::Constant(all), _) => {
                if all != wanted {
                    parts.push(Formula::Constant(false));
                }
            }
            (part, true) => parts.push(part),
            (part, false) => parts.push(part.not()),
        }
    }

    /// The same question, with something else in place of each atom.
    pub(super) fn map<B: Boolean, E>(
        self,
        atom: &mut impl FnMut(T) -> Result<B, E>,
    ) -> Result<B, E> {
        Ok(match self {
            Formula::Constant(all) => B::constant(all),
            Formula::Atom(inner) => atom(inner)?,
            Formula::Not(inner) => inner.map(atom)?.not(),
            Formula::And(all) => {
                let mut parts = all.into_iter();
                parts.try_fold(B::constant(true), |all, part| Ok(all.and(part.map(atom)?)))?
            }
            Formula::Or(any) => {
                let mut parts = any.into_iter();
                parts.try_fold(B::constant(false), |any, part| Ok(any.or(part.map(atom)?)))?
            }
        })
    }

    /// The answer, where that of each atom is known.
    pub(super) fn holds(&self, atom: &impl Fn(&T) -> bool) -> bool {
        match self {
            Formula::Constant(all) => *all,
            Formula::Atom(inner) => atom(inner),
            Formula::Not(inner) => !inner.holds(atom),
            Formula::And(all) => all.iter().all(|part| part.holds(atom)),
            Formula::Or(any) => any.iter().any(|part| part.holds(atom)),
        }
    }
}
