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

/// Numbers that are trouble.
const NUMBERS: [&str; 9] = ["0", "-1", "1e308", "-1e-308", "0.5", "4294967296", "1e16", "3", "NaN"];

#[derive(Debug, Clone)]
enum Change {
    Insert(usize, usize),
    Delete(usize, usize),
    /// One word is put in the place of another.
    Swap(usize, usize),
    /// One element is put in the place of another, which leaves the text well-formed.
    Graft(usize, usize),
    /// A number is put in the place of a word between tags or quotes.
    Number(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = 0..1_000_000_usize;
    prop_oneof![
        1 => (at.clone(), 0..PIECES.len()).prop_map(|(a, b)| Change::Insert(a, b)),
        1 => (at.clone(), 1..40_usize).prop_map(|(a, b)| Change::Delete(a, b)),
        6 => (at.clone(), at.clone()).prop_map(|(a, b)| Change::Swap(a, b)),
        20 => (at.clone(), at.clone()).prop_map(|(a, b)| Change::Graft(a, b)),
        6 => (at, 0..NUMBERS.len()).prop_map(|(a, b)| Change::Number(a, b)),
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

/// The places of all elements but the first two.
fn elements(text: &str) -> Vec<std::ops::Range<usize>> {
    let Ok(document) = roxmltree::Document::parse(text) else { return Vec::new() };
    document.descendants().filter(|n| n.is_element()).skip(2).map(|n| n.range()).collect()
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
        Change::Graft(a, b) => {
            let elements = elements(text);
            let pick = |i: usize| elements.get(i % elements.len().max(1)).cloned();
            if let (Some(to), Some(from)) = (pick(a), pick(b)) {
                let graft = text[from].to_owned();
                text.replace_range(to, &graft);
            }
        }
        Change::Number(at, number) => {
            let values: Vec<(usize, usize)> = words(text)
                .into_iter()
                .filter(|&(from, to)| {
                    let around = (&text[..from], &text[to..]);
                    let inside = |c| around.0.ends_with(c);
                    (inside('"') || inside('>')) && around.1.starts_with(['"', '<'])
                })
                .collect();
            if let Some(&(from, to)) = values.get(at % values.len().max(1)) {
                text.replace_range(from..to, NUMBERS[number]);
            }
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
        if let Ok(simulation) = Stochastic::new(&model.network) {
            let _ = simulation.run(Seed::new(1), &[0.0, 0.5], &stop, &mut |_, _| {});
        }
        let _ = done.0.send(());
    });
}

proptest! {
    // More with PROPTEST_CASES=20000, for a longer search.
    #![proptest_config(ProptestConfig::default())]

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
