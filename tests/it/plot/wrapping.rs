//! Texts that are too long for one line have several, and lose nothing.

use bioxen::plot::{Axis, Figure, HeatMap, Options, Panel, Series, histogram};

const NOTE: &str = "a held back at its quota of 100 ribosomes, 39.2 % of the time; a held back at its \
                    quota of 100 ribosomes, 96.7 % of the time";

fn figure() -> Figure {
    let panel = |title: Option<&str>| Panel {
        title: title.map(str::to_owned),
        x: Axis::new("Time", "min"),
        y: Axis::new("mRNA, median and quartiles", "molecules"),
        series: vec![Series::line("lacZ", vec![0.0, 1.0], vec![0.0, 3.0])],
    };
    Figure {
        title: "t".into(),
        panels: vec![panel(Some(NOTE)), panel(None), panel(None), panel(None)],
    }
}

#[test]
fn headings_and_labels_are_broken_between_words() {
    let shown = super::read::read(&figure().to_svg(&Options::default()).unwrap());
    assert!(shown.texts.iter().all(|text| !text.contains('…')), "{:?}", shown.texts);
    let of = |text: &str| -> String {
        let parts =
            shown.texts.iter().filter(|part| text.contains(part.as_str()) && part.len() > 3);
        parts.cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(NOTE), NOTE);
    assert!(of("mRNA, median and quartiles [molecules]").contains("mRNA, median"));
}

#[test]
fn a_terminal_shows_the_note_and_the_axis() {
    let text = figure().to_text(60, 60, false).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains(NOTE), "{text}");
    assert!(text.contains("\nmRNA, median and quartiles [molecules]\n"), "{text}");
}

#[test]
fn every_row_of_a_heat_map_of_some_dozens_has_its_name() {
    let rows = (0..57).map(|i| (format!("gene_{i:02}"), vec![0.0, f64::from(i)])).collect();
    let map = HeatMap {
        title: "t".into(),
        x: Axis::new("Time", "min"),
        columns: vec![0.0, 1.0],
        rows,
        value: Axis::new("mRNA", "molecules"),
    };
    let svg = map.to_svg(&Options::default()).unwrap();
    for i in 0..57 {
        assert!(svg.contains(&format!(">gene_{i:02}</text>")), "{i}");
    }
}

/// The density of a rate is a time.
#[test]
fn densities_have_the_unit_of_one_over_theirs() {
    for (unit, expected) in [("1/h", "[h]"), ("molecules", "[1/molecules]"), ("", "density")] {
        let figure = histogram(&[1.0, 1.5, 2.5], Axis::new("x", unit), "t", None).unwrap();
        assert!(figure.panels[0].y.text().ends_with(expected), "{}", figure.panels[0].y.text());
    }
}
