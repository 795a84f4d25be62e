use super::parse;
use bioxen_network::{Expr, Program, QuantityId};
use proptest::prelude::*;

/// `a` is 3, `b` is 4, `max` is 5.
fn value(text: &str) -> f64 {
    let names = |name: &str| match name {
        "a" => Ok(Expr::Quantity(QuantityId(0))),
        "b" => Ok(Expr::Quantity(QuantityId(1))),
        "max" => Ok(Expr::Quantity(QuantityId(2))),
        other => Err(format!("there is no `{other}`")),
    };
    let expr = parse(text, &names).unwrap_or_else(|error| panic!("{text}: {error}"));
    Program::compile(&expr).unwrap().eval(7.0, &[3.0, 4.0, 5.0], &mut Vec::new())
}

fn refused(text: &str) -> (usize, String) {
    let names = |name: &str| match name {
        "a" => Ok(Expr::Const(3.0)),
        other => Err(format!("there is no `{other}`")),
    };
    let error = parse(text, &names).unwrap_err();
    (error.column, error.reason)
}

#[test]
fn operators_bind_as_the_grammar_says() {
    for (text, expected) in [
        ("1 + 2 * 3", 7.0),
        ("(1 + 2) * 3", 9.0),
        ("2 - 3 - 4", -5.0),
        ("24 / 4 / 2", 3.0),
        ("2 * 3 / 4 * 2", 3.0),
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("2**-1", 0.5),
        ("2^-2^2", 0.0625),
        ("-a * -b", 12.0),
        ("--a", 3.0),
        ("1 - 2 + 3", 2.0),
        ("a < b", 1.0),
        ("a + 1 == b && a > b", 0.0),
        ("a > b || !(a > b)", 1.0),
        ("1E-05 * 1e5", 1.0),
        (".5 + 5.", 5.5),
        ("time", 7.0),
        ("max + max(a, b, 1)", 9.0),
        ("log(exp(2)) + log10(1000) + log2(8) + log(9, a)", 10.0),
        ("pow(a, 2) + sqrt(b) + abs(-1) + sign(-a)", 11.0),
        ("piecewise(1, a > b, 2, a < b, 3)", 2.0),
        ("piecewise(1, a > b, 3)", 3.0),
        ("min(a, b) + ceil(0.5) + floor(0.5)", 4.0),
        ("cos(pi)", -1.0),
        ("true + false", 1.0),
    ] {
        assert!((value(text) - expected).abs() < 1e-12, "{text}: {}", value(text));
    }
}

#[test]
fn what_is_wrong_has_a_place() {
    for (text, column, part) in [
        ("", 1, "the end where a value"),
        ("a +", 4, "the end where a value"),
        ("a b", 3, "`b` where the formula should end"),
        ("(a", 3, "`)` should be"),
        ("a $ 2", 3, "no meaning"),
        ("2 * c", 5, "there is no `c`"),
        ("sqr(a)", 1, "did you mean `sqrt`"),
        ("sqrt(a, a)", 1, "one argument, not 2"),
        ("1.2.3", 1, "no number"),
        ("a = 2", 3, "`=`"),
        ("µ", 1, "no meaning"),
    ] {
        let (at, reason) = refused(text);
        assert!(at == column && reason.contains(part), "{text}: {at}: {reason}");
    }
    let deep = "(".repeat(100_000);
    assert!(refused(&deep).1.contains("within each other"));
    let signs = "-".repeat(100_000);
    assert!(refused(&signs).1.contains("within each other"));
    // A long sum is no deep one.
    assert_eq!(value(&format!("a{}", " + 1".repeat(5000))), 5003.0);
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[-+*/^()<>=!&|,.0-9aeE_ µ\"lognpiecwse]{0,60}") {
        let _ = parse(&text, &|name| if name == "a" { Ok(Expr::Time) } else { Err(String::new()) });
    }

    #[test]
    fn what_is_written_of_numbers_is_read_back(a in -1e3..1e3f64, b in 0.1..1e3f64, c in 0.1..3.0f64) {
        let text = format!("({a} - {b}) * {c} / ({b}^{c} + 1)");
        let expected = (a - b) * c / (b.powf(c) + 1.0);
        prop_assert!((value(&text) - expected).abs() <= 1e-12 * expected.abs());
    }
}
