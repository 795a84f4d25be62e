//! Packages in scripts, and in what a session offers.

use std::fs;

use bioxen::lang::WorldOptions;
use bioxen::session::Session;

use super::mechanism::CIRCUIT;

/// A folder with the file of a package, and a session in it.
pub(super) fn beside(file: &str, package: &str) -> (tempfile::TempDir, Session) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(file), package).unwrap();
    let session = session(folder.path());
    (folder, session)
}

pub(super) fn session(folder: &std::path::Path) -> Session {
    let (out_dir, read_dir) = (folder.join("out"), folder.to_owned());
    Session::new(
        WorldOptions { out_dir, read_dir, seed: 1, ..WorldOptions::default() },
        Box::new(|_| {}),
    )
    .unwrap()
}

pub(super) fn eval(session: &mut Session, text: &str) -> String {
    session.eval(text, "test").unwrap().unwrap_or_default()
}

pub(super) fn wrong(session: &mut Session, text: &str) -> String {
    session.eval(text, "test").unwrap_err().to_string()
}

/// A text is refused in words that contain these.
fn refused(session: &mut Session, text: &str, told: &str) {
    let error = wrong(session, text);
    assert!(error.contains(told), "{text}: {error}");
}

#[test]
fn files_bring_what_they_need_from_beside_them() {
    let folder = tempfile::tempdir().unwrap();
    let needs = "[dependencies]\nbase = \"^2\"\n[[gene]]\nname = \"tetX\"";
    let text = CIRCUIT.replace("[[gene]]\nname = \"tetX\"", needs);
    fs::write(folder.path().join("circuit.toml"), &text).unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    refused(
        &mut session,
        "install_package(\"circuit.toml\")",
        "needs `base`, which is neither installed nor",
    );
    let base = CIRCUIT.replace("\"circuit\"", "\"base\"").replace("1.0.0", "2.1.0");
    let base = base.replace("tetX", "tetY").replace("target", "aim").replace("partner", "mate");
    let circle = base.replace(
        "[[gene]]\nname = \"tetY\"",
        "[dependencies]\ncircuit = \"*\"\n[[gene]]\nname = \"tetY\"",
    );
    fs::write(folder.path().join("base.toml"), circle).unwrap();
    refused(
        &mut session,
        "install_package(\"circuit.toml\")",
        "in a circle: circuit -> base -> circuit",
    );
    assert_eq!(eval(&mut session, "packages().len()"), "0");
    fs::write(folder.path().join("base.toml"), base).unwrap();
    let names = "let names = install_package(\"circuit.toml\"); names[0] + \" \" + names[1]";
    assert_eq!(eval(&mut session, names), "base circuit");
    assert_eq!(
        eval(&mut session, "genes(\"tet?\").len() >= 2 && genes().contains(\"aim\")"),
        "true"
    );
    refused(
        &mut session,
        "install_package(\"../circuit.toml\")",
        "leads out of the folders from which scripts read",
    );
}

#[test]
fn wrong_names_are_marked_and_the_nearest_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "quick_start_vm(\"ecoli\");");
    let error = wrong(&mut session, "install_package(\"represilator\")");
    assert!(error.contains("did you mean `repressilator`?"), "{error}");
    assert!(error.contains("^^^"), "{error}");
    eval(&mut session, "install_package(\"repressilator\");");
    refused(&mut session, "remove_package(\"represilator\")", "did you mean `repressilator`?");
    refused(&mut session, "start_transcription([\"gfp_aaw\"])", "did you mean `gfp_aav`?");
}

#[test]
fn names_of_packages_are_completed() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let complete = |session: &Session, text: &str| -> Vec<String> {
        let completion = session.complete(text, text.len());
        completion.items.into_iter().map(|item| item.text).collect()
    };
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    assert_eq!(complete(&session, "install_package(\"gfp"), ["gfp_reporter"]);
    let toggles = complete(&session, "cell.install_package(\"toggle");
    assert_eq!(toggles, ["toggle_model", "toggle_switch"]);
    eval(&mut session, "install_package(\"gfp_reporter\");");
    assert_eq!(complete(&session, "remove_package(\""), ["gfp_reporter"]);
    assert!(complete(&session, "protein(\"gf").contains(&"gfp".to_owned()));
}

#[test]
fn an_sbml_file_is_a_package() {
    let folder = tempfile::tempdir().unwrap();
    let model = include_str!("../../../packages/repressilator_model.xml");
    fs::write(folder.path().join("ring.xml"), model).unwrap();
    let mut session = session(folder.path());
    eval(&mut session, "quick_start_vm(\"ecoli\"); install_package(\"ring.xml\");");
    assert_eq!(
        eval(&mut session, "let t = run(1.min); t[\"ring.PX\"].len() == t.times().len()"),
        "true"
    );
    assert_eq!(eval(&mut session, "package_info(\"ring.xml\").model.len()"), "6");
}

const MARKER: &str = r#"
let marker = #{
    name: "marker",
    parameters: [#{name: "strength", value: 1.0, min: 0.1, max: 10.0, unit: "1/min"}],
    genes: [#{name: "gfp", length_aa: 238}, #{name: "R", length_aa: 100}],
    promoters: [
        #{name: "P", mrna_per_min: "2 * strength", repressor: [#{protein: "R", half: 40.0, n: 2.0}]},
        #{name: "Pc", mrna_per_min: 0.5},
    ],
    operons: [#{name: "marker", promoter: "P", genes: ["gfp"]}, #{name: "control", promoter: "Pc", genes: ["R"]}],
};
"#;

const MARKER_TOML: &str = r#"name = "marker"
version = "1.0.0"
description = "a marker"
licence = "CC0-1.0"
sources = ["an example"]
types = ["ecoli"]
operon = [
    { name = "marker", promoter = "P", genes = ["gfp"] },
    { name = "control", promoter = "Pc", genes = ["R"] },
]
[[parameter]]
name = "strength"
default = 1.0
min = 0.1
max = 10.0
unit = "1/min"
[[gene]]
name = "gfp"
length_aa = 238
[[gene]]
name = "R"
length_aa = 100
[[promoter]]
name = "P"
mrna_per_min = "2 * strength"
[[promoter.repressor]]
protein = "R"
half = 40.0
n = 2.0
[[promoter]]
name = "Pc"
mrna_per_min = 0.5
"#;

/// What a cell has made after some time with what `install` installs.
fn made(folder: &std::path::Path, install: &str) -> String {
    let mut session = session(folder);
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    eval(&mut session, install);
    let run =
        "let t = run(20.min); `${t.final(\"gfp.mrna\")} ${t.final(\"gfp\")} ${t.final(\"R\")}`";
    eval(&mut session, run)
}

#[test]
fn a_package_is_the_same_in_a_file_in_a_text_and_in_a_map() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("marker.toml"), MARKER_TOML).unwrap();
    let text = format!("let marker = `{MARKER_TOML}`;");
    let mut seen = Vec::new();
    for options in ["", ", #{strength: 1.0}", ", #{strength: 5.0}"] {
        let calls = [
            format!("install_package(\"marker.toml\"{options});"),
            format!("{text} install_package(marker{options});"),
            format!("{MARKER} install_package(marker{options});"),
            format!("{MARKER} cell.install_package(marker{options});"),
        ];
        let all: Vec<String> = calls.iter().map(|call| made(folder.path(), call)).collect();
        assert!(all.iter().all(|one| *one == all[0]), "{all:?}");
        seen.push(all[0].clone());
    }
    assert_eq!(seen[0], seen[1], "the default is the default");
    assert_ne!(seen[0], seen[2], "a parameter acts");
}

#[test]
fn parameters_live_on_in_saved_vms_and_copies() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    eval(&mut session, &format!("{MARKER} let cell = quick_start_vm(\"ecoli\", \"a\");"));
    eval(&mut session, "let before = `${marker}`; install_package(marker, #{strength: 5.0});");
    assert_eq!(eval(&mut session, "before == `${marker}`"), "true", "arguments are never changed");
    eval(
        &mut session,
        "run(5.min); cell.save(\"a.vm\"); cell.destroy(); let b = load_vm(\"out/a.vm\");",
    );
    let value = "packages()[0].parameters[0].value";
    assert_eq!(eval(&mut session, value), "5.0");
    assert_eq!(eval(&mut session, "packages()[0].parameters[0].range"), "from 0.1 to 10");
}

#[test]
fn wrong_packages_of_a_script_are_told_and_change_nothing() {
    let (_folder, mut session) = beside("marker.toml", MARKER_TOML);
    eval(&mut session, &format!("{MARKER} let cell = quick_start_vm(\"ecoli\");"));
    for (call, told) in [
        ("install_package(marker, #{strenght: 2})", "did you mean `strength`?"),
        ("install_package(marker, #{strength: 20})", "from 0.1 to 10"),
        ("install_package(marker, #{strength: \"2\"})", "strength"),
        ("install_package(marker, #{time_unit: 1.min})", "time_unit"),
        ("install_package(\"marker.toml\", #{strenght: 2})", "did you mean `strength`?"),
        ("install_package(\"gfp_reporter\", #{strength: 2})", "the package has none"),
        ("install_package(\"repressilator_model\", #{time_units: 1})", "time_units"),
        ("install_package(#{})", "name is missing"),
        ("install_package(#{name: \"x\"})", "either genes or a model"),
        ("install_package(#{nam: \"x\"})", "did you mean `name`?"),
        ("install_package(#{name: \"x\", genes: [1]})", "genes[0] must be a table"),
        (
            "install_package(#{name: \"x\", genes: [#{name: \"g\", length_aa: 5.min}]})",
            "a number in the unit",
        ),
        (
            "install_package(#{name: \"x\", genes: [#{name: \"g\", length_aa: \"2 * q\"}]})",
            "no parameter `q`",
        ),
        ("install_package(#{name: \"x\", gene: [], genes: []})", "are the same"),
        ("install_package(#{name: \"x\", gene: [1]})", "gene[0] must be a table"),
        (
            "install_package(#{name: \"x\", proteasis: 3})",
            "proteasis is an unknown key (did you mean `proteases`?)",
        ),
        (
            "install_package(#{name: \"x\", proteases: #{}})",
            "proteases must be an array of at most",
        ),
        ("install_package(\"a\\nb\")", "the package of the script"),
        ("install_package(5)", "install_package"),
    ] {
        let error = wrong(&mut session, call);
        assert!(error.contains(told), "{call}: {error}");
        assert_eq!(eval(&mut session, "packages().len()"), "0", "{call}");
    }
}

/// A gate of two inducers: either of them is enough, and neither opens it alone where both are asked for.
#[test]
fn regulators_act_as_and_or_as_or() {
    let folder = tempfile::tempdir().unwrap();
    let final_of = |any: &str, given: &str| -> f64 {
        let mut session = session(folder.path());
        let text = format!(
            r#"solver("deterministic"); let cell = quick_start_vm("ecoli");
            let on = |substance| #{{name: "x" + substance, molecules: 100.0, half: 1.0,
                                   inducer: #{{substance: substance, half_um: 1.0, n: 2.0}}}};
            install_package(#{{name: "gate", genes: [#{{name: "out", length_aa: 238}}],
                promoters: [#{{name: "P", rpu: 1.0, copies: 5, activator: [on.call("IPTG"), on.call("aTc")]{any}}}],
                operons: [#{{name: "o", promoter: "P", genes: ["out"]}}]}});
            {given} run(4.h).final("out.mrna")"#
        );
        eval(&mut session, &text).parse().unwrap()
    };
    let (or, and) = (", any: [[\"xIPTG\", \"xaTc\"]]", "");
    let (none, one) = ("", "add_inducer(\"aTc\", 100.uM);");
    let both = "add_inducer(\"aTc\", 100.uM); add_inducer(\"IPTG\", 100.uM);";
    let full = final_of(or, both);
    // 5 copies at 1.8 mRNA a minute each would give more than ten transcripts.
    assert!(full > 10.0, "{full}");
    assert!((final_of(and, both) / full - 1.0).abs() < 0.05);
    assert!((final_of(or, one) / full - 1.0).abs() < 0.05);
    assert!(final_of(and, one) < 0.01 * full);
    assert!(final_of(or, none) < 0.01 * full);
    let mut session = session(folder.path());
    eval(&mut session, "let cell = quick_start_vm(\"ecoli\");");
    let package = |promoter: &str| {
        format!(
            "install_package(#{{name: \"gate\", genes: [#{{name: \"out\", length_aa: 238}}], \
             promoters: [#{{name: \"P\", {promoter}}}], \
             operons: [#{{name: \"o\", promoter: \"P\", genes: [\"out\"]}}]}})"
        )
    };
    let regulators =
        "repressor: [#{name: \"A\", molecules: 1, half: 1}, #{name: \"B\", molecules: 1, half: 1}]";
    for (promoter, told) in [
        ("rpu: 1.0, mrna_per_min: 2.0".to_owned(), "needs one strength"),
        ("copies: 5".to_owned(), "needs one strength"),
        ("rpu: 0.0".to_owned(), "rpu"),
        (
            format!("rpu: 1.0, {regulators}, any: [[\"A\", \"C\"]]"),
            "has `C`, and no regulator of this promoter",
        ),
        (format!("rpu: 1.0, {regulators}, any: [[\"A\"]]"), "less than two"),
        (format!("rpu: 1.0, {regulators}, any: [[\"A\", \"A\"]]"), "stands in these lists already"),
        (format!("rpu: 1.0, {regulators}, any: \"A\""), "must be lists of names"),
    ] {
        let error = wrong(&mut session, &package(&promoter));
        assert!(error.contains(told), "{promoter}: {error}");
    }
}

/// No gene of a package has the name of a column that traces and tables of cells have of their own: where such names
/// are is looked up in them.
#[test]
fn genes_have_no_names_of_columns() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let columns = "let cell = quick_start_vm(\"ecoli\"); start_transcription([\"lacZ\"]); let t = run(1.min); \
         let p = population(2, #{keep_tree: true}); let course = p.run(20.min); \
         let all = t.names() + p.cells().columns() + p.tree().columns() + p.lineage(0).columns() + course.columns(); \
         all.map(|name| if name.starts_with(\"cell.\") { name.sub_string(5) } else { name })\
            .filter(|name| !name.contains(\".\") && !name.starts_with(\"lac\"))";
    let names = eval(&mut session, columns);
    let names: Vec<&str> = names.trim_matches(['[', ']']).split(", ").collect();
    assert!(names.len() > 10 && names.contains(&"\"growth_rate\""), "{names:?}");
    for name in names {
        let package = format!(
            "install_package(#{{name: \"mine\", version: \"1.0.0\", description: \"x\", types: [\"ecoli\"], \
             genes: [#{{name: {name}, length_aa: 200}}], promoters: [#{{name: \"P\", mrna_per_min: 1.0}}], \
             operons: [#{{name: \"o\", promoter: \"P\", genes: [{name}]}}]}})"
        );
        let error = wrong(&mut session, &package);
        assert!(
            error.contains("have a meaning in traces and in tables of cells"),
            "{name}: {error}"
        );
    }
}

/// A name that a gene of the genome has beside its own is taken, too, and the gene is named.
#[test]
fn another_name_of_a_gene_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let mut session = session(folder.path());
    let package = "let cell = quick_start_vm(\"ecoli\"); install_package(#{name: \"mine\", version: \"1.0.0\", \
         description: \"x\", types: [\"ecoli\"], genes: [#{name: \"g1\", length_aa: 200}], \
         promoters: [#{name: \"P\", mrna_per_min: 1.0}], operons: [#{name: \"o\", promoter: \"P\", genes: [\"g1\"]}]})";
    let error = wrong(&mut session, package);
    assert!(error.contains("`g1`, a name that gene thiS of genome ecoli has already"), "{error}");
}
