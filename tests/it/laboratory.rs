//! The laboratory from Rust: all that scripts do, without a script. What a script does and what Rust
//! does are the same life, to the bit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use bioxen::engine::{StopToken, Trajectory};
use bioxen::factory::config_file::{Format, VmConfig};
use bioxen::hypervisor::{BiologicalType, Report, Solver};
use bioxen::lab::{Lab, LabError, Repetition};
use bioxen::lang::WorldOptions;
use bioxen::plot;
use bioxen::session::Session;
use bioxen::units::Time;

fn minutes(n: f64) -> Time {
    Time::from_minutes(n)
}

fn lab(solver: Solver) -> Lab {
    let mut lab = Lab::new(3).unwrap();
    lab.hypervisor_mut().set_solver(solver);
    lab.quick_start_vm("ecoli", "demo").unwrap();
    lab.with_vm("demo", |vm| vm.start_transcription(&["lacZ"], 1.0)).unwrap();
    lab
}

/// What a script on the VM records, which is begun as [`lab`] is.
fn recorded(solver: Solver, text: &str) -> Trajectory {
    let options = WorldOptions { seed: 3, ..WorldOptions::default() };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    session.with_lab(|lab| lab.hypervisor_mut().set_solver(solver));
    session
        .eval("quick_start_vm(\"ecoli\", \"demo\"); start_transcription([\"lacZ\"]);", "x")
        .unwrap();
    let done = session.execute("demo", text).unwrap();
    assert_eq!(done.error, None);
    done.trace.unwrap()
}

fn last(trace: &Trajectory) -> Vec<f64> {
    trace.columns.iter().filter_map(|column| column.values.last().copied()).collect()
}

fn same(a: &Trajectory, b: &Trajectory) {
    assert_eq!(a.times, b.times);
    let names =
        |t: &Trajectory| -> Vec<String> { t.columns.iter().map(|c| c.name.clone()).collect() };
    assert_eq!(names(a), names(b));
    for (x, y) in a.columns.iter().zip(&b.columns) {
        let bits = |values: &[f64]| -> Vec<u64> { values.iter().map(|v| v.to_bits()).collect() };
        assert_eq!(bits(&x.values), bits(&y.values), "{}", x.name);
    }
}

/// BiologicalVM: one VM, its life cycle, genes, packages and plasmids; as a script does it.
#[test]
fn a_vm_lives_as_in_a_script() {
    for solver in [Solver::Stochastic, Solver::TauLeap, Solver::Deterministic] {
        let mut lab = lab(solver);
        lab.at(minutes(2.0), |lab| lab.with_vm("demo", |vm| vm.pause())).unwrap();
        lab.at(minutes(3.0), |lab| lab.with_vm("demo", |vm| vm.resume())).unwrap();
        lab.every(minutes(1.75), |lab| {
            let strength = lab.hypervisor().now().minutes();
            lab.with_vm("demo", |vm| vm.start_transcription(&["tufA"], strength)).map(drop)
        })
        .unwrap();
        lab.when(
            |lab| lab.find("demo").is_ok_and(|vm| vm.transcribing().len() > 3),
            |lab| lab.with_vm("demo", |vm| vm.stop_transcription(&["lacZ"])).map(drop),
        );
        let run = lab.run(minutes(6.0)).unwrap();
        assert!(run.completed && run.failed.is_empty());
        let text = "at(2.min, || pause()); at(3.min, || resume()); \
             every(1.75.min, || start_transcription(\"tufA\", #{strength: now().in_minutes()})); \
             when(|| transcribing().len() > 3, || stop_transcription([\"lacZ\"])); run(6.min)";
        same(&run.trace, &recorded(solver, text));
        // Events stay, as in a script: a run that goes on is the run that was longer.
        assert_eq!(lab.events().len(), 2);
    }
}

/// BioVMManager: runs with conditions, ensembles, snapshots, forks; runs concatenate.
#[test]
fn runs_concatenate_and_forks_live_the_same_life() {
    let mut lab = lab(Solver::Stochastic);
    let start = lab.keep();
    let fork = lab.clone();
    let whole = lab.run(minutes(3.0)).unwrap().trace;
    lab.restore_all(&start).unwrap();
    let first = lab.run(minutes(1.23)).unwrap().trace;
    let second = lab.run(minutes(1.77)).unwrap().trace;
    assert_eq!(last(&second), last(&whole));
    assert_eq!(first.times.last(), second.times.first());
    // A laboratory moves to another thread.
    let moved = thread::spawn(move || {
        let mut fork = fork;
        fork.run(minutes(3.0)).unwrap().trace
    });
    same(&moved.join().unwrap(), &whole);
    // A snapshot of one VM.
    let kept = lab.snapshot("demo").unwrap();
    lab.with_vm("demo", |vm| vm.stop()).unwrap();
    let differences = lab.restore("demo", &kept).unwrap();
    assert_eq!(differences, Vec::<String>::new());
    assert_eq!(lab.status("demo").unwrap().state, "running");
    lab.clone_vm("demo", "twin").unwrap();
    let error = lab.restore("twin", &kept).unwrap_err();
    assert!(matches!(error, LabError::ForeignSnapshot { .. }), "{error}");
}

#[test]
fn a_run_ends_when_its_condition_holds() {
    let mut lab = lab(Solver::Deterministic);
    let made = |lab: &Lab| {
        lab.hypervisor().present().unwrap().column("demo.lacZ.protein").unwrap().values[0]
    };
    let run = lab.run_until(|lab| made(lab) > 20.0, minutes(60.0)).unwrap();
    let values = &run.trace.column("demo.lacZ.protein").unwrap().values;
    assert!(values[values.len() - 1] > 20.0 && values[values.len() - 2] <= 20.0);
    let text = "run_until(|| protein(\"lacZ\") > 20, 60.min)";
    same(&run.trace, &recorded(Solver::Deterministic, text));
    // One that holds from the start records the present.
    let now = lab.run_until(|_| true, minutes(1.0)).unwrap().trace;
    assert_eq!(now.times.len(), 1);
}

#[test]
fn an_ensemble_has_events_and_changes_nothing() {
    let mut lab = lab(Solver::Stochastic);
    let happened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&happened);
    lab.at(minutes(1.0), move |lab| {
        count.fetch_add(1, Ordering::Relaxed);
        lab.with_vm("demo", |vm| vm.stop_transcription(&["lacZ"])).map(drop)
    })
    .unwrap();
    let before = lab.saved().unwrap();
    let own =
        Repetition { columns: Some(vec!["demo.lacZ.mrna".to_owned()]), ..Repetition::default() };
    let (runs, _) = lab.ensemble(6, minutes(2.0), &own, &StopToken::new()).unwrap();
    assert_eq!((runs.len(), happened.load(Ordering::Relaxed)), (6, 6));
    assert!(runs.iter().all(|run| run.columns.len() == 1));
    assert_eq!(lab.saved().unwrap(), before);
    assert_eq!(lab.events().len(), 1);
    // Repetition 0 is the run that the laboratory itself makes, as in a script.
    let text = "at(1.min, || stop_transcription([\"lacZ\"])); run(2.min)";
    let script = recorded(Solver::Stochastic, text);
    assert_eq!(runs[0].columns[0], *script.column("demo.lacZ.mrna").unwrap());
    lab.run(minutes(2.0)).unwrap();
    assert_eq!(happened.load(Ordering::Relaxed), 7);
}

#[test]
fn progress_is_told_and_a_stop_keeps_what_was_recorded() {
    let mut lab = lab(Solver::Stochastic);
    let (stop, mut told) = (StopToken::new(), Vec::new());
    let asked = stop.clone();
    let mut report = |report: Report| {
        if let Report::Progress(progress) = report {
            told.push(progress.now);
            if progress.now >= minutes(2.0) {
                asked.stop();
            }
        }
    };
    let run = lab.run_with(minutes(10.0), None, &mut report, &stop).unwrap();
    assert!(!run.completed && run.trace.times.last() == Some(&2.0), "{:?}", run.trace.times.last());
    assert!(told.len() > 100 && told.is_sorted());
    // The laboratory is free, and lives on as if nothing had been.
    let on = lab.run(minutes(8.0)).unwrap().trace;
    let mut other = self::lab(Solver::Stochastic);
    let whole = other.run(minutes(10.0)).unwrap().trace;
    assert_eq!(last(&on), last(&whole));
    // What was recorded is drawn.
    let figure = plot::time_course(&on, &["demo.lacZ.mrna"], "lacZ").unwrap();
    assert!(figure.to_svg(&plot::Options::default()).unwrap().starts_with("<svg"));
}

#[test]
fn what_fails_in_an_event_is_told_with_the_event() {
    let mut lab = lab(Solver::Stochastic);
    lab.at(minutes(1.0), |lab| lab.with_vm("nobody", |vm| vm.stop())).unwrap();
    let error = lab.run(minutes(2.0)).unwrap_err().to_string();
    assert!(error.starts_with("event at(1 min), at 1 min of cell time: "), "{error}");
    assert!(!lab.is_running());
    lab.at(minutes(1.5), |lab| lab.run(minutes(1.0)).map(drop)).unwrap();
    let error = lab.run(minutes(1.0)).unwrap_err().to_string();
    assert!(error.contains("a run is under way"), "{error}");
    let error = lab.at(minutes(0.5), |_| Ok(())).unwrap_err().to_string();
    assert!(error.contains("cannot be set at"), "{error}");
    lab.every(minutes(-1.0), |_| Ok(())).unwrap_err();
    lab.run(minutes(-1.0)).unwrap_err();
}

/// BioResourceManager is in `manager`; ConfigManager: configurations as texts, checked and used.
#[test]
fn configurations_are_read_written_and_used() {
    let mut config = VmConfig::defaults(BiologicalType::Ecoli);
    config.resource_limits.max_ribosomes = 321.0;
    for format in [Format::Toml, Format::Json] {
        let text = config.text(format);
        let read = VmConfig::parse(&text, format, "x").unwrap();
        assert_eq!(read.config, config);
        let mut lab = Lab::new(0).unwrap();
        lab.create_bio_vm("a", "ecoli", "basic", Some(&read.config)).unwrap();
        let resources = lab.resources("a").unwrap();
        assert_eq!(resources.limits().unwrap().max_ribosomes, 321.0);
        assert_eq!(resources.allocation().unwrap().ribosomes, 321.0);
    }
}

#[test]
fn a_laboratory_can_go_to_another_thread() {
    fn sent<T: Send>(_: &T) {}
    sent(&Lab::new(0).unwrap());
    let _ = Session::new(Default::default(), Box::new(|_| {})).unwrap();
}

/// A condition that never holds, and an event that does nothing, watch every second and rebuild nothing: the
/// number of compilations and integrations is that of the run without them.
#[test]
fn what_only_watches_builds_nothing() {
    for solver in [Solver::Stochastic, Solver::TauLeap, Solver::Deterministic] {
        let built = |watched: bool| {
            let mut lab = lab(solver);
            if watched {
                lab.when(|_| false, |_| Ok(()));
                lab.every(minutes(0.5), |_| Ok(())).unwrap();
            }
            lab.run(minutes(3.0)).unwrap();
            lab.hypervisor().built()
        };
        assert_eq!(built(true), built(false), "{solver:?}");
    }
}
