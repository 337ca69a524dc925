//! Value of one field of a table.

use std::borrow::Cow;
use std::fmt;

/// A field's value. Of nested values only the kind is kept, except for lists of texts.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Null, or a missing key.
    Missing,
    /// A text. Every field of a CSV file is one.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A number without a decimal point.
    Integer(i64),
    /// Any other number.
    Number(f64),
    /// A list that contains only texts.
    Texts(Vec<String>),
    /// Kind of any other value: other lists, objects, bytes that are not text.
    Other(&'static str),
}

impl Cell {
    /// Returns a text, number or boolean as it would be typed; `None` for other values.
    pub fn plain(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Bool(truth) => Some(Cow::Owned(truth.to_string())),
            Self::Integer(number) => Some(Cow::Owned(number.to_string())),
            Self::Number(number) => Some(Cow::Owned(format!("{number:?}"))),
            Self::Missing | Self::Texts(_) | Self::Other(_) => None,
        }
    }
}

/// Short form on one line, for error messages.
impl fmt::Display for Cell {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => out.write_str("no value"),
            Self::Text(text) if text.chars().count() > 40 => {
                write!(out, "{:?}…", text.chars().take(40).collect::<String>())
            }
            Self::Text(text) => write!(out, "{text:?}"),
            Self::Bool(truth) => write!(out, "{truth}"),
            Self::Integer(number) => write!(out, "{number}"),
            Self::Number(number) => write!(out, "{number:?}"),
            Self::Texts(_) => out.write_str("a list"),
            Self::Other(kind) => out.write_str(kind),
        }
    }
}
