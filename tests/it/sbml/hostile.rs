//! Texts that are made to exhaust a reader.

use std::time::{Duration, Instant};

use bioxen::engine::StopToken;
use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::Stochastic;
use bioxen::network::sbml::{SbmlError, read};

use super::{document, math, read_content};

/// What takes longer grows with more than the length of a text: a machine that does ten other things
/// needs a hundredth of it.
const HANG: Duration = Duration::from_secs(300);

/// Refused, and soon.
fn refused(text: &str) -> SbmlError {
    let begin = Instant::now();
    let error = read(text).unwrap_err();
    assert!(begin.elapsed() < HANG, "{error}");
    error
}

fn rule(formula: &str) -> String {
    format!(
        "<listOfParameters><parameter id='x' constant='false'/></listOfParameters>\
         <listOfRules><rateRule variable='x'>{}</rateRule></listOfRules>",
        math(formula)
    )
}

fn nested(levels: usize) -> String {
    let open = "<apply><abs/>".repeat(levels);
    format!("{open}<cn>1</cn>{}", "</apply>".repeat(levels))
}

#[test]
fn deep_formulas_are_refused() {
    for levels in [500, 1000, 100_000] {
        let error = refused(&document(&rule(&nested(levels))));
        assert!(matches!(error, SbmlError::Limit { .. }), "{error}");
    }
    assert!(read_content(&rule(&nested(400))).is_ok());
    let open = refused(&"<apply>".repeat(1_000_000));
    assert!(matches!(open, SbmlError::Limit { .. }), "{open}");
}

/// A call of one of many functions goes beyond the limit of formulas.
fn call_is_too_large(functions: &str, name: &str) {
    let content = format!("<listOfFunctionDefinitions>{functions}</listOfFunctionDefinitions>");
    let call = rule(&format!("<apply><ci>{name}</ci><cn>1</cn></apply>"));
    let error = refused(&document(&(content + call.as_str())));
    assert!(matches!(error, SbmlError::Limit { .. }), "{error}");
}

#[test]
fn functions_do_not_multiply_without_end() {
    let twice = |calls: &str| {
        let call = format!("<apply><ci>{calls}</ci><ci>a</ci></apply>");
        math(&format!("<lambda><bvar><ci>a</ci></bvar><apply><plus/>{call}{call}</apply></lambda>"))
    };
    let mut functions = format!(
        "<functionDefinition id='f0'>{}</functionDefinition>",
        math("<lambda><bvar><ci>a</ci></bvar><ci>a</ci></lambda>")
    );
    for i in 1..60 {
        let body = twice(&format!("f{}", i - 1));
        functions += &format!("<functionDefinition id='f{i}'>{body}</functionDefinition>");
    }
    call_is_too_large(&functions, "f59");
}

#[test]
fn functions_do_not_nest_without_end() {
    // Each level of one function carries the whole of the one before.
    let body = |inner: &str| {
        let deep = "<apply><abs/>".repeat(300) + inner + "</apply>".repeat(300).as_str();
        math(&format!("<lambda><bvar><ci>a</ci></bvar>{deep}</lambda>"))
    };
    let mut functions = String::new();
    for i in 0..400 {
        let inner = match i {
            0 => "<ci>a</ci>".to_owned(),
            _ => format!("<apply><ci>f{}</ci><ci>a</ci></apply>", i - 1),
        };
        functions +=
            &format!("<functionDefinition id='f{i}'>{}</functionDefinition>", body(&inner));
    }
    call_is_too_large(&functions, "f399");
}

#[test]
fn entities_are_refused() {
    let mut laughs = String::from("<?xml version='1.0'?><!DOCTYPE sbml [<!ENTITY a0 'ha'>");
    for i in 1..30 {
        laughs += &format!("<!ENTITY a{i} '{}'>", format!("&a{};", i - 1).repeat(10));
    }
    let text = format!("{laughs}]>{}", document("<notes>&a29;</notes>"));
    let error = refused(&text);
    assert!(matches!(error, SbmlError::Xml { .. }), "{error}");
}

#[test]
fn namespaces_and_attributes_are_bounded() {
    let many: String = (0..100_000).map(|i| format!(" a{i}='1'")).collect();
    refused(&document(&format!("<notes{many}/>")));
    let nested: String = (0..500).map(|i| format!("<a xmlns:n{i}='u{i}'>")).collect();
    refused(&document(&nested));
}

#[test]
fn long_flat_models_are_read_quickly() {
    let parameters: String =
        (0..50_000).map(|i| format!("<parameter id='p{i}' value='1' constant='true'/>")).collect();
    let sum: String = (0..50_000).map(|i| format!("<ci>p{i}</ci>")).collect();
    let text = document(&format!(
        "<listOfParameters><parameter id='x' constant='false'/>{parameters}</listOfParameters>\
         <listOfRules><assignmentRule variable='x'>{}</assignmentRule></listOfRules>",
        math(&format!("<apply><plus/>{sum}</apply>"))
    ));
    let begin = Instant::now();
    let model = read(&text).unwrap();
    assert!(begin.elapsed() < HANG);
    assert_eq!(super::column(&super::integrate(&model, &[1.0], 0), "x"), [50_000.0]);
}

#[test]
fn events_without_end_are_stopped() {
    let flip = |name: &str, when: &str, to: &str| {
        let trigger = math(&format!("<apply><eq/><ci>x</ci><cn>{when}</cn></apply>"));
        format!(
            "<event id='{name}' useValuesFromTriggerTime='true'>\
             <trigger initialValue='false' persistent='true'>{trigger}</trigger>\
             <listOfEventAssignments><eventAssignment variable='x'>{}</eventAssignment>\
             </listOfEventAssignments></event>",
            math(&format!("<cn>{to}</cn>"))
        )
    };
    let model = read_content(&format!(
        "<listOfParameters><parameter id='x' value='0' constant='false'/></listOfParameters>\
         <listOfEvents>{}{}</listOfEvents>",
        flip("up", "0", "1"),
        flip("down", "1", "0")
    ));
    let network = model.unwrap().network;
    let stop = bioxen::engine::StopToken::new();
    let settings = bioxen::engine::simulate::Settings::default();
    let run = bioxen::engine::simulate::deterministic(&network, &[1.0], &settings, &stop);
    assert!(run.unwrap_err().to_string().contains("without end"));
}

/// Events at the smallest times there are, where a step of time no longer moves the time.
#[test]
fn events_at_the_smallest_times_end() {
    let time = "<csymbol encoding='text' \
                definitionURL='http://www.sbml.org/sbml/symbols/time'>time</csymbol>";
    let event = |trigger: &str, delay: &str| {
        format!(
            "<event useValuesFromTriggerTime='true'><trigger initialValue='true' \
             persistent='true'>{}</trigger><delay>{}</delay><listOfEventAssignments>\
             <eventAssignment variable='x'>{}</eventAssignment></listOfEventAssignments></event>",
            math(trigger),
            math(delay),
            math("<cn>1</cn>")
        )
    };
    let events = [
        event(&format!("<apply><lt/><cn>0</cn>{time}</apply>"), time),
        event(
            &format!("<apply><gt/><apply><times/>{time}{time}</apply><cn>0.01</cn></apply>"),
            "<cn>0</cn>",
        ),
    ];
    let model = read_content(&format!(
        "<listOfParameters><parameter id='x' value='0' constant='false'/></listOfParameters>\
         <listOfEvents>{}</listOfEvents>",
        events.concat()
    ))
    .unwrap();
    let simulation = Stochastic::new(&model.network).unwrap();
    let mut rows = Vec::new();
    simulation
        .run(Seed::new(1), &[0.0, 0.5], &StopToken::new(), &mut |_, q| rows.push(q[0]))
        .unwrap();
    assert_eq!(rows, [0.0, 1.0]);
}
