//! The same seed gives the same bytes.

use super::*;
use bioxen::engine::Interrupt;
use bioxen::engine::ensemble::{Ensemble, Plan, ensemble};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn bits(result: &Ensemble) -> Vec<u64> {
    let summaries = result.summaries.iter();
    summaries
        .flat_map(|s| s.mean.iter().chain(&s.sd).chain(s.quantiles.iter().flatten()))
        .map(|v| v.to_bits())
        .collect()
}

#[test]
fn an_ensemble_does_not_depend_on_the_number_of_threads() {
    let n = models::explicit_binding(12);
    let first = start(&n, Arrangement::Automatic, 0);
    let ids: Vec<QuantityId> = (0..10).map(QuantityId).collect();
    let run = |threads, seed| {
        let plan = Plan {
            runs: 150,
            seed: Seed::new(seed),
            threads,
            grid: &[0.0, 50.0, 100.0],
            quantities: &ids,
            quantiles: &[0.05, 0.5, 0.95],
        };
        let mut heard = 0;
        let result = ensemble(&first, &plan, &StopToken::new(), &mut |done| heard = done).unwrap();
        assert_eq!(heard, 150);
        bits(&result)
    };
    let one = run(1, 7);
    assert_eq!(one, run(2, 7));
    assert_eq!(one, run(5, 7));
    assert_ne!(one, run(2, 8));
}

#[test]
fn a_run_repeats_itself_whatever_interrupts_it() {
    let n = models::vilar();
    let mut whole = start(&n, Arrangement::Automatic, 9);
    whole.advance(200.0, &StopToken::new()).unwrap();
    // Stopped many times on the way: a stop takes no random number.
    let mut interrupted = start(&n, Arrangement::Automatic, 9);
    let done = AtomicBool::new(false);
    let mut stops = 0;
    let interrupt = Interrupt::new();
    let mut stop = interrupt.begin();
    stop.stop();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                interrupt.stop();
                std::thread::sleep(Duration::from_micros(300));
            }
        });
        while interrupted.advance(200.0, &stop).is_err() {
            stops += 1;
            stop = interrupt.begin();
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(stops > 0);
    assert_eq!(whole.state(), interrupted.state());
    assert_eq!(whole.events(), interrupted.events());
}
