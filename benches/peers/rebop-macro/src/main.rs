//! rebop's compile-time macro on the oscillator of Vilar et al. (2002), with the parameters and the
//! start of the benchmark's model: answers each line of the input, a time, with what a run to
//! there costs.
#![allow(non_snake_case)]

use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::time::{Duration, Instant};

use rebop::define_system;

/// Each time is measured over at least this much work.
const LEAST: Duration = Duration::from_millis(120);

define_system! {
    bindA unbindA bindR unbindR txA txAA txR txRA tlA tlR dMA dMR dA dR bindAR dC;
    Vilar { DA, DR, DpA, DpR, MA, MR, A, R, C }
    r_bind_A: A + DA => DpA @ bindA
    r_unbind_A: DpA => A + DA @ unbindA
    r_bind_R: A + DR => DpR @ bindR
    r_unbind_R: DpR => A + DR @ unbindR
    r_transcribe_A: DA => DA + MA @ txA
    r_transcribe_A_active: DpA => DpA + MA @ txAA
    r_transcribe_R: DR => DR + MR @ txR
    r_transcribe_R_active: DpR => DpR + MR @ txRA
    r_translate_A: MA => MA + A @ tlA
    r_translate_R: MR => MR + R @ tlR
    r_degrade_MA: MA => @ dMA
    r_degrade_MR: MR => @ dMR
    r_degrade_A: A => @ dA
    r_degrade_R: R => @ dR
    r_complex: A + R => C @ bindAR
    r_degrade_A_in_complex: C => R @ dC
}

fn model(seed: u64) -> Vilar {
    let mut model = Vilar::with_parameters(
        1.0, 50.0, 1.0, 100.0, 50.0, 500.0, 0.01, 50.0, 50.0, 5.0, 10.0, 0.5, 1.0, 0.2, 2.0, 1.0,
    );
    (model.DA, model.DR, model.MA, model.R, model.C) = (1, 1, 3, 105, 300);
    model.seed(seed);
    model
}

fn main() -> io::Result<()> {
    let mut out = io::stdout();
    writeln!(out, "{{\"load\": 0}}")?;
    let mut seed = 0;
    for line in io::stdin().lock().lines() {
        let Ok(end) = line?.trim().parse::<f64>() else { break };
        let (begin, mut runs) = (Instant::now(), 0);
        while runs == 0 || begin.elapsed() < LEAST {
            seed += 1;
            let mut model = model(seed);
            model.advance_until(end);
            black_box((model.t, model.C));
            runs += 1;
        }
        writeln!(out, "{{\"seconds\": {}}}", begin.elapsed().as_secs_f64() / f64::from(runs))?;
    }
    Ok(())
}
