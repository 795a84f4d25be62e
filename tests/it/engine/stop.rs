//! A stop is heard within milliseconds.

use super::*;
use bioxen::engine::EngineError;
use std::time::{Duration, Instant};

/// The shortest of a few times between asking for a stop and the return: other work on the
/// machine may delay any one of them.
fn latency(network: &Network, arrangement: Arrangement) -> Duration {
    let mut ssa = start(network, arrangement, 1);
    (0..5)
        .map(|_| {
            let stop = StopToken::new();
            let asked = std::thread::scope(|scope| {
                let other = stop.clone();
                let asked = scope.spawn(move || {
                    std::thread::sleep(Duration::from_millis(30));
                    other.stop();
                    Instant::now()
                });
                let result = ssa.advance(f64::INFINITY, &stop);
                assert!(matches!(result, Err(EngineError::Stopped { .. })));
                (asked.join().unwrap(), Instant::now())
            });
            asked.1.saturating_duration_since(asked.0)
        })
        .min()
        .unwrap()
}

#[test]
fn every_arrangement_stops_soon() {
    let small = models::vilar();
    let large = models::explicit_binding(400);
    let cases = [
        (&small, Arrangement::Automatic),
        (&large, Arrangement::Automatic),
        (&large, Arrangement::Ungrouped),
    ];
    for (network, arrangement) in cases {
        let latency = latency(network, arrangement);
        assert!(latency < Duration::from_millis(30), "{arrangement:?}: {latency:?}");
    }
}
