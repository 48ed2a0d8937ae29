//! Whose event a body is, which, and of which session, without a tree: for whoever moves many
//! bodies and judges none.
//!
//! It answers only where the fields at the top decide by themselves; where more than one
//! provider might be meant, or none, or a wrapper or a lookalike, it leaves the answer to the
//! classifier. A property test says that the two never disagree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Glance;
use crate::catalog::Catalog;
use crate::json::MAX_DEPTH;
use crate::model::report::Verdict;

/// Integers up to here are held exactly by every reader of JSON.
const EXACT: u64 = 1 << 53;

/// What the fields at the top tell, if they tell enough. The verdict is always valid.
pub(super) fn identify(catalog: &Catalog, text: &[u8]) -> Option<Glance> {
    // What is skipped over is not looked at so closely: neither its characters nor its depth.
    let text = str::from_utf8(text).ok()?;
    let openings = memchr::memchr2_iter(b'[', b'{', text.as_bytes());
    if openings.take(MAX_DEPTH).count() == MAX_DEPTH {
        return None;
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let glance = Top(catalog).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    glance
}

/// A value at the top, as far as it matters.
#[derive(Debug)]
enum Small<'t> {
    Text(Cow<'t, str>),
    Integer(i128),
    /// No name and no session.
    Other,
    /// One that only the full reader can tell.
    Odd,
}

struct Top<'c>(&'c Catalog);

impl<'de> DeserializeSeed<'de> for Top<'_> {
    type Value = Option<Glance>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<Glance>, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = Option<Glance>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Option<Glance>, A::Error> {
        let mut seen: Vec<(Cow<'de, str>, Small<'de>)> = Vec::with_capacity(8);
        while let Some(Key(key)) = members.next_key::<Key<'de>>()? {
            let matters = self.0.providers().iter().any(|provider| {
                provider.discriminator == key
                    || provider.session.iter().any(|field| *field == key)
                    || provider.common.iter().any(|field| *field == key)
            });
            if !matters {
                members.next_value::<IgnoredAny>()?;
                continue;
            }
            if seen.iter().any(|(other, _)| *other == key) {
                return Err(A::Error::custom("a repeated key"));
            }
            seen.push((key, members.next_value_seed(Look)?));
        }
        Ok(decide(self.0, &seen))
    }
}

fn decide(catalog: &Catalog, seen: &[(Cow<'_, str>, Small<'_>)]) -> Option<Glance> {
    let find = |field: &str| {
        let found = seen.iter().find(|(key, _)| key == field);
        found.map(|(_, value)| value)
    };
    let mut named =
        catalog
            .providers()
            .iter()
            .filter_map(|provider| match find(&provider.discriminator) {
                Some(Small::Text(name)) if !name.is_empty() => Some((provider, name)),
                _ => None,
            });
    let (provider, name) = named.next()?;
    if named.next().is_some() || !provider.common.iter().any(|field| find(field).is_some()) {
        return None;
    }
    let mut session = None;
    for field in &provider.session {
        session = match find(field) {
            Some(Small::Text(text)) if !text.is_empty() => Some(text.to_string()),
            Some(Small::Integer(number)) => Some(number.to_string()),
            Some(Small::Odd) => return None,
            _ => continue,
        };
        break;
    }
    let event = provider.event(name).map(|event| event.name.as_str());
    Some(Glance {
        provider: Some(provider.name.clone()),
        event: Some(event.unwrap_or(name).to_owned()),
        session,
        verdict: Verdict::Valid,
    })
}

/// A key, not copied where it stands as it is.
struct Key<'t>(Cow<'t, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Key<'de>, D::Error> {
        match Look.deserialize(reader)? {
            Small::Text(text) => Ok(Key(text)),
            _ => Err(D::Error::custom("no key")),
        }
    }
}

/// Takes a value for what it is.
struct Look;

impl<'de> DeserializeSeed<'de> for Look {
    type Value = Small<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Small<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look {
    type Value = Small<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Small<'de>, E> {
        Ok(Small::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Small<'de>, E> {
        Ok(Small::Other)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Small<'de>, E> {
        Ok(if number <= EXACT {
            Small::Integer(number.into())
        } else {
            Small::Odd
        })
    }

    fn visit_i64<E>(self, number: i64) -> Result<Small<'de>, E> {
        Ok(if number.unsigned_abs() <= EXACT {
            Small::Integer(number.into())
        } else {
            Small::Odd
        })
    }

    fn visit_f64<E>(self, _: f64) -> Result<Small<'de>, E> {
        Ok(Small::Odd)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Small<'de>, E> {
        Ok(Small::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Small<'de>, E> {
        Ok(Small::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Small<'de>, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Small::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Small<'de>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Small::Other)
    }
}
