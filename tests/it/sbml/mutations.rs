//! Damaged models: whatever happens to a text, reading and running it ends, and without a panic.

use std::sync::mpsc;
use std::time::Duration;

use bioxen::engine::rng::Seed;
use bioxen::engine::simulate::{Settings, Stochastic, deterministic};
use bioxen::engine::{StopToken, ode};
use bioxen::network::sbml::{Style, read, write};
use proptest::prelude::*;

use super::text;

const MODELS: [&str; 8] = [
    "algebraic",
    "birth_death_rules",
    "delay_equation",
    "delayed_event",
    "growing_cell",
    "michaelis_menten",
    "priorities",
    "stoichiometry",
];

/// What is put into a text.
const PIECES: [&str; 24] = [
    "<apply>",
    "</apply>",
    "<times/>",
    "<divide/>",
    "<power/>",
    "<factorial/>",
    "<ln/>",
    "<ci>X</ci>",
    "<ci>x</ci>",
    "<cn>0</cn>",
    "<cn>-1</cn>",
    "<cn>1e300</cn>",
    "<cn type='e-notation'>1<sep/>308</cn>",
    "<piecewise>",
    "</piecewise>",
    "<math xmlns='http://www.w3.org/1998/Math/MathML'>",
    "</math>",
    "constant=\"true\"",
    "value=\"NaN\"",
    "value=\"-INF\"",
    "&lt;",
    "<!--",
    "\u{0}",
    "9",
];

#[derive(Debug, Clone)]
enum Change {
    Insert(usize, usize),
    Delete(usize, usize),
    /// One word is put in the place of another.
    Swap(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..1_000_000_usize;
    prop_oneof![
        (at.clone(), 0..PIECES.len()).prop_map(|(a, b)| Change::Insert(a, b)),
        (at.clone(), 1..40_usize).prop_map(|(a, b)| Change::Delete(a, b)),
        (at.clone(), at).prop_map(|(a, b)| Change::Swap(a, b)),
    ]
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        match (c.is_ascii_alphanumeric() || c == '_', start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                words.push((s, i));
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn apply(text: &mut String, change: &Change) {
    match *change {
        Change::Insert(at, piece) => {
            let at = boundary(text, at % (text.len() + 1));
            text.insert_str(at, PIECES[piece]);
        }
        Change::Delete(at, length) => {
            let from = boundary(text, at % (text.len() + 1));
            let to = boundary(text, (from + length).min(text.len()));
            text.replace_range(from..to.max(from), "");
        }
        Change::Swap(a, b) => {
            let words = words(text);
            if let (Some(&(from, to)), Some(&(s, e))) =
                (words.get(a % words.len().max(1)), words.get(b % words.len().max(1)))
            {
                let word = text[s..e].to_owned();
                text.replace_range(from..to, &word);
            }
        }
    }
}

/// Reads a text and, if that can be done, writes it, reads it again and runs it for a while.
/// Errors are fine.
fn exercise(text: &str) {
    let Ok(model) = read(text) else { return };
    if let Ok(again) = write(&model.network, &Style::default()) {
        assert!(read(&again).is_ok(), "{:?}\n{again}", read(&again));
    }
    let stop = StopToken::new();
    let options = ode::Options { max_steps: 2000, ..ode::Options::default() };
    let settings = Settings { ode: options, ..Settings::default() };
    let (stop_later, done) = (stop.clone(), mpsc::channel::<()>());
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if done.1.recv_timeout(Duration::from_millis(300)).is_err() {
                stop_later.stop();
            }
        });
        let _ = deterministic(&model.network, &[0.0, 1.0, 4.0], &settings, &stop);
        if let Ok(simulation) = Stochastic::new(&model.network, 0.0) {
            let _ = simulation.run(Seed::new(1), &[0.0, 0.5], &stop, &mut |_, _| {});
        }
        let _ = done.0.send(());
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn damaged_models_are_read_or_refused(
        name in 0..MODELS.len(),
        changes in prop::collection::vec(change(), 1..6),
    ) {
        let mut text = text(MODELS[name]);
        changes.iter().for_each(|change| apply(&mut text, change));
        exercise(&text);
    }

    #[test]
    fn any_text_is_refused(text in "\\PC{0,200}") {
        prop_assert!(read(&text).is_err());
    }
}
