//! What a type of a plug-in says of the host for which it is the first VM.

use std::path::Path;
use std::sync::{Arc, Mutex};

use bioxen::session::{Checkpoint, Session};

use super::{change, eval, session, toy, wrong};

const HOST: &str =
    "[type.host]\nnutrient = 0.6\nmedium_mm = { glucose = 0.0, lactose = 4.5 }\n\n[type.limits]";

/// What is in the medium.
const STATE: &str = "medium()";

/// The quality of the medium of the VM `cell`, which its configuration tells.
fn nutrient(session: &mut Session, folder: &Path) -> String {
    eval(session, "cell.save_config(\"told.toml\");");
    let text = std::fs::read_to_string(folder.join("out/told.toml")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("nutrient = "));
    line.unwrap_or_default().to_owned()
}

fn hosted() -> tempfile::TempDir {
    let folder = toy();
    change(folder.path(), "plugin.toml", "[type.limits]", HOST);
    folder
}

#[test]
fn the_first_vm_of_a_type_brings_its_host_and_users_decide_otherwise() {
    let folder = hosted();
    let mut first = session(folder.path());
    let usual = eval(&mut first, STATE);
    eval(&mut first, "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\");");
    let own = eval(&mut first, STATE);
    assert!(own != usual && own.contains("lactose") && !own.contains("glucose"), "{own}");
    assert_eq!(nutrient(&mut first, folder.path()), "0.6");
    // It is what the same said by hand gives, to the bit.
    let life = "VM.start(); VM.start_transcription([\"sugA\", \"big\"]); let t = run(5.min); \
                [t.final(\"big.mrna\"), t.final(\"sugA\"), cell.status().growth_rate]";
    let lived = eval(&mut first, &life.replace("VM", "cell"));
    let plain = toy();
    let mut by_hand = session(plain.path());
    eval(
        &mut by_hand,
        "load_plugin(\"toy\"); medium(#{glucose: 0.mM, lactose: 4.5.mM}); \
         let cell = create_bio_vm(\"cell\", \"toy_cell\", \"basic\", #{nutrient: 0.6});",
    );
    assert_eq!(eval(&mut by_hand, STATE), own);
    assert_eq!(eval(&mut by_hand, &life.replace("VM", "cell")), lived);
    // A chassis of its own is new, too; one that has VMs stays as it is, and that is told.
    eval(
        &mut first,
        "create_bio_vm(\"far\", \"toy_cell\", \"basic\", #{chassis: \"two\"}); use_chassis(\"two\");",
    );
    assert_eq!(eval(&mut first, STATE), own);
    // What a user says goes before what the type says.
    let mut asked = session(folder.path());
    eval(
        &mut asked,
        "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\", \"basic\", #{nutrient: 0.2});",
    );
    assert_eq!(nutrient(&mut asked, folder.path()), "0.2");
    let mut before = session(folder.path());
    eval(
        &mut before,
        "load_plugin(\"toy\"); set_nutrient(0.2); medium(#{arabinose: 1.mM}); \
         let cell = create_bio_vm(\"cell\", \"toy_cell\");",
    );
    assert_eq!(nutrient(&mut before, folder.path()), "0.2");
    assert!(eval(&mut before, "medium()").contains("arabinose"));
}

/// A session whose remarks are kept.
fn heard(folder: &Path) -> (Arc<Mutex<String>>, Session) {
    let told = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&told);
    let hear = move |output: bioxen::lang::Output| {
        if let bioxen::lang::Output::Remark(text) = output {
            into.lock().unwrap().push_str(&text);
        }
    };
    (told, Session::new(super::options(folder), Box::new(hear)).unwrap())
}

#[test]
fn what_a_type_does_not_get_is_told() {
    let folder = hosted();
    let (told, mut session) = heard(folder.path());
    eval(&mut session, "load_plugin(\"toy\"); create_bio_vm(\"a\", \"ecoli\");");
    assert_eq!(*told.lock().unwrap(), "");
    let before = eval(&mut session, STATE);
    eval(&mut session, "create_bio_vm(\"b\", \"toy_cell\");");
    assert_eq!(eval(&mut session, STATE), before);
    let told = told.lock().unwrap();
    for text in
        ["toy_cell asks for a nutrient of 0.6", "`ecoli` keeps its own of 0.3", "lactose 4.5 mM"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
}

/// The cell of the file `all.state`, and that of a checkpoint, give with a text what is expected.
fn come_back_alike(folder: &Path, checkpoint: &Checkpoint, text: &str, expected: &str) {
    let mut loaded = session(folder);
    let load = "load_plugin(\"toy\"); load_hypervisor(\"all.state\"); let cell = vm(\"cell\");";
    eval(&mut loaded, load);
    assert_eq!(eval(&mut loaded, text), expected);
    let mut restored = session(folder);
    restored.restore(&checkpoint.bytes).unwrap();
    assert_eq!(eval(&mut restored, text), expected);
}

#[test]
fn the_host_of_a_type_travels_with_what_is_kept() {
    let folder = hosted();
    let mut first = session(folder.path());
    let make = "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start(); \
                cell.start_transcription([\"big\"]); run(2.min);";
    eval(&mut first, make);
    eval(&mut first, "save_hypervisor(\"all.state\"); cell.save_config(\"cell.toml\");");
    let checkpoint = first.checkpoint().unwrap();
    let rest = "let t = run(3.min); [t.final(\"big.mrna\"), cell.status().growth_rate, medium()]";
    let expected = eval(&mut first, rest);
    come_back_alike(folder.path(), &checkpoint, rest, &expected);
    // The configuration lies in the output folder, and leads back to the plug-in beside the script.
    for path in ["cell.toml", "out/cell.toml"] {
        let mut again = session(folder.path());
        eval(&mut again, &format!("let cell = create_from_config(\"cell\", \"{path}\");"));
        assert!(eval(&mut again, STATE).contains("lactose"), "{path}");
        assert_eq!(nutrient(&mut again, folder.path()), "0.6", "{path}");
    }
    // A call that fails leaves the host as it was.
    let mut failed = session(folder.path());
    let before = eval(&mut failed, STATE);
    let call = "create_bio_vm(\"1 x\", \"toy_cell\")";
    wrong(&mut failed, &format!("load_plugin(\"toy\"); {call}"));
    assert_eq!(eval(&mut failed, STATE), before);
}

/// A host that charges its tRNA and makes its ATP half as fast.
const SLOW: &str = "[type.host.parameters]\ncharging_max_per_h = 2023.45\natp_capacity_per_h = 20109.8\n\n[type.limits]";

fn slow() -> tempfile::TempDir {
    let folder = toy();
    change(folder.path(), "plugin.toml", "[type.limits]", SLOW);
    folder
}

const LIFE: &str = "cell.start(); cell.start_transcription([\"big\"]); let t = run(5.min); \
                    [t.final(\"big.mrna\"), t.final(\"host.ribosomes\"), cell.status().growth_rate]";

/// A type's kinetics make the host of its first VM; what is published stays for all others.
#[test]
fn a_type_brings_the_kinetics_of_its_host() {
    let folder = slow();
    let make = |nutrient: f64| {
        format!(
            "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\", \"basic\", \
             #{{nutrient: {nutrient}}}); cell.status().growth_rate"
        )
    };
    let growth = |folder: &Path, nutrient: f64| -> f64 {
        eval(&mut session(folder), &make(nutrient)).parse().unwrap()
    };
    // A medium acts on these two alone, so the host lives as in a medium that is half as good.
    let (own, plain) = (growth(folder.path(), 0.6), growth(toy().path(), 0.3));
    assert!((own / plain - 1.0).abs() < 1e-6, "{own} {plain}");
    assert!(own < 0.8 * growth(toy().path(), 0.6));
    // Another chassis, and other types, have the published host.
    let mut both = session(folder.path());
    let other = "create_bio_vm(\"e\", \"ecoli\", \"basic\", #{chassis: \"two\", nutrient: 0.6}).status().growth_rate";
    let alone = eval(&mut session(folder.path()), other);
    eval(&mut both, &make(0.6));
    assert_eq!(eval(&mut both, other), alone);
    // A chassis without VMs becomes the host of its next first VM.
    eval(
        &mut both,
        "cell.destroy(); create_bio_vm(\"f\", \"ecoli\", \"basic\", #{nutrient: 0.6});",
    );
    assert_eq!(eval(&mut both, "vm(\"f\").status().growth_rate"), alone);
}

#[test]
fn the_kinetics_of_a_host_stay_with_it() {
    let folder = slow();
    let mut first = session(folder.path());
    eval(
        &mut first,
        "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); run(1.min);",
    );
    eval(&mut first, "save_hypervisor(\"all.state\"); let kept = cell.snapshot();");
    let checkpoint = first.checkpoint().unwrap();
    let expected = eval(&mut first, LIFE);
    assert_ne!(
        eval(
            &mut session(toy().path()),
            &format!(
                "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); run(1.min); {LIFE}"
            )
        ),
        expected
    );
    come_back_alike(folder.path(), &checkpoint, LIFE, &expected);
    // Cells of a population grow as the host of their VM does, and a saved one goes on.
    let growth =
        "let p = population(20, #{mode: \"moran\"}); p.run(30.min); p.cells().growth_rate[0]";
    let of =
        |text: &str| eval(&mut session(folder.path()), &format!("load_plugin(\"toy\"); {text}"));
    let cells = of(&format!(
        "let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start(); cell.start_transcription([\"big\"]); {growth}"
    ));
    let host = of("let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.status().growth_rate");
    let relative = cells.parse::<f64>().unwrap() / host.parse::<f64>().unwrap();
    assert!((relative - 1.0).abs() < 0.05, "{cells} {host}");
}

#[test]
fn what_kinetics_a_host_has_is_told() {
    let folder = slow();
    let (told, mut session) = heard(folder.path());
    eval(&mut session, "load_plugin(\"toy\"); create_bio_vm(\"a\", \"toy_cell\");");
    let text = std::mem::take(&mut *told.lock().unwrap());
    assert!(text.contains("toy_cell makes the host of the chassis `ecoli` one with charging_max_per_h 2023.45 (published: 4046.9)"), "{text}");
    eval(&mut session, "create_bio_vm(\"b\", \"toy_cell\");");
    assert_eq!(std::mem::take(&mut *told.lock().unwrap()), "");
    eval(&mut session, "create_bio_vm(\"c\", \"ecoli\");");
    let text = told.lock().unwrap();
    assert!(text.contains("the type ecoli asks for a host with the kinetics of the published host; the chassis `ecoli` keeps its own"), "{text}");
}

#[test]
fn wrong_kinetics_are_refused_by_name() {
    for (line, texts) in [
        (
            "elongation_max_aa_per_h = 20.0",
            ["elongation_max_aa_per_h is an unknown key", "`elongation_max_aa_per_s`"],
        ),
        ("elongation_max_aa_per_s = 72000.0", ["elongation_max_aa_per_s", "from 0.2 to 2000"]),
        ("elongation_max_aa_per_s = \"fast\"", ["elongation_max_aa_per_s", "must be a number"]),
        ("flux_parity = -1.0", ["flux_parity", "from 0.01 to 100"]),
        ("trna_synthesis = nan", ["trna_synthesis", "number"]),
        (
            "trna_half_saturation = 25629\ntrna_synthesis = 26468\nribosomal_transcription = 5632209\n\
             elongation_max_aa_per_s = 13.24\nmetabolic_transcription = 96432\nmrna_decay_per_h = 32.9\n\
             atp_capacity_per_h = 4714",
            ["type.host.parameters", "finds no steady state at nutrient 0.3"],
        ),
    ] {
        let folder = toy();
        let text = format!("[type.host.parameters]\n{line}\n\n[type.limits]");
        change(folder.path(), "plugin.toml", "[type.limits]", &text);
        let told = wrong(&mut session(folder.path()), "load_plugin(\"toy\")");
        assert!(texts.iter().all(|text| told.contains(text)), "{line}: {told}");
    }
}

/// Figures of the host are of the host that there is, and a VM from a file meets the host of its type.
#[test]
fn figures_and_saved_vms_know_the_kinetics() {
    let folder = slow();
    let figures = "plot_growth_law().save(\"law.svg\"); plot_burden().save(\"burden.svg\");";
    let drawn = |text: &str| {
        let mut session = session(folder.path());
        eval(&mut session, &format!("load_plugin(\"toy\"); {text} {figures}"));
        ["law", "burden"]
            .map(|name| std::fs::read(folder.path().join(format!("out/{name}.svg"))).unwrap())
    };
    let own = drawn("create_bio_vm(\"cell\", \"toy_cell\");");
    let published = drawn("create_bio_vm(\"cell\", \"ecoli\");");
    assert!(own[0] != published[0] && own[1] != published[1]);
    let growth = "cell.status().growth_rate";
    let mut first = session(folder.path());
    eval(
        &mut first,
        "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.save(\"cell.vm\");",
    );
    let expected = eval(&mut first, growth);
    let (told, mut again) = heard(folder.path());
    eval(&mut again, "load_plugin(\"toy\"); let cell = load_vm(\"cell.vm\");");
    assert_eq!(eval(&mut again, growth), expected);
    assert!(told.lock().unwrap().contains("toy_cell makes the host of the chassis"), "{told:?}");
    // Beside another VM the host stays, and that is told.
    let (told, mut beside) = heard(folder.path());
    eval(
        &mut beside,
        "load_plugin(\"toy\"); create_bio_vm(\"e\", \"ecoli\"); let cell = load_vm(\"cell.vm\");",
    );
    assert_ne!(eval(&mut beside, growth), expected);
    assert!(
        told.lock().unwrap().contains("toy_cell asks for a host with charging_max"),
        "{told:?}"
    );
}
