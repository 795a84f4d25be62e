//! Programs and their operations.

use std::fmt;

use proptest::prelude::*;

/// What is done with a laboratory. VMs are told by their ids.
#[derive(Debug, Clone)]
pub(super) enum Op {
    /// Something that the language says in one line, on a VM.
    On(&'static str, String),
    /// Something that it says of a whole chassis.
    Say(String),
    Snapshot(&'static str),
    Restore(&'static str),
    KeepAll,
    GoBack,
    SaveVm(&'static str),
    LoadVm(&'static str),
    SaveAll,
    LoadAll,
    /// A run [ms].
    Run(u32),
}

/// A program: what comes before, what is lived again and again, and what lies between.
#[derive(Clone)]
pub(super) struct Program {
    pub(super) solver: &'static str,
    pub(super) seed: u32,
    pub(super) before: Vec<Op>,
    pub(super) life: Vec<Op>,
    pub(super) between: Vec<Op>,
    /// Where runs are cut [ms], and what observes them.
    pub(super) looks: (Vec<u32>, Vec<String>),
    /// Two operations that have nothing to do with each other.
    pub(super) independent: (Op, Op),
    /// How many cells a population has, and the map of its options.
    pub(super) population: (u32, String),
    /// Lengths of two runs [ms].
    pub(super) times: (u32, u32),
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "solver {} seed {} times {:?}", self.solver, self.seed, self.times)?;
        for (what, ops) in
            [("before", &self.before), ("life", &self.life), ("between", &self.between)]
        {
            ops.iter().try_for_each(|op| writeln!(f, "  {what}: {op:?}"))?;
        }
        writeln!(f, "  cuts {:?}, observers {:?}", self.looks.0, self.looks.1)?;
        writeln!(f, "  independent {:?}, population {:?}", self.independent, self.population)
    }
}

pub(super) const SOLVERS: [&str; 3] = ["stochastic", "tau_leap", "deterministic"];
const PACKAGES: [&str; 4] =
    ["gfp_reporter", "toggle_switch", "repressilator_model", "toggle_model"];
const GENES: [&str; 6] = ["tufA", "lacZ", "lacI", "trpA", "bla", "nosuch"];

fn vm() -> impl Strategy<Value = &'static str> {
    prop_oneof![5 => Just("a"), 4 => Just("b"), 1 => Just("c")]
}

fn of<T: Copy + fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

/// Lengths of runs: whole coupling steps, and others.
fn run_ms() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => (1_u32..30).prop_map(|s| 1000 * s),
        2 => 1_u32..20_000,
        1 => (1_u32..8).prop_map(|s| 10_000 * s),
    ]
}

/// What is said to one VM, or is about to be.
fn word_to_a_vm() -> BoxedStrategy<String> {
    let transcribe = (of(&GENES), of(&[0.2, 1.0, 5.0, -1.0]))
        .prop_map(|(gene, s)| format!("start_transcription([\"{gene}\"], #{{strength: {s}}})"));
    let operon = (of(&["lac", "trp", "nosuch"]), of(&["induce", "repress", "release"]))
        .prop_map(|(operon, action)| format!("manage_operons([\"{operon}\"], \"{action}\")"));
    let plasmid = (of(&["pBR322", "pUC19", "nosuch"]), of(&[5, 15, 500_000]))
        .prop_map(|(name, n)| format!("add_plasmid(\"{name}\", {n})"));
    prop_oneof![
        3 => Just("start()".to_owned()),
        1 => Just("stop()".to_owned()),
        2 => Just("pause()".to_owned()),
        2 => Just("resume()".to_owned()),
        4 => transcribe,
        1 => of(&GENES).prop_map(|gene| format!("stop_transcription([\"{gene}\"])")),
        1 => of(&[10, 60, 5000, 1_000_000]).prop_map(|n| format!("allocate_ribosomes({n})")),
        1 => of(&[3, 15, 101]).prop_map(|n| format!("allocate_atp({n}.percent)")),
        1 => of(&[3, 60, 400, 5000]).prop_map(|n| format!("allocate_memory({n}.kb)")),
        1 => of(&[1, 2, 5, 6]).prop_map(|n| format!("set_priority({n})")),
        1 => of(&[30, 300, 1_000_000]).prop_map(|n| format!("set_limits(#{{max_ribosomes: {n}}})")),
        1 => of(&["0.5", "2", "40", "1000000", "\"host\""])
            .prop_map(|n| format!("allocate_polymerases({n})")),
        1 => of(&[1, 25, 1_000_000]).prop_map(|n| format!("set_limits(#{{max_polymerases: {n}}})")),
        1 => of(&["cya: false", "cya: true", "permease_gain: 10", "permease_gain: -1", "nosuch: 1"])
            .prop_map(|o| format!("strain(#{{{o}}})")),
        2 => of(&PACKAGES).prop_map(|p| format!("install_package(\"{p}\")")),
        1 => of(&PACKAGES).prop_map(|p| format!("remove_package(\"{p}\")")),
        2 => plasmid,
        1 => Just("remove_plasmid(\"pBR322\")".to_owned()),
        2 => operon,
        1 => of(&["true", "false", "2.5", "9", "\"x\""]).prop_map(|b| format!("bursts({b})")),
        1 => of(&["true", "false"]).prop_map(|b| format!("internal_promoters({b})")),
        1 => of(&["0.5", "-1"])
            .prop_map(|b| format!("start_transcription([\"gapA\"], #{{bursts: {b}, tpm: 40.0}})")),
    ]
    .boxed()
}

/// What is said of the surroundings.
fn word() -> BoxedStrategy<String> {
    prop_oneof![
        3 => of(&["IPTG", "cAMP", "nosuch"]).prop_flat_map(|s| of(&[0.01, 1.0, -1.0])
            .prop_map(move |x| format!("add_inducer(\"{s}\", {x:?}.mM)"))),
        1 => of(&[0.0, 0.5, 22.2]).prop_map(|x| format!("medium(#{{glucose: {x:?}.mM}})")),
        2 => (of(&["chloramphenicol", "nosuch"]), of(&[0.5, 4.0, -1.0]))
            .prop_map(|(s, x)| format!("add_inhibitor(\"{s}\", {x:?}.uM)")),
        1 => Just("remove_inhibitor(\"chloramphenicol\")".to_owned()),
        1 => of(&[0.1, 0.3, 0.5, 7.0]).prop_map(|q| format!("set_nutrient({q:?})")),
        1 => of(&[0.1, 2.0, -1.0]).prop_map(|x| format!("start_batch({x:?})")),
        1 => Just("end_batch()".to_owned()),
        1 => of(&SOLVERS).prop_map(|s| format!("solver(\"{s}\")")),
        1 => of(&["1.s", "2.5.s", "10.s", "1.min", "0.s"]).prop_map(|e| format!("sample_every({e})")),
        1 => (0_u32..5).prop_map(|n| format!("seed({n})")),
        1 => observer(),
        1 => Just("clone_vm(\"a\", \"c\")".to_owned()),
        1 => of(&["ecoli", "syn3a"]).prop_map(|t| format!("create_bio_vm(\"c\", \"{t}\")")),
        1 => of(&["b", "c"]).prop_map(|id| format!("terminate_vm(\"{id}\")")),
        1 => Just("create_chassis(\"other\", 0.3)".to_owned()),
        1 => of(&["ecoli", "other"]).prop_map(|id| format!("use_chassis(\"{id}\")")),
        1 => of(&["7.s", "1.5.s"]).prop_map(|t| format!("run_until(|| false, {t})")),
    ]
    .boxed()
}

/// What looks and does nothing.
pub(super) fn observer() -> BoxedStrategy<String> {
    prop_oneof![
        of(&["1.s", "3.7.s", "12.s"]).prop_map(|t| format!("every({t}, || ())")),
        Just("when(|| now() < 0.s, || ())".to_owned()),
        of(&["0.s", "0.4.s", "5.s"]).prop_map(|t| format!("at(now() + {t}, || ())")),
        Just("vm(\"a\").status().to_string() + vm(\"a\").health().to_string()".to_owned()),
        Just("vm(\"a\").molecules(\"tufA\").to_string()".to_owned()),
        Just("vm(\"a\").snapshot().to_string() + snapshot_all().to_string()".to_owned()),
        Just("get_growth_phase(vm(\"a\"))".to_owned()),
        Just("save_hypervisor(\"seen.state\")".to_owned()),
        Just("vm(\"a\").resource_usage().to_string() + medium().to_string()".to_owned()),
        Just("vm(\"a\").operons().len() + vm(\"a\").plasmids().len()".to_owned()),
        Just("vm(\"a\").transcription_units().to_string()".to_owned()),
        Just(
            "cell_composition().to_string() + vm(\"a\").available_resources().to_string()"
                .to_owned()
        ),
        Just("vm(\"a\").strain().to_string() + vm(\"a\").bursts()".to_owned()),
        (1_u32..6, population()).prop_map(|(n, options)| {
            format!("let p = population({n}, {options}); p.run(12.s); p.cells().to_string()")
        }),
    ]
    .boxed()
}

/// The options of a population.
fn population() -> impl Strategy<Value = String> {
    let modes = of(&["moran", "colony", "mother_machine", "nosuch"]);
    let noises = of(&[
        "\"off\"",
        "\"mother_machine\"",
        "\"snapshot\"",
        "#{added: 0.2, partition: 0.1}",
        "#{clock: [0.1, 0.5], capacity: [0.2, 1.0]}",
        "#{added: -1.0}",
    ]);
    let hosts = of(&["shared", "own"]);
    let controls = of(&["adder", "sizer", "timer"]);
    (modes, noises, hosts, controls, 0_u32..5).prop_map(|(mode, noise, host, control, seed)| {
        format!(
            "#{{mode: \"{mode}\", noise: {noise}, host: \"{host}\", size_control: \"{control}\", seed: {seed}}}"
        )
    })
}

fn op() -> BoxedStrategy<Op> {
    prop_oneof![
        12 => (vm(), word_to_a_vm()).prop_map(|(vm, what)| Op::On(vm, what)),
        7 => word().prop_map(Op::Say),
        1 => vm().prop_map(Op::Snapshot),
        1 => vm().prop_map(Op::Restore),
        1 => Just(Op::KeepAll),
        1 => Just(Op::GoBack),
        1 => vm().prop_map(Op::SaveVm),
        1 => of(&["b", "c"]).prop_map(Op::LoadVm),
        1 => Just(Op::SaveAll),
        1 => Just(Op::LoadAll),
        9 => run_ms().prop_map(Op::Run),
    ]
    .boxed()
}

fn ops(most: usize) -> impl Strategy<Value = Vec<Op>> {
    proptest::collection::vec(op(), 0..most)
}

/// Operations on different VMs, or on one and on its surroundings.
fn independent() -> impl Strategy<Value = (Op, Op)> {
    let on = |vm: &'static str| word_to_a_vm().prop_map(move |what| Op::On(vm, what));
    let around = prop_oneof![
        Just(Op::Say("add_inducer(\"IPTG\", 0.1.mM)".to_owned())),
        Just(Op::Say("medium(#{glucose: 1.0.mM})".to_owned())),
        Just(Op::Say("sample_every(5.s)".to_owned())),
    ];
    prop_oneof![2 => (on("a"), on("b")), 1 => (on("a"), around)]
}

pub(super) fn programs() -> impl Strategy<Value = Program> {
    let lives = (ops(18), ops(12), ops(10));
    let looks = (
        proptest::collection::vec(
            prop_oneof![1_u32..15_000, (1_u32..15).prop_map(|s| 1000 * s)],
            1..4,
        ),
        proptest::collection::vec(observer(), 0..3),
    );
    let cells = (prop_oneof![3 => 1_u32..20, 1 => 60_u32..200], population());
    let times = (1_u32..12_000, 1_u32..12_000);
    (of(&SOLVERS), 0_u32..1000, lives, looks, (independent(), cells), times).prop_map(
        |(solver, seed, (before, life, between), looks, (independent, population), times)| {
            Program { solver, seed, before, life, between, looks, independent, population, times }
        },
    )
}
