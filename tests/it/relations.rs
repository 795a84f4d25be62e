//! Random programs of up to 40 operations, with each solver, against what must hold whatever the numbers
//! are. Each relation is one function in [`rules`]; every new operation of the language joins the list
//! in [`program`].
//!
//! `make relations PROGRAMS=100000` tries so many programs; a failure is printed as the smallest
//! program that still fails.

mod lab;
mod populations;
mod program;
mod rules;

use std::thread;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use lab::Lab;
use program::{Program, programs};

/// Programs without RELATION_PROGRAMS.
const PROGRAMS: u32 = 24;
/// Programs in one session.
const IN_A_SESSION: u32 = 100;

/// Whether a relation holds, or else what does not.
type Outcome = Result<(), String>;

/// All relations.
const RELATIONS: [fn(&mut Lab, &Program) -> Outcome; 13] = [
    rules::restored_wholly_it_lives_the_same_life,
    rules::runs_concatenate_and_observers_change_nothing,
    rules::rows_concatenate,
    rules::saved_and_loaded_it_lives_the_same_life,
    rules::the_clock_does_not_matter,
    rules::what_is_paused_stands_still,
    rules::a_moved_vm_lives_the_same_life,
    rules::what_comes_back_at_once_was_never_away,
    rules::nothing_jumps_when_a_vm_comes_back,
    rules::a_copy_lives_the_same_life,
    rules::the_order_of_independent_operations_does_not_matter,
    populations::a_population_lives_for_itself,
    populations::threads_change_nothing,
];

/// All relations, for one program.
fn holds(lab: &mut Lab, program: &Program) -> Outcome {
    lab.begin(program)?;
    RELATIONS.iter().try_for_each(|relation| relation(lab, program))
}

fn number(name: &str) -> Option<u32> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn all_relations_hold_for_random_programs() {
    let wanted = number("RELATION_PROGRAMS");
    let (all, threads) = match wanted {
        Some(all) => (all, thread::available_parallelism().map_or(1, usize::from) as u32),
        None => (PROGRAMS, 1),
    };
    let seed = number("RELATION_SEED").unwrap_or(0);
    let work = move |thread: u32| {
        let mut lab = (Lab::new(), 0);
        let share = all / threads + u32::from(thread < all % threads);
        let mut done = 0;
        while done < share {
            let cases = (share - done).min(IN_A_SESSION);
            let config = Config {
                cases,
                failure_persistence: None,
                max_shrink_iters: 3000,
                ..Config::default()
            };
            let mut bytes = [0; 32];
            for (at, part) in [seed, thread, done].into_iter().enumerate() {
                bytes[4 * at..4 * at + 4].copy_from_slice(&part.to_le_bytes());
            }
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
            let cell = std::cell::RefCell::new(&mut lab);
            let outcome = TestRunner::new_with_rng(config, rng).run(&programs(), |program| {
                let mut lab = cell.borrow_mut();
                lab.1 += 1;
                if lab.1 > IN_A_SESSION {
                    **lab = (Lab::new(), 0);
                }
                holds(&mut lab.0, &program).map_err(proptest::test_runner::TestCaseError::fail)
            });
            if let Err(error) = outcome {
                panic!("thread {thread}, after {done} programs: {error}");
            }
            done += cases;
            if wanted.is_some() && done % 1000 < cases {
                let text =
                    format!("thread {thread}: {done} of {share} programs keep all relations\n");
                std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).unwrap();
            }
        }
    };
    let others: Vec<_> = (1..threads).map(|thread| thread::spawn(move || work(thread))).collect();
    work(0);
    others.into_iter().for_each(|thread| thread.join().unwrap());
}
