//! Parses a row's object: its keys and values, or only its keys with the nested names.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// Maximum number of distinct keys in an object, and in a file.
pub const KEYS: usize = 4_096;

/// An object with distinct keys; serde_json alone would keep the last of two equal keys.
pub struct Object(pub Vec<(String, Value)>);

/// Keys of an object, each with the dotted names nested in it.
pub struct Keys(pub Vec<(String, Vec<String>)>);

/// Dotted names nested in a value.
struct Inner(Vec<String>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Fields)
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KeyFields)
    }
}

struct Fields;

struct KeyFields;

const EXPECTED: &str = "an object with the row's columns";

impl<'de> Visitor<'de> for Fields {
    type Value = Object;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
        let mut fields = Vec::new();
        let mut seen = HashSet::new();
        while let Some((key, value)) = map.next_entry::<String, Value>()? {
            if !seen.insert(key.clone()) {
                return Err(A::Error::custom(format!("the key {key:?} appears twice")));
            }
            if seen.len() > KEYS {
                return Err(too_many::<A>());
            }
            fields.push((key, value));
        }
        Ok(Object(fields))
    }
}

fn too_many<'de, A: MapAccess<'de>>() -> A::Error {
    A::Error::custom(format!("the object has more than {KEYS} keys"))
}

impl<'de> Visitor<'de> for KeyFields {
    type Value = Keys;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
        let mut keys = Vec::new();
        while let Some((key, Inner(names))) = map.next_entry::<String, Inner>()? {
            keys.push((key, names));
            if keys.len() > KEYS {
                return Err(too_many::<A>());
            }
        }
        Ok(Keys(keys))
    }
}

impl<'de> Deserialize<'de> for Inner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InnerFields)
    }
}

struct InnerFields;

impl<'de> Visitor<'de> for InnerFields {
    type Value = Inner;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Inner, A::Error> {
        let mut names = Vec::new();
        while let Some((key, Inner(inner))) = map.next_entry::<String, Inner>()? {
            if names.len() <= KEYS {
                names.extend(inner.iter().map(|name| format!("{key}.{name}")));
                names.push(key);
            }
        }
        Ok(Inner(names))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Inner, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Inner(Vec::new()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }

    fn visit_unit<E>(self) -> Result<Inner, E> {
        Ok(Inner(Vec::new()))
    }
}
