//! Columns and values of a table. A missing value is missing in every format, never 0.

use std::borrow::Cow;

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
}

/// Type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Whole number.
    Integer,
    /// Whole number of 64 bits without a sign, such as a seed.
    Unsigned,
    /// Number.
    Number,
    /// Number in single precision, as tokens are recorded.
    Single,
    /// True or false.
    Truth,
}

impl Kind {
    /// Names a column of this type.
    pub(super) const fn of(self, name: &'static str) -> Column {
        Column { name, kind: self }
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Missing,
    /// A value of a [`Kind::Text`] column.
    Text(Cow<'a, str>),
    /// A value of a [`Kind::Integer`] column.
    Integer(i64),
    /// A value of a [`Kind::Unsigned`] column.
    Unsigned(u64),
    /// A value of a [`Kind::Number`] column.
    Number(f64),
    /// A value of a [`Kind::Single`] column.
    Single(f32),
    /// A value of a [`Kind::Truth`] column.
    Truth(bool),
}

impl<'a> Value<'a> {
    /// Returns the value as text, without quotes or escapes; `None` if it is missing.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Missing => return None,
            Self::Text(text) => Cow::Borrowed(text),
            Self::Integer(number) => number.to_string().into(),
            Self::Unsigned(number) => number.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Single(number) => number.to_string().into(),
            Self::Truth(truth) => truth.to_string().into(),
        })
    }

    /// Returns a text that is missing if it is empty, as the quantization of an unknown model.
    pub(super) fn unless_empty(text: &'a str) -> Self {
        if text.is_empty() { Self::Missing } else { text.into() }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Value<'_> {
    fn from(number: u64) -> Self {
        Self::Unsigned(number)
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Missing }
    }
}

impl From<f32> for Value<'_> {
    fn from(number: f32) -> Self {
        if number.is_finite() { Self::Single(number) } else { Self::Missing }
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}
