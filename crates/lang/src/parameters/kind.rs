//! The types of parameters.

use rhai::{Array, Dynamic};
use serde::{Deserialize, Serialize};

use bioxen_base::units::{Concentration, Duration, Kilobases, Percent};

/// The type of a parameter: that of its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A number, whole or not.
    Number,
    /// A whole number.
    Whole,
    /// A string.
    Text,
    /// `true` or `false`.
    Truth,
    /// A time.
    Time,
    /// A length of DNA.
    Length,
    /// A percentage.
    Share,
    /// A concentration.
    Concentration,
    /// An array of values of one type.
    List(Box<Kind>),
}

impl Kind {
    /// The type of a single value; nothing if no parameter has it.
    pub fn of_one(value: &Dynamic) -> Option<Self> {
        Some(if value.is_int() {
            Self::Whole
        } else if value.is_float() {
            Self::Number
        } else if value.is_string() {
            Self::Text
        } else if value.is_bool() {
            Self::Truth
        } else if value.is::<Duration>() {
            Self::Time
        } else if value.is::<Kilobases>() {
            Self::Length
        } else if value.is::<Percent>() {
            Self::Share
        } else if value.is::<Concentration>() {
            Self::Concentration
        } else {
            return None;
        })
    }

    /// The type of the values of an array, of which each must have one; whole numbers among others are numbers.
    ///
    /// # Errors
    /// Why there is no such type.
    pub fn of_all(array: &Array) -> Result<Self, &'static str> {
        let mut common: Option<Self> = None;
        for value in array {
            let value = value.flatten_clone();
            let kind = Self::of_one(&value).ok_or("a value of it has another type")?;
            common = Some(match (common, kind) {
                (None, kind) => kind,
                (Some(Self::Whole | Self::Number), Self::Number)
                | (Some(Self::Number), Self::Whole) => Self::Number,
                (Some(before), kind) if before == kind => kind,
                _ => return Err("this one has several"),
            });
        }
        common.ok_or("an empty one tells none")
    }

    /// What it is called.
    pub fn word(&self) -> String {
        match self {
            Self::Number => "number".to_owned(),
            Self::Whole => "whole number".to_owned(),
            Self::Text => "string".to_owned(),
            Self::Truth => "truth value".to_owned(),
            Self::Time => "time".to_owned(),
            Self::Length => "DNA length".to_owned(),
            Self::Share => "percentage".to_owned(),
            Self::Concentration => "concentration".to_owned(),
            Self::List(of) => format!("array of {}s", of.word()),
        }
    }

    /// What a value of it must be, with an example.
    pub fn expected(&self) -> String {
        let words = match self {
            Self::Number => "a number, such as 0.5",
            Self::Whole => "a whole number, such as 3",
            Self::Text => "a string",
            Self::Truth => "true or false",
            Self::Time => "a time, such as 10 min, 30 s or 2 h",
            Self::Length => "a DNA length, such as 5 kb",
            Self::Share => "a percentage, such as 40 %",
            Self::Concentration => "a concentration, such as 1 mM, 50 uM or 10 nM",
            Self::List(_) => return format!("an {}", self.word()),
        };
        words.to_owned()
    }

    /// The units of a quantity.
    pub fn units(&self) -> &'static [&'static str] {
        match self {
            Self::Time => &["s", "min", "h"],
            Self::Length => &["kb"],
            Self::Share => &["percent", "%"],
            Self::Concentration => &["mM", "uM", "nM"],
            _ => &[],
        }
    }

    /// Whether its values have an order.
    pub fn is_ordered(&self) -> bool {
        match self {
            Self::Text | Self::Truth => false,
            Self::List(of) => of.is_ordered(),
            _ => true,
        }
    }

    /// The type of a single value of it.
    pub fn one(&self) -> &Self {
        match self {
            Self::List(of) => of,
            one => one,
        }
    }
}
