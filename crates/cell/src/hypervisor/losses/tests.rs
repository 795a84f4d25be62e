use super::{Losses, Pair, Queue};
use bioxen_network::{Program, QuantityId};

fn queue() -> Queue {
    Queue { name: "ClpXP".into(), most_per_h: 6000.0, km: 1000.0, substrates: vec![0, 1] }
}

/// 100 molecules that each degrade one protein a minute, beside 500 and 1500 of two kinds: 6000 / 3000 of each
/// molecule an hour.
#[test]
fn all_that_wait_slow_each() {
    let protein = |gene: usize| [500.0, 1500.0][gene];
    let queue = queue();
    assert_eq!(queue.waiting(protein), 2000.0);
    assert_eq!(queue.each_per_h(2000.0), 2.0);
    assert_eq!(queue.each_per_h(-5.0), 6.0);
    let h = 1e-3;
    let slope = (queue.each_per_h(2000.0 + h) - queue.each_per_h(2000.0 - h)) / (2.0 * h);
    assert!((queue.slope(2000.0) / slope - 1.0).abs() < 1e-6);
    let expr = queue.expr(1, |gene| QuantityId(gene as u32));
    let program = Program::compile(&expr).unwrap();
    assert_eq!(program.eval(0.0, &[500.0, 1500.0], &mut Vec::new()), 3000.0);
}

#[test]
fn what_is_not_there_loses_nothing() {
    let pair = |target, per_h| Pair { rna: 2, target, per_h };
    let losses = Losses { queues: vec![queue()], pairs: vec![pair(3, 1.0), pair(4, 0.5)] };
    assert!(losses.placed(|_| Vec::new(), |_| Vec::new()).is_empty());
    // A gene that two transcripts carry waits twice; two genes of one transcript give it two places.
    let placed = losses.placed(
        |gene| if gene == 0 { vec![5, 6] } else { vec![] },
        |gene| vec![if gene == 2 { 1 } else { 0 }],
    );
    assert_eq!(placed.queues[0].substrates, [5, 6]);
    assert_eq!(placed.pairs, [Pair { rna: 1, target: 0, per_h: 1.5 }]);
    let felt = placed.felt(|_, _| 1000.0, |unit| [10.0, 40.0][unit]);
    assert_eq!((felt.queues, felt.units), (vec![3.0], vec![60.0, 15.0]));
}
