use proptest::prelude::*;

use crate::generate::{cells, keyed, table};
use crate::{
    Aggregate, Column, Direction, Join, Kind, SortKey, Statistic, Table, Value, statistics,
};

fn rows(table: &Table) -> Vec<Vec<Value>> {
    (0..table.rows()).map(|row| cells(table, row)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn sorting_orders_keeps_all_and_keeps_the_order_of_equals(t in keyed(), down in any::<bool>()) {
        let numbered = t.with(Column::new("at", (0..t.rows() as i64).collect::<Vec<_>>())).unwrap();
        let direction = if down { Direction::Down } else { Direction::Up };
        let key = SortKey { column: "x", direction };
        let sorted = numbered.sort(&[key, SortKey::up("key")]).unwrap();
        let values: Vec<(Option<f64>, Value, i64)> = sorted.iter().map(|r| {
            let Value::Whole(at) = r.get("at") else { unreachable!() };
            (r.get("x").number(), r.get("key"), at)
        }).collect();
        for pair in values.windows(2) {
            let ((a, one, first), (b, other, second)) = (&pair[0], &pair[1]);
            match (a, b) {
                (None, Some(_)) => prop_assert!(false, "missing before what is there"),
                (Some(a), Some(b)) if a != b => prop_assert_eq!(a > b, down),(Some(_), None) => {}
                _ => prop_assert!(one.text() < other.text() || (one == other && first < second)),
            }
        }
        let mut all: Vec<i64> = values.iter().map(|v| v.2).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..t.rows() as i64).collect::<Vec<_>>());
    }

    #[test]
    fn a_filter_and_its_opposite_are_all(t in keyed()) {
        let is = |r: crate::Row<'_>| r.get("x").number().is_some_and(|x| x > 0.0);
        let (yes, no) = (t.filter(is), t.filter(|r| !is(r)));
        prop_assert_eq!(yes.rows() + no.rows(), t.rows());
        let mask: Vec<bool> = t.iter().map(is).collect();
        prop_assert_eq!(t.masked(&mask).unwrap(), yes);
        prop_assert_eq!(Table::concat(&[t.head(3), t.tail(t.rows().saturating_sub(3))]).unwrap(), t);
    }

    #[test]
    fn groups_are_parts_of_the_table(t in keyed()) {
        let grouped = t.group(&["key", "level"]).unwrap();
        let tables = grouped.tables();
        prop_assert_eq!(tables.iter().map(Table::rows).sum::<usize>(), t.rows());
        let made = grouped.aggregate(&[
            Aggregate::new("x", Statistic::Mean), Aggregate::new("x", Statistic::Sd), Aggregate::new("x", Statistic::Sum),
            Aggregate::new("x", Statistic::Count), Aggregate::new("key", Statistic::First), Aggregate::new("x", Statistic::Quantile(0.25)),
            Aggregate::new("x", Statistic::Last),
        ]).unwrap();
        prop_assert_eq!(made.select(&["key", "level"]).unwrap(), t.select(&["key", "level"]).unwrap().unique(&[]).unwrap());
        for (row, part) in made.iter().zip(&tables) {
            let x = part.column("x").unwrap().numbers("a test").unwrap();
            let same = |name: &str, x: f64| row.get(name) == Value::from(x);
            prop_assert!(same("x_mean", statistics::mean(&x)) && same("x_sd", statistics::sd(&x)));
            prop_assert!(same("x_sum", statistics::sum(&x)) && same("x_q25", statistics::quantile(&x, 0.25)));
            prop_assert_eq!(row.get("x_count"), Value::Whole(statistics::count(&x) as i64));
            prop_assert_eq!(row.get("key_first"), row.get("key"));
            let last = x.iter().rev().find(|x| !x.is_nan()).copied();
            prop_assert_eq!(row.get("x_last"), Value::from(last));
        }
        prop_assert_eq!(made.column("x_mean").unwrap().unit(), Some("min"));
        prop_assert_eq!(made.column("x_count").unwrap().unit(), None);
    }

    #[test]
    fn joins_are_those_of_two_loops(a in keyed(), b in keyed()) {
        let b = b.rename(&[("x", "y")]).unwrap();
        let mut expected = Vec::new();
        let mut left = Vec::new();
        for row in rows(&a) {
            let found: Vec<_> = rows(&b).into_iter().filter(|r| r[..2] == row[..2]).collect();
            for partner in &found {
                expected.push([&row[..], &partner[2..]].concat());
            }
            left.extend(expected[expected.len() - found.len()..].to_vec());
            if found.is_empty() {
                left.push([&row[..], &[Value::Missing]].concat());
            }
        }
        let inner = a.join(&b, &["key", "level"], Join::Inner, "_r").unwrap();
        prop_assert_eq!(rows(&inner), expected);
        let outer = a.join(&b, &["key", "level"], Join::Left, "_r").unwrap();
        prop_assert_eq!(rows(&outer), left);
    }

    #[test]
    fn longer_and_wider_are_opposites(t in keyed()) {
        let t = t.with(Column::new("at", (0..t.rows() as i64).collect::<Vec<_>>())).unwrap();
        let t = t.with(t.column("x").unwrap().mapped(|x| 2.0 * x).unwrap().named("z")).unwrap();
        let long = t.longer(&["x", "z"], "name", "value").unwrap();
        prop_assert_eq!(long.rows(), 2 * t.rows());
        prop_assert_eq!(long.column("value").unwrap().unit(), Some("min"));
        if t.rows() > 0 {
            let wide = long.wider("name", "value").unwrap();
            prop_assert_eq!(wide.select(&["key", "level", "x", "at", "z"]).unwrap(), t);
        }
    }

    #[test]
    fn concat_keeps_rows_and_columns(a in table(), b in table()) {
        if let Ok(both) = Table::concat(&[a.clone(), b.clone()]) {
            prop_assert_eq!(both.rows(), a.rows() + b.rows());
            prop_assert!(a.names().chain(b.names()).all(|n| both.has(n)));
        }
        prop_assert_eq!(Table::concat(std::slice::from_ref(&a)).unwrap(), a.clone());
        prop_assert_eq!(a.unique(&[]).unwrap().unique(&[]).unwrap(), a.unique(&[]).unwrap());
        prop_assert_eq!(a.describe().unwrap().rows(), a.columns().len());
    }

    #[test]
    fn units_convert_there_and_back(xs in prop::collection::vec(-1e6_f64..1e6, 1..5)) {
        for (a, b) in [("s", "min"), ("h", "s"), ("uM", "nM"), ("M", "mM"), ("%", "1"), ("1/h", "1/min"), ("µM", "mM")] {
            let x = Column::new("x", xs.clone()).in_unit(a);
            let back = x.converted(b).unwrap().converted(a).unwrap();
            let (x, back) = (x.numbers("").unwrap(), back.numbers("").unwrap());
            prop_assert!(x.iter().zip(back.iter()).all(|(p, q)| (p - q).abs() <= 1e-15 * p.abs()));
        }
    }

    #[test]
    fn quantiles_are_between_the_extremes_and_ordered(xs in prop::collection::vec(any::<f64>(), 1..20), p in 0.0_f64..=1.0, q in 0.0_f64..=1.0) {
        let finite: Vec<f64> = xs.into_iter().filter(|x| x.is_finite() && x.abs() < 1e300).collect();
        let (p, q) = (p.min(q), p.max(q));
        let (low, high) = (statistics::quantile(&finite, p), statistics::quantile(&finite, q));
        if finite.is_empty() {
            prop_assert!(low.is_nan());
        } else {
            prop_assert!(low <= high);
            prop_assert_eq!(statistics::quantile(&finite, 0.0), statistics::min(&finite));
            prop_assert_eq!(statistics::quantile(&finite, 1.0), statistics::max(&finite));
        }
    }
}

#[test]
fn statistics_by_hand() {
    let x = [2.0, 4.0, f64::NAN, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
    assert_eq!((statistics::count(&x), statistics::sum(&x), statistics::mean(&x)), (8, 40.0, 5.0));
    assert_eq!(statistics::sd(&x), (32.0_f64 / 7.0).sqrt());
    assert_eq!(statistics::sem(&x), (32.0_f64 / 7.0).sqrt() / 8.0_f64.sqrt());
    assert_eq!(statistics::median(&x), 4.5);
    // quantile(c(1, 10, 100, 1000), 0.1) of R is 3.7.
    assert!((statistics::quantile(&[1.0, 10.0, 100.0, 1000.0], 0.1) - 3.7).abs() < 1e-12);
    assert!(statistics::sd(&[1.0]).is_nan() && statistics::mean(&[]).is_nan());
    assert_eq!(statistics::quantile(&[f64::INFINITY, f64::INFINITY], 0.5), f64::INFINITY);
}

#[test]
fn units_must_fit() {
    let (a, b) =
        (Column::new("a", vec![1.0]).in_unit("s"), Column::new("b", vec![2.0]).in_unit("min"));
    assert_eq!(
        a.plus(&b).unwrap_err().to_string(),
        "adding: `a` is in [s] and `b` in [min]; convert one of them first, or say its unit"
    );
    assert_eq!(
        a.plus(&b.converted("s").unwrap()).unwrap(),
        Column::new("a", vec![121.0]).in_unit("s")
    );
    assert_eq!(a.over(&b).unwrap().unit(), Some("s/min"));
    assert_eq!(a.times(&b).unwrap().unit(), Some("s*min"));
    assert_eq!(a.over(&a).unwrap().unit(), Some("1"));
    assert_eq!(
        b.converted("hh").unwrap_err().to_string(),
        "column `b` [min] cannot be converted to [hh] (did you mean `h`?); fitting units: s, min, h, d, ms"
    );
    assert!(b.converted("uM").unwrap_err().to_string().contains("fitting units"));
    assert!(
        Column::new("c", vec![1.0])
            .converted("s")
            .unwrap_err()
            .to_string()
            .contains("it says no unit")
    );
    let text = Column::new("t", vec!["x"]);
    assert_eq!(
        text.plus(&text).unwrap_err().to_string(),
        "column `t` is of the kind text; adding needs numbers"
    );
    let below =
        Table::concat(&[Table::new(vec![a]).unwrap(), Table::new(vec![b.named("a")]).unwrap()]);
    assert!(
        below
            .unwrap_err()
            .to_string()
            .starts_with("putting columns below each other: `a` is in [s]")
    );
}

#[test]
fn joins_check_their_keys() {
    let one = Table::new(vec![Column::new("k", vec![1_i64, 2]), Column::new("v", vec![1_i64, 2])])
        .unwrap();
    let number =
        Table::new(vec![Column::new("k", vec![2.0, f64::NAN]), Column::new("v", vec![7_i64, 8])])
            .unwrap();
    let text = Table::new(vec![Column::new("k", vec!["1"])]).unwrap();
    let joined = one.join(&number, &["k"], Join::Left, "_right").unwrap();
    assert_eq!(joined.names().collect::<Vec<_>>(), ["k", "v", "v_right"]);
    assert_eq!(joined.column("v_right").unwrap(), &Column::new("v_right", vec![f64::NAN, 7.0]));
    assert_eq!(number.join(&number, &["k"], Join::Inner, "_r").unwrap().rows(), 1);
    let error = one.join(&text, &["k"], Join::Inner, "_r").unwrap_err().to_string();
    assert_eq!(error, "the key `k` is of the kind whole on the left and text on the right");
    assert_eq!(
        one.join(&text, &[], Join::Inner, "").unwrap_err().to_string(),
        "a join needs at least one key"
    );
}

#[test]
fn wider_refuses_two_values_for_one_cell() {
    let t = Table::new(vec![
        Column::new("well", vec!["A1", "A1"]),
        Column::new("channel", vec!["OD", "OD"]),
        Column::new("value", vec![1.0, 2.0]),
    ])
    .unwrap();
    assert_eq!(
        t.wider("channel", "value").unwrap_err().to_string(),
        "rows 1 and 2 both say what `OD` is where `well` is A1; aggregate them first"
    );
}

#[test]
fn columns_are_chosen_by_name() {
    let t = Table::new(vec![
        Column::new("a", vec![1.0]),
        Column::new("b", vec![2.0]),
        Column::new("c", vec![3.0]),
    ])
    .unwrap();
    assert_eq!(t.select(&["c", "a"]).unwrap().names().collect::<Vec<_>>(), ["c", "a"]);
    assert_eq!(t.drop(&["b"]).unwrap().names().collect::<Vec<_>>(), ["a", "c"]);
    assert_eq!(
        t.rename(&[("a", "b"), ("b", "a")]).unwrap().names().collect::<Vec<_>>(),
        ["b", "a", "c"]
    );
    assert!(t.rename(&[("a", "b")]).is_err() && t.drop(&["x"]).is_err());
    assert!(t.with(Column::new("d", vec![1.0, 2.0])).is_err());
    assert_eq!(
        t.with(Column::new("b", vec!["x"])).unwrap().column("b").unwrap().kind(),
        Kind::Text
    );
    assert_eq!(
        t.masked(&[]).unwrap_err().to_string(),
        "the mask has 0 entries; the table has 1 rows"
    );
    assert_eq!(Statistic::of_word("q25").unwrap(), Statistic::Quantile(0.25));
    assert!(Statistic::of_word("maen").unwrap_err().to_string().contains("did you mean `mean`?"));
}
