//! Figures and statistics of populations.

use std::sync::OnceLock;

use bioxen::lang::FigureValue;

use super::{Desk, desk};

/// Populations that the tests look at.
const CELLS: &str = "quick_start_vm(\"ecoli\"); start_transcription([\"dnaK\", \"adk\", \"lacZ\"]);
    let cells = population(30, #{seed: 3}); cells.run(1.h);
    let bare = population(5, #{keep_tree: false});
    let young = population(4);
    let one = population(1, #{mode: \"colony\", seed: 3}); one.run(90.min);
    let lines = population(6, #{mode: \"mother_machine\", seed: 3}); lines.run(90.min);";

fn with_cells() -> Desk {
    let mut d = desk();
    d.value(CELLS);
    d
}

fn figure(d: &mut Desk, text: &str) -> FigureValue {
    d.value(text);
    d.session.last_figure().unwrap_or_else(|| panic!("{text} is no figure"))
}

/// Every call that draws.
const CALLS: [&str; 16] = [
    "plot_lineage(cells, \"dnaK\")",
    "plot_lineage(one.tree(), \"dnaK\", #{of: \"concentration\"})",
    "plot_lineage(young, \"size\")",
    "lines.plot_lineage(\"dnaK\", #{theme: \"dark\", width: 300, height: 260})",
    "plot_kymograph(cells, \"dnaK\")",
    "plot_kymograph(lines, \"dnaK\", #{of: \"concentration\", title: \"Ein Titel\"})",
    "plot_kymograph(cells.lineage(cells.cells()[\"id\"][0]), \"adk\")",
    "plot_kymograph(one.tree(), \"size\")",
    "plot_cytometry(cells, \"dnaK\")",
    "plot_cytometry(cells, \"lacZ.mrna\", #{gate: 1})",
    "plot_cytometry(cells.sample(10), \"dnaK\", #{gate: 1e3, of: \"concentration\"})",
    "cells.plot_cytometry(\"dnaK\", \"adk\", #{gate: [1500, ()]})",
    "plot_cytometry(bare.cells(), \"dnaK\", \"size\")",
    "plot_noise(cells)",
    "plot_noise(bare, #{of: \"concentration\"})",
    "plot_histogram(cells, \"dnaK\", #{curve: \"none\"})",
];

#[test]
fn cells_are_drawn_in_every_form_and_drawing_changes_nothing() {
    let mut d = with_cells();
    let state = "[cells.cells().to_string(), cells.tree().to_string(), lines.tree().to_string()]";
    let before = d.value(state);
    for call in CALLS {
        let drawn = figure(&mut d, call);
        let again = figure(&mut d, call);
        for path in ["a.svg", "a.png", "a.pdf", "a.json"] {
            let bytes = drawn.encode(path, &Default::default());
            let bytes = bytes.unwrap_or_else(|e| panic!("{call} {path}: {e}"));
            assert_eq!(bytes, again.encode(path, &Default::default()).unwrap(), "{call} {path}");
            let text = String::from_utf8_lossy(&bytes);
            assert!(!(path == "a.svg" && text.contains("NaN")), "{call}");
        }
        for colour in [true, false] {
            let text = drawn.figure.to_text(72, 20, colour).unwrap();
            assert!(!text.contains("NaN"), "{call}\n{text}");
        }
        let plain = drawn.figure.to_text(72, 20, false).unwrap();
        assert!(plain.lines().all(|line| line.chars().count() <= 72), "{call}\n{plain}");
        assert!(plain.starts_with(drawn.figure.title()), "{call}\n{plain}");
    }
    assert_eq!(d.value(state), before);
}

#[test]
fn a_population_and_its_tables_give_the_same_figures() {
    let mut d = with_cells();
    for (one, other) in [
        ("plot_lineage(cells, \"dnaK\")", "plot_lineage(cells.tree(), \"dnaK\")"),
        (
            "plot_kymograph(lines, \"adk\", #{of: \"concentration\"})",
            "plot_kymograph(lines.tree(), \"adk\", #{of: \"concentration\"})",
        ),
        (
            "plot_cytometry(cells, \"dnaK\", \"adk\")",
            "plot_cytometry(cells.cells(), \"dnaK\", \"adk\")",
        ),
        (
            "plot_cytometry(cells, \"dnaK\", #{of: \"concentration\"})",
            "plot_cytometry(cells.cells(), \"dnaK\", #{of: \"concentration\"})",
        ),
    ] {
        let bytes = |f: FigureValue| f.encode("a.svg", &Default::default()).unwrap();
        assert!(bytes(figure(&mut d, one)) == bytes(figure(&mut d, other)), "{one}");
    }
}

#[test]
fn figures_of_cells_say_what_is_wrong() {
    let mut d = with_cells();
    d.transcript(
        r#"
        plot_lineage(cells, "dnaX") !! no quantity `dnaX`
        plot_lineage(cells, "dnaK.mrna") !! a tree does not tell `dnaK.mrna`
        plot_lineage(bare, "dnaK") !! keeps no tree
        plot_kymograph(bare, "dnaK") !! keeps no tree
        plot_lineage(cells.cells(), "dnaK") !! no column `fate`
        plot_lineage(cells.tree().drop("born"), "dnaK") !! no column `born`
        plot_lineage(cells.tree(), "dnak") !! did you mean `dnaK`?
        plot_lineage(cells.tree().drop("dnaK.born"), "dnaK") !! unknown column `dnaK.born`
        plot_lineage(cells.tree().filter(|c| false), "dnaK") !! nothing to plot
        plot_kymograph(cells, "dnaK", #{off: 1}) !! did you mean `of`?
        plot_kymograph(cells, "dnaK", #{of: "cnt"}) !! valid: count, concentration
        plot_cytometry(cells, "dnaK", #{gate: 0}) !! gate must be a number above 0
        plot_cytometry(cells, "dnaK", #{gate: "x"}) !! gate must be a number
        plot_cytometry(cells, "dnaK", "adk", #{gate: [1]}) !! an array of two
        plot_cytometry(cells, "dnaK", "adk", #{gate: [1, -2]}) !! above 0
        plot_cytometry(cells, "dnaK", "adX") !! no quantity `adX`
        plot_cytometry(table(#{a: ["x"]}), "a") !! numbers
        plot_cytometry(table(#{a: [1]}), "a", #{of: "concentration"}) !! unknown column `size`
        plot_cytometry(table(#{a: [1.5, -2.0, 3.5]}), "a") !! 1 of 3 values of `a` are below zero
        plot_cytometry(table(#{a: [1, 2], b: [1, -2]}), "a", "b") !! below zero
        plot_noise(cells, #{measurd: 1}) !! did you mean `measured`?
        plot_noise(cells, #{measured: 1}) !! measured must be true or false
        plot_histogram(cells, "dnaq") !! no quantity `dnaq`
        cells.quantile("size", 2) !! from 0 to 1
        cells.median("siz") !! did you mean `size`?
        cells.to_csv("a.txt") !! .csv
        "#,
    );
    // Nothing is transcribed: nothing to tell.
    let mut empty = desk();
    empty.value("create_bio_vm(\"demo\", \"ecoli\"); let none = population(3);");
    empty.refused("plot_noise(none)", "no genes of these cells are transcribed");
}

#[test]
fn statistics_of_cells_are_those_of_their_numbers() {
    let mut d = with_cells();
    for (text, other) in [
        ("cells.median(\"dnaK\")", "cells[\"dnaK\"].median()"),
        ("cells.quantile(\"size\", 0.3)", "cells[\"size\"].quantile(0.3)"),
        ("cells.quantile(\"adk\", 1)", "cells[\"adk\"].max()"),
        (
            "cells.sd(\"adk\") * cells.sd(\"adk\")",
            "cells.cv2(\"adk\") * cells.mean(\"adk\") * cells.mean(\"adk\")",
        ),
    ] {
        let (one, other) = (d.number(text), d.number(other));
        assert!((one - other).abs() <= 1e-12 * other.abs(), "{text}: {one} {other}");
    }
    d.value("cells.to_csv(\"own.csv\"); cells.cells().to_csv(\"table.csv\");");
    let read = |name: &str| std::fs::read_to_string(d.folder.path().join(name)).unwrap();
    assert_eq!(read("own.csv"), read("table.csv"));
}

/// A colony that is the same in every test.
fn family() -> &'static str {
    static FAMILY: OnceLock<String> = OnceLock::new();
    FAMILY.get_or_init(|| {
        let rows = [
            (0, -1, "divided", -5.0, 20.0, 10.0, 20.0),
            (1, 0, "divided", 20.0, 55.0, 8.0, 30.0),
            (2, 0, "left", 20.0, 30.0, 12.0, 14.0),
            (3, 1, "alive", 55.0, 70.0, 14.0, 18.0),
            (4, 1, "alive", 55.0, 70.0, 16.0, 25.0),
        ];
        let row = |(id, parent, fate, born, ended, first, last): (i32, i32, &str, f64, f64, f64, f64)| {
            format!(
                "#{{id: {id}, parent: {parent}, fate: \"{fate}\", born: {born:?}, ended: {ended:?}, \"gfp.born\": {first:?}, gfp: {last:?}}}"
            )
        };
        format!("table([{}])", rows.map(row).join(", "))
    })
}

#[test]
fn trees_and_lines_are_drawn_in_characters() {
    let mut d = desk();
    let tree = figure(&mut d, &format!("plot_lineage({}, \"gfp\")", family()));
    insta::assert_snapshot!("lineage", tree.figure.to_text(60, 20, false).unwrap());
    let lines = figure(&mut d, &format!("plot_kymograph({}, \"gfp\")", family()));
    insta::assert_snapshot!("kymograph", lines.figure.to_text(60, 20, false).unwrap());
    let cells = "table(#{gfp: [0, 0, 3, 30, 35, 40, 300, 310, 290, 305], rfp: [1, 2, 2, 50, 60, 70, 5, 6, 7, 0]})";
    let one = figure(&mut d, &format!("plot_cytometry({cells}, \"gfp\", #{{gate: 100}})"));
    insta::assert_snapshot!("cytometry", one.figure.to_text(60, 16, false).unwrap());
    let two =
        figure(&mut d, &format!("plot_cytometry({cells}, \"gfp\", \"rfp\", #{{gate: [100, 20]}})"));
    insta::assert_snapshot!("cytometry_of_two", two.figure.to_text(60, 18, false).unwrap());
}

#[test]
fn a_large_population_is_drawn_in_bounded_size() {
    let mut d = desk();
    d.value("quick_start_vm(\"ecoli\"); start_transcription([\"dnaK\", \"adk\"]); let cells = population(100000);");
    for call in [
        "plot_lineage(cells, \"dnaK\")",
        "plot_kymograph(cells, \"dnaK\")",
        "plot_cytometry(cells, \"dnaK\")",
        "plot_cytometry(cells, \"dnaK\", \"adk\")",
        "plot_noise(cells)",
    ] {
        let drawn = figure(&mut d, call);
        for path in ["a.svg", "a.json", "a.pdf"] {
            let size = drawn.encode(path, &Default::default()).unwrap().len();
            assert!(size < 3_000_000, "{call} {path}: {size}");
        }
        let stop = bioxen::engine::StopToken::new();
        stop.stop();
        assert!(drawn.encode("a.svg", &stop).is_err(), "{call}");
    }
}
