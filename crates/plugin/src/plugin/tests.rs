//! Tests.

use super::*;
use std::collections::BTreeMap;
use std::fs;

/// The toy with changes: contents by names; nothing takes a file away.
fn changed(changes: &[(&str, Option<&str>)]) -> Result<Plugin, PluginError> {
    let toy = Bundle::read("../../tests/plugins/toy".as_ref()).unwrap();
    let mut files: BTreeMap<String, Vec<u8>> =
        toy.names().map(|name| (name.to_owned(), toy.file(name).unwrap().to_vec())).collect();
    for (name, text) in changes {
        match text {
            Some(text) => files.insert((*name).to_owned(), text.as_bytes().to_vec()),
            None => files.remove(*name),
        };
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    Plugin::read(folder.path())
}

/// The toy with another text in the place of one in a file.
fn with(file: &str, from: &str, to: &str) -> Result<Plugin, PluginError> {
    let toy = Bundle::read("../../tests/plugins/toy".as_ref()).unwrap();
    let text = toy.text(file).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    changed(&[(file, Some(&text.replace(from, to)))])
}

fn wrong(file: &str, from: &str, to: &str) -> String {
    with(file, from, to).unwrap_err().to_string()
}

#[test]
fn all_of_a_plugin_is_read() {
    let toy = changed(&[]).unwrap();
    assert_eq!(toy.label(), "toy 1.2.3");
    let names: Vec<&str> = toy.packages().iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["toy_base", "toy_light"]);
    assert_eq!(toy.plasmids()[0].name(), "toy_plasmid");
    assert_eq!((toy.functions().len(), toy.tests().len(), toy.styles().len()), (1, 1, 1));
    let facts = toy.type_facts().unwrap();
    assert_eq!((facts.name.as_str(), facts.genome.genes().len()), ("toy_cell", 6));
    assert_eq!(facts.limits.max_atp_percent, 85.0);
    assert_eq!(facts.regulation[0].genes, ["sugA", "sugB"]);
    assert_eq!(facts.overrides.mrna_half_life_min, Some(4.0));
    let given = [("strength".to_owned(), 7.0)].into();
    let strong = toy.package_with("toy_light", &given).unwrap().unwrap();
    assert_eq!(strong.construct.promoters[0].strength, package::Strength::MrnaPerMin(7.0));
    assert!(toy.package_with("toy_heavy", &given).is_none());
}

#[test]
fn all_problems_are_told_at_once_with_their_files() {
    let manifest = "name = \"Toy\"\nversion = \"1\"\nlicense = \"MIT\"\nsources = []\n\
                    [type]\nname = \"ecoli\"\nbase = \"yeast\"\ngenome = \"../toy.genome\"\n\
                    [type.limits]\nmax_atp = 101\nmax_ribosome = 3\n";
    let error =
        changed(&[("plugin.toml", Some(manifest)), ("styles/toy_dark.toml", Some("a = {}"))]);
    let lines = error.unwrap_err().lines();
    for told in [
        "plugin.toml: license is an unknown key (did you mean `licence`?)",
        "plugin.toml: name must be a name of small letters",
        "plugin.toml: version must be a version, such as \"1.0.0\"",
        "plugin.toml: description is missing; a text in quotes is needed",
        "plugin.toml: sources must be an array of one text or more",
        "plugin.toml: type.name is `ecoli`, which is built in",
        "plugin.toml: type.base is `yeast`; it is one of: syn3a, ecoli, minimal_cell",
        "plugin.toml: type.genome must be a file of the plug-in, such as \"genomes/mine.genome\"",
        "plugin.toml: type.limits.max_ribosome is an unknown key (did you mean `max_ribosomes`?)",
        "plugin.toml: type.limits.max_atp is 101, and must be a number more than 0 up to 100, in percent",
        "styles/toy_dark.toml: a must be a text, a number, true, false or an array of these",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(told)), "{told}\n{lines:#?}");
    }
}

#[test]
fn the_host_of_a_type_has_the_names_and_ranges_of_that_of_a_user() {
    let host = |text: &str| {
        with("plugin.toml", "[type.limits]", &format!("[type.host]\n{text}\n[type.limits]"))
    };
    let good = host("nutrient = 0.5\nmedium_mm = { glucose = 0.0, IPTG = 1 }").unwrap();
    let start = &good.type_facts().unwrap().host;
    assert_eq!(start.nutrient.unwrap().value(), 0.5);
    let substances: Vec<_> = start.medium.as_ref().unwrap().substances().collect();
    assert_eq!(substances, [("IPTG", 1.0)]);
    let none = changed(&[]).unwrap();
    assert_eq!(none.type_facts().unwrap().host, Default::default());
    for (text, told) in [
        ("nutrient = 0.001", "type.host.nutrient is 0.001, and must be a number from 0.01 to 1"),
        ("nutrient = \"rich\"", "type.host.nutrient"),
        ("nutrent = 0.5", "type.host.nutrent is an unknown key (did you mean `nutrient`?)"),
        ("medium_mm = 3", "type.host.medium_mm must be a table of substances"),
        ("medium_mm = { glucos = 1.0 }", "type.host.medium_mm.glucos cannot be: "),
        ("medium_mm = { glucos = 1.0 }", "did you mean `glucose`?"),
        ("medium_mm = { glucose = -1.0 }", "type.host.medium_mm.glucose cannot be: "),
        ("medium_mm = { glucose = nan }", "type.host.medium_mm.glucose"),
        ("medium_mm = { glucose = \"10 mM\" }", "a number in mM"),
    ] {
        let error = host(text).unwrap_err().lines().join("\n");
        assert!(error.contains(told), "{text}: {error}");
    }
}

#[test]
fn what_a_type_names_must_be_there_and_fit() {
    let told = wrong("genomes/toy.genome", "\t1500\t", "\tmany\t");
    assert!(
        told.contains("genomes/toy.genome cannot be used: ") && told.contains("many"),
        "{told}"
    );
    let plan: [(_, &[[&str; 3]]); 3] = [
        (
            "plugin.toml",
            &[
                [
                    "genomes/toy.genome",
                    "genomes/toi.genome",
                    "which is not there (did you mean `genomes/toy.genome`?)",
                ],
                ["base = \"ecoli\"", "base = \"syn3a\"", "is for types with the base ecoli"],
                [
                    "mrna_half_life_min = 4.0",
                    "proteins = 1000",
                    "is for the bases syn3a and minimal_cell",
                ],
            ],
        ),
        (
            "genomes/toy.genome",
            &[["#name: toy_genome", "#name: ecoli", "has the name of the shipped genome `ecoli`"]],
        ),
        (
            "regulation/toy.regulation",
            &[
                [
                    "sugA,sugB",
                    "sugA,sugC",
                    "has the gene `sugC`, which the genome has not (did you mean",
                ],
                [
                    "arabinose",
                    "arabinos",
                    "answers to `arabinos`, which no medium has (did you mean `arabinose`?)",
                ],
                ["\t6\t", "\t600\t", "is 600; it must be from 0 to 40"],
            ],
        ),
    ];
    for (file, changes) in plan {
        for [from, to, part] in changes {
            let told = wrong(file, from, to);
            assert!(told.contains(part), "{told}");
        }
    }
}

#[test]
fn names_are_those_of_files_and_none_that_ship() {
    let told = wrong("packages/toy_base.toml", "name = \"toy_base\"", "name = \"toy_bass\"");
    assert!(told.contains("packages/toy_base.toml has the name `toy_bass`"), "{told}");
    assert!(told.contains("did you mean `toy_bass`?") || told.contains("needs"), "{told}");
    let light = "name = \"gfp_reporter\"";
    let text = Bundle::read("../../tests/plugins/toy".as_ref()).unwrap();
    let text = text.text("packages/toy_base.toml").unwrap().replace("name = \"toy_base\"", light);
    let told = changed(&[("packages/gfp_reporter.toml", Some(&text))]).unwrap_err().to_string();
    assert!(told.contains("has the name of the shipped package `gfp_reporter`"), "{told}");
    // Packages in a circle.
    let needs = "types = [\"ecoli\"]\n\n[dependencies]\ntoy_light = \"^1\"";
    let told = wrong("packages/toy_base.toml", "types = [\"ecoli\"]", needs);
    assert!(told.contains("circle"), "{told}");
}

#[test]
fn versions_of_bioxen_are_kept_to() {
    let told = wrong("plugin.toml", "bioxen = \">=0.1\"", "bioxen = \">=99\"");
    assert_eq!(
        told,
        format!("plug-in `toy` is for BioXen >=99, and this is {}", env!("CARGO_PKG_VERSION"))
    );
    assert!(
        wrong("plugin.toml", "bioxen = \">=0.1\"", "bioxen = \"new\"").contains("must be versions")
    );
}

#[test]
fn a_new_plugin_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("mine");
    let files = crate::write_new(&mine, "mine").unwrap();
    assert_eq!(files.len(), 6);
    let plugin = Plugin::read(&mine).unwrap();
    assert_eq!((plugin.name(), plugin.packages().len(), plugin.tests().len()), ("mine", 1, 1));
    let again = crate::write_new(&mine, "mine").unwrap_err().to_string();
    assert!(again.contains("is there already"), "{again}");
    for name in ["Mine", "../mine", "", "1x", "a-b"] {
        assert!(crate::write_new(&folder.path().join("x"), name).is_err(), "{name}");
    }
    assert!(!folder.path().join("x").exists());
}
