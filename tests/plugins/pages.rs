//! The plug-ins that ship, and the page that tells of them.

use std::fs;

use super::{eval, root, session};
use bioxen::plugin::Plugin;

#[test]
fn every_block_of_the_page_runs() {
    let page = fs::read_to_string(root().join("docs/plugins.md")).unwrap();
    let blocks: Vec<&str> = page
        .split("```rhai\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        // Examples inside of documentation stand behind slashes.
        .filter(|block| !block.contains("///"))
        .collect();
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        let mut session = session(&root());
        session.check(block, "docs/plugins.md").unwrap();
        eval(&mut session, block);
    }
}

/// What the page and READMEs say of them is what they are.
#[test]
fn the_plugins_that_ship_are_what_the_page_says() {
    let bacillus = Plugin::read(&root().join("plugins/bacillus_subtilis")).unwrap();
    let genome = &bacillus.type_facts().unwrap().genome;
    assert_eq!((genome.genes().len(), genome.coding().count()), (4536, 4237));
    assert_eq!(genome.coding().filter(|(_, gene)| gene.tpm.is_some()).count(), 4152);
    let all: f64 = genome.coding().filter_map(|(_, gene)| gene.tpm).sum();
    assert!((all - 1e6).abs() < 10.0, "{all}");
    let phage = Plugin::read(&root().join("plugins/phage_t7")).unwrap();
    assert_eq!(phage.packages()[0].construct.genes.len(), 52);
    // The proteins of known length: the polymerase has 883 amino acids (shipped package t7_polymerase).
    let polymerase = phage.packages()[0].gene("gp1").unwrap().1;
    assert_eq!(
        polymerase.length_aa,
        bioxen::package::shipped("t7_polymerase").unwrap().construct.genes[0].length_aa
    );
    for plugin in [bacillus, phage] {
        assert!(!plugin.manifest().sources.is_empty() && !plugin.tests().is_empty());
        assert!(plugin.bundle().file("README.md").is_some());
    }
}

/// Their tests and the examples of their functions run.
#[test]
fn the_plugins_that_ship_pass_their_tests() {
    for name in ["bacillus_subtilis", "phage_t7"] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"))
            .args(["plugin", "test", &format!("plugins/{name}")])
            .current_dir(root())
            .output()
            .unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
