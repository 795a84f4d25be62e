//! What a run tells programs.

use std::fs;

use serde_json::{Value, json};

use super::bioxen;

fn told(script: &str) -> Value {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("s.rhai"), script).unwrap();
    let output = bioxen(home.path(), &["run", "s.rhai", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn values_are_values_and_have_their_text_beside() {
    let cases = [
        ("2", json!(2), json!("2")),
        ("2.5", json!(2.5), json!("2.5")),
        ("\"2\"", json!("2"), json!("2")),
        ("true", json!(true), json!("true")),
        ("let x = 1;", Value::Null, Value::Null),
        ("[1, \"a\", [true, 0.5], ()]", json!([1, "a", [true, 0.5], null]), Value::Null),
        (
            "#{a: 1, t: 5.min, b: #{c: 2.uM}}",
            json!({"a": 1, "t": {"value": 5.0, "unit": "min"}, "b": {"c": {"value": 2.0, "unit": "uM"}}}),
            Value::Null,
        ),
    ];
    for (script, value, text) in cases {
        let told = told(script);
        assert_eq!(told["value"], value, "{script}");
        if !text.is_null() || value.is_null() {
            assert_eq!(told["text"], text, "{script}");
        } else {
            assert!(told["text"].is_string(), "{script}");
        }
    }
    let status = told("quick_start_vm(\"ecoli\", \"a\"); status()");
    assert_eq!(status["value"]["id"], "a");
}

/// What scripts and programs are told of a VM has one name and one unit.
#[test]
fn a_status_is_the_same_for_scripts_and_programs() {
    let script =
        "let c = quick_start_vm(\"ecoli\", \"a\"); c.start_transcription(\"lacZ\"); run(20.min);
        let s = c.status(); [s.held_back[0].share, s.growth_rate]";
    let told = told(script);
    let vm = &told["vms"][0];
    assert_eq!(vm["held_back"][0]["share"], told["value"][0]);
    assert_eq!(vm["growth_rate"], told["value"][1]);
    assert!(vm["held_back"][0]["share"].as_f64().unwrap() > 1.0, "{vm}");
}

/// Remarks of all runs are told, not those of the last only.
#[test]
fn remarks_are_told_to_programs_too() {
    let script =
        "let c = quick_start_vm(\"ecoli\", \"a\"); c.start_transcription(\"lacZ\"); run(20.min);
        c.set_limits(#{max_ribosomes: 5000}); run(1.min);";
    let remarks = told(script)["remarks"].clone();
    let remarks = remarks.as_array().unwrap();
    assert!(remarks.iter().any(|r| r.as_str().unwrap().contains("held back")), "{remarks:?}");
}
