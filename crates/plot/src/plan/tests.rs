use super::*;
use crate::Options;

fn table() -> Vec<Field> {
    vec![
        Field::names("strain", ["wt", "mut", "wt", "mut"]),
        Field::names("medium", ["LB", "LB", "M9", "M9"]),
        Field::numbers("growth", "1/h", vec![1.8, 1.5, 0.9, 0.7]),
        Field::numbers("rate", "1/h", vec![0.1, 0.2, 0.3, 0.4]),
        Field::numbers("size", "µm³", vec![3.0, 4.0, 1.0, 2.0]),
        Field::numbers("sd", "1/h", vec![0.1, 0.2, 0.1, 0.3]),
    ]
}

fn plan(x: &str, y: &[&str], style: Kind) -> Plan {
    let y = y.iter().map(|y| (*y).to_owned()).collect();
    let x = (!x.is_empty()).then(|| x.to_owned());
    Plan { columns: Columns { x, y, ..Columns::default() }, style, ..Plan::default() }
}

fn grouped(group: &str, mut plan: Plan) -> Plan {
    plan.columns.group = Some(group.to_owned());
    plan
}

fn with_errors(error: Vec<ErrorOf>, mut plan: Plan) -> Plan {
    plan.columns.error = error;
    plan
}

fn look(scale: Scale, range: (Option<f64>, Option<f64>)) -> AxisLook {
    AxisLook { label: None, scale, range }
}

fn error(plan: &Plan) -> String {
    plan.figure(&table()).unwrap_err().to_string()
}

#[test]
fn groups_are_series_in_the_order_of_the_rows() {
    let plan = grouped("medium", plan("strain", &["growth"], Kind::Bars));
    let figure = plan.figure(&table()).unwrap();
    let panel = &figure.panels[0];
    let series: Vec<_> = panel.series.iter().map(|s| (s.name.as_str(), s.y.clone())).collect();
    assert_eq!(series, [("LB", vec![1.8, 1.5]), ("M9", vec![0.9, 0.7])]);
    assert_eq!(panel.x.categories, ["wt", "mut"]);
    assert_eq!(panel.y.text(), "growth [1/h]");
}

#[test]
fn a_group_of_numbers_says_of_what_and_in_which_unit() {
    let fields = [
        Field::names("strain", ["a", "a", "b"]),
        Field::numbers("dose", "uM", vec![0.0, 1.5, f64::NAN]),
        Field::numbers("gfp", "AU", vec![1.0, 2.0, 3.0]),
    ];
    let plan = grouped("dose", plan("strain", &["gfp"], Kind::Bars));
    let figure = plan.figure(&fields).unwrap();
    let names: Vec<&str> = figure.panels[0].series.iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names[..2], ["dose = 0 uM", "dose = 1.5 uM"]);
}

#[test]
fn each_unit_has_a_panel_and_all_share_one_x() {
    let plan = plan("strain", &["growth", "size", "rate"], Kind::Points);
    let figure = plan.figure(&table()).unwrap();
    let names: Vec<Vec<&str>> =
        figure.panels.iter().map(|p| p.series.iter().map(|s| s.name.as_str()).collect()).collect();
    assert_eq!(names, [vec!["growth", "rate"], vec!["size"]]);
    assert_eq!(figure.panels[0].x, figure.panels[1].x);
    assert_eq!(
        (figure.panels[0].y.text(), figure.panels[1].y.text()),
        ("[1/h]".into(), "size [µm³]".into())
    );
}

#[test]
fn errors_are_distances_or_ends() {
    let by = |error| with_errors(vec![error], plan("rate", &["growth"], Kind::Both));
    let distance = by(ErrorOf::Distance("sd".into())).figure(&table()).unwrap();
    let [line, points] = distance.panels[0].series.as_slice() else { panic!() };
    assert_eq!((line.style, points.style), (Style::Line, Style::Points));
    let (low, high) = points.error.clone().unwrap();
    assert_eq!((line.error.is_none(), low[0], high[0]), (true, 1.8 - 0.1, 1.8 + 0.1));
    let ends = by(ErrorOf::Ends("sd".into(), "rate".into())).figure(&table()).unwrap();
    let (low, _) = ends.panels[0].series[1].error.clone().unwrap();
    assert_eq!(low, [0.1, 0.2, 0.1, 0.3]);
}

#[test]
fn options_reach_their_axes() {
    let plan = Plan {
        x: AxisLook { label: Some("Dose".into()), ..look(Scale::Log, (None, None)) },
        y: look(Scale::Linear, (Some(0.0), None)),
        legend: false,
        ..plan("rate", &["growth"], Kind::Line)
    };
    let panel = plan.figure(&table()).unwrap().panels.remove(0);
    assert_eq!((panel.x.text().as_str(), panel.x.scale), ("Dose [1/h]", Scale::Log));
    assert_eq!((panel.y.range, panel.series[0].unlisted), ((Some(0.0), None), true));
}

#[test]
fn boxes_stand_above_their_columns_or_have_points() {
    let columns = plan("", &["growth", "rate"], Kind::Box);
    let panel = columns.figure(&table()).unwrap().panels.remove(0);
    assert_eq!(panel.x.categories, ["growth", "rate"]);
    assert_eq!(panel.series[0].x, [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    let points = Plan { points: true, ..plan("strain", &["growth"], Kind::Violin) };
    let panel = points.figure(&table()).unwrap().panels.remove(0);
    let [violin, dots] = panel.series.as_slice() else { panic!() };
    assert_eq!((violin.y.clone(), dots.unlisted), (dots.y.clone(), true));
    assert!(dots.x.iter().zip(&violin.x).all(|(a, b)| (a - b).abs() <= 0.2));
    assert_eq!(panel, points.figure(&table()).unwrap().panels.remove(0));
}

#[test]
fn rows_are_numbered_where_there_is_no_x() {
    let rows = plan("", &["growth"], Kind::Line);
    let panel = rows.figure(&table()).unwrap().panels.remove(0);
    assert_eq!(
        (panel.series[0].x.clone(), panel.x.label.as_str()),
        (vec![1.0, 2.0, 3.0, 4.0], "row")
    );
}

#[test]
fn what_does_not_fit_is_named() {
    let all = "valid: strain, medium, growth, rate, size, sd";
    assert_eq!(
        error(&plan("strian", &["growth"], Kind::Line)),
        format!("unknown column `strian` (did you mean `strain`?); {all}")
    );
    assert_eq!(
        error(&plan("rate", &["zzzzz"], Kind::Line)),
        format!("unknown column `zzzzz`; {all}")
    );
    assert!(error(&plan("rate", &[], Kind::Line)).ends_with("valid: growth, rate, size, sd"));
    assert_eq!(
        error(&plan("rate", &["strain"], Kind::Line)),
        "column `strain` holds names, but y needs numbers"
    );
    let bars = plan("strain", &["growth"], Kind::Bars);
    assert!(error(&bars).starts_with("series `growth` has more than one bar at `wt`"));
    let log =
        Plan { x: look(Scale::Log, (None, None)), ..plan("strain", &["growth"], Kind::Points) };
    assert_eq!(error(&log), "axis `strain`: its places are names, so it has no logarithm");
    let range = Plan {
        x: look(Scale::Linear, (None, Some(3.0))),
        ..plan("strain", &["growth"], Kind::Points)
    };
    assert!(error(&range).ends_with("so it has no range"));
    let units = Plan {
        y: look(Scale::Linear, (None, Some(3.0))),
        ..plan("rate", &["growth", "size"], Kind::Line)
    };
    assert!(error(&units).starts_with("y has columns in [1/h], [µm³]"));
    let errors = with_errors(vec![ErrorOf::None; 2], plan("rate", &["growth"], Kind::Line));
    assert!(error(&errors).starts_with("error bars are given for 2 columns, but y has 1"));
    let sd = || vec![ErrorOf::Distance("sd".into())];
    let many = with_errors(sd(), plan("strain", &["growth"], Kind::Box));
    assert!(error(&many).starts_with("boxes and violins have no error bars"));
    let mut short = table();
    short.push(Field::numbers("short", "", vec![1.0]));
    let found = plan("rate", &["short"], Kind::Line).figure(&short).unwrap_err().to_string();
    assert_eq!(found, "column `short` has 1 rows, but `rate` has 4");
    short[5] = Field::numbers("sd", "1/h", vec![0.1, -0.2, 0.1, 0.3]);
    let below = with_errors(sd(), plan("rate", &["growth"], Kind::Line));
    let found = below.figure(&short).unwrap_err().to_string();
    assert_eq!(found, "column `sd`, row 2: the error -0.2 is below zero");
}

#[test]
fn every_kind_has_a_name_and_is_drawn() {
    for kind in Kind::ALL {
        let name = kind.name();
        assert_eq!(Kind::of_name(name), Ok(kind));
        let plan = grouped("medium", plan("strain", &["growth"], kind));
        assert!(plan.figure(&table()).unwrap().to_svg(&Options::default()).is_ok(), "{name}");
    }
}
