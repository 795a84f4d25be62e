//! The JSON Schema of configurations.

use serde_json::Value;

use super::{VmConfig, check};

impl VmConfig {
    /// The JSON Schema of a configuration, with which editors complete it.
    pub fn schema() -> Value {
        let mut schema = schemars::schema_for!(VmConfig).to_value();
        // What a file does not say is filled in.
        schema["required"] = serde_json::json!(["biological_type"]);
        schema["$defs"]["ResourceLimits"]["required"] = serde_json::json!([]);
        let limits = schema["properties"]["resource_limits"].clone();
        let description = limits["description"].clone();
        schema["properties"]["resource_limits"] = serde_json::json!({
            "description": description,
            "anyOf": [{"$ref": limits["$ref"]}, {"const": check::HOST}],
        });
        schema
    }
}
