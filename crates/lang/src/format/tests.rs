//! Against what Python writes.

use super::*;
use bioxen_base::units::{Percent, Time, TimeUnit};

fn text(x: impl Into<Dynamic>, spec: &str) -> String {
    Spec::read(spec).unwrap().write(&x.into()).unwrap()
}

// What Python 3 gives for the same.
#[test]
fn numbers_are_written_as_python_writes_them() {
    for (x, spec, right) in [
        (1234.5678, ".3g", "1.23e+03"),
        (1234.5678, ".2f", "1234.57"),
        (1234.5678, ".1e", "1.2e+03"),
        (1234.5678, ",.2f", "1,234.57"),
        (1_234_567.0, ",.0f", "1,234,567"),
        (0.000_012_345, "g", "1.2345e-05"),
        (0.000_123_45, "g", "0.00012345"),
        (100_000.0, "g", "100000"),
        (1_000_000.0, "g", "1e+06"),
        (999_999.5, "g", "1e+06"),
        (0.0, ".3g", "0"),
        (0.256, ".1%", "25.6%"),
        (0.5, "%", "50.000000%"),
        (3.1449, "8.2f", "    3.14"),
        (3.1449, "<8.2f", "3.14    "),
        (3.1449, "^8.2f", "  3.14  "),
        (3.1449, "*^8.2f", "**3.14**"),
        (-3.1449, "08.2f", "-0003.14"),
        (3.1449, "+.2f", "+3.14"),
        (3.1449, " .2f", " 3.14"),
        (2.5, ".0f", "2"),
        (0.1, "", "0.1"),
        (2.0, "", "2.0"),
        (1e-300, ".3e", "1.000e-300"),
        (1234.5678, "%.3g", "1.23e+03"),
        (3.1449, "%-8.2f", "3.14    "),
        (f64::INFINITY, ".2f", "inf"),
        (1234.5678, ".3G", "1.23E+03"),
        (1234.5678, ".3", "1.23e+03"),
    ] {
        assert_eq!(text(Dynamic::from_float(x), spec), right, "{x} {spec}");
    }
    assert_eq!(text(1_234_567_i64, ","), "1,234,567");
    // As Python has it.
    assert_eq!(text(7_i64, "010,d"), "00,000,007");
    assert_eq!(text(7_i64, "09,d"), "0,000,007");
    assert_eq!(text(-1234.5, "012,.1f"), "-0,001,234.5");
    assert_eq!(text(-42_i64, "6d"), "   -42");
    assert_eq!(text(3_i64, ".2f"), "3.00");
    assert_eq!(text(i64::MIN, "d"), i64::MIN.to_string());
    assert_eq!(text(Dynamic::from("lacZ"), "6"), "lacZ  ");
    assert_eq!(text(Dynamic::from("lacZ"), ">6.3"), "   lac");
}

#[test]
fn quantities_keep_their_unit() {
    let t = bioxen_base::units::Duration::new(Time::from_minutes(5.0 / 3.0), TimeUnit::Minute);
    assert_eq!(text(Dynamic::from(t), ".1f"), "1.7 min");
    assert_eq!(text(Dynamic::from(t), "9.1f"), "  1.7 min");
    assert_eq!(text(Dynamic::from(Percent(40.0)), ".1f"), "40.0 %");
    assert_eq!(text(Dynamic::from(Percent(40.0)), ".1%"), "40.0%");
}

#[test]
fn what_is_no_specification_says_where() {
    for (spec, why) in [
        (".2x", "`x` is no kind of number"),
        ("{}", "`{` is no kind of number"),
        (".f", "a number belongs behind its point"),
        (".2ff", "`f` follows where it ends"),
        ("99999999999999999999999", "at most 1000 wide"),
        (".1000f", "at most 100 digits"),
    ] {
        let error = Spec::read(spec).unwrap_err().to_string();
        assert!(error.contains(why), "{spec}: {error}");
    }
    assert!(Spec::read("d").unwrap().write(&Dynamic::from_float(2.5)).is_err());
    assert!(Spec::read(".2f").unwrap().write(&Dynamic::from("x")).is_err());
    assert!(Spec::read(".2f").unwrap().write(&Dynamic::TRUE).is_err());
}

#[test]
fn rounding_is_of_the_number_itself() {
    for (x, digits, right) in [
        (2.675, 2, 2.67),
        (1.005, 2, 1.0),
        (1.115, 2, 1.11),
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (2.5, 0, 3.0),
        (1234.5, -2, 1200.0),
        (1250.0, -2, 1300.0),
        (49.9, -2, 0.0),
        (50.0, -2, 100.0),
        (0.04, 1, 0.0),
        (0.05, 1, 0.1),
        (9.995, 1, 10.0),
        (1e300, 2, 1e300),
        (5e-324, 324, 5e-324),
        (123.0, i64::MIN, 0.0),
        (123.0, i64::MAX, 123.0),
    ] {
        assert_eq!(rounded(x, digits), right, "{x} {digits}");
    }
    assert!(rounded(f64::NAN, 1).is_nan());
    assert_eq!(rounded_whole(1250, -2), Some(1300));
    assert_eq!(rounded_whole(-1250, -2), Some(-1300));
    assert_eq!(rounded_whole(7, 3), Some(7));
    assert_eq!(rounded_whole(7, i64::MIN), Some(0));
    assert_eq!(rounded_whole(i64::MAX, -1), None);
}
