//! Cell time, environment and chance.

use std::time::{Duration as WallTime, Instant};

use rhai::plugin::*;
use rhai::{Dynamic, Engine, EvalAltResult, FnPtr, Position};

use crate::error::raise;
use crate::number::{kind, number, plain, time, whole};
use crate::world::with;
use crate::{LangError, RhaiResultOf, Trace, running};
use bioxen_base::units::Duration;
use bioxen_cell::chassis::Nutrient;
use bioxen_cell::hypervisor::Solver;

/// The longest sleep [s]: a day.
const LONGEST_SLEEP: f64 = 86_400.0;
/// Time between two looks whether a sleep is interrupted.
const LOOK: WallTime = WallTime::from_millis(20);

/// Puts our `sleep` in the place of Rhai's, which takes numbers of these types, and our `exit`, of
/// which front ends learn.
pub(crate) fn instead(engine: &mut Engine) {
    engine.register_fn("sleep", |context: NativeCallContext, seconds: i64| {
        sleep(&context, &Dynamic::from_int(seconds))
    });
    engine.register_fn("sleep", |context: NativeCallContext, seconds: f64| {
        sleep(&context, &Dynamic::from_float(seconds))
    });
    engine.register_fn("exit", |context: NativeCallContext, value: Dynamic| exit(&context, value));
    engine.register_fn("exit", |context: NativeCallContext| exit(&context, Dynamic::UNIT));
}

/// Ends the text with a value.
fn exit(context: &NativeCallContext, value: Dynamic) -> RhaiResultOf<Dynamic> {
    with(context, |world| {
        // A text on a VM ends by itself only.
        world.exited = world.captured.is_empty();
        Ok::<_, LangError>(())
    })?;
    Err(EvalAltResult::Exit(value, Position::NONE).into())
}

/// Waits; the world is free meanwhile.
fn sleep(context: &NativeCallContext, time: &Dynamic) -> RhaiResultOf<()> {
    let seconds =
        plain(time).or_else(|| time.clone().try_cast::<Duration>().map(|d| d.time().seconds()));
    let seconds = seconds.filter(|s| (0.0..=LONGEST_SLEEP).contains(s)).ok_or_else(|| {
        raise(LangError::WrongType {
            what: "the time of sleep".to_owned(),
            expected: "seconds from 0 to 86400 (a day), such as 2, 0.5 or 1.min",
            got: kind(time),
        })
    })?;
    let stop = with(context, |world| Ok::<_, LangError>(world.stop()))?;
    let end = Instant::now() + WallTime::from_secs_f64(seconds);
    loop {
        if stop.is_stopped() {
            return with(context, |world| Err::<(), _>(world.interruption()));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        std::thread::sleep(left.min(LOOK));
    }
}

/// Cell time, environment and chance.
#[export_module]
pub mod functions {
    /// Simulates the current chassis for a time: its host and all VMs that run on it. Other chassis stand
    /// still.
    ///
    /// * `duration` - a time, such as `30.min`
    ///
    /// Returns the trace: for each VM and mapped gene `VM.GENE.mrna` and `VM.GENE.protein`
    /// [molecules], `VM.ribosomes` and `VM.polymerases` engaged (RNA polymerases: as many as at unburdened
    /// growth) and `VM.atp_share` [%] used; for the host `host.growth_rate_per_h` [1/h], `host.ribosomes`,
    /// `host.ribosome_fraction`, `host.elongation_aa_per_s` [aa/s], `host.polymerases`,
    /// `host.atp_percent` [%], `host.active_ribosome_fraction`, `host.rna_protein_ratio` [g/g] and
    /// `host.cell_size`.
    ///
    /// Molecules, ribosomes and polymerases are **per reference cell**, which has one size at all growth
    /// rates. Times `host.cell_size`, they are per average cell of the population (see `cell_composition`).
    ///
    /// # Errors
    /// If the duration is not a positive time.
    ///
    /// # Source
    /// The host: Sechkar, Perrino & Stan, *Nat. Commun.* 15:1981 (2024). Transcription, translation
    /// and decay of the guests: Gillespie, *J. Phys. Chem.* 81:2340 (1977), with rates from
    /// measurements, which the genome files name (`#source` lines in `genomes/`).
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// let trace = run(5.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn run(context: NativeCallContext, duration: Dynamic) -> RhaiResultOf<Trace> {
        let duration = time("the duration of run", &duration).map_err(raise)?;
        running::run(&context, duration, None)
    }

    /// Simulates the host and all running VMs until a condition holds, but no longer than `longest`. The
    /// condition is checked at each sample (every 10 s unless `sample_every` sets another interval).
    /// Returns the trace.
    ///
    /// * `condition` - a function that returns true or false
    /// * `longest` - a time, such as `2.h`
    ///
    /// # Errors
    /// If the condition returns something else, or `longest` is not a positive time.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "ecoli").start();
    /// start_transcription(["lacZ"]);
    /// let trace = run_until(|| protein("lacZ") > 10, 30.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn run_until(
        context: NativeCallContext,
        condition: FnPtr,
        longest: Dynamic,
    ) -> RhaiResultOf<Trace> {
        let longest = time("the longest time of run_until", &longest).map_err(raise)?;
        running::run(&context, longest, Some(&condition))
    }

    /// Cell time of the current chassis since it was made.
    ///
    /// # Example
    /// ```rhai
    /// now()
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn now(context: NativeCallContext) -> RhaiResultOf<Duration> {
        with(&context, |world| Ok::<_, LangError>(world.lab.hypervisor().now().into()))
    }

    /// Waits in real time, for example between two displays of a demonstration. No cell time passes; for
    /// that use `run`. An interrupt ends the wait.
    ///
    /// * `time` - seconds of real time, such as `2` or `0.5`, or a time, such as `1.min`; at most a day
    ///
    /// # Errors
    /// If it is not such a time.
    ///
    /// # Example
    /// ```rhai
    /// sleep(0.1);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sleep(context: NativeCallContext, time: Dynamic) -> RhaiResultOf<()> {
        super::sleep(&context, &time)
    }

    /// Restarts all random streams with a seed. The same script with the same seed gives the same result,
    /// byte for byte.
    ///
    /// * `number` - a whole number, zero or more
    ///
    /// # Errors
    /// If it is not a whole number, zero or more.
    ///
    /// # Example
    /// ```rhai
    /// seed(42);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn seed(context: NativeCallContext, number: Dynamic) -> RhaiResultOf<()> {
        with(&context, |world| {
            let expected = "a whole number, zero or more";
            let seed = whole("the seed", &number, 0..=i64::MAX, expected)?;
            world.lab.on_all(|hypervisor| {
                hypervisor.set_seed(seed as u64);
                Ok(())
            })?;
            Ok::<_, LangError>(())
        })
    }

    /// Chooses the solver of the guests: `"stochastic"` (exact, molecule by molecule), `"tau_leap"` (the
    /// same, but with many events at once where that is faster and changes no rate by more than 3 %) or
    /// `"deterministic"` (the means, with host and guests as one system of differential equations).
    ///
    /// * `name` - `"stochastic"`, `"tau_leap"` or `"deterministic"`
    ///
    /// # Errors
    /// If there is no such solver.
    ///
    /// # Source
    /// Stochastic: Gillespie, *J. Phys. Chem.* 81:2340 (1977). Leaps: Cao, Gillespie & Petzold, *J.
    /// Chem. Phys.* 124:044109 (2006). Deterministic: backward differentiation after Brown, Byrne &
    /// Hindmarsh, *SIAM J. Sci. Stat. Comput.* 10:1038 (1989).
    ///
    /// # Example
    /// ```rhai
    /// solver("deterministic");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn solver(context: NativeCallContext, name: &str) -> RhaiResultOf<()> {
        with(&context, |world| {
            let solver = Solver::parse(name)?;
            world.lab.on_all(|hypervisor| {
                hypervisor.set_solver(solver);
                Ok(())
            })?;
            super::super::packages::tell_models(world, solver);
            Ok::<_, LangError>(())
        })
    }

    /// Sets the sampling interval of runs; the default is 10 s. The interval does not change the results of
    /// the simulation.
    ///
    /// * `interval` - from one sample to the next, such as `1.min`
    ///
    /// # Errors
    /// If it is not a positive time.
    ///
    /// # Example
    /// ```rhai
    /// sample_every(1.min);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn sample_every(context: NativeCallContext, interval: Dynamic) -> RhaiResultOf<()> {
        with(&context, |world| {
            let interval = time("the interval of sample_every", &interval)?;
            Ok::<_, LangError>(world.lab.on_all(|h| h.set_sample_every(interval))?)
        })
    }

    /// Sets the quality of the medium: 0.08 is poor, 0.3 glucose minimal medium, 0.5 rich, 1 the richest.
    /// This is the quality with plenty of a carbon source; `medium` sets its concentration. Before the
    /// first VM exists, the host starts settled in the medium. Later the host adapts, as a real cell does.
    /// It reaches the same state from richer and from poorer media.
    ///
    /// The host was measured from about 0.08 upwards. Below 0.06 (growth 0.27/h) ATP falls below 6 mM and
    /// maintenance yields to growth, which is an assumption. There the ribosome content is below the
    /// measured one.
    ///
    /// * `quality` - of the medium, 0.01 to 1, without a unit
    ///
    /// # Errors
    /// If it is not a number from 0.01 to 1.
    ///
    /// # Source
    /// The host: Sechkar, Perrino & Stan, *Nat. Commun.* 15:1981 (2024), with the regulation of
    /// Chure & Cremer, *eLife* 12:e84878 (2023); maintenance: Feist et al., *Mol. Syst. Biol.*
    /// 3:121 (2007). `plot_growth_law` shows it beside measurements.
    ///
    /// # Example
    /// ```rhai
    /// set_nutrient(0.5);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn set_nutrient(context: NativeCallContext, quality: Dynamic) -> RhaiResultOf<()> {
        with(&context, |world| {
            let nutrient = Nutrient::new(number("the quality of set_nutrient", &quality)?)?;
            if world.lab.hypervisor().vms().is_empty() {
                world.lab.hypervisor_mut().settle_in(nutrient)?;
            } else {
                world.lab.hypervisor_mut().set_nutrient(nutrient)?;
            }
            Ok::<_, LangError>(())
        })
    }
}
