//! A limit of ribosomes in a file: a number, or `"host"` for no limit but the host's own.

use schemars::{Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::check::HOST;
use crate::hypervisor::Limits;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(String),
}

pub(super) fn serialize<S: Serializer>(limit: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if *limit >= Limits::HOST.max_ribosomes {
        serializer.serialize_str(HOST)
    } else {
        serializer.serialize_f64(*limit)
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Number(number) => Ok(number),
        Written::Word(word) if word == HOST => Ok(Limits::HOST.max_ribosomes),
        Written::Word(word) => Err(D::Error::custom(format!("`{word}` is no number of ribosomes"))),
    }
}

pub(super) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 65_410},
            {"const": HOST},
        ],
    })
}
