//! The order of events.

use super::{column, integrate, math, model, read_content};

#[test]
fn priorities_order_what_is_due_at_once() {
    let run = integrate(&model("priorities"), &[0.0, 0.999_999_999, 1.0, 1.5], 0);
    assert_eq!(column(&run, "x"), [0.0, 0.0, 25.0, 25.0]);
}

#[test]
fn ties_are_broken_by_the_seed_and_either_way() {
    let model = model("priorities");
    let winners: Vec<f64> =
        (0..40).map(|seed| column(&integrate(&model, &[3.0], seed), "first")[0]).collect();
    let heads = winners.iter().filter(|&&w| w == 1.0).count();
    assert!(winners.iter().all(|&w| w == 1.0 || w == 2.0), "{winners:?}");
    assert!((8..=32).contains(&heads), "{heads} of 40");
    assert_eq!(column(&integrate(&model, &[3.0], 7), "first")[0], winners[7]);
}

fn one_event(event: &str, attributes: &str) -> bioxen::network::sbml::Model {
    read_content(&format!(
        "<listOfParameters><parameter id='x' value='0' constant='false'/>\
         <parameter id='y' value='0' constant='false'/></listOfParameters>\
         <listOfEvents><event id='e' useValuesFromTriggerTime='true'>\
         <trigger {attributes}>{event}</trigger><listOfEventAssignments>\
         <eventAssignment variable='x'>{}</eventAssignment></listOfEventAssignments>\
         </event></listOfEvents>",
        math("<cn>1</cn>")
    ))
    .unwrap()
}

const TIME: &str = "<csymbol encoding='text' \
                    definitionURL='http://www.sbml.org/sbml/symbols/time'>time</csymbol>";

#[test]
fn the_start_counts_only_if_the_trigger_was_false_before() {
    let always = math("<true/>");
    let late = one_event(&always, "initialValue='true' persistent='true'");
    assert_eq!(column(&integrate(&late, &[0.0, 1.0], 0), "x"), [0.0, 0.0]);
    let early = one_event(&always, "initialValue='false' persistent='true'");
    assert_eq!(column(&integrate(&early, &[0.0, 1.0], 0), "x"), [1.0, 1.0]);
}

#[test]
fn times_are_hit_to_the_last_bit() {
    let ge = |op: &str| math(&format!("<apply><{op}/>{TIME}<cn>3.3</cn></apply>"));
    let above = f64::from_bits(3.3_f64.to_bits() + 1);
    let times = [f64::from_bits(3.3_f64.to_bits() - 1), 3.3, above, 10.0];
    let attributes = "initialValue='true' persistent='true'";
    let run = integrate(&one_event(&ge("geq"), attributes), &times, 0);
    assert_eq!(column(&run, "x"), [0.0, 1.0, 1.0, 1.0]);
    let run = integrate(&one_event(&ge("gt"), attributes), &times, 0);
    assert_eq!(column(&run, "x"), [0.0, 0.0, 1.0, 1.0]);
}

#[test]
fn a_short_window_of_time_is_not_missed() {
    let window = math(&format!(
        "<apply><and/><apply><geq/>{TIME}<cn>7.1</cn></apply>\
         <apply><lt/>{TIME}<cn>7.1000001</cn></apply></apply>"
    ));
    let run =
        integrate(&one_event(&window, "initialValue='true' persistent='true'"), &[0.0, 100.0], 0);
    assert_eq!(column(&run, "x")[1], 1.0);
}

#[test]
fn bounces_without_end_are_stopped() {
    // A ball that loses half its speed at each bounce rests after a finite time.
    let rate = |variable: &str, formula: &str| {
        format!("<rateRule variable='{variable}'>{}</rateRule>", math(formula))
    };
    let model = read_content(&format!(
        "<listOfParameters><parameter id='h' value='1' constant='false'/>\
         <parameter id='v' value='0' constant='false'/></listOfParameters>\
         <listOfRules>{}{}</listOfRules><listOfEvents>\
         <event id='bounce' useValuesFromTriggerTime='true'>\
         <trigger initialValue='true' persistent='true'>{}</trigger><listOfEventAssignments>\
         <eventAssignment variable='v'>{}</eventAssignment>\
         <eventAssignment variable='h'>{}</eventAssignment>\
         </listOfEventAssignments></event></listOfEvents>",
        rate("h", "<ci>v</ci>"),
        rate("v", "<cn>-2</cn>"),
        math("<apply><leq/><ci>h</ci><cn>0</cn></apply>"),
        math("<apply><times/><cn>-0.5</cn><ci>v</ci></apply>"),
        math("<cn>1e-300</cn>"),
    ));
    let network = model.unwrap().network;
    let stop = bioxen::engine::StopToken::new();
    let settings = bioxen::engine::simulate::Settings::default();
    let run = |end| bioxen::engine::simulate::deterministic(&network, &[end], &settings, &stop);
    // It falls for 1 and then bounces for 1 + 1/2 + 1/4 + ...: at 2 it is as high as 1/4.
    assert!((column(&run(1.5).unwrap(), "h")[0] - 0.25).abs() < 1e-4);
    let error = run(5.0).unwrap_err().to_string();
    assert!(error.contains("ever shorter") || error.contains("too small"), "{error}");
}
