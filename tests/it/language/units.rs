//! Quantities with units: what may be calculated, what not, and how they print.

use proptest::prelude::*;

use super::{Desk, desk, wrong};

#[test]
fn quantities_print_in_the_unit_that_was_written() {
    let mut desk = desk();
    desk.transcript(
        r#"
        90.s => 90 s
        1.5.min + 30.s => 2 min
        30.s + 1.5.min => 120 s
        2.h / 3 => 0.6666667 h
        0.1.min + 0.2.min => 0.3 min
        3 * 5.min => 15 min
        5.min * 0.5 => 2.5 min
        -90.s => -90 s
        +90.s => 90 s
        50.uM => 50 uM
        1.mM - 500.uM => 0.5 mM
        500.uM + 1.mM => 1500 uM
        0.1.mM + 0.2.mM => 0.3 mM
        -10.nM => -10 nM
        2 * 7.5.kb => 15 kb
        10.kb - 2.5.kb => 7.5 kb
        40.percent + 2.5.percent => 42.5 %
        100.percent / 3 => 33.33333 %
        let t = 1.min; t += 30.s; t => 1.5 min
        let t = 1.min; t *= 2; t => 2 min
        sum([1.min, 30.s, 1.h]) => 61.5 min
        mean([10.s, 20.s]) => 15 s
        min(1.min, 90.s) => 1 min
        max([1.kb, 2.kb]) => 2 kb
        abs(-5.mM) => 5 mM
        [90.s, 1.h] => [90 s, 1 h]
        `${90.s}` => 90 s
        "t = " + 90.s => t = 90 s
        run(90.s); now() => 1.5 min
        "#,
    );
}

#[test]
fn like_units_compare_and_divide() {
    let mut desk = desk();
    for text in [
        "60.s == 1.min",
        "1.h != 59.min",
        "1.min > 59.s && 1.min >= 60.s && 59.s < 1.min && 60.s <= 1.min",
        "1.mM == 1000.uM && 1.uM > 999.nM",
        "1.kb < 1.5.kb && 50.percent >= 50.percent",
        "1.h / 1.min == 60.0",
        "1.mM / 1.uM == 1000.0",
        "10.kb / 4.kb == 2.5",
        "50.percent / 100.percent == 0.5",
        "5.min != () && !(5.min == ())",
        "5.min in [300.s]",
        "90.min.in_hours() == 1.5 && 2.min.in_seconds() == 120.0 && 90.s.in_minutes() == 1.5",
        "50.uM.in_mM() == 0.05 && 0.5.mM.in_uM() == 500.0 && 2.uM.in_nM() == 2000.0",
        "20.kb.in_kb() == 20.0 && 40.percent.in_percent() == 40.0",
    ] {
        assert_eq!(desk.value(text), "true", "{text}");
    }
}

#[test]
fn what_has_no_common_meaning_is_an_error() {
    let quantities = ["5.min", "3.kb", "40.percent", "1.mM", "7", "2.5", "\"x\"", "true", "[1]"];
    let mut desk = desk();
    for (i, a) in quantities.iter().enumerate() {
        for (j, b) in quantities.iter().enumerate() {
            if i == j || i > 3 && j > 3 {
                continue;
            }
            for operator in ["+", "-", "<", "<=", ">", ">=", "==", "!=", "/", "*"] {
                let scaled = (i == 4 || i == 5 || j == 4 || j == 5) && operator == "*";
                let divided = (j == 4 || j == 5) && operator == "/";
                // Texts are put together with anything, and arrays take anything up.
                let joined = operator == "+" && (i > 5 || j > 5);
                if scaled || divided || joined {
                    continue;
                }
                let text = format!("{a} {operator} {b}");
                let error = desk.session.eval(&text, "test").expect_err(&text);
                let expected = format!("`{operator}` cannot be applied to ");
                assert!(error.message.starts_with(&expected), "{text}: {}", error.message);
            }
        }
    }
    for (text, expected) in [
        ("5.min + 3", "give both a unit of time, such as 5.min"),
        ("5.min * 3.min", "multiplied with a plain number"),
        ("sum([1.min, 3.kb])", "the time 1 min and the DNA length 3 kb; both must be of one kind"),
        ("min(1.min, 3)", "`min` cannot be applied to the time 1 min and the plain number 3"),
        ("5.min / 0", "5 min cannot be divided by zero"),
        ("1.mM / 0.mM", "1 mM cannot be divided by zero"),
        ("1e300.kb * 1e300", "a quantity must be a finite number, not inf"),
        ("1e30.min", "a time must be"),
        ("(0.0 / 0.0).kb", "a DNA length must be a finite number"),
        ("(1.0 / 0.0).mM", "a concentration must be a finite number"),
        ("87660.h * 20", "a time must be a finite number of at most a century"),
        ("5.min.mM", "no property `mM`"),
    ] {
        let message = wrong(text).message;
        assert!(message.contains(expected), "{text}: {message}");
    }
}

/// A unit, its kind, and how much it is of the kind's common measure.
const UNITS: [(&str, usize, f64); 8] = [
    ("s", 0, 1.0),
    ("min", 0, 60.0),
    ("h", 0, 3600.0),
    ("kb", 1, 1.0),
    ("percent", 2, 1.0),
    ("mM", 3, 1e6),
    ("uM", 3, 1e3),
    ("nM", 3, 1.0),
];

#[test]
fn calculating_agrees_with_plain_numbers_whatever_the_units() {
    let desk = std::cell::RefCell::new(desk());
    let number = prop_oneof![
        (-10_000_i64..10_000).prop_map(|n| n.to_string()),
        (-1e4..1e4).prop_map(|x: f64| format!("{x:.3}")),
    ];
    let input = (number.clone(), 0..UNITS.len(), number.clone(), 0..UNITS.len(), number);
    proptest!(ProptestConfig::with_cases(400), |((a, i, b, j, k) in input)| {
        let desk = &mut *desk.borrow_mut();
        let ((u, kind_a, m), (v, kind_b, n)) = (UNITS[i], UNITS[j]);
        let parsed = |text: &str| text.parse::<f64>().unwrap();
        let (x, y, factor) = (parsed(&a) * m, parsed(&b) * n, parsed(&k));
        let (p, q) = (format!("({a}).{u}"), format!("({b}).{v}"));
        if kind_a != kind_b {
            let text = format!("{p} + {q}");
            prop_assert!(desk.session.eval(&text, "test").is_err(), "{}", text);
            let text = format!("{p} < {q}");
            prop_assert!(desk.session.eval(&text, "test").is_err(), "{}", text);
            return Ok(());
        }
        let near = |desk: &mut Desk, text: String, expected: f64| {
            // In the common measure of the kind: a ratio to one of its unit.
            let one = UNITS.iter().find(|(_, kind, m)| *kind == kind_a && *m == 1.0).unwrap().0;
            let given: f64 = parsed(&desk.value(&format!("({text}) / 1.{one}")));
            let scale = expected.abs().max(x.abs()).max(y.abs()).max(1.0);
            prop_assert!((given - expected).abs() <= 1e-6 + 1e-9 * scale, "{}: {} {}", text, given, expected);
            Ok(())
        };
        near(desk, format!("{p} + {q}"), x + y)?;
        near(desk, format!("{p} - {q}"), x - y)?;
        near(desk, format!("-{p}"), -x)?;
        near(desk, format!("sum([{p}, {q}, {p}])"), x + y + x)?;
        near(desk, format!("abs({q})"), y.abs())?;
        if (x * factor).abs() < 3e9 {
            near(desk, format!("{p} * {k}"), x * factor)?;
            near(desk, format!("{k} * {p}"), x * factor)?;
        }
        if factor.abs() > 1e-3 && (x / factor).abs() < 3e9 {
            near(desk, format!("{p} / {k}"), x / factor)?;
        }
        if (x - y).abs() > 1e-5 {
            prop_assert_eq!(desk.value(&format!("{p} < {q}")), (x < y).to_string());
            prop_assert_eq!(desk.value(&format!("{p} >= {q}")), (x >= y).to_string());
            prop_assert_eq!(desk.value(&format!("{p} == {q}")), "false");
        }
        // The sum is in the unit of the first.
        let shown = desk.value(&format!("{p} + {q}"));
        let symbol = if u == "percent" { "%" } else { u };
        prop_assert!(shown.ends_with(&format!(" {symbol}")), "{}", shown);
    });
}
