//! Random figures.

use bioxen_plot::{Axis, Figure, Panel, Scale, Series, Style};
use proptest::prelude::*;

/// Numbers, some of them odd.
pub(super) fn value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1e4..1e4_f64,
        2 => any::<f64>(),
        2 => (-3..6_i32).prop_map(f64::from),
        1 => Just(f64::NAN),
        1 => Just(0.0),
    ]
}

fn any_series() -> impl Strategy<Value = Series> {
    let style = (0..7_usize).prop_map(|i| {
        [
            Style::Line,
            Style::Step,
            Style::Area,
            Style::Points,
            Style::Bars,
            Style::Box,
            Style::Violin,
        ][i]
    });
    let name = prop_oneof![any::<String>(), "[ab]", Just("<b>&\"".to_owned())];
    let rows = prop::collection::vec((value(), value(), value(), value()), 0..50);
    let flags = any::<(bool, bool, bool, bool)>();
    (name, rows, style, flags, "[ab]{0,1}").prop_map(|(name, rows, style, flags, key)| {
        let column = |f: fn(&(f64, f64, f64, f64)) -> f64| rows.iter().map(f).collect::<Vec<_>>();
        let (x, y) = (column(|r| r.0), column(|r| r.1));
        let ends = || (column(|r| r.2), column(|r| r.3));
        let (dashed, unlisted) = (flags.0, flags.1);
        let (band, error) = (flags.2.then(ends), flags.3.then(ends));
        Series { name, x, y, style, band, dashed, error, key, unlisted, muted: false }
    })
}

fn any_axis() -> impl Strategy<Value = Axis> {
    let end = || prop::option::weighted(0.1, value());
    let unit = prop_oneof![Just("min"), Just("h"), Just("molecules"), Just(""), Just("<&>")];
    let names = prop_oneof![
        3 => Just(Vec::new()),
        1 => prop::collection::vec(any::<String>(), 1..9),
        1 => (1..60_usize).prop_map(|n| (0..n).map(|i| format!("name {i}")).collect()),
    ];
    (any::<String>(), unit, any::<bool>(), (end(), end()), names).prop_map(
        |(label, unit, log, range, categories)| {
            let scale = if log { Scale::Log } else { Scale::Linear };
            Axis { label, unit: unit.into(), scale, range, categories, zero: None }
        },
    )
}

/// Figures, some of them impossible.
pub(super) fn any_figure() -> impl Strategy<Value = Figure> {
    let series = prop::collection::vec(any_series(), 0..9);
    let panel = (prop::option::of(any::<String>()), any_axis(), any_axis(), series)
        .prop_map(|(title, x, y, series)| Panel { title, x, y, series });
    (any::<String>(), prop::collection::vec(panel, 0..3))
        .prop_map(|(title, panels)| Figure { title, panels })
}
