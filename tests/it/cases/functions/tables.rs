//! Tables of anything: made, looked at, worked on, written and drawn.

use std::fs;

use super::{Desk, desk};

fn refused_at(d: &mut Desk, text: &str) -> bioxen::session::Diagnostic {
    match d.session.eval(text, "test") {
        Err(error) => *error,
        Ok(value) => panic!("{text} gives {value:?}"),
    }
}

/// A desk with a table `t`.
fn with_table() -> Desk {
    let mut d = desk();
    d.value(
        "let t = table(#{strain: [\"b\", \"a\", \"b\", \"a\"], dose: [1.uM, 2.uM, 4.uM, 8.uM],
         gfp: [5, 12.5, (), 30], good: [true, true, false, true]}, [\"strain\", \"dose\", \"gfp\", \"good\"]);",
    );
    d
}

#[test]
fn tables_are_made_of_columns_and_of_rows() {
    let mut d = with_table();
    let shown = "strain  dose   gfp  good\n-       [uM]     -  -\nb          1     5  true\n\
                 a          2  12.5  true\nb          4    NA  false\na          8    30  true";
    assert_eq!(d.value("t.to_string()"), shown);
    assert_eq!(d.value("t.columns()"), "[\"strain\", \"dose\", \"gfp\", \"good\"]");
    // What a row does not say is unknown; what it adds is a column.
    let text = "table([#{a: 1}, #{b: \"x\"}, #{a: (), b: \"y\", c: true}]).rows()[1]";
    assert_eq!(d.value(text), "#{\"a\": (), \"b\": \"x\", \"c\": ()}");
    d.transcript(
        r#"
        table(#{a: [1, 2], b: [1]}) !! `a` has 2 rows, `b` has 1
        table(#{a: [1, "x"]}) !! `a` of row 1 of table (counted from 0)
        table(#{a: [1.min, 2.uM]}) !! of the kind of the rows before
        table(#{a: 1}) !! column `a` of table must be an array
        table(#{dose: [1]}, ["dos"]) !! unknown column `dos` (did you mean `dose`?)
        table([#{a: 1}, 2]) !! row 1 of table
        table(#{a: [vm]}) !! vm
        // What the language gives as a table is one.
        let trace = run(2.min); let g = trace.table("host.growth_rate_per_h", 1.min);
        g["time"] => [0 min, 1 min, 2 min]
        g.unit("host.growth_rate_per_h") => 1/h
        "#,
    );
}

#[test]
fn tables_are_looked_at() {
    let mut d = with_table();
    d.transcript(
        r#"
        t.len() => 4
        t["dose"] => [1 uM, 2 uM, 4 uM, 8 uM]
        t["gfp"] => [5.0, 12.5, (), 30.0]
        t[1].strain => a
        t[-1].dose => 8 uM
        t.row(2).gfp =>
        t.unit("dose") => uM
        t.unit("gfp") == () => true
        let all = []; for row in t { all.push(row.dose); } all.sum() => 15 uM
        t.rows().len() => 4
        t.head(1)["strain"] => ["b"]
        t.tail(1)["strain"] => ["a"]
        t.head().len() + t.tail(100).len() => 8
        t.describe()["missing"] => [0, 0, 1, 0]
        table(#{a: [1]})["a"].len() => 1
        t["dose"].len() => 4
        t["dos"] !! unknown column `dos` (did you mean `dose`?); valid: strain, dose
        t[4] !! it has 4 rows
        t.row("a") !! the number of row must be a whole number
        t.head(-1) !! a whole number from 0
        t["dose"] = [1] !! a table cannot be changed; `with_column(..)`
        "#,
    );
}

#[test]
fn rows_and_columns_are_chosen() {
    let mut d = with_table();
    d.transcript(
        r#"
        t.filter(|row| row.dose > 1.5.uM)["dose"] => [2 uM, 4 uM, 8 uM]
        t.filter(|row| row.strain == "a" && row.good).len() => 2
        t.sort("-dose")["dose"] => [8 uM, 4 uM, 2 uM, 1 uM]
        t.sort(["strain", "-dose"])["dose"] => [8 uM, 2 uM, 4 uM, 1 uM]
        t.sort("gfp")["gfp"] => [5.0, 12.5, 30.0, ()]
        t.select(["gfp", "dose"]).columns() => ["gfp", "dose"]
        t.drop(["good", "gfp"]).columns() => ["strain", "dose"]
        t.rename(#{gfp: "GFP"}).columns()[2] => GFP
        t.with_column("n", [1, 2, 3, 4]).sum("n") => 10.0
        t.with_column("medium", "LB")["medium"][3] => LB
        t.with_column("half", |row| row.dose / 2).unit("half") => uM
        t.filter(|r| r.good).with_column("x", |r| r.gfp * 2)["x"] => [10.0, 25.0, 60.0]
        t.converted("dose", "nM")["dose"][0] => 1000 nM
        t.in_unit("gfp", "AU").unit("gfp") => AU
        t.columns().len() => 4
        t == t.head(4) && t != t.head(3) && t != t.in_unit("gfp", "AU") => true
        t.select([]) !! the name of a column or an array of such names
        t.sort("-does") !! unknown column `does` (did you mean `dose`?)
        t.drop("x") !! unknown column `x`
        t.rename(#{gfp: "dose"}) !! two columns have the name `dose`
        t.converted("dose", "min") !! cannot be converted to [min]
        t.with_column("n", [1]) !! has 1
        t.filter(|row| row.dose) !! true or false
        t.filter(|a, b| true) !! 2 parameters
        "#,
    );
    // The row in which a function fails is told.
    let error = refused_at(&mut d, "t.filter(|row| row.gfp > 10)");
    let told = format!("{error}");
    assert!(told.contains("row 2 (counted from 0)"), "{told}");
    let error = refused_at(&mut d, "t.with_column(\"x\", |row| row.gpf)");
    assert!(format!("{error}").contains("row 0 (counted from 0)"), "{error}");
}

#[test]
fn columns_have_statistics_and_so_have_groups() {
    let mut d = with_table();
    d.transcript(
        r#"
        t.mean("dose") => 3.75 uM
        t.median("gfp") => 12.5
        t.max("dose") => 8 uM
        t.min("gfp") => 5.0
        t.sum("gfp") => 47.5
        t.quantile("gfp", 0.5) => 12.5
        round(t.sd("gfp"), 4) => 12.829
        t.group("strain").mean("dose")["dose_mean"] => [2.5 uM, 5 uM]
        t.group("strain").mean(["dose", "gfp"]).columns().len() => 3
        t.group("strain").count()["count"] => [2, 2]
        t.group("strain").summary("gfp")["gfp_n"] => [1, 2]
        t.group("strain").summary("gfp", "max")["gfp_max"] => [5.0, 30.0]
        t.group(["strain", "good"]).min("dose").len() => 3
        t.group("strain").median("dose")["dose_median"][0] => 2.5 uM
        t.group("strain").max("dose")["dose_max"][0] => 4 uM
        t.group("strain").sd("dose").unit("dose_sd") => uM
        t.group("strain").sem("dose").columns()[1] => dose_sem
        t.group("strain").to_string() => 4 rows in 2 groups by strain
        t.mean("strain") !! column `strain` is of the kind text; `mean` needs numbers
        t.group("strian") !! did you mean `strain`?
        t.group("strain").mean("gpf") !! did you mean `gfp`?
        t.group("strain").summary("gfp", "maen") !! did you mean `mean`?
        table(#{a: [()]}).mean("a") !! mean needs at least 1 value
        t.quantile("gfp", 90) !! from 0 to 1
        "#,
    );
}

#[test]
fn tables_are_joined_and_turned() {
    let mut d = with_table();
    d.transcript(
        r#"
        let strains = table(#{strain: ["a", "c"], plasmid: ["none", "pUC19"]});
        t.join(strains, "strain")["plasmid"] => ["none", "none"]
        t.join(strains, "strain", #{how: "left"})["plasmid"][0] == () => true
        (t + t).len() => 8
        concat([t, table(#{extra: [1]})]).columns().len() => 5
        t.longer(["gfp"]).len() => 4
        let l = t.drop("good").with_column("od", 0.5).longer(["gfp", "od"]); l.columns() => ["strain", "dose", "name", "value"]
        l.wider("name", "value").columns() => ["strain", "dose", "gfp", "od"]
        t.longer("gfp", #{names: "what"}).columns()[3] => what
        t.join(strains, "dose") !! unknown column `dose`
        t.join(strains, "strain", #{hwo: "left"}) !! unknown option `hwo` of join
        concat([t, 1]) !! value 1 of concat (counted from 0) must be a table
        concat([t, table(#{dose: [1.min]})]) !! convert one of them first
        "#,
    );
}

#[test]
fn tables_go_into_files_and_come_back() {
    let mut d = with_table();
    d.value("t.to_csv(\"t.csv\"); t.to_json(\"t.json\"); t.to_parquet(\"t.parquet\");");
    for read in ["read_csv(\"t.csv\")", "read_json(\"t.json\")", "read_parquet(\"t.parquet\")"] {
        assert_eq!(d.value(&format!("{read}.to_string() == t.to_string()")), "true", "{read}");
    }
    let text = |d: &Desk, name: &str| fs::read_to_string(d.folder.path().join(name)).unwrap();
    let csv = "strain,dose [uM],gfp,good\nb,1.0,5.0,true\na,2.0,12.5,true\nb,4.0,,false\na,8.0,30.0,true\n";
    assert_eq!(text(&d, "t.csv"), csv);
    assert!(text(&d, "t.json").contains("\"seed\""), "{}", text(&d, "t.json"));
    let bytes = fs::read(d.folder.path().join("t.parquet")).unwrap();
    let back = bioxen::table::Table::from_parquet(&bytes, Default::default()).unwrap();
    assert_eq!(back.meta().seed, Some(1));
    assert_eq!(back.meta().version.as_deref(), Some(env!("CARGO_PKG_VERSION")));
    assert_eq!(back.meta().script.as_ref().map(String::len), Some(64));
    d.value("t.to_csv(\"m.csv\", #{metadata: true, delimiter: \";\"}); t.to_json(\"r.json\", #{form: \"rows\"});");
    assert!(
        text(&d, "m.csv").starts_with("# seed: 1\n# version: ")
            && text(&d, "m.csv").contains("strain;dose")
    );
    assert!(
        text(&d, "r.json").starts_with("[\n{\"strain\": \"b\", \"dose\": 1"),
        "{}",
        text(&d, "r.json")
    );
    assert!(
        d.value("t.head(1).markdown()")
            .starts_with("| strain | dose \\[uM\\] | gfp | good |\n|:---|---:|")
    );
    d.transcript(
        r#"
        t.to_parquet("x.csv") !! .parquet
        t.to_csv("x.csv", #{meta: true}) !! unknown option `meta` of to_csv
        t.to_json("../x.json") !! leads out of
        read_csv("none.csv") !! none.csv
        "#,
    );
    fs::write(d.folder.path().join("bad.csv"), "a,b\n1,2\n3\n").unwrap();
    d.refused("read_csv(\"bad.csv\")", "`bad.csv` cannot be read: line 3");
    assert_eq!(d.value("read_csv(\"bad.csv\", #{ragged: \"relax\"})[\"b\"][1] == ()"), "true");
    fs::write(d.folder.path().join("n.csv"), "x;y\n1,5;-\n2,5;7\n").unwrap();
    d.transcript(
        r#"
        read_csv("n.csv", #{missing: ["-"]}).mean("x") => 2.0
        read_csv("n.csv", #{decimal: ";"}) !! unknown decimal `;`
        read_csv("n.csv", #{kinds: #{x: "words"}}) !! unknown kind of column `words`
        read_parquet("n.csv") !! `n.csv` cannot be read
        read_json("n.csv") !! `n.csv` cannot be read
        "#,
    );
}

#[test]
fn tables_are_drawn_by_the_names_of_their_columns() {
    let mut d = with_table();
    let svg = |d: &mut Desk, call: &str| {
        d.value(&format!("{call}.save(\"f.svg\")"));
        fs::read_to_string(d.folder.path().join("f.svg")).unwrap()
    };
    let usual = svg(&mut d, "plot(t.select([\"dose\", \"gfp\"]))");
    assert!(usual.contains("dose [uM]") && usual.contains("gfp against dose"), "{usual}");
    let bars = svg(
        &mut d,
        "plot(table(#{strain: [\"wild\", \"lacI\"], m: [2.5, 8.0], s: [0.5, 1.0]}), #{x: \"strain\", y: \"m\", \
         error: \"s\", style: \"bars\", labels: #{y: \"GFP\"}, y_range: [0, 10]})",
    );
    assert!(bars.contains("wild") && bars.contains("lacI") && bars.contains("GFP"), "{bars}");
    let groups = svg(
        &mut d,
        "plot(t, #{x: \"dose\", y: \"gfp\", group: \"strain\", log: \"x\", style: \"points\"})",
    );
    assert!(groups.contains("data-role=\"legend\""), "{groups}");
    for style in ["line", "both", "step", "area", "box", "violin"] {
        svg(
            &mut d,
            &format!(
                "plot(t.filter(|r| r.good), #{{x: \"strain\", y: \"gfp\", style: \"{style}\"}})"
            ),
        );
    }
    svg(&mut d, "plot(t, #{x: \"dose\", y: \"gfp\", x_range: [1.uM, ()], legend: false})");
    d.transcript(
        r#"
        plot(t, #{x: "dose", y: "gpf"}) !! unknown column `gpf` (did you mean `gfp`?)
        plot(t, #{x: "does", y: "gfp"}) !! unknown column `does` (did you mean `dose`?)
        plot(t, #{why: "gfp"}) !! unknown option `why` of plot
        plot(t, #{style: "bar"}) !! did you mean `bars`?
        plot(table(#{a: ["x"]})) !! at least one column for y
        plot(t, #{y: "strain", x: "dose"}) !! holds names
        "#,
    );
}

#[test]
fn traces_are_drawn_over_each_other_and_measurements_over_them() {
    let mut d = desk();
    d.value("let a = run(1.min); let b = run(1.min);");
    d.value(
        "plot([a, b], \"host.ribosomes\", #{labels: [\"wild type\", \"mutant\"]}).save(\"two.svg\");
         let m = table(#{time: [0.s, 30.s, 60.s], \"host.ribosomes\": [20000, 21000, 22000]});
         plot([a, m], \"host.ribosomes\").save(\"points.svg\");
         plot([a, m.rename(#{time: \"t\"})], [\"host.ribosomes\"]).save(\"other.svg\");",
    );
    let text = |name: &str| fs::read_to_string(d.folder.path().join(name)).unwrap();
    assert!(text("two.svg").contains("wild type") && text("two.svg").contains("mutant"));
    assert!(text("points.svg").contains("measured") && text("points.svg").contains("Time [min]"));
    d.transcript(
        r#"
        plot([a, b], "host.ribosoms") !! host.ribosomes
        plot([a, b], "host.ribosomes", #{labels: ["one"]}) !! 1 name for 2
        plot([a, 1], "host.ribosomes") !! value 1 of the traces of plot
        plot([a, m.in_unit("host.ribosomes", "AU")], "host.ribosomes") !! of one unit
        plot([1, 2], "x") !! a trace, or a table of measurements
        "#,
    );
}

/// Points over the curve of a model, in one panel and one colour.
#[test]
fn tables_are_drawn_over_each_other() {
    let mut d = desk();
    d.value(
        "let doses = logspace(1, 100, 100).map(|x| x.uM);
         let model = table(#{dose: doses, gfp: linspace(1, 100, 100)});
         let points = table(#{dose: [0.002.mM, 0.05.mM], gfp: [20, 60], sd: [5, 5]});
         plot([model, points], #{x: \"dose\", y: \"gfp\", error: \"sd\", log: \"x\",
             labels: [\"model\", \"measured\"]}).save(\"both.svg\");
         let named = |names| table(#{strain: names, gfp: [1, 2]});
         plot([named.call([\"a\", \"b\"]), named.call([\"b\", \"c\"])], #{style: \"points\"}).save(\"names.svg\");",
    );
    let text = |name: &str| fs::read_to_string(d.folder.path().join(name)).unwrap();
    for word in ["model", "measured", "dose [uM]", "gfp against dose"] {
        assert!(text("both.svg").contains(word), "{word}");
    }
    // Two points have their place on the axis of the model, in its unit.
    assert!(!text("both.svg").contains("[mM]"));
    for word in [">a<", ">b<", ">c<", "table 2"] {
        assert!(text("names.svg").contains(word), "{word}");
    }
    d.transcript(
        r#"
        plot([model, points], #{x: "dose", y: "gf"}) !! `gf` (did you mean `gfp`?)
        plot([model, points], #{labels: ["one"]}) !! 1 name for 2
        plot([model, points], #{style: ["line"]}) !! 1 style for 2
        plot([model, 3], #{x: "dose"}) !! must be an array of tables
        plot([], #{}) !! an empty array
        plot([model, named.call(["a", "b"]).rename(#{strain: "dose"})], #{x: "dose"}) !! names in one table
        plot([model, table(#{dose: [1.min], gfp: [1]})], #{x: "dose"}) !! in [uM], another in [min]
        "#,
    );
}

#[test]
fn rows_are_mapped_and_told_apart() {
    let mut d = with_table();
    assert_eq!(d.value("t.map(|row| row.strain)"), "[\"b\", \"a\", \"b\", \"a\"]");
    assert_eq!(d.value("t.unique(\"strain\")[\"dose\"]"), "[1 uM, 2 uM]");
    assert_eq!(d.value("concat([t, t]).unique() == t"), d.value("t == t"));
    assert_eq!(d.value("concat([t, t]).unique().len()"), "4");
    d.refused("t.unique(\"stran\")", "`stran` (did you mean `strain`?)");
    let error = refused_at(&mut d, "t.map(|row| row.gfp + 1)").to_string();
    assert!(error.contains("row 2 (counted from 0)"), "{error}");
}

#[test]
fn a_long_table_unfolds_in_a_notebook() {
    let mut d = desk();
    d.value("let long = table(#{n: linspace(1, 1000, 1000)});");
    let shown = d.session.eval_rich("long", "cell").unwrap().unwrap();
    let html = shown.html(&Default::default()).unwrap();
    assert!(html.contains("<details") && html.contains("All 1 000 rows"), "{html}");
    assert!(!html.contains("<script"), "{html}");
    assert!(shown.markdown.unwrap().contains("… 940 rows …"));
}

/// A number without a unit is not one in the unit of another.
#[test]
fn units_that_are_missing_are_not_guessed() {
    let mut d = desk();
    d.transcript(
        r#"
        let t = table(#{a: [1.uM]}); let bare = table(#{a: [1]});
        t + bare !! `a` is in [uM] and `a` in [no unit]
        concat([bare, t]) !! say its unit
        t.join(bare, "a") !! say its unit
        concat([t, table(#{a: [()]})])["a"] => [1 uM, ()]
        let two = table(#{a: [1.uM], b: [1.mM]}).converted("b", "mM");
        two.longer(["a", "b"]) !! convert one of them
        two.converted("b", "uM").longer(["a", "b"])["value"] => [1 uM, 1000 uM]
        table(#{a: [1e308 * 10, -1e308 * 10, 1.0]}).sd("a") => NaN
        let trace = run(1.min);
        plot([trace, table(#{time: [1], "host.ribosomes": [2]})], "host.ribosomes") !! without a unit
        plot([t.with_column("y", [1.min]), t.with_column("y", 1)], #{x: "a", y: "y"}) !! another without a unit
        "#,
    );
}

/// Bars of several series stand side by side, on a logarithmic axis as well; values that have no place there are told.
#[test]
fn figures_say_what_they_leave_out() {
    let mut d = desk();
    d.value(
        "let t = table(#{dose: [10.uM, 1.uM, 10.uM, 1.uM], g: [\"a\", \"a\", \"b\", \"b\"], y: [1, 2, 3, 4]});
         plot(t, #{x: \"dose\", y: \"y\", group: \"g\", style: \"bars\", log: \"x\"}).save(\"bars.svg\");
         plot(table(#{d: [0, 1, 10], y: [1, 2, 3]}), #{x: \"d\", y: \"y\", log: \"x\"}).save(\"zero.svg\");",
    );
    let text = |name: &str| fs::read_to_string(d.folder.path().join(name)).unwrap();
    let bars = text("bars.svg");
    assert!(bars.contains("dose [uM]") && bars.contains(">1<") && bars.contains(">10<"), "{bars}");
    assert!(text("zero.svg").contains("1 value of d at 0 or below: not on a logarithmic axis"));
    d.value(
        "let many = table(#{x: linspace(1, 2000, 2000)}).with_column(\"g\", |row| `g${row.x}`);",
    );
    d.refused("plot(many, #{x: \"x\", y: \"x\", group: \"g\"})", "at most 1000 series");
}
