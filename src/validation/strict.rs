//! The quick reader: a value, if the text is plain JSON with nothing odd about it.
//!
//! `serde_json` does the reading. What it would pass over in silence makes the answer
//! "nothing": a repeated key, and a number beyond what a double holds exactly. The full
//! reader then says what it is.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::json::{is_big, kept_at};
use crate::text::bounded_name;

/// The value of a text that is JSON and has neither repeated keys nor numbers beyond 2^53.
pub(super) fn parse(text: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Plain.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// The outermost levels of a text that is JSON, with the entries that [`kept_at`] tells; of
/// repeated keys the last counts. No more of the text is kept, however large it is.
pub(super) fn outline(text: &[u8]) -> Option<Value> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = Outline(1).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(value)
}

/// Reads the outermost levels of a value that stands at this level.
#[derive(Clone, Copy, Debug)]
pub struct Outline(usize);

impl Outline {
    /// Reads a value, and nothing that is inside it. A long text is cut and told by its hash, like
    /// the name of a session.
    pub const LEAF: Outline = Outline(usize::MAX);
}

impl<'de> DeserializeSeed<'de> for Outline {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Outline {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(if self.0 == Outline::LEAF.0 {
            bounded_name(value).into()
        } else {
            value.to_owned()
        }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while values.len() < kept_at(self.0) {
            match items.next_element_seed(Outline(self.0.saturating_add(1)))? {
                Some(value) => values.push(value),
                None => return Ok(Value::Array(values)),
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while map.len() < kept_at(self.0) {
            let Some(key) = members.next_key::<String>()? else {
                return Ok(Value::Object(map));
            };
            map.insert(
                key,
                members.next_value_seed(Outline(self.0.saturating_add(1)))?,
            );
        }
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Object(map))
    }
}

struct Plain;

impl<'de> DeserializeSeed<'de> for Plain {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Plain {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        exact(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        exact(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        exact(Number::from_f64(value).ok_or_else(|| E::custom("not finite"))?)
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Plain)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            let value = members.next_value_seed(Plain)?;
            if map.insert(key, value).is_some() {
                return Err(A::Error::custom("a repeated key"));
            }
        }
        Ok(Value::Object(map))
    }
}

/// A number that a receiver will hold as it was written.
fn exact<E: Error>(number: Number) -> Result<Value, E> {
    if is_big(&number) {
        return Err(E::custom("beyond 2^53"));
    }
    Ok(Value::Number(number))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn plain_json_is_read() {
        assert!(parse(br#"{"a":[1,-2.5,null,true,"x\u00e9",9007199254740992]}"#).is_some());
    }

    #[test]
    fn what_serde_json_would_pass_over_is_left_to_the_full_reader() {
        for text in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":{"b":1,"b":1}}"#,
            "9007199254740993",
            "-9007199254740993",
            "1e300",
            "[1] 2",
            "{",
            "",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }
}
