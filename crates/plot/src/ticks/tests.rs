use super::*;

fn texts(unit: &str, low: f64, high: f64, wanted: usize) -> Vec<String> {
    let span = Span { low, high, scale: Scale::Linear };
    Ticks::of(&Axis::new("", unit), &span, wanted).marks.into_iter().map(|m| m.1).collect()
}

#[test]
fn plain_numbers() {
    assert_eq!(texts("", 0.0, 1.0, 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
    assert_eq!(texts("", -5.0, 5.0, 5), ["−4", "−2", "0", "2", "4"]);
    assert_eq!(texts("", 0.0, 12_000.0, 4), ["0", "5\u{202f}000", "10\u{202f}000"]);
    assert_eq!(texts("", 0.9, 1.1, 4), ["0.90", "0.95", "1.00", "1.05", "1.10"]);
}

#[test]
fn times_step_by_the_clock() {
    assert_eq!(texts("min", 0.0, 60.0, 6), ["0", "10", "20", "30", "40", "50", "60"]);
    assert_eq!(texts("min", 0.0, 90.0, 7), ["0", "15", "30", "45", "60", "75", "90"]);
    assert_eq!(texts("h", 0.0, 24.0, 5), ["0", "6", "12", "18", "24"]);
    assert_eq!(texts("min", 0.0, 1.0, 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
}

#[test]
fn counts_have_whole_numbers() {
    assert_eq!(texts("molecules", 0.0, 1.05, 5), ["0", "1"]);
    assert_eq!(texts("molecules", 0.0, 3.2, 5), ["0", "1", "2", "3"]);
}

#[test]
fn large_and_small_numbers_give_their_power_to_the_label() {
    let span = Span { low: 0.0, high: 4.2e6, scale: Scale::Linear };
    let axis = Axis::new("Protein", "molecules");
    let ticks = Ticks::of(&axis, &span, 5);
    assert_eq!(ticks.label(&axis), "Protein [10⁶ molecules]");
    assert_eq!(ticks.marks.last().unwrap().1, "4");
    let span = Span { low: 0.0, high: 2e-5, scale: Scale::Linear };
    let axis = Axis::new("Rate", "");
    let ticks = Ticks::of(&axis, &span, 4);
    assert_eq!(ticks.label(&axis), "Rate [10⁻⁶]");
    let found: Vec<_> = ticks.marks.iter().map(|m| m.1.as_str()).collect();
    assert_eq!(found, ["0", "5", "10", "15", "20"]);
}

#[test]
fn decades_on_a_logarithmic_axis() {
    let log = |low: f64, high: f64| -> Vec<String> {
        let span = Span { low, high, scale: Scale::Log };
        Ticks::of(&Axis::default(), &span, 6).marks.into_iter().map(|m| m.1).collect()
    };
    assert_eq!(log(0.0, 3.0), ["1", "10", "100", "1\u{202f}000"]);
    assert_eq!(log(-2.0, 0.0), ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]);
    assert_eq!(log(-9.0, -6.0), ["10⁻⁹", "10⁻⁸", "10⁻⁷", "10⁻⁶"]);
    assert_eq!(log(0.0, 300.0).len(), 7);
}

#[test]
fn any_span_has_few_ascending_marks() {
    let ends = [0.0, 1e-300, 1e-9, 0.3, 1.0, 7e5, 1e15, 1e300, f64::MAX];
    for a in ends {
        for b in ends {
            for (low, high) in [(a, b), (-a, b), (-a, -b)] {
                if low >= high {
                    continue;
                }
                let span = Span { low, high, scale: Scale::Linear };
                let ticks = Ticks::of(&Axis::default(), &span, 5);
                assert!(ticks.marks.len() <= 12, "{low:e} {high:e} {ticks:?}");
                assert!(ticks.marks.is_sorted_by(|p, q| p.0 < q.0), "{low:e} {high:e} {ticks:?}");
                assert!(ticks.marks.iter().all(|m| m.1.chars().count() < 30), "{ticks:?}");
            }
        }
    }
}
