//! Plate-reader data in the language.

use std::fmt::Write;
use std::fs;

use super::{Desk, desk};

/// A desk with a plate of two strains that double every 20 and 40 minutes, and a blank.
fn with_plate() -> Desk {
    let d = desk();
    let mut od = String::from("OD600\nTime [min],A1,A2,B1\n");
    let mut gfp = String::from("GFP\nTime [min],A1,A2,B1\n");
    for minutes in (0..100).step_by(10) {
        let t = f64::from(minutes);
        let (fast, slow) = (0.05 * 2_f64.powf(t / 20.0), 0.05 * 2_f64.powf(t / 40.0));
        writeln!(od, "{minutes},0.08,{},{}", 0.08 + fast, 0.08 + slow).unwrap();
        writeln!(gfp, "{minutes},10,{},{}", 10.0 + 100.0 * fast, 10.0 + 400.0 * slow).unwrap();
    }
    fs::write(d.folder.path().join("plate.csv"), format!("{od}\n{gfp}")).unwrap();
    let layout = "well,strain\nA1,LB\nA2,wild\nB1,mutant\n";
    fs::write(d.folder.path().join("layout.csv"), layout).unwrap();
    d
}

#[test]
fn a_plate_gives_growth_rates_and_production() {
    let mut d = with_plate();
    d.transcript(
        r#"
        let raw = read_plate("plate.csv", #{layout: "layout.csv", blank: "LB"}); let p = raw.blank_subtracted();
        p.channels() => ["OD600", "GFP"]
        p.wells() => ["A1", "A2", "B1"]
        "#,
    );
    assert!(d.value("p.to_string()").contains("wells: 3, 1 blank"), "{}", d.value("p.to_string()"));
    d.value("let rates = p.growth_rates(#{window: 5, min_od: 0.03});");
    assert_eq!(d.value("rates[\"strain\"]"), "[\"wild\", \"mutant\"]");
    let rates = d.numbers("rates[\"rate\"]");
    let ln2 = std::f64::consts::LN_2;
    assert!(
        (rates[0] - ln2 * 3.0).abs() < 1e-9 && (rates[1] - ln2 * 1.5).abs() < 1e-9,
        "{rates:?}"
    );
    assert_eq!(d.value("rates.unit(\"rate\")"), "1/h");
    let per =
        d.numbers("p.per_od(\"GFP\").table().filter(|r| r.strain == \"mutant\")[\"GFP/OD600\"]");
    assert!(per.iter().all(|x| (x - 400.0).abs() < 1e-6), "{per:?}");
    d.transcript(
        r#"
        p.table().len() => 30
        p.by("strain").columns()[2] => OD600_mean
        p.production("GFP").channels().len() => 3
        p.production_rates("GFP", #{window: 3})["strain"][1] => mutant
        "#,
    );
    d.value("plot(p.table(), #{x: \"time\", y: \"OD600\", group: \"strain\", log: \"y\"}).save(\"od.svg\")");
    d.transcript(
        r#"
        p.per_od("RFP") !! unknown channel `RFP`
        p.growth_rates(#{windw: 3}) !! unknown option `windw` of growth_rates
        p.growth_rates(#{window: 99}) !! at most as many as there are times
        p.by("strian") !! did you mean `strain`?
        read_plate("plate.csv").blank_subtracted() !! well of which the layout says
        read_plate("plate.csv", #{blank: "LB"}) !! needs a `layout`
        read_plate("plate.csv", #{layout: "layout.csv", blank: "M9"}) !! not "M9"
        read_plate("layout.csv") !! `layout.csv` cannot be read
        "#,
    );
}

/// Wells that differ by the plate only begin alike; blanks stay.
#[test]
fn wells_that_began_alike_are_equalised() {
    let mut d = desk();
    d.transcript(
        r#"
        let wells = table([["A1", 0.h, 0.1], ["A2", 0.h, 0.3], ["A3", 0.h, 0.7], ["A1", 2.h, 0.5], ["A2", 2.h, 0.5],
            ["A3", 2.h, 0.7]], ["well", "time", "OD600"]).to_csv("od.csv");
            let layout = table(#{well: ["A1", "A2", "A3"], strain: ["a", "b", "blank"]});
            let p = read_plate("od.csv", #{layout: layout});
            let od = |p| p.table().filter(|row| row.well != "A3").map(|row| round(row.OD600, 6));
        od.call(p.equalised()) => [0.2, 0.6, 0.2, 0.4]
        od.call(p.equalised(#{by: "strain"})) == od.call(p) => true
        od.call(p.equalised(#{time: 3.h})) => [0.15, 0.55, 0.25, 0.45]
        p.equalised().table()["OD600"][4] => 0.7
        p.equalised(#{by: "stran"}) !! `stran` (did you mean `strain`?)
        p.equalised(#{time: 3}) !! a time
        p.equalised(#{hours: 3.h}) !! unknown option `hours`
        "#,
    );
}

/// Channels of a tidy table are named as those of blocks, and a plate without a density says how to name it.
#[test]
fn channels_are_named_where_the_file_does_not() {
    let mut d = desk();
    d.transcript(
        r#"
        table([["A1", 0.h, 0.1, 5], ["A1", 1.h, 0.2, 6]], ["well", "time", "x", "y"]).to_csv("tidy.csv");
        read_plate("tidy.csv", #{channels: ["OD600", "GFP"]}).channels() => ["OD600", "GFP"]
        read_plate("tidy.csv", #{channels: ["OD600"]}) !! `channels` has 1 name, but the file has 2 columns of numbers
        read_plate("tidy.csv").growth_rates() !! no channel is called OD..
        "#,
    );
}
