//! Every action in every state.

use bioxen::durable;
use bioxen::engine::StopToken;
use bioxen::genome::plasmid::shipped_plasmid;
use bioxen::hypervisor::{Control, Hypervisor, HypervisorError, TRANSITIONS, VmState};
use bioxen::units::Time;

use super::cell;

/// A cell whose VM has come into a state by what leads there.
fn in_state(state: VmState) -> Hypervisor {
    let mut hypervisor = cell();
    let vm = hypervisor.vm_mut("cell").unwrap();
    if state != VmState::Created {
        vm.start().unwrap();
        vm.start_transcription(&["lacZ"], 1.0).unwrap();
    }
    match state {
        VmState::Created | VmState::Running => {}
        VmState::Paused => vm.pause().unwrap(),
        VmState::Stopped => vm.stop().unwrap(),
        VmState::Error => {
            // More proteins than can be counted: the simulation of this VM cannot go on.
            let text = String::from_utf8(hypervisor.save().unwrap()).unwrap();
            let body = text.split_once('\n').unwrap().1;
            let broken = body.replacen("\"protein\":0.0", "\"protein\":1e17", 1);
            assert_ne!(body, broken);
            hypervisor = Hypervisor::load(&durable::seal("state", 1, &broken)).unwrap();
            let minute = Time::from_minutes(1.0);
            hypervisor.run(minute, &mut |_| {}, &StopToken::new()).unwrap();
        }
    }
    assert_eq!(hypervisor.vm("cell").unwrap().state(), state);
    hypervisor
}

type Action = fn(&mut Hypervisor) -> Result<(), HypervisorError>;

/// What moves a VM through its life. `destroy` is allowed everywhere and leaves no VM.
const MOVES: [(&str, Action); 5] = [
    ("start", |h| h.vm_mut("cell")?.start()),
    ("stop", |h| h.vm_mut("cell")?.stop()),
    ("pause", |h| h.vm_mut("cell")?.pause()),
    ("resume", |h| h.vm_mut("cell")?.resume()),
    ("destroy", |h| h.destroy("cell")),
];

/// What needs a VM that runs.
const WORK: [(&str, Action); 5] = [
    ("start_transcription", |h| h.vm_mut("cell")?.start_transcription(&["trpA"], 1.0).map(drop)),
    ("stop_transcription", |h| h.vm_mut("cell")?.stop_transcription(&["lacZ"]).map(drop)),
    ("manage_operons", |h| h.vm_mut("cell")?.manage_operons(&["trp"], Control::Open).map(drop)),
    ("add_plasmid", |h| {
        let facts = shipped_plasmid("pBR322").unwrap();
        h.vm_mut("cell")?.add_plasmid(&facts, None)
    }),
    ("remove_plasmid", |h| h.vm_mut("cell")?.remove_plasmid("pBR322")),
];

/// What is allowed whatever the state.
const ALWAYS: [(&str, Action); 6] = [
    ("allocate_ribosomes", |h| h.vm_mut("cell")?.allocate_ribosomes(10.0)),
    ("allocate_atp", |h| h.vm_mut("cell")?.allocate_atp(10.0)),
    ("allocate_memory", |h| h.vm_mut("cell")?.allocate_memory(100.0)),
    ("set_priority", |h| h.vm_mut("cell")?.set_priority(2.0)),
    ("status", |h| h.status("cell").map(drop)),
    ("clone", |h| h.clone_vm("cell", "copy").map(drop)),
];

/// The table of the life cycle, written down a second time by hand: for each state the moves in
/// the order of `MOVES`, and where they lead.
const EXPECTED: [(VmState, [Option<&str>; 5]); 5] = [
    (VmState::Created, [Some("running"), None, None, None, Some("gone")]),
    (VmState::Running, [None, Some("stopped"), Some("paused"), None, Some("gone")]),
    (VmState::Paused, [None, Some("stopped"), None, Some("running"), Some("gone")]),
    (VmState::Stopped, [Some("running"), None, None, None, Some("gone")]),
    (VmState::Error, [None, Some("stopped"), None, None, Some("gone")]),
];

#[test]
fn every_move_in_every_state() {
    assert_eq!(EXPECTED.len(), VmState::ALL.len());
    for (state, leads) in EXPECTED {
        for ((name, action), leads) in MOVES.iter().zip(leads) {
            let mut hypervisor = in_state(state);
            let before = hypervisor.save().unwrap();
            let outcome = action(&mut hypervisor);
            let Some(leads) = leads else {
                let error = outcome.unwrap_err();
                assert!(matches!(error, HypervisorError::Transition { .. }), "{error}");
                let text = error.to_string();
                assert!(text.contains(&format!("state {state}")), "{text}");
                assert!(text.contains(&format!("cannot {name}; it can: ")), "{text}");
                assert_eq!(hypervisor.save().unwrap(), before, "{name} in {state}");
                continue;
            };
            outcome.unwrap();
            let now = hypervisor.vm("cell").map_or("gone", |vm| vm.state().name());
            assert_eq!(now, leads, "{name} in {state}");
        }
    }
    assert_eq!(TRANSITIONS.len(), 7);
}

#[test]
fn work_needs_a_vm_that_runs() {
    for state in VmState::ALL.into_iter().filter(|s| *s != VmState::Running) {
        let mut hypervisor = in_state(state);
        let before = hypervisor.save().unwrap();
        for (name, action) in WORK {
            let error = action(&mut hypervisor).unwrap_err();
            assert!(matches!(error, HypervisorError::NotRunning { .. }), "{name}: {error}");
            assert!(error.to_string().contains(name), "{name}: {error}");
            assert_eq!(hypervisor.save().unwrap(), before, "{name} in {state}");
        }
    }
    let mut hypervisor = in_state(VmState::Running);
    WORK.iter().for_each(|(name, action)| action(&mut hypervisor).expect(name));
}

#[test]
fn allocations_and_looks_are_allowed_in_every_state() {
    for state in VmState::ALL {
        let mut hypervisor = in_state(state);
        for (name, action) in ALWAYS {
            action(&mut hypervisor).unwrap_or_else(|e| panic!("{name} in {state}: {e}"));
        }
        assert_eq!(hypervisor.vm("cell").unwrap().state(), state);
    }
}

/// Paused is frozen, its ribosomes go back, uptime stands still; stopped has lost its mRNA and its
/// DNA is unmapped.
#[test]
fn states_are_what_they_say() {
    let mut hypervisor = in_state(VmState::Running);
    let live = |hypervisor: &mut Hypervisor| {
        let minutes = Time::from_minutes(10.0);
        hypervisor.run(minutes, &mut |_| {}, &StopToken::new()).unwrap();
    };
    live(&mut hypervisor);
    let status = hypervisor.status("cell").unwrap();
    assert!(status.engaged_ribosomes > 0.0 && status.memory_kb_used > 5.0);
    assert_eq!(status.uptime_min, 10.0);
    hypervisor.vm_mut("cell").unwrap().pause().unwrap();
    let genes = hypervisor.vm("cell").unwrap().population().genes().to_vec();
    live(&mut hypervisor);
    let status = hypervisor.status("cell").unwrap();
    assert_eq!((status.engaged_ribosomes, status.uptime_min), (0.0, 10.0));
    assert_eq!(hypervisor.vm("cell").unwrap().population().genes(), genes);
    hypervisor.vm_mut("cell").unwrap().stop().unwrap();
    let vm = hypervisor.vm("cell").unwrap();
    assert!(vm.population().units().iter().all(|unit| unit.transcripts == 0.0));
    assert!(vm.population().genes().iter().any(|g| g.protein > 0.0));
    assert_eq!((vm.resident_kb(), vm.transcribing().len()), (0.0, 0));
}
