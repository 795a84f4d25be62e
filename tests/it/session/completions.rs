//! Completions of what is typed.

use bioxen::lang::WorldOptions;
use bioxen::session::{CompletionKind, Session};

use super::{session, with};
use crate::desk::cells;

/// The completions at the `|` of a text.
pub(super) fn completions(session: &Session, text: &str) -> Vec<String> {
    let cursor = text.chars().position(|c| c == '|').unwrap();
    let text = text.replacen('|', "", 1);
    session.complete(&text, cursor).items.into_iter().map(|i| i.text).collect()
}

fn first(session: &Session, text: &str) -> String {
    completions(session, text).first().cloned().unwrap_or_default()
}

/// The first completion of each text of a table.
fn first_of_each(session: &Session, table: &str) {
    for [text, expected] in cells(table) {
        assert_eq!(first(session, text), expected, "{text}");
    }
}

#[test]
fn functions_and_variables_are_completed() {
    let s = with("let my_cell = create_bio_vm(\"demo\", \"ecoli\"); fn helper(a) { a }");
    first_of_each(
        &s,
        r#"
        create_b| | create_bio_vm
        my_| | my_cell
        help| | helper
        let other_one = 1; other| | other_one
        start_tr|anscr | start_transcription
        whi| | while
        "#,
    );
    let all = completions(&s, "|");
    assert_eq!(all[0], "helper");
    assert!(all.len() > 60 && all.contains(&"print".to_owned()));
}

#[test]
fn methods_follow_from_the_type() {
    let s = with("let cell = create_bio_vm(\"demo\", \"ecoli\"); let t = run(1.min);");
    assert!(completions(&s, "cell.|").contains(&"start_transcription".to_owned()));
    assert!(!completions(&s, "cell.|").contains(&"to_csv".to_owned()));
    first_of_each(
        &s,
        r#"
        t.to_c| | to_csv
        run(1.min).to_c| | to_csv
        plot(run(1.min), ["x"]).sa| | save
        vm("demo").allocate_r| | allocate_ribosomes
        let q = vm("demo"); q.pau| | pause
        run(10.mi| | min
        "#,
    );
    assert!(completions(&s, "10.|").contains(&"h".to_owned()));
    assert!(!completions(&s, "10.|").contains(&"to_csv".to_owned()));
}

#[test]
fn strings_are_completed_by_what_is_expected() {
    let s = with(
        "let cell = create_bio_vm(\"demo\", \"ecoli\"); cell.start(); \
                  start_transcription([\"lacZ\"]); let t = run(1.min);",
    );
    first_of_each(
        &s,
        r#"
        start_transcription(["lac| | lacA
        start_transcription(["lacA", "lacz|"]) | lacZ
        cell.start_transcription("araB| | araB
        cell.protein("recA|") | recA
        vm("d| | demo
        create_bio_vm("x", "syn| | syn3a
        create_bio_vm("x", "syn3a", "b| | basic
        solver("det| | deterministic
        t["lac| | lacA
        t.mean("host.gro| | host.growth_rate_per_h
        plot(t, ["host.atp| | host.atp_percent
        "#,
    );
    for text in ["print(\"la|", "// run|", "/* run|"] {
        assert!(completions(&s, text).is_empty(), "{text}");
    }
}

#[test]
fn keys_of_options_are_completed() {
    let s = session();
    assert_eq!(completions(&s, "start_transcription([\"lacZ\"], #{str|"), ["strength"]);
    let keys = completions(&s, "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{|");
    assert_eq!(
        keys,
        [
            "resource_limits",
            "genome_file",
            "tpm",
            "nutrient",
            "seed",
            "chassis",
            "custom_params",
            "ssh_config",
            "xcpng_config"
        ]
    );
    let inner = "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{resource_limits: #{max_r|";
    assert_eq!(completions(&s, inner), ["max_ribosomes"]);
    assert_eq!(first(&s, "plot(t, [], #{title: \"x\", th|"), "theme");
    assert_eq!(first(&s, "plot(t, [], #{theme: \"da|"), "dark");
}

#[test]
fn completions_replace_whole_words_of_any_alphabet() {
    let s = session();
    let found = s.complete("let größe = 1; grö", 18);
    assert_eq!((found.start, found.end, found.items[0].text.as_str()), (15, 18, "größe"));
    let found = s.complete("sta+1", 3);
    assert_eq!((found.start, found.end), (0, 3));
    assert!(found.items.iter().any(|i| i.kind == CompletionKind::Function && i.text == "start"));
}

#[test]
fn every_completion_can_be_inspected() {
    let s = with("let cell = create_bio_vm(\"demo\", \"ecoli\");");
    for text in ["", "cell.", "10.", "run(1.min)."] {
        for item in s.complete(text, text.len()).items {
            if item.signature.is_empty() && item.kind == CompletionKind::Variable {
                continue;
            }
            assert!(s.inspect(&item.text, 0, true).is_some(), "{text}{}", item.text);
        }
    }
}

#[test]
fn names_of_every_kind_are_completed() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("lib")).unwrap();
    for name in ["induce.rhai", "own.genome", "lib/media.rhai", ".hidden"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let options = WorldOptions { read_dir: folder.path().to_owned(), ..WorldOptions::default() };
    let mut s = Session::new(options, Box::new(|_| {})).unwrap();
    s.eval("let cell = create_bio_vm(\"demo\", \"ecoli\");", "setup").unwrap();
    assert_eq!(completions(&s, "import \"|"), ["induce", "lib/"]);
    assert_eq!(completions(&s, "import \"lib/me|\" as m;"), ["lib/media"]);
    assert_eq!(completions(&s, "load_vm(\"ow|"), ["own.genome"]);
    assert_eq!(completions(&s, "load_vm(\"lib/|"), ["lib/media.rhai"]);
    for text in ["load_vm(\"../|", "load_vm(\"/|"] {
        assert!(completions(&s, text).is_empty(), "{text}");
    }
    let config = "create_bio_vm(\"x\", \"ecoli\", \"basic\", #{genome_file: \"own|\"})";
    assert_eq!(completions(&s, config), ["own.genome"]);
    first_of_each(
        &s,
        r#"
        manage_operons(["la| | lac
        manage_operons(["lac"], "ind| | induce
        add_inducer("ip| | IPTG
        add_plasmid("pU| | pUC19
        "#,
    );
    assert!(!completions(&s, "install_package(\"|").is_empty());
    let item = s.complete("start_tr", 8).items.remove(0);
    assert!(item.signature.starts_with("start_transcription(genes"), "{item:?}");
    assert!(item.doc.ends_with('.'), "{item:?}");
}
