//! What must hold whatever the numbers are. An operation that fails changes nothing: that is looked
//! at with every operation, in [`super::lab::Lab::attempt`].

use bioxen::durable::seal;
use serde_json::Value;

use super::Outcome;
use super::lab::{Lab, same, same_values, seconds, values, without};
use super::program::{Op, Program};

/// Whatever lies between, what is restored wholly lives the same life, bit for bit.
pub(super) fn restored_wholly_it_lives_the_same_life(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    let first = lab.perform(&program.life)?;
    lab.perform(&program.between)?;
    lab.go_back(&mark)?;
    let again = lab.perform(&program.life)?;
    for (number, (one, other)) in first.iter().zip(&again).enumerate() {
        same(&format!("lived again, operation {number}"), &one.1, &other.1)?;
        if one.0 != other.0 {
            return Err(format!("operation {number} succeeds only once"));
        }
    }
    lab.go_back(&mark)
}

/// Lives through the program's life, each run in pieces and looked at; gives the end.
fn observed(lab: &mut Lab, program: &Program) -> Result<Value, String> {
    for op in &program.life {
        let Op::Run(ms) = op else {
            lab.operate(op)?;
            continue;
        };
        // What the program has set stays; what is set here is taken back.
        let every = lab.values()?;
        let mut left = *ms;
        let (cuts, observers) = &program.looks;
        for (number, cut) in cuts.iter().enumerate() {
            if let Some(text) = observers.get(number) {
                lab.attempt(text)?;
            }
            let part = (*cut).min(left);
            if part > 0 {
                lab.attempt(&format!("sample_every({})", seconds(cut % 3000 + 200)))?;
                lab.attempt(&format!("run({})", seconds(part)))?;
                left -= part;
            }
        }
        if left > 0 {
            lab.attempt(&format!("run({})", seconds(left)))?;
        }
        restore_sampling(lab, &every)?;
    }
    lab.values()
}

fn restore_sampling(lab: &mut Lab, before: &Value) -> Outcome {
    // All chassis are sampled alike, except one that came from a file.
    let micros = match before.get("sample_us").and_then(Value::as_i64) {
        Some(micros) => micros,
        None => before["chassis"][0]["state"]["sample_us"].as_i64().unwrap_or(10_000_000),
    };
    lab.must(&format!("sample_every({:?}.s)", micros as f64 * 1e-6)).map(|_| ())
}

/// `run(10)` after `run(20)` is `run(30)`, and who watches changes nothing.
pub(super) fn runs_concatenate_and_observers_change_nothing(
    lab: &mut Lab,
    program: &Program,
) -> Outcome {
    let mark = lab.mark()?;
    lab.perform(&program.life)?;
    let plain = lab.values()?;
    lab.go_back(&mark)?;
    let cut = observed(lab, program)?;
    // How often it is recorded is no state of the cell.
    let life = |value: &Value| without(value, &["sample_us"]);
    same_values("cut and observed", &life(&plain), &life(&cut))?;
    lab.go_back(&mark)
}

/// The rows of two runs are those of one.
pub(super) fn rows_concatenate(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    let every = 500;
    let round = |ms: u32| ms.div_ceil(every) * every;
    let (one, two) = (round(program.times.0), round(program.times.1));
    let sampled = format!("sample_every({})", seconds(every));
    lab.must(&sampled)?;
    let table = |name: &str, ms: u32| {
        let run = seconds(ms);
        format!("let {name} = []; let t = run({run}); for n in t.names() {{ {name}.push(t[n]); }}")
    };
    lab.must(&table("whole", one + two))?;
    let end = lab.state()?;
    lab.go_back(&mark)?;
    lab.must(&sampled)?;
    lab.must(&table("first", one))?;
    lab.must(&table("second", two))?;
    same("two runs and one", &end, &lab.state()?)?;
    let compare = "let wrong = -1; for i in 0..whole.len() { let rest = second[i]; rest.remove(0); \
                   if first[i] + rest != whole[i] { wrong = i; } } wrong";
    let wrong = lab.must(compare)?;
    if wrong != "-1" {
        let told = lab.must(&format!("[first[{wrong}], second[{wrong}], whole[{wrong}]]"))?;
        return Err(format!("rows of column {wrong} differ: {told}"));
    }
    lab.go_back(&mark)
}

/// A file is as good as the laboratory that it was written in.
pub(super) fn saved_and_loaded_it_lives_the_same_life(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    lab.perform(&program.life)?;
    let plain = lab.state()?;
    lab.go_back(&mark)?;
    lab.must("save_hypervisor(\"life.state\"); load_hypervisor(\"life.state\");")?;
    same("loaded", &mark.state, &lab.state()?)?;
    lab.perform(&program.life)?;
    same("saved and loaded", &plain, &lab.state()?)?;
    lab.go_back(&mark)
}

/// Two hours later the same happens: nothing has a clock of its own.
pub(super) fn the_clock_does_not_matter(lab: &mut Lab, program: &Program) -> Outcome {
    const LATER: i64 = 7_200_000_000;
    let mark = lab.mark()?;
    let mut state = values(&mark.state)?;
    if state.get("clock_us").is_none() {
        // Several chassis, each with its time.
        return Ok(());
    }
    let run = format!("run({})", seconds(program.times.0));
    lab.must(&run)?;
    let plain = lab.values()?;
    for path in ["/clock_us", "/ahead/step/clock_us", "/ahead/integration/begun_us"] {
        if let Some(time) = state.pointer_mut(path) {
            *time = (time.as_i64().unwrap_or_default() + LATER).into();
        }
    }
    let later = seal("state", 2, &state.to_string());
    std::fs::write(lab.folder.path().join("later.state"), later).map_err(|e| e.to_string())?;
    lab.go_back(&mark)?;
    lab.must("load_hypervisor(\"later.state\");")?;
    lab.must(&run)?;
    let life = |value: &Value| without(value, &["clock_us", "log", "ahead"]);
    same_values("two hours later", &life(&plain), &life(&lab.values()?))?;
    lab.go_back(&mark)
}

/// Two texts, each from here on, come to the same but for some keys.
fn both_come_to_the_same(
    lab: &mut Lab,
    told: &str,
    but_for: &[&str],
    [one, other]: &[&str; 2],
) -> Outcome {
    let here = lab.mark()?;
    lab.must(one)?;
    let first = without(&lab.values()?, but_for);
    lab.go_back(&here)?;
    lab.must(other)?;
    same_values(told, &first, &without(&lab.values()?, but_for))
}

/// What is paused does not change; resumed it is what a VM would be that was kept and put back.
pub(super) fn what_is_paused_stands_still(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    let running = lab.vms()?.into_iter().find(|(_, state)| state == "running");
    let Some((id, _)) = running else { return Ok(()) };
    lab.must(&format!("let kept = vm(\"{id}\").snapshot(); vm(\"{id}\").pause();"))?;
    let before = record(&lab.values()?, &id);
    lab.must(&format!("run({})", seconds(program.times.0)))?;
    // Whom regulators hold follows the medium, which may be used up meanwhile.
    let still = |value: &Value| without(value, &["activity"]);
    same_values("paused", &still(&before), &still(&record(&lab.values()?, &id)))?;
    let run = format!("run({})", seconds(program.times.1));
    let resumed = format!("vm(\"{id}\").resume(); {run}");
    let put_back = format!("vm(\"{id}\").restore(kept); {run}");
    both_come_to_the_same(lab, "resumed and put back", &["log"], &[&resumed, &put_back])?;
    lab.go_back(&mark)
}

/// The record of a VM on whichever chassis.
fn record(state: &Value, id: &str) -> Value {
    let hypervisors: Vec<&Value> = match state.get("chassis").and_then(Value::as_array) {
        Some(all) => all.iter().map(|named| &named["state"]).collect(),
        None => vec![state],
    };
    let mut vms = hypervisors.into_iter().flat_map(|h| h["vms"].as_array().into_iter().flatten());
    vms.find(|vm| vm["id"] == id).cloned().unwrap_or_default()
}

/// A priority that a VM does not have.
fn another_priority(state: &Value, id: &str) -> u64 {
    if record(state, id)["priority"] == 4 { 5 } else { 4 }
}

/// What says that a VM is another one, and no more.
const OWN: [&str; 5] = ["log", "ordinal", "vms_created", "id", "ahead"];

/// A VM that was saved, ended and loaded again lives on as it would have.
pub(super) fn a_moved_vm_lives_the_same_life(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    // The last one comes to its old place.
    let Some((id, _)) = lab.vms()?.pop() else { return Ok(()) };
    let run = format!("run({})", seconds(program.times.1));
    // Whoever comes begins a new step; so must the one that stays.
    let priority = another_priority(&lab.values()?, &id);
    let set = format!("vm(\"{id}\").set_priority({priority});");
    let away =
        format!("vm(\"{id}\").save(\"moved.vm\"); vm(\"{id}\").destroy(); load_vm(\"moved.vm\");");
    let (stayed, moved) = (format!("{set} {run}"), format!("{set} {away} {run}"));
    both_come_to_the_same(lab, "moved", &OWN, &[&stayed, &moved])?;
    lab.go_back(&mark)
}

/// The last VM, saved, ended and loaded again at once, goes on with the very integration that it was in.
pub(super) fn what_comes_back_at_once_was_never_away(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    let Some((id, _)) = lab.vms()?.pop() else { return Ok(()) };
    let (before, after) = (seconds(program.times.0), seconds(program.times.1));
    lab.attempt("end_batch()")?;
    lab.must(&format!("solver(\"deterministic\"); run({before});"))?;
    let stayed = format!("run({after})");
    let away = format!(
        "vm(\"{id}\").save(\"away.vm\"); vm(\"{id}\").destroy(); load_vm(\"away.vm\"); {stayed}"
    );
    both_come_to_the_same(lab, "away for no time", &OWN, &[&stayed, &away])?;
    lab.go_back(&mark)
}

/// Copies of plasmids are those of the last sample when a VM goes on, however it came back and however
/// far the cell has grown meanwhile; a thousandth of a second later they are nearly that.
pub(super) fn nothing_jumps_when_a_vm_comes_back(lab: &mut Lab, program: &Program) -> Outcome {
    let mark = lab.mark()?;
    let running = lab.vms()?.into_iter().find(|(_, state)| state == "running");
    let Some((id, _)) = running else { return Ok(()) };
    let before = copies(&lab.values()?, &id);
    lab.must(&format!("let kept = vm(\"{id}\").snapshot(); vm(\"{id}\").save(\"back.vm\");"))?;
    let away = format!("run({});", seconds(100 * program.times.0));
    let come_back = [
        format!("vm(\"{id}\").pause(); {away} vm(\"{id}\").resume();"),
        format!("{away} vm(\"{id}\").restore(kept);"),
        format!("vm(\"{id}\").destroy(); {away} load_vm(\"back.vm\");"),
    ];
    for way in come_back {
        lab.must(&way)?;
        let there = copies(&lab.values()?, &id);
        if there != before {
            return Err(format!("{way} copies {before:?} became {there:?}"));
        }
        lab.must("solver(\"deterministic\"); run(0.001.s);")?;
        for (one, other) in before.iter().zip(copies(&lab.values()?, &id)) {
            // The fastest replication there is makes 3e-6 of the copies meanwhile.
            if (one - other).abs() > 1e-4 * one {
                return Err(format!("{way} then copies {one} jump to {other}"));
            }
        }
        lab.go_back(&mark)?;
    }
    Ok(())
}

/// The copies of the plasmids of a VM.
fn copies(state: &Value, id: &str) -> Vec<f64> {
    let vm = record(state, id);
    let plasmids = vm["plasmids"].as_array().map_or(&[][..], Vec::as_slice);
    plasmids.iter().filter_map(|plasmid| plasmid["copies"].as_f64()).collect()
}

/// A copy has chance of its own, and all else of the first: without chance it lives the same life.
pub(super) fn a_copy_lives_the_same_life(lab: &mut Lab, program: &Program) -> Outcome {
    const CHANCE: [&str; 3] = ["random", "plasmid_random", "seen"];
    let mark = lab.mark()?;
    let Some((id, _)) = lab.vms()?.pop() else { return Ok(()) };
    let life = |value: &Value| without(&without(value, &OWN), &CHANCE);
    let run = format!("solver(\"deterministic\"); run({})", seconds(program.times.1));
    let priority = another_priority(&lab.values()?, &id);
    lab.must(&format!("vm(\"{id}\").set_priority({priority});"))?;
    let first = life(&record(&lab.values()?, &id));
    lab.must(&run)?;
    let stayed = life(&lab.values()?);
    lab.go_back(&mark)?;
    lab.must(&format!("vm(\"{id}\").set_priority({priority}); clone_vm(\"{id}\", \"twin\");"))?;
    same_values("a copy", &first, &life(&record(&lab.values()?, "twin")))?;
    lab.must(&format!("vm(\"{id}\").destroy(); {run}"))?;
    same_values("copied", &stayed, &life(&lab.values()?))?;
    lab.go_back(&mark)
}

/// Who is asked first does not matter where one has nothing to do with the other.
pub(super) fn the_order_of_independent_operations_does_not_matter(
    lab: &mut Lab,
    program: &Program,
) -> Outcome {
    let mark = lab.mark()?;
    let run = Op::Run(program.times.0);
    let (one, other) = (program.independent.0.clone(), program.independent.1.clone());
    let life = |value: &Value| without(value, &["log"]);
    lab.perform(&[one.clone(), other.clone(), run.clone()])?;
    let first = life(&lab.values()?);
    lab.go_back(&mark)?;
    lab.perform(&[other, one, run])?;
    same_values("in another order", &first, &life(&lab.values()?))?;
    lab.go_back(&mark)
}
