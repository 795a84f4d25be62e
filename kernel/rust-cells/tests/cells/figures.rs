//! Figures, with a crate that cargo has.

use bioxen_exchange::{Column, Table};
use bioxen_rust::protocol::End;

use super::session::Rust;

#[test]
fn figures_of_plotters_are_shown() {
    let mut rust = Rust::start();
    // Both come from what cargo has: nothing is downloaded.
    assert_eq!(
        rust.value(":dep itertools = \"*\"\nuse itertools::Itertools;\n(1..4).join(\"-\")"),
        "\"1-2-3\""
    );
    rust.value(PLOTTERS);
    rust.notes.variables.insert(
        "trace".into(),
        Table::new([Column::new("time", vec![0.0, 1.0]), Column::new("lacZ", vec![1.0, 3.0])])
            .unwrap()
            .into(),
    );
    assert_eq!(rust.value(FIGURE), "");
    let svg = &rust.notes.shown.last().unwrap()["image/svg+xml"];
    assert!(svg.starts_with("<svg") && svg.contains("<polyline"), "{svg}");
    let whole = "evcxr_figure((80, 60), |root| { root.fill(&WHITE)?; Ok(()) })";
    match rust.run(whole) {
        End::Done { forms } => assert!(forms["text/html"].contains("<svg"), "{forms:?}"),
        end => panic!("{end:?}"),
    }
    // The page shows what is run.
    let page = include_str!("../../../../docs/rust-cells.md");
    assert!(page.contains(PLOTTERS) && page.contains(FIGURE), "the example of the page is another");
}

const PLOTTERS: &str = r#":dep plotters = { version = "0.3", default-features = false, features = ["evcxr", "line_series"] }
use plotters::prelude::*;"#;

const FIGURE: &str = r#"let trace = bioxen::get("trace");
let times = trace.column("time")?.numbers()?;
let amounts = trace.column("lacZ")?.numbers()?;
let (end, top) = (times.last().copied().unwrap_or(1.0), amounts.iter().cloned().fold(1.0, f64::max));
let mut figure = String::new();
{
    let root = SVGBackend::with_string(&mut figure, (480, 320)).into_drawing_area();
    let mut chart = ChartBuilder::on(&root).build_cartesian_2d(0.0..end, 0.0..top)?;
    chart.draw_series(LineSeries::new(times.into_iter().zip(amounts), &RED))?;
}
bioxen::display("image/svg+xml", &figure);"#;
