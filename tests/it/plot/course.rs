//! The usual figures of a trajectory.

use bioxen::engine::trajectory::{Column, Kind, Subject, Trajectory};
use bioxen::plot::{Options, PlotError, Style, resources, time_course};

use super::read::read;

fn column(name: &str, kind: Kind, unit: &str, values: [f64; 3]) -> Column {
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let vm = (first != "host").then(|| first.into());
    let of = rest.split_once('.').map(|(of, _)| of.into());
    let of = if vm.is_none() { Some("host".into()) } else { of };
    let subject = Subject { vm, of };
    Column { name: name.into(), kind, subject, unit: unit.into(), values: values.to_vec() }
}

fn trajectory() -> Trajectory {
    Trajectory {
        time_unit: "min".into(),
        times: vec![0.0, 30.0, 60.0],
        columns: vec![
            column("demo.lacZ.mrna", Kind::Mrna, "molecules", [0.0, 3.0, 4.0]),
            column("demo.lacZ.protein", Kind::Protein, "molecules", [0.0, 800.0, 2000.5]),
            column("demo.lacY.mrna", Kind::Mrna, "molecules", [0.0, 2.0, 5.0]),
            column("demo.ribosomes", Kind::Engaged, "ribosomes", [0.0, 700.0, 800.0]),
            column("other.ribosomes", Kind::Engaged, "ribosomes", [0.0, 300.0, 200.0]),
            column("demo.atp_share", Kind::AtpShare, "%", [0.0, 7.0, 9.0]),
            column("host.growth_rate_per_h", Kind::Growth, "1/h", [1.0, 0.9, 0.85]),
            column("host.ribosomes", Kind::Host, "ribosomes", [20_000.0, 19_000.0, 18_000.0]),
            column("host.atp_percent", Kind::AtpLevel, "%", [100.0, 97.0, 95.0]),
        ],
        ..Trajectory::default()
    }
}

#[test]
fn columns_of_a_unit_and_kind_share_a_panel() {
    let names = ["demo.lacZ.mrna", "demo.lacZ.protein", "demo.lacY.mrna", "host.growth_rate_per_h"];
    let figure = time_course(&trajectory(), &names, "Induction").unwrap();
    let shown = read(&figure.to_svg(&Options::default()).unwrap());
    let panels: Vec<(&str, &str, usize)> =
        shown.panels.iter().map(|p| (p.y.0.as_str(), p.y.1.as_str(), p.series.len())).collect();
    assert_eq!(
        panels,
        [
            ("mRNA per reference cell", "molecules", 2),
            ("Protein per reference cell", "molecules", 1),
            ("Growth rate", "1/h", 1)
        ]
    );
    assert!(shown.panels.iter().all(|p| p.x.0 == "Time" && p.x.1 == "min" && p.x.3 == 60.0));
    // Whole counts jump, others run.
    assert_eq!(figure.panels[0].series[0].style, Style::Step);
    assert_eq!(figure.panels[1].series[0].style, Style::Line);
}

#[test]
fn without_names_all_columns_are_shown() {
    let figure = time_course(&trajectory(), &[], "").unwrap();
    assert_eq!(figure.panels.iter().map(|p| p.series.len()).sum::<usize>(), 9);
}

#[test]
fn an_unknown_column_is_named_with_its_nearest() {
    let error = time_course(&trajectory(), &["demo.lacz.mrna"], "").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column `demo.lacz.mrna` in the trajectory (did you mean `demo.lacZ.mrna`?)"
    );
    let error = time_course(&Trajectory::default(), &[], "empty").unwrap_err();
    assert!(matches!(error, PlotError::NothingToPlot { figure } if figure == "empty"));
}

#[test]
fn resources_are_stacked_by_machine_without_the_host() {
    let shown = read(&resources(&trajectory(), "Resources").to_svg(&Options::default()).unwrap());
    let panels: Vec<(&str, &str)> =
        shown.panels.iter().map(|p| (p.y.0.as_str(), p.y.1.as_str())).collect();
    assert_eq!(
        panels,
        [("Engaged", "ribosomes"), ("ATP share", "%"), ("ATP level", "%"), ("Growth rate", "1/h")]
    );
    let engaged = &shown.panels[0];
    // As the areas lie on each other, from the top.
    assert_eq!(engaged.legend, ["other", "demo"]);
    let top = engaged.value(*engaged.series[1].lines[0].last().unwrap());
    assert!((top.0 - 60.0).abs() < 0.1 && (top.1 - 1000.0).abs() < 2.0, "{top:?}");
}

#[test]
fn resources_of_nothing_are_an_error_when_drawn() {
    let figure = resources(&Trajectory::default(), "none");
    assert!(figure.to_svg(&Options::default()).is_err());
}
