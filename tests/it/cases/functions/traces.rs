//! Traces of cells in which VMs come and go, and tables at times that were not recorded.

use std::fs;

use super::desk;

/// Of a VM that is not there nothing is known: no zeros are averaged in.
#[test]
fn a_vm_that_is_gone_is_not_known() {
    let mut d = desk();
    d.value(
        "let a = quick_start_vm(\"ecoli\", \"a\"); let b = quick_start_vm(\"ecoli\", \"b\");
         a.start_transcription(\"lacZ\"); b.start_transcription(\"lacZ\"); run(10.min);
         at(15.min, || terminate_vm(\"b\"));
         let t = run(10.min); t.to_csv(\"t.csv\");",
    );
    for quantity in ["b.lacZ", "b.lacZ.mrna", "b.ribosomes"] {
        let values = d.numbers(&format!("t[\"{quantity}\"]"));
        assert!(values.last().unwrap().is_nan() && !values[0].is_nan(), "{quantity}: {values:?}");
        let known: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
        let mean = d.number(&format!("t.mean(\"{quantity}\")"));
        let own = known.iter().sum::<f64>() / known.len() as f64;
        assert!((mean / own - 1.0).abs() < 1e-12, "{quantity}: {mean} {own}");
    }
    assert!(!d.number("t.final(\"a.lacZ\")").is_nan());
    let file = fs::read_to_string(d.folder.path().join("t.csv")).unwrap();
    let head: Vec<&str> = file.lines().next().unwrap().split(',').collect();
    let last: Vec<&str> = file.lines().last().unwrap().split(',').collect();
    for (name, value) in head.iter().zip(last) {
        assert_eq!(value.is_empty(), name.starts_with("b."), "{name}: {value}");
    }
    // Joined traces and VMs that come are told alike.
    d.value("let c = quick_start_vm(\"ecoli\", \"c\"); c.start_transcription(\"lacZ\"); let t = t + run(1.min);");
    assert!(d.numbers("t[\"c.lacZ\"]")[0].is_nan());
    assert!(d.numbers("t[\"b.lacZ\"]").last().unwrap().is_nan());
    // A gene that is mapped later made nothing before.
    d.value("a.start_transcription(\"trpE\"); let t = t + run(1.min);");
    assert_eq!(d.numbers("t[\"a.trpE\"]")[0], 0.0);
}

/// A table has the rows that were asked for, or says why not.
#[test]
fn tables_have_the_rows_that_were_asked_for() {
    let mut d = desk();
    d.value("let t = run(1.min);");
    let times = |d: &mut super::Desk, interval: &str| -> Vec<f64> {
        let text = d.value(&format!("t.table(\"host.growth_rate_per_h\", {interval})"));
        let rows = text.lines().skip(2);
        rows.map(|row| row.split_whitespace().next().unwrap().parse().unwrap()).collect()
    };
    assert_eq!(times(&mut d, "30.s"), [0.0, 0.5, 1.0]);
    assert_eq!(times(&mut d, "25.s"), [0.0, 0.4167, 0.8333, 1.0]);
    assert_eq!(times(&mut d, "10.s").len(), 7);
    let short = "of 5 s is shorter than the 10 s between samples";
    d.refused("t.table(\"host.*\", 5.s)", short);
    d.refused("t.table(\"host.*\", 5.s)", "sample_every(5.s)");
    for none in ["0.min", "-5.min"] {
        d.refused(&format!("t.table(\"host.*\", {none})"), "give a positive time");
    }
    // Between samples: on the line, and counts stay what they were.
    d.value(
        "let a = quick_start_vm(\"ecoli\", \"a\"); a.start_transcription(\"lacZ\");
         sample_every(1.min); let t = run(20.min); t.table([\"lacZ.mrna\", \"a.ribosomes\"], 90.s).to_csv(\"t.csv\");",
    );
    let file = fs::read_to_string(d.folder.path().join("t.csv")).unwrap();
    let counts = file.lines().skip(1).map(|row| row.split(',').nth(1).unwrap());
    assert!(counts.clone().all(|n| n.parse::<f64>().unwrap().fract() == 0.0), "{file}");
    let at = d.number("t.value_at(\"a.ribosomes\", t.times()[0].min + 90.s)");
    let row: f64 = file.lines().nth(2).unwrap().split(',').nth(2).unwrap().parse().unwrap();
    assert!((row - at).abs() < 1e-9, "{row} {at}");
}

/// The results of a scan end as a table, a file and a figure.
#[test]
fn a_scan_is_a_table_a_file_and_a_figure() {
    let mut d = desk();
    let rows =
        "let rows = []; for n in [0.1, 0.3] { rows.push(#{nutrient: n, time: (10 * n).min}); }";
    let table = d.value(&format!("{rows} table(rows)"));
    assert_eq!(table, "nutrient   time\n       -  [min]\n     0.1      1\n     0.3      3");
    d.value("table([[1, 2.5], [2, ()]], [\"a,b\", \"c\"]).to_csv(\"x.csv\")");
    assert_eq!(
        fs::read_to_string(d.folder.path().join("x.csv")).unwrap(),
        "\"a,b\",c\n1,2.5\n2,\n"
    );
    d.value("run(1.min).table(\"host.growth_rate_per_h\").to_csv(\"h.csv\")");
    let file = fs::read_to_string(d.folder.path().join("h.csv")).unwrap();
    assert!(file.starts_with("time [min],host.growth_rate_per_h [1/h]\n"), "{file}");
    d.value("plot([1, 2, 3], [4.5, 5, 6.5], #{x: \"dose\", y: \"LacZ\", title: \"A scan\"}).save(\"x.svg\")");
    let svg = fs::read_to_string(d.folder.path().join("x.svg")).unwrap();
    assert!(["A scan", "dose", "LacZ"].iter().all(|text| svg.contains(text)), "{svg}");
    assert!(!svg.contains("data-role=\"legend\""), "{svg}");
    d.value("plot([1.uM, 2.uM], [1, 2]).save(\"y.svg\")");
    assert!(fs::read_to_string(d.folder.path().join("y.svg")).unwrap().contains("x [uM]"));
    d.transcript(
        r#"
        plot([1, 2], [1]) !! as many values as the first has
        table([]) !! the names of their columns
        table([#{a: 1}, #{b: 2}]).columns() => ["a", "b"]
        table([#{a: 1}, #{b: 1}], ["a"]) !! unknown column `b`
        table([#{a: 1}, #{a: 1.min}]) !! row 1
        table([[1, 2], [1]], ["a", "b"]) !! 1 value for 2 names
        table([#{a: 1}]).to_csv("x.txt") !! .csv
        "#,
    );
}

/// A size that a figure cannot have is refused where it is given, with what needs more.
#[test]
fn a_size_that_is_too_small_is_refused_where_it_is_given() {
    desk().transcript(
        r#"
        let t = run(1.min);
        plot(t, ["host.growth_rate_per_h", "host.ribosomes"], #{width: 300, height: 150})
            !! px (scale 2) is not possible here: for the title and
        plot_resources(t, #{height: 120}) !! px (scale 2) is not possible here: for the title and
        plot_growth_law(#{width: 150}) !! px (scale 2) is not possible here: for the title and
        plot(t, "host.ribosomes", #{width: 300, height: 200}).save("x.png");
        "#,
    );
}
