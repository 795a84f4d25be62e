//! Digits and rounding.

use super::*;

#[test]
fn numbers_are_rounded_to_digits() {
    desk().transcript(
        r#"
        round(3.14159, 2) => 3.14
        3.14159.round(2) => 3.14
        round(2.675, 2) => 2.67
        round(1234.5, -2) => 1200.0
        round(1250, -2) => 1300
        round(-1250, -2) => -1300
        round(7, 2) => 7
        round(2.5) => 3.0
        round(2) => 2
        round((5.0 / 3.0).min, 2) => 1.67 min
        round(1234.uM, -2) => 1200 uM
        let x = 2.34567; let a = x.round(1); [x, a, round(x, 1.0)] => [2.34567, 2.3, 2.3]
        "#,
    );
    let mut d = desk();
    d.transcript(
        r#"
        round("x", 2) !! a number or a quantity
        round(1.5, 0.5) !! a whole number from -400 to 400
        round(9223372036854775807, -1) !! too large
        "#,
    );
}

#[test]
fn numbers_are_written_as_asked() {
    desk().transcript(
        r#"
        format(1234.5678, ".3g") => 1.23e+03
        format(0.000123, ".2e") => 1.23e-04
        format(1234567, ",") => 1,234,567
        format(0.256, ".1%") => 25.6%
        format(3.14159, "%.2f") => 3.14
        `${format("lacZ", "8")}|${format(12.5, "8.1f")}|` => lacZ    |    12.5|
        format((5.0 / 3.0).min, ".1f") => 1.7 min
        1.2345.format(".2f") => 1.23
        "#,
    );
    let mut d = desk();
    d.transcript(
        r#"
        format(1.5, "two digits") !! is such as ".3g"
        format(1.5, "d") !! a whole number
        format([1.5], ".2f") !! a number or a quantity, not an array
        format(true, "") !! a number, a quantity or a string
        "#,
    );
    // The caret stands below the specification.
    let error = d.session.eval("let x = 1;\nformat(x, \".2k\")", "test").unwrap_err().to_string();
    assert!(error.contains("test:2:11"), "{error}");
}

/// Seen: `1.6666666666666667 min` in messages and texts.
#[test]
fn quantities_show_digits_that_mean_something() {
    desk().transcript(
        r#"
        `${(5.0 / 3.0).min}` => 1.666667 min
        (0.1 + 0.2).mM.to_string() => 0.3 mM
        1.min / 3 => 0.3333333 min
        100.percent / 7 => 14.28571 %
        (123456.75).kb => 123456.8 kb
        36000001.s => 36000001 s
        0.nM - 0.nM => 0 nM
        1.nM / 1e9 => 1e-9 nM
        // Plain numbers keep every digit, and nothing is lost of what is calculated.
        5.0 / 3.0 => 1.6666666666666667
        in_minutes((5.0 / 3.0).min) * 3.0 => 5.0
        at(100.s, || ()); events()[0].label => at(100 s)
        "#,
    );
}

#[test]
fn numbers_between_ends() {
    desk().transcript(
        r#"
        linspace(0, 1, 5) => [0.0, 0.25, 0.5, 0.75, 1.0]
        linspace(0.min, 1.h, 3) => [0 min, 30 min, 60 min]
        linspace(1, -1, 3) => [1.0, 0.0, -1.0]
        let a = logspace(1, 1000, 4); [a[0], round(a[1], 9), round(a[2], 9), a[3]] => [1.0, 10.0, 100.0, 1000.0]
        logspace(1.uM, 1.mM, 2) => [1 uM, 1000 uM]
        "#,
    );
    let mut d = desk();
    d.transcript(
        r#"
        linspace(0, 1, 1) !! a whole number from 2 to 1000000
        linspace(0, 1.min, 3) !! of the same kind
        logspace(0, 1, 3) !! both more than 0, or both less
        linspace(0, 1e999, 3) !! finite
        "#,
    );
}
