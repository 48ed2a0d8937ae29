//! What a schema asks of arrays and objects: of their own, and of what is inside them.

use serde_json::{Map, Value};

use super::algebra::{Algebra, Boolean, Formula, Unable};
use super::scalar::{Integers, LARGEST};

/// Something asked of an array.
#[derive(Clone, Debug)]
pub(super) enum Of<'s> {
    /// That the number of its items is one of these.
    Count(Integers),
    /// That each item is as the schema says.
    Items(&'s Value),
}

/// What a schema asks of an array.
pub(super) type ArrayQuestion<'s> = Formula<Of<'s>>;

impl<'s> Algebra<'s> for ArrayQuestion<'s> {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        if value.is_array() {
            Err(Unable)
        } else {
            Ok(Formula::Constant(false))
        }
    }

    fn keyword(keyword: &str, schema: &'s Map<String, Value>) -> Result<Self, Unable> {
        let value = schema.get(keyword).ok_or(Unable)?;
        let count = || value.as_i64().ok_or(Unable);
        Ok(Formula::Atom(match keyword {
            "items" => Of::Items(value),
            "minItems" => Of::Count(Integers::between(count()?, LARGEST)),
            "maxItems" => Of::Count(Integers::between(0, count()?)),
            _ => return Err(Unable),
        }))
    }
}

/// Something asked of an object.
#[derive(Clone, Debug)]
pub(super) enum Has<'s> {
    /// That a member is there.
    Member(&'s str),
    /// That a member, if it is there, is as the schema says.
    Like(&'s str, &'s Value),
    /// That every member that this schema does not name is as its `additionalProperties` say.
    Rest(&'s Map<String, Value>),
    /// That every name is as the schema says.
    Names(&'s Value),
}

/// What a schema asks of an object.
pub(super) type ObjectQuestion<'s> = Formula<Has<'s>>;

impl<'s> Algebra<'s> for ObjectQuestion<'s> {
    fn equal(value: &'s Value) -> Result<Self, Unable> {
        if value.is_object() {
            Err(Unable)
        } else {
            Ok(Formula::Constant(false))
        }
    }

    fn keyword(keyword: &str, schema: &'s Map<String, Value>) -> Result<Self, Unable> {
        let value = schema.get(keyword).ok_or(Unable)?;
        let mut asked = Formula::Constant(true);
        match keyword {
            "required" => {
                for name in value.as_array().ok_or(Unable)? {
                    asked = asked.and(Formula::Atom(Has::Member(name.as_str().ok_or(Unable)?)));
                }
            }
            "properties" => {
                for (name, schema) in value.as_object().ok_or(Unable)? {
                    asked = asked.and(Formula::Atom(Has::Like(name, schema)));
                }
            }
            "additionalProperties" => asked = Formula::Atom(Has::Rest(schema)),
            "propertyNames" => asked = Formula::Atom(Has::Names(value)),
            _ => return Err(Unable),
        }
        Ok(asked)
    }
}
