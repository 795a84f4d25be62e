//! What runs give: statistics, files, ensembles.

use super::desk;
use crate::desk::{cells, with_threads};

const READY: &str = "quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); run(10.min);";

#[test]
fn an_ensemble_gives_the_same_bytes_on_one_two_and_three_threads() {
    let on = |threads: usize| -> (usize, String) {
        with_threads(threads, || {
            let mut d = desk();
            d.value(READY);
            let text = "let e = ensemble(24, 3.min); [e.mean(\"lacZ.mrna\"), e.sd(\"lacZ\"), \
                        e.quantile(\"lacZ\", 0.25), e.final(\"lacZ\"), e.repetition(23)[\"lacZ\"], \
                        e.histogram(\"lacZ\", 5), run(1.min)[\"lacZ\"]]";
            (rayon::current_num_threads(), d.value(text))
        })
    };
    let (one, two, three) = (on(1), on(2), on(3));
    assert_eq!((one.0, two.0, three.0), (1, 2, 3));
    assert!(one.1.len() > 500, "{}", one.1);
    assert_eq!(one.1, two.1);
    assert_eq!(one.1, three.1);
}

#[test]
fn ensembles_have_options() {
    let mut d = desk();
    d.value(READY);
    let text = "let few = ensemble(5, 2.min, #{quantities: [\"lacZ\", \"host.ribosomes\"], sample_every: 1.min}); \
                few.repetition(0).names()";
    assert_eq!(d.value(text), "[\"default.lacZ.protein\", \"host.ribosomes\"]");
    assert_eq!(d.value("few.times().len()"), "3");
    let with = |seed: u64| format!("ensemble(5, 2.min, #{{seed: {seed}}}).final(\"lacZ\")");
    let (a, b, again) = (d.value(&with(1)), d.value(&with(2)), d.value(&with(1)));
    assert_eq!(a, again);
    assert_ne!(a, b);
    let text = "let same = ensemble(4, 2.min, #{solver: \"deterministic\"}).final(\"lacZ\"); min(same) == max(same)";
    assert_eq!(d.value(text), "true");
    let text =
        "let h = ensemble(40, 2.min).histogram(\"lacZ.mrna\", 4); [sum(h.counts), h.edges.len()]";
    assert_eq!(d.value(text), "[40, 5]");
    d.transcript(
        r#"
        now() => 10 min
        ensemble(5, 1.min, #{sede: 1}) !! did you mean `seed`?
        ensemble(5, 1.min, #{quantities: ["lacX"]}) !! the trace has no `lacX`
        ensemble(5, 1.min, #{solver: "exact"}) !! exact
        ensemble(5, 1.min, #{sample_every: 5}) !! must be a time
        ensemble(5, 1.min, #{seed: -1}) !! zero or more
        ensemble(0, 1.min) !! a whole number from 1
        few.histogram("lacZ", 0) !! a whole number from 1
        "#,
    );
}

#[test]
fn statistics_agree_with_the_values_themselves() {
    let mut d = desk();
    d.value(&format!("{READY} let t = run(30.min); let x = t[\"lacZ.mrna\"]; let m = mean(x);"));
    for [text, expected] in cells(
        r#"
        t.mean("lacZ.mrna") | mean(x)
        t.sd("lacZ.mrna") ** 2 | sum(x.map(|v| (v - m) ** 2)) / (x.len() - 1)
        t.cv2("lacZ.mrna") | t.sd("lacZ.mrna") ** 2 / mean(x) ** 2
        t.fano("lacZ.mrna") | t.sd("lacZ.mrna") ** 2 / mean(x)
        t.final("lacZ.mrna") | x[x.len() - 1]
        t.between(20.min, 30.min).times().len() | 61
        t.between(1200.s, 0.5.h).times()[0] | 20
        t.select(["lacZ", "lacZ.mrna"]).names().len() | 2
        "#,
    ) {
        let text = format!("abs(({text}) - ({expected})) < 1e-9 * max(1, abs({expected}))");
        assert_eq!(d.value(&text), "true", "{text}");
    }
}

#[test]
fn files_hold_what_the_trace_has() {
    let mut d = desk();
    d.value(&format!("{READY} let t = run(1.min); t.to_csv(\"t.csv\"); t.to_json(\"t.json\");"));
    let csv = std::fs::read_to_string(d.folder.path().join("t.csv")).unwrap();
    let json = std::fs::read_to_string(d.folder.path().join("t.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let head: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    assert_eq!(head.len(), json["columns"].as_array().unwrap().len() + 1);
    assert_eq!(csv.lines().count(), json["times"].as_array().unwrap().len() + 1);
    // Parquet has the same numbers, units, and how they were made.
    d.value("t.to_parquet(\"t.parquet\"); let back = read_parquet(\"t.parquet\");");
    let bytes = std::fs::read(d.folder.path().join("t.parquet")).unwrap();
    let table = bioxen::table::Table::from_parquet(&bytes, Default::default()).unwrap();
    assert_eq!(table.columns().len(), head.len());
    assert_eq!(table.meta().version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert!(table.meta().seed.is_some() && table.meta().script.is_some());
    let same = "back[\"default.lacZ.mrna\"] == t[\"lacZ.mrna\"] && back.unit(\"time\") == \"min\"";
    assert_eq!(d.value(same), "true");
    d.refused("t.to_parquet(\"t.csv\")", ".parquet");
    d.refused("t.to_csv(\"t.txt\")", "end it in .csv");
}
