//! Genomes without abundances of transcripts run.

use bioxen::genome::{Abundance, Estimate, TpmKind};

use super::*;

/// A shipped genome as if nothing had been measured of it, as a file.
fn bare(name: &str) -> String {
    let text = genome::write(&genome::shipped(name).unwrap());
    let titles = text.lines().find(|line| line.starts_with("locus_tag")).unwrap();
    let column = titles.split('\t').position(|title| title == "tpm[TPM]").unwrap();
    let line = |line: &str| {
        if line.starts_with('#') {
            return format!("{line}\n");
        }
        let mut fields: Vec<&str> = line.split('\t').collect();
        fields.remove(column);
        format!("{}\n", fields.join("\t"))
    };
    text.lines().map(line).collect::<String>().replace(&format!("#name: {name}"), "#name: bare")
}

fn opened(text: &str, abundance: Abundance) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bare.genome");
    std::fs::write(&path, text).unwrap();
    genome::open(path, "bare.genome", &ImportOptions { abundance, ..ImportOptions::default() })
        .unwrap()
}

fn sum(genome: &Genome) -> f64 {
    genome.coding().filter_map(|(_, gene)| gene.tpm).sum()
}

/// Correlation of the logarithms of two sets of abundances.
fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = pairs.iter().map(|(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let (mx, my) = logs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / n, b + y / n));
    let of = |f: fn(f64, f64) -> f64| logs.iter().map(|(x, y)| f(x - mx, y - my)).sum::<f64>();
    of(|x, y| x * y) / (of(|x, _| x * x) * of(|_, y| y * y)).sqrt()
}

#[test]
fn an_imported_genome_runs() {
    let mut d = desk();
    let folder = d.folder.path().to_owned();
    let made = command(&folder, &["import", "mini.gff3", "-o", "mini.genome"]);
    assert!(made.status.success(), "{}", notes(&made));
    assert!(
        notes(&made).contains("note: abundances of transcripts (TPM): 2 assumed equal"),
        "{}",
        notes(&made)
    );
    let without =
        command(&folder, &["import", "mini.gff3", "-o", "without.genome", "--tpm", "none"]);
    assert!(without.status.success() && !notes(&without).contains("TPM"), "{}", notes(&without));
    for (file, options) in [
        ("mini.genome", ""),
        ("without.genome", ""),
        ("without.genome", ", tpm: \"auto\""),
        ("without.genome", ", tpm: \"uniform\""),
        ("without.genome", ", tpm: 50.0"),
        ("mini.gff3", ""),
        ("label_only.gb", ", tpm: 100"),
    ] {
        let gene = if file.starts_with("label") { "AmpR" } else { "alpha" };
        let text = format!(
            "let c = create_bio_vm(\"m\", \"ecoli\", \"basic\", #{{genome_file: \"{file}\"{options}}}); \
             c.start(); c.start_transcription(\"{gene}\"); print(c.coding_genes().contains(\"{gene}\")); \
             let t = run(30.min); print(t.final(\"{gene}\") > 0.0); print(gene(\"{gene}\").tpm_kind);"
        );
        let printed = d.anew().run(&text);
        let kind = if options.contains("tpm: \"") || !options.contains("tpm") {
            "assumed"
        } else {
            "given"
        };
        assert_eq!(printed, ["true", "true", kind], "{file}{options}");
        assert!(
            d.remarks().contains("abundances of transcripts (TPM)") || kind == "given",
            "{file}{options}"
        );
    }
    d.anew().run(&text("imported.rhai"));
}

#[test]
fn what_the_user_says_goes_before_an_estimate_and_not_before_a_measurement() {
    let mut d = desk();
    let mrna = |d: &mut Desk, tpm: &str| {
        let text = format!(
            "let c = create_bio_vm(\"m\", \"ecoli\", \"basic\", #{{genome_file: \"mini.gff3\"}}); \
             c.start(); solver(\"deterministic\"); c.start_transcription(\"alpha\"{tpm}); print(run(2.h).final(\"alpha.mrna\"));"
        );
        d.anew().run(&text)[0].parse::<f64>().unwrap()
    };
    let (one, two) = (mrna(&mut d, ", #{tpm: 100}"), mrna(&mut d, ", #{tpm: 200}"));
    assert!((two / one - 2.0).abs() < 0.01, "{one} {two}");
    let measured = |d: &mut Desk, tpm: &str| {
        let text = format!(
            "let c = create_bio_vm(\"m\", \"ecoli\"); c.start(); solver(\"deterministic\"); \
             c.start_transcription(\"thrS\"{tpm}); print(run(30.min).final(\"thrS.mrna\"));"
        );
        d.anew().run(&text)
    };
    assert_eq!(measured(&mut d, ""), measured(&mut d, ", #{tpm: 5}"));
}

#[test]
fn names_that_e_coli_has_give_its_abundances() {
    let ecoli = genome::shipped("ecoli").unwrap();
    let estimated = opened(&bare("ecoli"), Abundance::Auto).genome;
    assert!((sum(&estimated) - 1e6).abs() < 1e3, "{}", sum(&estimated));
    let both = ecoli.coding().filter_map(|(index, gene)| {
        Some((gene.tpm.filter(|tpm| *tpm >= 0.1)?, estimated.genes()[index].tpm?))
    });
    let both: Vec<(f64, f64)> = both.collect();
    assert!(both.len() > 4000);
    assert!(correlation(&both) > 0.999);
    let counts = Estimate::of(&estimated);
    assert_eq!((counts.measured, counts.predicted, counts.given), (0, 0, 0));
    assert!(counts.by_symbol > 4000);
    // A foreign genome: better than nothing, and within what is claimed for 90 of 100 genes.
    let syn3a = genome::shipped("syn3a").unwrap();
    let estimated = opened(&bare("syn3a"), Abundance::Auto).genome;
    let by_symbol = syn3a.coding().filter_map(|(index, gene)| {
        let found = &estimated.genes()[index];
        let known = gene.tpm.filter(|tpm| *tpm > 0.0)?;
        (found.tpm_kind == Some(TpmKind::Symbol)).then_some((known, found.tpm?))
    });
    let by_symbol: Vec<(f64, f64)> = by_symbol.collect();
    assert!(by_symbol.len() > 200, "{}", by_symbol.len());
    assert!(correlation(&by_symbol) > 0.65, "{}", correlation(&by_symbol));
    let mut ratios: Vec<f64> = by_symbol.iter().map(|(x, y)| (x / y).ln()).collect();
    ratios.sort_by(f64::total_cmp);
    let middle = ratios[ratios.len() / 2];
    let limit = TpmKind::Symbol.factor().unwrap().ln() * 1.05;
    let inside = ratios.iter().filter(|ratio| (*ratio - middle).abs() <= limit).count();
    assert!(inside * 100 >= ratios.len() * 89, "{inside} of {}", ratios.len());
}

#[test]
fn proteins_give_predictions_and_what_is_measured_stays() {
    let protein = |letters: &str| letters.repeat(30);
    let gene = |at: usize, name: &str, letters: &str| {
        let location = format!("{}..{}", at * 300 + 1, at * 300 + 273);
        let translation = format!("/translation=\"{}\"", protein(letters));
        cds(&location, &[&format!("/gene=\"{name}\""), &translation])
    };
    // Lysine is frequent in proteins that are abundant, cysteine and tryptophan in rare ones.
    let features = [gene(0, "xAlpha", "KEA"), gene(1, "xBeta", "CWH"), gene(2, "thrS", "ARN")];
    let text = record("linear", &features.concat(), &"a".repeat(900));
    let options = ImportOptions { abundance: Abundance::Auto, ..ImportOptions::default() };
    let imported = import_bytes("t.gb", text.as_bytes(), &options).unwrap();
    let gene = |name: &str| imported.genome.gene(name).unwrap();
    assert_eq!(gene("thrS").tpm_kind, Some(TpmKind::Symbol));
    assert_eq!(gene("xAlpha").tpm_kind, Some(TpmKind::Predicted));
    assert!(gene("xAlpha").tpm > gene("xBeta").tpm);
    assert!((sum(&imported.genome) - 1e6).abs() < 1e3);
    let told = told(&imported);
    assert!(
        told.contains("1 by symbol from E. coli") && told.contains("2 predicted from length"),
        "{told}"
    );
    // The file keeps it, and says so; nothing changes when it is opened again.
    let file = genome::write(&imported.genome);
    assert!(file.contains("tpm_kind") && file.contains("#note: abundances of transcripts"));
    assert_eq!(opened(&file, Abundance::Auto).genome, imported.genome);
    let measured = genome::write(&genome::shipped("syn3a").unwrap());
    let again = opened(&measured, Abundance::Uniform).genome;
    for (_, gene) in genome::shipped("syn3a").unwrap().coding() {
        assert_eq!(again.gene(&gene.locus_tag).unwrap().tpm, gene.tpm, "{}", gene.locus_tag);
    }
}

#[test]
fn one_number_or_a_table_may_be_given() {
    let uniform = opened(&bare("syn3a"), Abundance::Uniform).genome;
    let first = uniform.coding().next().unwrap().1.tpm.unwrap();
    assert!(uniform.coding().all(|(_, gene)| gene.tpm == Some(first)));
    assert!((sum(&uniform) - 1e6).abs() < 1e3);
    let each = opened(&bare("syn3a"), Abundance::Each(50.0)).genome;
    assert!(
        each.coding()
            .all(|(_, gene)| gene.tpm == Some(50.0) && gene.tpm_kind == Some(TpmKind::Given))
    );
    let d = desk();
    let folder = d.folder.path();
    std::fs::write(folder.join("mine.tsv"), "gene\ttpm\nbeta\t120.5\n").unwrap();
    let made = command(folder, &["import", "mini.gff3", "-o", "m.genome", "--tpm", "mine.tsv"]);
    assert!(made.status.success(), "{}", notes(&made));
    assert!(notes(&made).contains("1 given"), "{}", notes(&made));
    let genome = genome::read_file(folder.join("m.genome")).unwrap();
    assert_eq!(genome.gene("beta").unwrap().tpm, Some(120.5));
    assert_eq!(genome.gene("alpha").unwrap().tpm_kind, Some(TpmKind::Assumed));
    std::fs::write(folder.join("wrong.tsv"), "betta\t1\n").unwrap();
    let wrong = command(folder, &["import", "mini.gff3", "-o", "w.genome", "--tpm", "wrong.tsv"]);
    assert!(
        notes(&wrong)
            .contains("wrong.tsv:1: the genome has no gene `betta` (did you mean `beta`?)"),
        "{}",
        notes(&wrong)
    );
    for tpm in ["many", "-1", "0", "NaN", "2000000"] {
        let tpm = format!("--tpm={tpm}");
        let wrong = command(folder, &["import", "mini.gff3", "-o", "w.genome", &tpm]);
        assert_eq!(wrong.status.code(), Some(1), "{tpm}");
        assert!(notes(&wrong).contains("is no abundance; say auto"), "{}", notes(&wrong));
    }
    let mut d = d;
    let text = "create_bio_vm(\"m\", \"ecoli\", \"basic\", #{genome_file: \"mini.gff3\", tpm: \"mine.tsv\"}); \
                print(gene(\"beta\").tpm);";
    assert_eq!(d.run(text), ["120.5"]);
    d.refused("create_bio_vm(\"n\", \"ecoli\", \"basic\", #{genome_file: \"mini.gff3\", tpm: \"sometimes\"})", "`sometimes` is no abundance");
    d.refused("create_bio_vm(\"n\", \"ecoli\", \"basic\", #{tpm: 5})", "`genome_file`");
}

#[test]
fn a_configuration_may_name_any_form() {
    let mut d = desk();
    let config = "biological_type = \"ecoli\"\ngenome_file = \"mini.gff3\"\ntpm = 70\n";
    std::fs::write(d.folder.path().join("c.toml"), config).unwrap();
    let text = "create_from_config(\"m\", \"c.toml\"); print(gene(\"alpha\").tpm);";
    assert_eq!(d.run(text), ["70.0"]);
    let auto = config.replace("tpm = 70\n", "");
    std::fs::write(d.folder.path().join("c.toml"), auto).unwrap();
    assert_eq!(
        d.anew().run("create_from_config(\"m\", \"c.toml\"); print(gene(\"alpha\").tpm_kind);"),
        ["assumed"]
    );
    d.remarked("2 assumed equal");
    std::fs::write(d.folder.path().join("c.toml"), config.replace("70", "\"often\"")).unwrap();
    assert!(d.anew().message("create_from_config(\"m\", \"c.toml\")").contains("tpm"));
}

#[test]
fn a_saved_state_keeps_an_estimated_genome() {
    let mut d = desk();
    let text = "let c = create_bio_vm(\"m\", \"ecoli\", \"basic\", #{genome_file: \"mini.gff3\"}); c.start(); \
                c.start_transcription(\"alpha\"); run(5.min); save_hypervisor(\"s.state\"); \
                let one = run(5.min).final(\"alpha\"); load_hypervisor(\"s.state\"); \
                print(run(5.min).final(\"alpha\") == one); print(gene(\"alpha\").tpm_kind);";
    assert_eq!(d.run(text), ["true", "assumed"]);
}
