//! What must hold whatever the numbers are.

use proptest::prelude::*;

use super::desk;

fn text(values: &[f64]) -> String {
    let all: Vec<String> = values.iter().map(|x| format!("{x:?}")).collect();
    format!("[{}]", all.join(", "))
}

fn near(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * scale.max(1e-300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Statistics by their definitions, written here in another way.
    #[test]
    fn statistics_are_what_they_are_defined_as(
        values in prop::collection::vec(-1e6..1e6f64, 2..40),
        share in 0.0..=1.0f64,
    ) {
        let mut d = desk();
        let n = values.len() as f64;
        d.value(&format!("let a = {};", text(&values)));
        // The variance as the mean over all pairs of half of their squared distance.
        let mut pairs = 0.0;
        for x in &values {
            for y in &values {
                pairs += (x - y) * (x - y) / 2.0;
            }
        }
        let variance = pairs / (n * (n - 1.0));
        let scale = values.iter().fold(1.0, |m: f64, x| m.max(x.abs()));
        prop_assert!(near(d.number("a.variance()"), variance, scale * scale));
        prop_assert!(near(d.number("a.sd()"), variance.sqrt(), scale));
        // A quantile has at most its share below it and at most the rest above it.
        let q = d.number(&format!("a.quantile({share:?})"));
        let below = values.iter().filter(|x| **x < q - 1e-9 * scale).count() as f64;
        let above = values.iter().filter(|x| **x > q + 1e-9 * scale).count() as f64;
        prop_assert!(below <= share * (n - 1.0) + 1.0 && above <= (1.0 - share) * (n - 1.0) + 1.0);
        prop_assert_eq!(d.number("a.quantile(0)"), d.number("min(a)"));
        prop_assert_eq!(d.number("a.quantile(1)"), d.number("max(a)"));
        prop_assert_eq!(d.number("a.quantile(0.5)"), d.number("a.median()"));
        prop_assert_eq!(d.value("a[a.argmax()] == max(a) && a[a.argmin()] == min(a)"), "true");
        // Neither order nor a shift changes what does not depend on it.
        prop_assert!(near(d.number("let b = a; b.reverse(); b.sd()"), variance.sqrt(), scale));
        prop_assert_eq!(d.number("b.median()"), d.number("a.median()"));
        prop_assert!(near(d.number("a.map(|x| x + 1000.0).sd()"), variance.sqrt(), scale + 1e3));
        // One undoes the other.
        let sums = d.numbers("cumsum(a)");
        prop_assert!(near(sums[sums.len() - 1], d.number("sum(a)"), scale * n));
        let back = d.numbers("diff(cumsum(a))");
        prop_assert!(back.iter().zip(&values[1..]).all(|(x, y)| near(*x, *y, scale * n)));
        prop_assert_eq!(d.value("a.slice(0, 1) + a.slice(1) == a && a.slice(-2) == a.slice(-2..=-1)"), "true");
    }

    /// Units change nothing but the unit.
    #[test]
    fn quantities_have_the_statistics_of_their_numbers(
        values in prop::collection::vec(0.0..1000f64, 2..20),
    ) {
        let mut d = desk();
        d.value(&format!("let a = {}; let q = a.map(|x| x.uM);", text(&values)));
        for function in ["sd", "median", "mean"] {
            let plain = d.number(&format!("a.{function}()"));
            let unit = d.number(&format!("in_uM(q.{function}())"));
            prop_assert!(near(plain, unit, 1000.0), "{function}: {plain} {unit}");
        }
        prop_assert_eq!(d.value("q.argmax() == a.argmax()"), "true");
        let mixed = d.number("let mixed = q; mixed[0] = (a[0] / 1000.0).mM; in_uM(mixed.median())");
        prop_assert!(near(mixed, d.number("a.median()"), 1000.0));
    }

    /// Rounding: near enough, on the grid, and done twice the same as once.
    #[test]
    fn what_is_rounded_stays_rounded(x in -1e9..1e9f64, digits in -8i64..12) {
        let mut d = desk();
        let once = d.number(&format!("let y = round({x:?}, {digits}); y"));
        let half = 0.500_001 * 10f64.powi(-i32::try_from(digits).unwrap());
        // Where numbers are further apart than the digits, the nearest there is.
        prop_assert!((once - x).abs() <= half + x.abs() * f64::EPSILON);
        prop_assert_eq!(d.number(&format!("round(y, {digits})")), once);
        // Printed with as many digits it is what C prints, but for halves.
        if digits >= 0 {
            let printed: f64 = format!("{x:.*}", usize::try_from(digits).unwrap()).parse().unwrap();
            let written = d.number(&format!("format({x:?}, \".{digits}f\")"));
            prop_assert_eq!(written, printed);
        }
    }

    /// Ends exact, steps even.
    #[test]
    fn spaces_are_even(from in -1e3..1e3f64, to in -1e3..1e3f64, count in 2usize..50) {
        let mut d = desk();
        let all = d.numbers(&format!("linspace({from:?}, {to:?}, {count})"));
        prop_assert_eq!(all.len(), count);
        prop_assert_eq!((all[0], all[count - 1]), (from, to));
        let step = (to - from) / (count - 1) as f64;
        prop_assert!(all.windows(2).all(|p| near(p[1] - p[0], step, 1e3)));
        let (low, high) = (from.abs() + 0.1, to.abs() + 0.1);
        let all = d.numbers(&format!("logspace({low:?}, {high:?}, {count})"));
        prop_assert_eq!((all[0], all[count - 1]), (low, high));
        let ratio = (high / low).powf(1.0 / (count - 1) as f64);
        prop_assert!(all.windows(2).all(|p| near(p[1] / p[0], ratio, ratio)));
    }
}

#[test]
fn statistics_of_a_trace_are_those_of_its_values() {
    let mut d = desk();
    d.value(
        "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\", \"araB\"]); let t = run(20.min);",
    );
    for name in ["lacZ.mrna", "lacZ", "host.ribosomes", "host.growth_rate_per_h"] {
        for function in ["mean", "sd", "variance", "cv2", "fano", "median", "min", "max"] {
            let of_trace = d.number(&format!("t.{function}(\"{name}\")"));
            let of_array = d.number(&format!("{function}(t[\"{name}\"])"));
            let same = near(of_trace, of_array, of_array.abs()) || of_trace.is_nan();
            assert!(same, "{function}({name}): {of_trace} {of_array}");
        }
        let of_trace = d.number(&format!("t.quantile(\"{name}\", 0.3)"));
        assert_eq!(of_trace, d.number(&format!("quantile(t[\"{name}\"], 0.3)")));
        // A pattern gives for each name what the name gives.
        let all = "let m = t.sd(\"*\"); let keys = m.keys(); \
                   keys.all(|k| m[k] == t.sd(k) || is_nan(m[k]))";
        let each = d.value(all);
        assert_eq!(each, "true");
    }
}
