use super::*;
use proptest::prelude::*;

#[test]
fn what_is_wrong_is_named() {
    let message = |r: Result<Range, StudyError>| r.unwrap_err().to_string();
    assert!(message(Range::new("k", 2.0, 1.0)).contains("`k` goes from 2 to 1"));
    assert!(message(Range::new("k", f64::NAN, 1.0)).contains("needs a lower and an upper bound"));
    assert!(message(Range::new("k", 0.0, 1.0).unwrap().log()).contains("must be above 0"));
    let space = |p: Vec<Parameter>| Space::new(p).unwrap_err().to_string();
    assert!(space(vec![]).contains("at least one"));
    assert!(space(vec![Parameter::new("a", 1.0), Parameter::new("a", 1.0)]).contains("two"));
    assert!(space(vec![Parameter::new("a", 3.0).between(0.0, 1.0)]).contains("outside of 0 to 1"));
    assert!(space(vec![Parameter::new("a", 0.0).log()]).contains("must be above 0"));
    assert!(space(vec![Parameter::new("a", f64::NAN)]).contains("starts at NaN"));
    let two = Space::new(vec![Parameter::new("kappa", 1.0), Parameter::new("n", 1.0)]).unwrap();
    let error = two.index("kapa").unwrap_err().to_string();
    assert_eq!(error, "unknown parameter `kapa` (did you mean `kappa`?); valid: kappa, n");
}

proptest! {
    #[test]
    fn a_range_is_never_left_and_fractions_come_back(
        low in 1e-6..1e3f64, factor in 1.001..1e6f64, u in -0.5..1.5f64, log in any::<bool>()
    ) {
        let range = Range::new("k", low, low * factor).unwrap();
        let range = if log { range.log().unwrap() } else { range };
        let value = range.at(u);
        prop_assert!(value >= range.low() && value <= range.high());
        prop_assert!((range.fraction(value) - u.clamp(0.0, 1.0)).abs() < 1e-9);
    }

    #[test]
    fn values_come_back_from_what_is_varied(a in -1e3..1e3f64, b in 1e-9..1e9f64) {
        let space = Space::new(vec![
            Parameter::new("a", 0.0),
            Parameter::new("b", 1.0).log().between(0.0, f64::INFINITY),
        ]).unwrap();
        let back = space.outer(&space.inner(&[a, b]));
        prop_assert!(back[0] == a && (back[1] / b - 1.0).abs() < 1e-12);
    }
}
