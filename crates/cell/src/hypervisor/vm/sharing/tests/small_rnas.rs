//! Small RNAs that pair with transcripts.

use super::*;
use crate::hypervisor::HypervisorError;

/// An RNA that is made from a promoter of its own.
fn rna(name: &str, promoter: &str, operon: &str) -> String {
    format!(
        "[[gene]]\nname = \"{name}\"\nkind = \"RNA\"\nlength_nt = 90\nrna_half_life_min = 10.0\n\
         [[promoter]]\nname = \"{promoter}\"\nmrna_per_min = 4.0\n\
         [[operon]]\nname = \"{operon}\"\npromoter = \"{promoter}\"\ngenes = [\"{name}\"]\n"
    )
}

/// Transcripts of two genes made so often [1/min], with a small RNA that pairs with them. Beside it stands an RNA
/// like it that pairs with nothing.
fn paired(per_min: f64, rate: f64) -> String {
    let target = pair("x").replace("mrna_per_min = 2.0", &format!("mrna_per_min = {per_min}"));
    let target = target.replace("[[promoter]]", "mrna_half_life_min = 10.0\n[[promoter]]");
    let target =
        target.replacen("length_aa = 238\n", "length_aa = 238\nmrna_half_life_min = 10.0\n", 1);
    let (small, free) = (rna("s", "Ps", "small"), rna("free", "Pf", "free_one"));
    format!("{target}{small}{free}[[small_rna]]\nrna = \"s\"\ngene = \"x_kept\"\nrate = {rate}\n")
}

fn mrna(cell: &Hypervisor, gene: &str) -> f64 {
    counts(cell.vm("a").unwrap(), gene).0
}

/// With `a` and `b` made [1/h], both lost at `d` and pairs at `k`: `m` is the root of
/// `k d m^2 + (d^2 + k (b - a)) m - a d = 0` (Levine et al. 2007, with equal lives).
fn closed_form(a: f64, b: f64, d: f64, k: f64) -> f64 {
    let p = d * d + k * (b - a);
    (-p + (p * p + 4.0 * k * d * a * d).sqrt()) / (2.0 * k * d)
}

#[test]
fn the_response_has_a_threshold_and_is_linear_above() {
    let mut response = Vec::new();
    for per_min in [1.0, 2.0, 4.0, 6.0, 8.0] {
        let cell = lived(&[paired(per_min, 0.5)], Solver::Deterministic, 30.0);
        let growth = cell.host_rates().growth_per_h;
        let d = std::f64::consts::LN_2 / 10.0 * 60.0 + growth;
        // What the other RNA has tells what is made.
        let b = d * mrna(&cell, "free");
        let a = b * per_min / 4.0;
        let expected = closed_form(a, b, d, 30.0);
        let found = mrna(&cell, "x_gone");
        assert!((found / expected - 1.0).abs() < 1e-4, "{per_min}: {found} {expected}");
        // The whole transcript is lost, and as much of the small RNA.
        assert_eq!(found, mrna(&cell, "x_kept"));
        let pairs = 30.0 * found * mrna(&cell, "s");
        assert!((d * mrna(&cell, "s") / (b - pairs) - 1.0).abs() < 1e-3);
        response.push(found / mrna(&cell, "free"));
    }
    // Below the threshold almost nothing is left; above it, as much as is beyond it.
    assert!(response[1] < 0.05, "{response:?}");
    let slopes = [response[3] - response[2], response[4] - response[3]];
    assert!((slopes[1] - 0.5).abs() < 0.03 && slopes[0] < slopes[1] + 0.03, "{response:?}");
}

#[test]
fn a_steady_state_is_where_a_run_ends() {
    let cell = lived(&[paired(4.0, 0.5)], Solver::Deterministic, 2.0);
    let state = cell.steady_state(Search::Run, &StopToken::new()).unwrap();
    assert!(state.reached && state.rest < 1e-6, "{}", state.rest);
    let mut long = cell.clone();
    live(&mut long, 100.0);
    for gene in ["x_gone", "s"] {
        let name = format!("a.{gene}.mrna");
        let column = state.values.columns.iter().find(|column| column.name == name);
        let (found, expected) = (column.unwrap().values[0], mrna(&long, gene));
        assert!((found / expected - 1.0).abs() < 1e-4, "{gene}: {found} {expected}");
    }
}

#[test]
fn chance_has_the_same_mean_far_from_the_threshold() {
    let rest = lived(&[paired(8.0, 0.1)], Solver::Deterministic, 30.0);
    keeps_its_mean(&rest, 600, |cell| mrna(cell, "x_gone"));
}

#[test]
fn a_rate_of_zero_changes_no_bit_and_a_saved_state_lives_the_same() {
    for solver in [Solver::Deterministic, Solver::Stochastic, Solver::TauLeap] {
        let text = paired(4.0, 0.5);
        let without =
            text.replace("[[small_rna]]\nrna = \"s\"\ngene = \"x_kept\"\nrate = 0.5\n", "");
        assert_ne!(text, without);
        let lived = |text: &str| lived(&[text.to_owned()], solver, 2.0);
        let zero = bits(&lived(&paired(4.0, 0.0)));
        assert_eq!(zero, bits(&lived(&without)), "{solver:?}");
        let mut whole = lived(&text);
        assert_ne!(zero, bits(&whole));
        let mut saved = Hypervisor::load(&whole.save().unwrap()).unwrap();
        live(&mut whole, 1.0);
        live(&mut saved, 1.0);
        assert_eq!(bits(&whole), bits(&saved), "{solver:?}");
    }
}

#[test]
fn transcripts_of_the_genome_pair_and_removing_frees_them() {
    let mut cell = cell(&[], Solver::Deterministic);
    let vm = cell.vm_mut("a").unwrap();
    vm.start_transcription(&["lacZ"], 1.0).unwrap();
    live(&mut cell, 20.0);
    let before = mrna(&cell, "lacZ");
    let text = paired(4.0, 2.0).replace("gene = \"x_kept\"", "gene = \"lacY\"");
    install(&mut cell, &text).unwrap();
    live(&mut cell, 20.0);
    let paired = mrna(&cell, "lacZ");
    assert!(paired < 0.2 * before, "{paired} {before}");
    assert_eq!(paired, mrna(&cell, "lacY"));
    cell.vm_mut("a").unwrap().remove_package("x").unwrap();
    live(&mut cell, 20.0);
    assert!((mrna(&cell, "lacZ") / before - 1.0).abs() < 1e-3);
}

#[test]
fn populations_refuse_them() {
    let cell = lived(&[paired(4.0, 0.5)], Solver::Deterministic, 0.1);
    let error = cell.cells(Plan::new(10, Seed::new(1)), Hosts::Shared).unwrap_err();
    assert!(matches!(&error, HypervisorError::Cells(_)), "{error:?}");
    let told = error.to_string();
    assert!(told.contains("VM `a` has small RNAs") && told.contains("`s`"), "{told}");
    let cell = lived(&[paired(4.0, 0.0)], Solver::Deterministic, 0.1);
    cell.cells(Plan::new(10, Seed::new(1)), Hosts::Shared).unwrap();
}

#[test]
fn what_is_wrong_is_said() {
    let good = paired(4.0, 0.5);
    let twice = format!("{good}[[small_rna]]\nrna = \"s\"\ngene = \"x_kept\"\nrate = 1\n");
    let error = package(&twice).unwrap_err().to_string();
    assert!(error.contains("small_rna[1] pairs `s` with `x_kept` once more"), "{error}");
    refused(
        &good,
        &[
            (
                "rna = \"s\"",
                "rna = \"x_gone\"",
                "small_rna[0].rna is `x_gone`, which makes a protein",
            ),
            ("rna = \"s\"", "rna = \"fre\"", "no such gene of the kind RNA (did you mean `free`?)"),
            ("gene = \"x_kept\"", "gene = \"free\"", "has no mRNA to pair with"),
            ("gene = \"x_kept\"", "gene = \"s\"", "has no mRNA to pair with"),
            ("rate = 0.5", "rate = -0.5", "small_rna[0].rate"),
            ("rate = 0.5", "", "small_rna[0].rate is missing"),
            ("rate = 0.5", "rate = 0.5\nkm = 3", "km is an unknown key"),
        ],
    );
    let mut cell = cell(&[], Solver::Deterministic);
    for (gene, told) in
        [("x_kep", "did you mean `x_kept`?"), ("lacQ", "genome"), ("rrsH", "no protein")]
    {
        let text = good.replace("gene = \"x_kept\"", &format!("gene = \"{gene}\""));
        not_installed(&mut cell, &text, told);
    }
    install(&mut cell, &good).unwrap();
    let more = "name = \"more\"\nversion = \"1.0.0\"\ndescription = \"d\"\nlicence = \"CC0-1.0\"\n\
                sources = [\"a test\"]\ntypes = [\"ecoli\"]\ndependencies = { x = \"*\" }\n";
    let genes = pair("z").split_once("[[gene]]").unwrap().1.to_owned();
    let more = |target: &str| {
        format!("{more}[[gene]]{genes}[[small_rna]]\nrna = \"s\"\ngene = \"{target}\"\nrate = 1\n")
    };
    let error = install(&mut cell, &more("x_kept")).unwrap_err();
    assert!(error.contains("as package x 1.0.0 does already"), "{error}");
    // The small RNA of a package that it depends on may pair with more.
    install(&mut cell, &more("z_kept")).unwrap();
    assert_eq!(cell.vm("a").unwrap().population().losses().pairs.len(), 2);
}
