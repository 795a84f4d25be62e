//! The workflows of the plan, as the scripts that show them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn bioxen(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.current_dir(folder).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a shipped script prints, and the folder it wrote to.
fn shipped(name: &str) -> (String, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let script = root().join("scripts").join(name).display().to_string();
    let output = bioxen(folder.path(), &["run", &script, "--seed", "1", "--quiet"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), folder)
}

/// The number behind a text, in the first line that has it.
fn number(printed: &str, behind: &str) -> f64 {
    let line = printed.lines().find(|l| l.contains(behind)).unwrap_or_else(|| panic!("{printed}"));
    let rest = &line[line.find(behind).unwrap() + behind.len()..];
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
    rest[..end.unwrap_or(rest.len())].parse().unwrap_or_else(|_| panic!("{line}"))
}

#[test]
fn life_cycle() {
    let (printed, _folder) = shipped("life_cycle.rhai");
    for part in ["created: ", "running: ", "paused: ", "stopped: 0", "running again after 11 min"] {
        assert!(printed.contains(part), "{part}: {printed}");
    }
    assert_eq!(number(&printed, "running: "), number(&printed, "paused: still "));
    assert!(printed.ends_with("VMs left: 0\n"), "{printed}");
}

#[test]
fn allocate_and_monitor() {
    let (printed, folder) = shipped("allocation.rhai");
    assert!(printed.contains("health: held back at its quota of 60 ribosomes"), "{printed}");
    let held: Vec<f64> = printed
        .lines()
        .filter(|l| l.trim_start().starts_with(|c: char| c.is_ascii_digit()))
        .map(|l| l.split_whitespace().nth(1).unwrap().parse().unwrap())
        .collect();
    assert!(held.len() == 7 && held.iter().all(|h| *h <= 60.0), "{held:?}");
    // The prediction came true: both hold more of what they can use than the quota of 60 gave.
    assert!(number(&printed, "demo holds ") > 60.0, "{printed}");
    assert!(folder.path().join("out/allocation.svg").is_file());
}

#[test]
fn custom_configuration() {
    let (printed, folder) = shipped("custom_configuration.rhai");
    assert!((number(&printed, "chassis rich, growth ") - 1.552).abs() < 0.01, "{printed}");
    assert!(printed.contains("refused: "), "{printed}");
    assert!(printed.contains("270 essential genes hold"), "{printed}");
    let file = folder.path().join("out/mini.toml");
    let config = bioxen::factory::config_file::VmConfig::load(&file).unwrap().config;
    assert_eq!((config.chassis.as_str(), config.resource_limits.max_ribosomes), ("rich", 120.0));
}

#[test]
fn two_tenants() {
    let (printed, _folder) = shipped("two_tenants.rhai");
    assert!(number(&printed, "host.growth_rate_per_h: ") < -10.0, "{printed}");
}

#[test]
fn induction_and_repression() {
    let (printed, _folder) = shipped("operons.rhai");
    let at = |minute: &str, column: usize| -> f64 {
        let mut rows = printed.lines().map(|l| l.split_whitespace().collect::<Vec<_>>());
        let row = rows.find(|r| r.first() == Some(&minute)).unwrap_or_else(|| panic!("{printed}"));
        row[column].parse().unwrap()
    };
    // IPTG opens lac a thousandfold, glycerol in place of glucose twice as far; tryptophan shuts trp, and the
    // hand goes before the regulators.
    assert!(at("60", 1) > 1000.0 * at("20", 1), "{printed}");
    let fold = at("100", 1) / at("60", 1);
    assert!((2.0..2.4).contains(&fold), "{printed}");
    assert!(at("140", 3) < 0.1 * at("100", 3), "{printed}");
    assert!(at("180", 3) > 10.0 * at("140", 3), "{printed}");
}

#[test]
fn the_lac_operon_at_the_bench() {
    let (printed, folder) = shipped("lac_operon.rhai");
    let camp = number(&printed, "opens lac ");
    assert!((49.0..50.0).contains(&camp), "{printed}");
    // 20 operators beside 11 tetramers.
    let titrated = number(&printed, "raise the uninduced operon ");
    assert!((3.0..5.0).contains(&titrated), "{printed}");
    let of = |source: &str| -> f64 {
        let row = printed.lines().find(|line| line.trim_end().ends_with(source)).unwrap();
        row.split_whitespace().next().unwrap().parse().unwrap()
    };
    for source in ["arabinose", "xylose", "glycerol", "galactose", "acetate", "succinate"] {
        let fold = of(source) / of("glucose");
        assert!((1.4..5.0).contains(&fold), "{source}: {printed}");
    }
    assert!(folder.path().join("out/lac_operon.svg").exists());
}

/// Through all phases, with growth following the ribosome content that Dennis and Bremer measured,
/// 0.030 + 0.0913 h x growth, within 25 %.
#[test]
fn batch_growth_through_all_phases() {
    let (printed, _folder) = shipped("batch_growth.rhai");
    let mut from = 0;
    for phase in ["lag", "exponential", "transition", "stationary"] {
        let at =
            printed[from..].find(&format!(": {phase}\n")).unwrap_or_else(|| panic!("{printed}"));
        from += at;
    }
    let rows: Vec<Vec<f64>> = printed
        .lines()
        .filter_map(|l| l.split_whitespace().map(|w| w.parse().ok()).collect::<Option<Vec<_>>>())
        .filter(|row| row.len() == 5)
        .collect();
    let fastest = rows.iter().max_by(|a, b| a[3].total_cmp(&b[3])).unwrap();
    let expected = 0.030 + 0.0913 * fastest[3];
    assert!((fastest[4] / expected - 1.0).abs() < 0.25, "{fastest:?}");
    assert!(rows.last().unwrap()[3] < 0.1 * fastest[3], "{rows:?}");
}

#[test]
fn plasmids() {
    let (printed, _folder) = shipped("plasmids.rhai");
    assert_eq!(number(&printed, "a newborn cell has "), 12.0);
    assert!(printed.contains("pACYC184 has 0 copies left"), "{printed}");
    assert!(printed.contains("lost: the other daughter has all"), "{printed}");
}

#[test]
fn save_and_resume() {
    let (printed, _folder) = shipped("save_and_resume.rhai");
    assert!(printed.contains("the same to the last molecule"), "{printed}");
}

/// A process that is killed long after it saved: another one goes on from the file, and comes to the
/// same bytes as one that was never killed.
#[test]
fn save_kill_resume() {
    let folder = tempfile::tempdir().unwrap();
    let begin = "let cell = quick_start_vm(\"ecoli\", \"demo\"); start_transcription([\"lacZ\"]); \
                 cell.add_plasmid(\"pBR322\"); run(10.min);";
    let end = "run(10.min).to_csv(\"rest.csv\"); save_hypervisor(\"end.state\");";
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("through.rhai", &format!("{begin} {end}"));
    write(
        "killed.rhai",
        &format!("{begin} save_hypervisor(\"half.state\"); loop {{ run(1.min); }}"),
    );
    write("resumed.rhai", &format!("load_hypervisor(\"half.state\"); {end}"));
    let run = |script: &str, out: &str| {
        let output = bioxen(folder.path(), &["run", script, "--seed", "4", "--out", out]);
        assert!(output.status.success(), "{}", text(&output.stderr));
    };
    run("through.rhai", "a");
    let mut child = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .current_dir(folder.path())
        .args(["run", "killed.rhai", "--seed", "4", "--out", "b"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (half, patience) = (folder.path().join("b/half.state"), Instant::now());
    while !half.is_file() && patience.elapsed() < Duration::from_secs(600) {
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    run("resumed.rhai", "b");
    for file in ["rest.csv", "end.state"] {
        let of = |out: &str| fs::read(folder.path().join(out).join(file)).unwrap();
        assert!(of("a") == of("b"), "{file} differs");
    }
}

/// The second plate is a test: nothing but its growth without burden is taken from it.
#[test]
fn burden_against_the_strength_of_a_promoter() {
    let (printed, folder) = shipped("burden.rhai");
    let strength = number(&printed, "J23100 on its plasmid is ");
    assert!((80.0..150.0).contains(&strength), "{printed}");
    assert!(number(&printed, "Plate 1 (fitted): growth is off by ") < 8.0, "{printed}");
    assert!(number(&printed, "Plate 2 (predicted): growth is off by ") < 12.0, "{printed}");
    for file in ["burden.svg", "capacity.svg"] {
        let picture = std::fs::read_to_string(folder.path().join("out").join(file)).unwrap();
        assert!(picture.contains("plate 2 (predicted)"), "{file}");
    }
}

/// The growth rates are those of an analysis by other code (`scripts/data/promoter_burden.csv`).
#[test]
fn a_growth_curve_from_a_plate() {
    let (printed, _folder) = shipped("growth_curve.rhai");
    let rate = |strain: &str| {
        let row = printed.lines().find(|line| line.starts_with(strain)).unwrap();
        row.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap()
    };
    for (strain, expected) in [("J23100", 0.926), ("J23105", 1.187), ("empty", 1.124)] {
        assert!((rate(strain) / expected - 1.0).abs() < 0.02, "{strain}: {printed}");
    }
    let lost = number(&printed, "J23100 costs ");
    assert!((lost - 100.0 * (1.0 - 0.926 / 1.124)).abs() < 3.0, "{printed}");
    assert!(printed.contains("In the model: "), "{printed}");
}

#[test]
fn a_dose_response_with_a_hill_fit() {
    let (printed, folder) = shipped("dose_response.rhai");
    let half = number(&printed, "Half of the response at ");
    assert!((70.0..78.0).contains(&half), "{printed}");
    assert!(number(&printed, "R² = ") > 0.99, "{printed}");
    let table = std::fs::read_to_string(folder.path().join("out/dose_response.csv")).unwrap();
    assert!(table.contains("iptg [uM]"), "{table}");
}
