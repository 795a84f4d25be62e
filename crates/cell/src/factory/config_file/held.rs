//! A limit of ribosomes or RNA polymerases in a file: a number, or `"host"` for no limit but the host's
//! own.

use schemars::{Schema, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serializer};

use super::check::HOST;
use crate::hypervisor::Resource;

#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Number(f64),
    Word(String),
}

fn write<S: Serializer>(resource: Resource, limit: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if limit >= resource.most() {
        serializer.serialize_str(HOST)
    } else {
        serializer.serialize_f64(limit)
    }
}

fn read<'de, D: Deserializer<'de>>(resource: Resource, deserializer: D) -> Result<f64, D::Error> {
    match Written::deserialize(deserializer)? {
        Written::Number(number) => Ok(number),
        Written::Word(word) if word == HOST => Ok(resource.most()),
        Written::Word(word) => {
            Err(D::Error::custom(format!("`{word}` is no number of {resource}")))
        }
    }
}

fn described(resource: Resource) -> Schema {
    json_schema!({
        "anyOf": [
            {
                "type": "number",
                "exclusiveMinimum": 0,
                "exclusiveMaximum": resource.most().floor() as i64,
            },
            {"const": HOST},
        ],
    })
}

/// How a limit of a resource is written, read and described.
macro_rules! resource {
    ($(#[$about:meta])* $module:ident, $resource:ident) => {
        $(#[$about])*
        pub(super) mod $module {
            use super::{Deserializer, Resource, Schema, Serializer};
            use schemars::SchemaGenerator;

            pub(in super::super) fn serialize<S: Serializer>(
                limit: &f64,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                super::write(Resource::$resource, *limit, serializer)
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<f64, D::Error> {
                super::read(Resource::$resource, deserializer)
            }

            pub(in super::super) fn schema(_: &mut SchemaGenerator) -> Schema {
                super::described(Resource::$resource)
            }
        }
    };
}

resource! {
    /// Ribosomes.
    ribosomes, Ribosomes
}
resource! {
    /// RNA polymerases.
    polymerases, Polymerases
}
