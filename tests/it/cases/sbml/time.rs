//! Functions of time that jump.

use bioxen::engine::StopToken;
use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::Stochastic;
use proptest::prelude::*;

use super::{TIME, close, end, integrate, math, model, table};

/// A model that counts how often a trigger turns true.
fn counter(trigger: &str) -> String {
    format!(
        "<listOfParameters><parameter id=\"x\" value=\"0\" constant=\"false\"/></listOfParameters>\
         <listOfEvents><event id=\"e\" useValuesFromTriggerTime=\"true\">\
         <trigger initialValue=\"true\" persistent=\"true\">{}</trigger>\
         <listOfEventAssignments><eventAssignment variable=\"x\">{}</eventAssignment>\
         </listOfEventAssignments></event></listOfEvents>",
        math(trigger),
        math("<apply><plus/><ci>x</ci><cn>1</cn></apply>")
    )
}

fn counted(trigger: &str, until: f64) -> [f64; 2] {
    let model = model(&counter(trigger));
    let grid = [0.0, 0.37 * until, until];
    let by_equations = end(&integrate(&model, &grid), "x");
    let stochastic = Stochastic::new(&model.network).unwrap();
    let mut last = f64::NAN;
    let mut record = |_: usize, q: &[f64]| last = q[0];
    stochastic.run(Seed::new(1), &grid, &StopToken::new(), &mut record).unwrap();
    [by_equations, last]
}

/// Triggers that hold at whole multiples of a period only.
fn at_multiples(period: &str) -> [String; 4] {
    let of = |op: &str| format!("<apply><{op}/>{TIME}<cn>{period}</cn></apply>");
    let eq = |a: &str, b: &str| format!("<apply><eq/>{a}{b}</apply>");
    let ratio = of("divide");
    let times = |whole: &str| format!("<apply><times/><cn>{period}</cn>{whole}</apply>");
    [
        eq(&of("rem"), "<cn>0</cn>"),
        eq(&ratio, &format!("<apply><floor/>{ratio}</apply>")),
        eq(&ratio, &format!("<apply><ceiling/>{ratio}</apply>")),
        eq(TIME, &times(&of("quotient"))),
    ]
}

#[test]
fn doses_every_twelve_hours_are_given() {
    for solver in ["ode", "ssa", "tau"] {
        let doses =
            table("periodic_event.xml", &["--t-end", "40", "--points", "41", "--solver", solver]);
        let x = doses.column("x");
        let at = |t: usize| x[t];
        assert_eq!(
            [at(11), at(12), at(23), at(24), at(35), at(36), at(40)],
            [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0],
            "{solver}"
        );
    }
}

#[test]
fn moments_at_multiples_are_found_in_every_form() {
    for (period, until, count) in [
        ("12", 40.0, 3.0),
        ("0.1", 1.05, 10.0),
        ("0.7", 7.1, 10.0),
        ("2.5", 99.0, 39.0),
        ("1e-3", 0.0105, 10.0),
    ] {
        for trigger in at_multiples(period) {
            assert_eq!(counted(&trigger, until), [count; 2], "{period}: {trigger}");
        }
    }
}

#[test]
fn steps_and_pulses_turn_triggers_true() {
    let rem = format!("<apply><rem/>{TIME}<cn>12</cn></apply>");
    // True for 3 of every 12; and in every second day.
    let pulse = format!("<apply><lt/>{rem}<cn>3</cn></apply>");
    assert_eq!(counted(&pulse, 50.0), [4.0; 2]);
    let day = format!("<apply><floor/><apply><divide/>{TIME}<cn>24</cn></apply></apply>");
    let odd = format!("<apply><eq/><apply><rem/>{day}<cn>2</cn></apply><cn>1</cn></apply>");
    assert_eq!(counted(&odd, 200.0), [4.0; 2]);
    let piecewise = format!(
        "<apply><gt/><piecewise><piece><cn>1</cn>{pulse}</piece><otherwise><cn>0</cn></otherwise>\
         </piecewise><cn>0.5</cn></apply>"
    );
    assert_eq!(counted(&piecewise, 50.0), [4.0; 2]);
}

#[test]
fn rates_with_pulses_are_integrated_whole() {
    let pulse = format!(
        "<piecewise><piece><cn>1</cn><apply><lt/><apply><rem/>{TIME}<cn>12</cn></apply><cn>0.01</cn>\
         </apply></piece><otherwise><cn>0</cn></otherwise></piecewise>"
    );
    let content = format!(
        "<listOfParameters><parameter id=\"x\" value=\"0\" constant=\"false\"/></listOfParameters>\
         <listOfRules><rateRule variable=\"x\">{}</rateRule></listOfRules>",
        math(&pulse)
    );
    let x = end(&integrate(&model(&content), &[0.0, 1000.0]), "x");
    assert!(close(x, 0.84, 1e-6), "{x}");
}

#[test]
fn a_rate_that_begins_later_is_followed_at_tight_tolerances() {
    // x' = 0 up to t = 9.3, and y - x after it, with y' = -y from 10^9.
    for (op, first, then) in
        [("leq", "0", "1"), ("lt", "0", "1"), ("gt", "1", "0"), ("geq", "1", "0")]
    {
        let switch = format!(
            "<piecewise><piece><cn>{first}</cn><apply><{op}/>{TIME}<cn>9.3</cn></apply></piece>\
             <otherwise><cn>{then}</cn></otherwise></piecewise>"
        );
        let change = "<apply><minus/><ci>y</ci><ci>x</ci></apply>";
        let content = format!(
            "<listOfParameters><parameter id=\"x\" value=\"0\" constant=\"false\"/>\
             <parameter id=\"y\" value=\"1e9\" constant=\"false\"/></listOfParameters><listOfRules>\
             <rateRule variable=\"x\">{}</rateRule><rateRule variable=\"y\">{}</rateRule></listOfRules>",
            math(&format!("<apply><times/>{switch}{change}</apply>")),
            math("<apply><minus/><ci>y</ci></apply>")
        );
        let x = end(&integrate(&model(&content), &[0.0, 20.0]), "x");
        // x = (t - 9.3) y once it has begun.
        assert!(close(x, 10.7 * 1e9 * (-20_f64).exp(), 1e-6), "{op}: {x}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_multiple_is_missed(period in 0.01_f64..50.0, count in 1_u32..30) {
        let until = period * (f64::from(count) + 0.5);
        let period = format!("{period}");
        for trigger in at_multiples(&period) {
            prop_assert_eq!(counted(&trigger, until), [f64::from(count); 2], "{}", trigger);
        }
    }
}
