//! The language has everything that it is said to have.

use super::desk;

/// What the language has, by subject. Packages, plasmids and figures have tests of their own, too.
const FEATURES: &[(&str, &[&str])] = &[
    (
        "factory and manager",
        &[
            "create_bio_vm",
            "create_vm",
            "quick_start_vm",
            "supported_biological_types",
            "supported_vm_types",
            "validate_vm_type",
            "list_vms",
            "vm",
            "terminate_vm",
            "attach",
            "detach",
            "current_vm",
            "execute_vm_sync",
            "clone_vm",
            "create_bio_vms",
            "broadcast",
        ],
    ),
    (
        "every VM",
        &[
            "start",
            "stop",
            "pause",
            "resume",
            "destroy",
            "status",
            "vm_type",
            "biological_type",
            "get_vm_type",
            "get_biological_type",
            "execute",
            "execute_biological_process",
            "start_transcription",
            "stop_transcription",
            "transcribing",
            "genes",
            "gene",
            "get_essential_genes",
            "get_atp_level",
            "get_ribosome_allocation",
            "allocate_ribosomes",
            "allocate_atp",
            "allocate_memory",
            "set_priority",
            "resource_usage",
            "available_resources",
            "resource_limits",
            "optimize_allocation",
            "install_package",
            "packages",
            "remove_package",
            "snapshot",
            "restore",
            "save",
            "load_vm",
            "molecules",
            "protein",
            "mrna",
        ],
    ),
    (
        "one biological type",
        &[
            "optimize_minimal_metabolism",
            "manage_operons",
            "operons",
            "get_plasmid_count",
            "add_plasmid",
            "remove_plasmid",
            "get_growth_phase",
            "get_minimal_functions",
        ],
    ),
    (
        "environment and time",
        &[
            "run",
            "run_until",
            "now",
            "set_nutrient",
            "medium",
            "add_inducer",
            "seed",
            "solver",
            "sample_every",
            "at",
            "every",
            "when",
            "cancel",
        ],
    ),
    ("units", &["s", "min", "h", "kb", "percent", "mM", "uM", "nM"]),
    (
        "results",
        &[
            "times",
            "mean",
            "sd",
            "cv2",
            "fano",
            "final",
            "half_life",
            "select",
            "between",
            "to_csv",
            "to_json",
            "to_parquet",
            "ensemble",
            "quantile",
            "histogram",
            "plot",
            "plot_resources",
            "plot_histogram",
            "plot_heatmap",
            "plot_genome",
            "plot_phase",
        ],
    ),
    ("numbers", &["sqrt", "exp", "ln", "log10", "floor", "min", "max", "abs", "sum", "div"]),
];

#[test]
fn every_feature_is_there_documented_and_completed() {
    let desk = desk();
    let catalogue = desk.session.catalogue();
    for (subject, names) in FEATURES {
        for name in *names {
            let declared = catalogue.named(name);
            let ours = declared.iter().any(|f| !f.topic.is_empty() && !f.documentation.is_empty());
            assert!(ours, "{subject}: `{name}` is missing");
            assert!(desk.session.inspect(name, 1, false).is_some(), "{subject}: {name}");
        }
    }
    // Of what every VM can do, each has its bare form, for the current one.
    let (_, names) = FEATURES[1];
    for name in names.iter().filter(|n| **n != "load_vm") {
        let of_vm = catalogue.named(name).into_iter().filter(|f| f.of_vm);
        for function in of_vm {
            let bare = function.parameters.len() - 1;
            assert!(catalogue.arities(name).contains(&bare), "{name} has no bare form");
        }
    }
}

#[test]
fn what_is_to_come_later_says_so() {
    let mut desk = desk();
    for (text, expected) in [
        ("create_bio_vm(\"x\", \"ecoli\", \"xcpng\")", "not available"),
        ("run(1.min).to_parquet(\"x.parquet\")", "not available in this version"),
    ] {
        let error = desk.session.eval(text, "test").unwrap_err();
        assert!(error.message.contains(expected), "{text}: {error}");
    }
}
