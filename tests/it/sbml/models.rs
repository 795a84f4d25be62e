//! Our models as differential equations, against their solutions.

use super::{column, follows, grid, integrate, model};

#[test]
fn immigration_and_death_balance() {
    let run = integrate(&model("immigration_death"), &grid(10.0, 20), 0);
    follows(&run, "X", |t| 20.0 * (1.0 - (-0.5 * t).exp()));
}

#[test]
fn rules_follow_the_state() {
    let run = integrate(&model("birth_death_rules"), &grid(10.0, 20), 0);
    follows(&run, "X", |t| 20.0 * (-0.2 * t).exp());
    follows(&run, "lost", |t| 30.0 * (1.0 - (-0.2 * t).exp()));
    follows(&run, "death", |t| 6.0 * (-0.2 * t).exp());
    follows(&run, "total", |t| 30.0 - 10.0 * (-0.2 * t).exp());
}

#[test]
fn a_delayed_event_uses_what_it_saw() {
    let run = integrate(&model("delayed_event"), &grid(10.0, 100), 0);
    let seen = 100.0 * (-1.0_f64).exp();
    follows(&run, "X", |t| match t < 5.0 {
        true => 100.0 * (-0.5 * t).exp(),
        false => 3.0 * seen * (-0.5 * (t - 5.0)).exp(),
    });
    follows(&run, "never", |_| 0.0);
}

#[test]
fn michaelis_and_menten_are_solved() {
    let run = integrate(&model("michaelis_menten"), &grid(12.0, 24), 0);
    for (&t, &amount) in run.times.iter().zip(column(&run, "S")) {
        let s = amount / 2.0;
        let left = 4.0 * (10.0 / s).ln() + 10.0 - s;
        assert!((left - 1.5 * t).abs() < 1e-6, "{left} at {t}");
    }
    let total = |t: f64, row: usize| (t, column(&run, "S")[row] + column(&run, "P")[row]);
    assert!((total(12.0, 24).1 - 20.0).abs() < 1e-9);
}

#[test]
fn a_switch_goes_to_either_side() {
    let run = integrate(&model("hill_switch"), &[0.0, 200.0], 0);
    assert!(column(&run, "low")[1].abs() < 1e-9);
    assert!((column(&run, "high")[1] - 4.0).abs() < 1e-9);
}

#[test]
fn the_telegraph_has_its_means() {
    let run = integrate(&model("telegraph"), &grid(10.0, 10), 0);
    let on = |t: f64| 0.4 + 0.6 * (-0.5 * t).exp();
    follows(&run, "on", on);
    // M' = 10 on - 0.5 M from 20: 8 + (12 + 6 t) exp(-0.5 t).
    follows(&run, "M", |t| 8.0 + (12.0 + 6.0 * t) * (-0.5 * t).exp());
}

#[test]
fn a_delayed_value_is_that_of_the_past() {
    let run = integrate(&model("delay_equation"), &grid(3.0, 60), 0);
    follows(&run, "x", |t| {
        let late = |from: f64, order: i32| (t - from).max(0.0).powi(order);
        1.0 - t + late(1.0, 2) / 2.0 - late(2.0, 3) / 6.0
    });
}

#[test]
fn algebraic_rules_hold() {
    let run = integrate(&model("algebraic"), &grid(9.0, 9), 0);
    follows(&run, "A", |t| 1.0 + t);
    follows(&run, "B", |t| 4.0 / (1.0 + t));
    follows(&run, "C", |t| 5.0 - 4.0 / (1.0 + t));
}

#[test]
fn growth_dilutes() {
    let run = integrate(&model("growing_cell"), &grid(5.0, 10), 0);
    let ln2 = std::f64::consts::LN_2;
    follows(&run, "cell", |t| 2f64.powf(t));
    follows(&run, "X", |t| 3.0 * (2f64.powf(t) - 1.0) / ln2);
    // The rate of change of the concentration, not of the amount.
    follows(&run, "seen", |t| 3.0 * 2f64.powf(-t));
}

#[test]
fn stoichiometries_and_conversion_factors_multiply() {
    let run = integrate(&model("stoichiometry"), &grid(4.0, 8), 0);
    follows(&run, "Y", |t| 250.0 * t * t);
    follows(&run, "n", |t| t / 2.0);
}

#[test]
fn a_state_dependent_event_resets() {
    let run = integrate(&model("reset_counter"), &grid(24.0, 96), 0);
    // N grows by 2 a time unit and is 0 again every 5.
    for (row, &t) in run.times.iter().enumerate() {
        let sum = column(&run, "N")[row] + 10.0 * column(&run, "resets")[row];
        assert!((sum - 2.0 * t).abs() < 1e-6, "{sum} at {t}");
        assert!(column(&run, "N")[row] < 10.0 + 1e-6);
    }
}

const TIME: &str = "<csymbol encoding='text' \
                    definitionURL='http://www.sbml.org/sbml/symbols/time'>time</csymbol>";

/// A species whose concentration has a rate rule, in a volume that a rule makes 1 + t k.
fn in_a_volume_by_rule(events: &str) -> bioxen::network::sbml::Model {
    super::read_content(&format!(
        "<listOfCompartments><compartment id='V' constant='false'/></listOfCompartments>\
         <listOfSpecies><species id='S' compartment='V' initialConcentration='3' \
         hasOnlySubstanceUnits='false' boundaryCondition='true' constant='false'/></listOfSpecies>\
         <listOfParameters><parameter id='k' value='2' constant='false'/>\
         <parameter id='seen' constant='false'/></listOfParameters><listOfRules>\
         <rateRule variable='S'>{}</rateRule><assignmentRule variable='V'>{}</assignmentRule>\
         <assignmentRule variable='seen'>{}</assignmentRule></listOfRules>\
         <listOfEvents>{events}</listOfEvents>",
        super::math("<cn>0.5</cn>"),
        super::math(&format!(
            "<apply><plus/><cn>1</cn><apply><times/>{TIME}<ci>k</ci></apply></apply>"
        )),
        super::math(
            "<apply><csymbol encoding='text' \
             definitionURL='http://www.sbml.org/sbml/symbols/rateOf'>rateOf</csymbol>\
             <ci>V</ci></apply>"
        ),
    ))
    .unwrap()
}

#[test]
fn a_rate_rule_is_about_the_concentration_whatever_the_volume() {
    let run = integrate(&in_a_volume_by_rule(""), &grid(4.0, 8), 0);
    follows(&run, "S", |t| (3.0 + 0.5 * t) * (1.0 + 2.0 * t));
    follows(&run, "seen", |_| 2.0);
}

#[test]
fn a_jump_of_the_volume_leaves_the_amount() {
    let at = |time: &str| super::math(&format!("<apply><geq/>{TIME}<cn>{time}</cn></apply>"));
    let event = format!(
        "<event id='e' useValuesFromTriggerTime='true'>\
         <trigger initialValue='true' persistent='true'>{}</trigger><listOfEventAssignments>\
         <eventAssignment variable='k'>{}</eventAssignment></listOfEventAssignments></event>",
        at("2"),
        super::math("<cn>7</cn>")
    );
    let run = integrate(&in_a_volume_by_rule(&event), &[2.0, 3.0], 0);
    // 4 of it per unit in 5 units, and then in 15; 0.5 more per unit after another unit of time.
    let amount = column(&run, "S");
    assert!((amount[0] - 20.0).abs() < 1e-6, "{amount:?}");
    assert!((amount[1] - (20.0 / 15.0 + 0.5) * 22.0).abs() < 1e-6, "{amount:?}");
}

#[test]
fn an_event_sets_concentrations_in_the_volume_before_it() {
    let set = |id: &str, value: &str| {
        let value = super::math(&format!("<cn>{value}</cn>"));
        format!("<eventAssignment variable='{id}'>{value}</eventAssignment>")
    };
    let model = super::read_content(&format!(
        "<listOfCompartments><compartment id='V' size='2' constant='false'/></listOfCompartments>\
         <listOfSpecies><species id='S' compartment='V' initialConcentration='3' \
         hasOnlySubstanceUnits='false' boundaryCondition='true' constant='false'/></listOfSpecies>\
         <listOfEvents><event id='e' useValuesFromTriggerTime='true'>\
         <trigger initialValue='false' persistent='true'>{}</trigger><listOfEventAssignments>\
         {}{}</listOfEventAssignments></event></listOfEvents>",
        super::math("<true/>"),
        set("V", "10"),
        set("S", "4"),
    ));
    let run = integrate(&model.unwrap(), &[0.0], 0);
    assert_eq!((column(&run, "S")[0], column(&run, "V")[0]), (8.0, 10.0));
}
