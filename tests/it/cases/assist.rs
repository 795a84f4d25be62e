//! Help and completion where users looked for them.

use bioxen::lang::WorldOptions;
use bioxen::session::Session;

fn session() -> Session {
    let mut s = Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap();
    s.eval("let cell = create_bio_vm(\"v\", \"ecoli\"); cell.start(); let m = #{dose: 1};", "a")
        .unwrap();
    s
}

/// What is offered at the `|` of a text.
fn offered(s: &Session, text: &str) -> Vec<String> {
    let cursor = text.chars().position(|c| c == '¦').unwrap();
    let found = s.complete(&text.replace('¦', ""), cursor);
    found.items.into_iter().map(|item| item.text).collect()
}

#[test]
fn keys_are_those_of_the_value() {
    let s = session();
    let keys = offered(&s, "cell.status()[\"¦");
    assert!(keys.contains(&"uptime".to_owned()) && !keys.contains(&"lacZ".to_owned()), "{keys:?}");
    assert_eq!(offered(&s, "m[\"¦"), ["dose"]);
    let keys = offered(&s, "cell.set_limits(#{¦");
    assert_eq!(keys, ["max_ribosomes", "max_polymerases", "max_atp", "max_memory_kb"]);
    assert!(offered(&s, "let t = run(1.min); t[\"lacZ¦").contains(&"lacZ".to_owned()));
}

#[test]
fn every_figure_is_offered_what_every_figure_takes() {
    let s = session();
    let offers = |text, own: &str| {
        let keys = offered(&s, text);
        assert!(keys.contains(&"title".to_owned()) && keys.contains(&own.to_owned()), "{keys:?}");
        assert!(!keys.contains(&"ribbon".to_owned()), "{keys:?}");
    };
    offers("plot_heatmap(run(1.min), \"host.*\", #{¦", "values");
    offers("plot_phase(run(1.min), \"a\", \"b\", #{¦", "theme");
    offers("plot_genome(#{¦", "color");
}

#[test]
fn parameters_are_offered() {
    let s = session();
    assert!(offered(&s, "fn f(strength, b) { stren¦").contains(&"strength".to_owned()));
    assert!(offered(&s, "[1].map(|strength, n| stren¦").contains(&"strength".to_owned()));
    assert!(!offered(&s, "m | strength | b; stre¦").contains(&"strength".to_owned()));
}

#[test]
fn code_within_a_text_is_completed() {
    let s = session();
    for text in [
        "`a ${ce¦",
        "print(`a ${ce¦}`)",
        "`${1} ${ce¦} b`",
        "`${ `${ce¦}` }`",
        "`a ${#{x: 1}.x + ce¦}`",
    ] {
        assert!(offered(&s, text).contains(&"cell".to_owned()), "{text}");
    }
    assert!(offered(&s, "let dose = 1; `${do¦}`").contains(&"dose".to_owned()));
    assert!(offered(&s, "fn f(strength) { `${stren¦}` }").contains(&"strength".to_owned()));
    assert_eq!(offered(&s, "`${m[\"¦"), ["dose"]);
    assert!(offered(&s, "`${cell.sta¦}`").contains(&"start".to_owned()));
    assert!(offered(&s, "cell.set_limits(#{max_atp: `${max¦").contains(&"max".to_owned()));
    for text in ["`a ce¦", "`a ${1} ce¦`", "\"${ce¦}\"", "`$ {ce¦", "`${ `ce¦` }`"] {
        assert!(offered(&s, text).is_empty(), "{text}");
    }
    let help = s.inspect("print(`a ${run(1.min)}`)", 12, false).unwrap();
    assert!(help.contains("run(duration)"), "{help}");
}

#[test]
fn help_says_what_a_word_is_where_it_stands() {
    let s = session();
    let help = |text: &str, at: usize| s.inspect(text, at, false).unwrap();
    assert!(help("30.min", 4).starts_with("```rhai\nmin -> Time"), "{}", help("30.min", 4));
    assert!(help("[1].min()", 5).starts_with("```rhai\nmin("), "{}", help("[1].min()", 5));
    let len = help("\"abc\".len", 7);
    let first = len.split("```\n\n").nth(1).unwrap_or_default();
    assert!(!first.starts_with("Return the length of the BLOB"), "{len}");
    assert_eq!(session().inspect("\"abc\".len", 7, false).unwrap(), len, "always the same");
    assert!(s.help("print", false).unwrap().contains("Prints a value"));
    let word = s.help("let", false).unwrap();
    assert!(word.ends_with("`let name = value;` makes a variable"), "{word}");
    let word = s.help("break", false).unwrap();
    assert!(word.ends_with("leaves a loop"), "{word}");
}

#[test]
fn samples_are_counted_as_they_are_recorded() {
    let mut s = session();
    let wrong = s.eval("ensemble(50000, 100.min);", "a").unwrap_err();
    assert!(wrong.message.contains("30050000 samples"), "{}", wrong.message);
}

#[test]
fn an_interrupted_run_that_there_was_not_is_said() {
    let wrong = session().eval("interrupted_trace()", "a").unwrap_err();
    assert!(wrong.message.contains("no run was interrupted"), "{}", wrong.message);
}

#[test]
fn a_text_says_that_it_was_left() {
    let mut s = session();
    s.eval("exit(3)", "a").unwrap();
    assert!(s.exited());
    s.eval("let r = cell.execute(\"exit(3)\");", "a").unwrap();
    assert!(!s.exited());
}

#[test]
fn long_arrays_have_a_short_form_and_a_table() {
    let mut s = session();
    let shown =
        s.eval_rich("let v = []; for i in 0..1500 { v.push([i]) } v", "a").unwrap().unwrap();
    assert!(shown.short().ends_with("[998], [999], ..] (1500 values)"));
    assert!(shown.text.ends_with("[1499]]"));
    let shown = s.eval_rich("v.map(|i| #{n: i})", "a").unwrap().unwrap();
    assert!(shown.markdown.unwrap().contains("1440 rows"));
    let shown = s.eval_rich("[1, 2]", "a").unwrap().unwrap();
    assert_eq!(shown.short(), shown.text);
}
