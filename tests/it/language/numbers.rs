//! Numbers: whole ones and all others alike.

use super::{desk, wrong};

fn value(text: &str) -> String {
    let given = desk().session.eval(text, "test");
    given.unwrap_or_else(|e| panic!("{text}\n{e}")).unwrap_or_default()
}

#[test]
fn dividing_whole_numbers_is_exact() {
    for (text, expected) in [
        ("7 / 2", "3.5"),
        ("6 / 2", "3"),
        ("type_of(6 / 2)", "i64"),
        ("-7 / 2", "-3.5"),
        ("1 / 3 * 3", "1.0"),
        ("let x = 7; x /= 2; x", "3.5"),
        ("let x = 6; x /= 2; x", "3"),
        ("let m = #{x: 9}; m.x /= 2; m.x", "4.5"),
        ("let a = [1]; a[0] /= 4; a[0]", "0.25"),
        ("fn half(n) { n / 2 } half(5)", "2.5"),
        ("let f = |n| n / 2; f.call(5)", "2.5"),
        ("const N = 5; N / 2", "2.5"),
        ("[1, 2, 4].map(|x| x / 4)", "[0.25, 0.5, 1]"),
        ("7.0 / 2", "3.5"),
        ("div(7, 2)", "3"),
        ("div(-7, 2) * 2 + -7 % 2", "-7"),
        ("let a = [1, 2, 3]; a[div(a.len(), 2)]", "2"),
        ("let a = [1, 2, 3, 4]; a[a.len() / 2]", "3"),
        ("7 % 2", "1"),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_divided_or_counted_says_so() {
    for (text, expected) in [
        ("1 / 0", "1 cannot be divided by zero"),
        ("let x = 5; x /= 0", "5 cannot be divided by zero"),
        ("div(5, 0)", "5 cannot be divided by zero"),
        ("0 ** -1", "cannot be divided by zero"),
        ("10 ** 19", "10 ** 19 is too large for a whole number"),
        ("div(7.5, 2)", "must be a whole number, not the plain number 7.5"),
        ("[1, 2, 3][7 / 2]", "a whole number is needed here"),
        ("\"abc\"[3 / 2]", "a whole number is needed here"),
        ("sqrt(\"4\")", "must be a number, not the string \"4\""),
        ("sqrt(4.min)", "must be a number, not the time 4 min"),
        ("ensemble(2.5, 1.min)", "a whole number from 1"),
        ("min([])", "the array of min must be an array with something in it"),
        (
            "sum([1, \"a\"])",
            "entry 1 of the array given to sum must be a number or a quantity, not the string",
        ),
    ] {
        let message = wrong(text).message;
        assert!(message.contains(expected), "{text}: {message}");
    }
}

#[test]
fn standard_mathematics_takes_whole_numbers() {
    for (text, expected) in [
        ("sqrt(2)", 2_f64.sqrt()),
        ("9.sqrt()", 3.0),
        ("exp(1)", std::f64::consts::E),
        ("ln(10)", std::f64::consts::LN_10),
        ("log(1000)", 3.0),
        ("log10(1000)", 3.0),
        ("log(8, 2)", 3.0),
        ("2 ** -1", 0.5),
        ("2 ** 10", 1024.0),
        ("(-1) ** 1000001", -1.0),
        ("let x = 2; x **= -2; x", 0.25),
        ("2 ** 0.5", 2_f64.sqrt()),
        ("4.0 ** 2", 16.0),
        ("min(1, 2.5)", 1.0),
        ("max(1, 2.5)", 2.5),
        ("max(3, 2.5)", 3.0),
        ("abs(-3)", 3.0),
        ("abs(-3.5)", 3.5),
        ("floor(3)", 3.0),
        ("floor(3.7)", 3.0),
        ("ceiling(3)", 3.0),
        ("round(7 / 2)", 4.0),
        ("(6 / 2).floor()", 3.0),
        ("int(3)", 3.0),
        ("sin(0)", 0.0),
        ("cos(0)", 1.0),
        ("atan(1)", std::f64::consts::FRAC_PI_4),
        ("hypot(3, 4)", 5.0),
        ("to_radians(180)", std::f64::consts::PI),
        ("sum([1, 2, 3])", 6.0),
        ("sum([1, 2.5])", 3.5),
        ("sum([])", 0.0),
        ("mean([1, 2, 4])", 7.0 / 3.0),
        ("min([3, 1.5, 2])", 1.5),
        ("max([3, 1.5, 2])", 3.0),
        ("1 + 2.5", 3.5),
        ("3 * 0.5", 1.5),
    ] {
        let given: f64 = value(text).parse().unwrap();
        assert!((given - expected).abs() < 1e-12, "{text}: {given}");
    }
    assert_eq!(value("sum([1, 2, 3])"), "6");
    assert_eq!(value("is_nan(1) || !is_finite(1)"), "false");
    assert_eq!(value("1 == 1.0 && 1 < 1.5 && 2 > 1.5"), "true");
}

#[test]
fn whole_numbers_are_taken_wherever_a_number_is_and_the_other_way_round() {
    let text = "let c = create_bio_vm(\"demo\", \"ecoli\"); c.start(); seed(10 / 2); seed(7.0);
        c.set_priority(6 / 2); c.set_priority(2.0); set_nutrient(1); c.allocate_atp(75);
        c.allocate_ribosomes(60); c.allocate_memory(20); start_transcription([\"lacZ\"], #{strength: 2});
        ensemble(4 / 2, 1.min); ensemble(2.0, 1.min); create_bio_vms(\"x{}\", 2.0, \"syn3a\");
        ensemble(3, 1.min).repetition(4 / 2); ensemble(3, 1.min).quantile(\"host.ribosomes\", 1); 1";
    assert_eq!(value(text), "1");
}

#[test]
fn an_error_that_was_caught_can_be_read() {
    let text =
        "let r = (); try { vm(\"nobody\") } catch (e) { r = [type_of(e), e.message, `${e}`] } r";
    let said = "there is no VM `nobody`";
    assert_eq!(value(text), format!("[\"Error\", \"{said}\", \"{said}\"]"));
    let text = "let r = (); try { [1][5] } catch (e) { r = e.message.len() > 10 } r";
    assert_eq!(value(text), "true");
}
