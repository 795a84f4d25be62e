//! Ensembles have all that traces have, and events.

use super::{Desk, desk};
use crate::desk::with_threads;

fn ready(seed: u64) -> Desk {
    let mut d = desk();
    d.value(&format!(
        "quick_start_vm(\"ecoli\"); seed({seed}); start_transcription([\"lacZ\"]); run(5.min);"
    ));
    d
}

#[test]
fn an_ensemble_of_one_is_the_run_itself() {
    for solver in ["stochastic", "tau_leap", "deterministic"] {
        for seed in [1, 7] {
            let mut d = ready(seed);
            d.value(&format!("solver(\"{solver}\"); let one = ensemble(1, 4.min);"));
            let text = "let same = one.names() == t.names() && one.times() == t.times(); \
                        for name in t.names() { if one[name][0] != t[name] { same = false; } } same";
            assert_eq!(d.value(&format!("let t = run(4.min); {text}")), "true", "{solver} {seed}");
            d.transcript(
                r#"
                one.sd("lacZ") !! sd needs at least 2 values, and has 1
                one.mean("lacZ") == t["lacZ"] => true
                plot(one).to_string() => figure `Ensemble of 1 run`
                "#,
            );
        }
    }
}

#[test]
fn statistics_over_repetitions_are_those_of_their_values() {
    let mut d = ready(3);
    d.value(
        "let e = ensemble(12, 3.min); let runs = e.repetitions(); let last = e.times().len() - 1;",
    );
    assert_eq!(d.value("[runs.len(), e[\"lacZ\"].len(), e[\"lacZ\"][0].len()]"), "[12, 12, 19]");
    for (function, more) in [
        ("mean", ""),
        ("sd", ""),
        ("variance", ""),
        ("cv2", ""),
        ("fano", ""),
        ("median", ""),
        ("min", ""),
        ("max", ""),
        ("quantile", ", 0.3"),
    ] {
        for name in ["lacZ.mrna", "host.ribosomes"] {
            let of_ensemble = d.number(&format!("e.{function}(\"{name}\"{more})[last]"));
            let values = format!("runs.map(|r| r[\"{name}\"][last])");
            let of_array = d.number(&format!("let v = {values}; {function}(v{more})"));
            let same = (of_ensemble - of_array).abs() <= 1e-9 * of_array.abs().max(1e-9);
            assert!(same, "{function} {name}: {of_ensemble} {of_array}");
        }
    }
    d.transcript(
        r#"
        e.final("lacZ") == runs.map(|r| r.final("lacZ")) => true
        e.value_at("lacZ", 6.min) == runs.map(|r| r.value_at("lacZ", 6.min)) => true
        e.fold_change("host.ribosomes") == runs.map(|r| r.fold_change("host.ribosomes")) => true
        e.mean("*.mrna").keys().len() == e.select("*.mrna").names().len() => true
        e.between(6.min, 7.min).times().len() => 7
        e.table(["lacZ", "lacZ.mrna"], 1.min).to_string().contains("lacZ.mrna sd") => true
        e.names() == runs[0].names() => true
        plot(e, "*.mrna").to_string() => figure `Ensemble of 12 runs`
        e["lac*"] !! this is for one quantity
        e.mean("trp*") !! the trace has no `trp*`
        e.value_at("lacZ", 1.h) !! has nothing at 60 min
        "#,
    );
}

#[test]
fn ensembles_are_written_with_every_value() {
    let mut d = ready(5);
    d.value("let e = ensemble(3, 1.min).select([\"lacZ\", \"host.ribosomes\"]); e.to_csv(\"e.csv\"); e.to_json(\"e.json\");");
    let csv = std::fs::read_to_string(d.folder.path().join("e.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("repetition,time_min,default.lacZ.protein,host.ribosomes"));
    let rows: Vec<Vec<f64>> =
        lines.map(|l| l.split(',').map(|x| x.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 3 * 7);
    let json = std::fs::read_to_string(d.folder.path().join("e.json")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["repetitions"], 3);
    for (i, row) in rows.iter().enumerate() {
        assert_eq!(row[0], (i / 7) as f64);
        assert_eq!(row[1], json["times"][i % 7].as_f64().unwrap());
        for column in 0..2 {
            let value = json["columns"][column]["values"][i / 7][i % 7].as_f64().unwrap();
            assert_eq!(row[column + 2], value);
        }
    }
    let ribosomes = d.numbers("e[\"host.ribosomes\"][2]");
    assert!(ribosomes.iter().zip(&rows[14..]).all(|(x, row)| *x == row[3]));
    d.refused("e.to_csv(\"e.txt\")", ".csv");
}

/// Seen: an ensemble was refused as soon as an event was set.
#[test]
fn events_happen_in_every_repetition() {
    // An event that does nothing changes nothing: the repetitions that are made one after another are
    // those that are made in parallel.
    let bytes = |set: &str, threads: usize| {
        with_threads(threads, || {
            let mut d = ready(9);
            d.value(set);
            d.value("let e = ensemble(6, 3.min); e.to_csv(\"e.csv\");");
            assert_eq!(d.value("now()"), "5 min");
            std::fs::read(d.folder.path().join("e.csv")).unwrap()
        })
    };
    let without = bytes("", 2);
    let with = bytes("every(45.s, || ()); when(|| false, || ());", 1);
    assert!(without == with && with == bytes("every(45.s, || ()); when(|| false, || ());", 3));
    // What happens in one repetition is what happens in a run.
    let mut d = ready(9);
    d.transcript(
        r#"
        let count = 0; at(7.min, || stop_transcription(["lacZ"])); every(1.min, || count += 1); let waiting = events().len(); let e = ensemble(4, 12.min);
        [waiting == events().len(), now(), transcribing().contains("lacZ"), count] => [true, 5 min, true, 48]
        let t = run(12.min); e.repetition(0)["lacZ.mrna"] == t["lacZ.mrna"] => true
        transcribing().contains("lacZ") => false
        "#,
    );
    let means = d.numbers("let m = e.mean(\"lacZ.mrna\"); [m[12], m[72]]");
    assert!(means[1] < means[0] / 2.0, "{means:?}");
}

#[test]
fn what_an_event_brings_is_known_to_all_repetitions() {
    let mut d = ready(2);
    // By chance the gene is opened in some repetitions only.
    d.value(
        "let limit = median(ensemble(9, 3.min).final(\"lacZ\")); \
         when(|| protein(\"lacZ\") > limit, || start_transcription([\"araB\"])); \
         let e = ensemble(9, 5.min); let some = ensemble(9, 5.min, #{quantities: [\"araB\", \"host.ribosomes\"]});",
    );
    d.transcript(
        r#"
        e.final("araB").len() => 9
        some.names().len() => 2
        some.final("araB") == e.final("araB") => true
        transcribing().contains("araB") => false
        ensemble(2, 1.min, #{quantities: "xylophone"}) !! the trace has no `xylophone`
        // An event that fails changes nothing.
        cancel_all(); at(6.min, || { stop_transcription(["lacZ"]); throw "no" });
        ensemble(3, 2.min) !! no
        [now(), transcribing().contains("lacZ"), events().len()] => [5 min, true, 1]
        // Nor does one that would run repetitions inside of one.
        cancel_all(); at(6.min, || { at(1.h, || ()); ensemble(2, 1.min) });
        ensemble(3, 2.min) !! a run is under way
        "#,
    );
}
