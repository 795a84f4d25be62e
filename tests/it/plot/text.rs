//! Figures as text for a terminal.

use bioxen::plot::{Axis, Figure, Panel, Series, Style};

fn figure(series: Vec<Series>) -> Figure {
    let panel = Panel {
        title: None,
        x: Axis::new("Time", "min"),
        y: Axis::new("mRNA", "molecules"),
        series,
    };
    Figure { title: "Induction".into(), panels: vec![panel] }
}

fn line(name: &str) -> Series {
    Series::line(name, vec![0.0, 30.0, 60.0], vec![0.0, 10.0, 10.0])
}

#[test]
fn a_figure_fits_its_lines_and_says_what_it_shows() {
    let text = figure(vec![line("lacZ")]).to_text(40, 10, false).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 10, "{text}");
    assert!(lines.iter().all(|l| l.chars().count() <= 40), "{text}");
    assert_eq!((lines[0], lines[1]), ("Induction", "mRNA [molecules]"));
    assert!(lines[2].starts_with(" 10┤ ") && lines[6].starts_with("  0┤⣀"), "{text}");
    assert!(lines[7].starts_with("   └┬"), "{text}");
    assert_eq!(lines[8].split_whitespace().collect::<Vec<_>>(), ["0", "20", "40", "60"]);
    assert_eq!(lines[9].trim(), "Time [min]");
}

#[test]
fn series_are_told_apart_with_and_without_colour() {
    let mut second = line("lacY");
    second.y = vec![10.0, 0.0, 5.0];
    let figure = figure(vec![line("lacZ"), second]);
    let plain = figure.to_text(60, 14, false).unwrap();
    assert!(plain.contains(" a lacZ") && plain.contains(" b lacY"), "{plain}");
    assert!(!plain.contains('\u{1b}'));
    let colour = figure.to_text(60, 14, true).unwrap();
    assert!(colour.contains("\u{1b}[38;5;32m⠒⠒\u{1b}[0m lacZ"), "{colour}");
    // Every colour is taken back before its line ends.
    for l in colour.lines() {
        let (last, reset) = (l.rfind("\u{1b}[38"), l.rfind("\u{1b}[0m"));
        assert!(last.is_none() || reset > last, "{l:?}");
    }
}

#[test]
fn names_cannot_steer_the_terminal() {
    let text = figure(vec![line("\u{1b}[2Jx"), line("b\r\n")]).to_text(60, 14, false).unwrap();
    assert!(text.contains("[2Jx") && !text.contains(['\u{1b}', '\r']), "{text:?}");
}

#[test]
fn markers_and_sizes_beyond_reason() {
    let dots = line("dots").with_style(Style::Points);
    assert!(figure(vec![dots]).to_text(60, 14, false).unwrap().contains('•'));
    for (width, height) in [(0, 0), (usize::MAX, usize::MAX)] {
        let text = figure(vec![line("a")]).to_text(width, height, true).unwrap();
        assert!(text.lines().count() <= 1_010);
    }
    assert!(figure(vec![]).to_text(60, 14, false).is_err());
}
