//! Limits and allocations: each mistake has its own error, and changes nothing.

use bioxen::chassis::Nutrient;
use bioxen::factory::{Config, Infrastructure};
use bioxen::hypervisor::{BiologicalType, Hypervisor, HypervisorError, Limits, Vm};

use super::cell;

type Allocate = fn(&mut Vm, f64) -> Result<(), HypervisorError>;

const ALLOCATIONS: [(&str, f64, Allocate); 3] = [
    ("ribosomes", 100.0, |vm, x| vm.allocate_ribosomes(x)),
    ("ATP", 90.0, |vm, x| vm.allocate_atp(x)),
    ("DNA memory", 500.0, |vm, x| vm.allocate_memory(x)),
];

#[test]
fn negative_nan_zero_and_over_the_limit_are_different_errors() {
    let mut hypervisor = cell();
    let vm = hypervisor.vm_mut("cell").unwrap();
    for (resource, limit, allocate) in ALLOCATIONS {
        let before = *vm.allocation();
        let mut error = |x: f64| allocate(vm, x).unwrap_err();
        for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(matches!(error(x), HypervisorError::NotFinite { .. }), "{resource} {x}");
        }
        assert!(matches!(error(-1.0), HypervisorError::Negative { .. }), "{resource}");
        assert!(matches!(error(0.0), HypervisorError::Zero { .. }), "{resource}");
        let over = error(limit + 1.0);
        assert!(matches!(over, HypervisorError::OverLimit { .. }), "{resource}: {over}");
        assert!(over.to_string().contains(resource), "{over}");
        assert_eq!(*vm.allocation(), before, "{resource}");
        allocate(vm, limit).unwrap();
    }
    for wrong in [f64::NAN, f64::INFINITY, -1.0, 0.0, 0.5, 2.5, 6.0] {
        let error = vm.set_priority(wrong).unwrap_err();
        assert!(matches!(error, HypervisorError::Priority { .. }), "{error}");
        assert!(error.to_string().contains("a whole number from 1"), "{error}");
    }
    vm.set_priority(5.0).unwrap();
}

#[test]
fn limits_of_a_new_vm_are_checked_against_the_chassis() {
    let mut hypervisor = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let host = hypervisor.chassis().state().ribosomes;
    let mut create = |change: &dyn Fn(&mut Limits)| {
        let mut config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
        change(&mut config.limits);
        hypervisor.create(config.spec("cell").unwrap()).map(drop)
    };
    let over = create(&|l| l.max_ribosomes = host + 1.0).unwrap_err();
    assert!(matches!(over, HypervisorError::OverChassis { .. }), "{over}");
    assert!(over.to_string().contains("exceeds the host, which has"), "{over}");
    let error = create(&|l| l.max_atp_percent = 101.0).unwrap_err();
    assert!(error.to_string().contains("100 % is all of the host's"), "{error}");
    let error = create(&|l| l.max_memory_kb = 100_001.0).unwrap_err();
    assert!(matches!(error, HypervisorError::OverChassis { .. }), "{error}");
    for (wrong, is) in [(-1.0, "Negative"), (0.0, "Zero"), (f64::NAN, "NotFinite")] {
        for change in [
            (|l, x| l.max_ribosomes = x) as fn(&mut Limits, f64),
            |l, x| l.max_atp_percent = x,
            |l, x| l.max_memory_kb = x,
        ] {
            let error = create(&|l| change(l, wrong)).unwrap_err();
            assert!(format!("{error:?}").starts_with(is), "{wrong}: {error:?}");
        }
    }
    // Larger than the default, up to what the chassis has.
    create(&|l| l.max_ribosomes = host).unwrap();
}

/// Limits by biological type: ribosomes, ATP [%], DNA [kb].
#[test]
fn default_limits_are_those_of_the_plan() {
    for (biological_type, ribosomes, atp, kb) in [
        (BiologicalType::Syn3a, 50.0, 80.0, 200.0),
        (BiologicalType::Ecoli, 100.0, 90.0, 500.0),
        (BiologicalType::MinimalCell, 20.0, 60.0, 100.0),
    ] {
        let limits = biological_type.default_limits();
        assert_eq!(limits.max_ribosomes, ribosomes);
        assert_eq!(limits.max_atp_percent, atp);
        assert_eq!(limits.max_memory_kb, kb);
    }
}

/// Genes that do not fit are refused together: nothing is half mapped.
#[test]
fn dna_that_does_not_fit_is_not_mapped_at_all() {
    let mut hypervisor = cell();
    let vm = hypervisor.vm_mut("cell").unwrap();
    vm.start().unwrap();
    vm.allocate_memory(6.0).unwrap();
    let error = vm.start_transcription(&["lacZ", "trpA"], 1.0).unwrap_err();
    assert!(matches!(error, HypervisorError::OutOfMemory { .. }), "{error}");
    assert!(vm.transcribing().is_empty());
    vm.start_transcription(&["lacZ"], 1.0).unwrap();
    let error = vm.allocate_memory(5.0).unwrap_err();
    assert!(matches!(error, HypervisorError::MemoryInUse { .. }), "{error}");
}
