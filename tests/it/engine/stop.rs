//! A stop is heard within a number of events that takes milliseconds.

use super::*;
use bioxen::engine::EngineError;

/// The most events from asking for a stop to the return: below a millisecond's work of a small
/// network, and at most a few tens of milliseconds of a large one.
const EVENTS: u64 = 20_000;

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
        let mut ssa = start(network, arrangement, 1);
        // Asked at the start, and again wherever it has come to.
        for _ in 0..20 {
            let stop = StopToken::new();
            stop.stop();
            let before = ssa.events();
            let result = ssa.advance(f64::INFINITY, &stop);
            assert!(matches!(result, Err(EngineError::Stopped { .. })));
            let lived = ssa.events() - before;
            assert!(lived <= EVENTS, "{arrangement:?}: {lived} events");
            ssa.advance(ssa.time() + 1e-3, &StopToken::new()).unwrap();
        }
    }
}
