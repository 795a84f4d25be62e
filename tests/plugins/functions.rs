//! Functions of plug-ins in a session.

use std::cell::RefCell;
use std::fs;
use std::rc::Rc;

use super::{STARTED, beside_toy, change, copy, eval, options, refused, session, toy, wrong};
use bioxen::lang::Output;
use bioxen::session::Session;

#[test]
fn functions_are_called_like_our_own_in_the_text_that_loads_them() {
    let (_folder, mut session) = beside_toy();
    let text = "let p = load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start();
        cell.toy_lamp(5.0); run(1.min);
        `${p.name} ${toy_twice(4)} ${cell.toy_sum([\"lamp\", \"toy_switch\"]) == toy_sum([\"lamp\", \"toy_switch\"])}`";
    assert_eq!(eval(&mut session, text), "toy 8 true");
    // Once more, as a function given to one of ours, and in a text that runs on a VM.
    assert_eq!(eval(&mut session, "[1, 2].map(|x| toy_twice(x)).sum()"), "6");
    assert_eq!(eval(&mut session, "cell.execute(\"toy_twice(21)\").value"), "42");
    assert_eq!(eval(&mut session, "toy_later(3).call()"), "6");
    // A user's function of the name comes first, as before one of ours.
    assert_eq!(eval(&mut session, "fn toy_twice(x) { x } toy_twice(4)"), "4");
    assert_eq!(eval(&mut session, "plugins().map(|p| p.version)"), "[\"1.2.3\"]");
}

#[test]
fn arguments_stay_and_errors_are_placed_in_the_text_of_the_plugin() {
    let (_folder, mut session) = beside_toy();
    eval(
        &mut session,
        "load_plugin(\"toy\"); let cell = quick_start_vm(\"ecoli\"); let strength = 0.0;",
    );
    refused(&mut session, "cell.toy_lamp(strength)", "the strength must be above 0");
    assert_eq!(eval(&mut session, "strength"), "0.0");
    assert_eq!(
        eval(&mut session, "let said = (); try { toy_lamp(-1) } catch (e) { said = e; } said"),
        "the strength must be above 0"
    );
    // A mistake inside of it.
    refused(&mut session, "toy_sum([\"lacZZ\"])", "has no gene `lacZZ`");
    refused(&mut session, "toy_twise(3)", "did you mean `toy_twice`?");
    refused(&mut session, "toy_twice(1, 2)", "toy_twice");
}

#[test]
fn completion_help_and_checks_know_them() {
    let (_folder, mut session) = beside_toy();
    let text = "load_plugin(\"toy\");\nlet cell = create_bio_vm(\"cell\", \"toy_cell\");\ncell.start_transcription([\"sugA\"]);\n\
                cell.toy_lamp(2.0); toy_lamp(2.0); cell.install_package(\"toy_base\"); add_plasmid(\"toy_plasmid\");";
    // A check reads the plug-in and loads nothing.
    assert_eq!(session.check(text, "test").err().map(|all| all[0].to_string()), None);
    assert!(session.plugins().is_empty());
    let slips = text
        .replace("sugA", "sugX")
        .replace("toy_lamp(2.0); toy", "toy_lam(2.0); toy")
        // Where a package comes from elsewhere its genes are not known.
        .replace("cell.install_package(\"toy_base\");", "");
    let told: Vec<String> =
        session.check(&slips, "test").unwrap_err().iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("no genome of this script has a gene `sugX`"), "{told:?}");
    assert!(told[1].contains("did you mean `toy_lamp`?"), "{told:?}");
    eval(&mut session, text.split('\n').take(2).collect::<Vec<_>>().join("\n").as_str());
    let texts = |session: &Session, text: &str| -> Vec<String> {
        session.complete(text, text.chars().count()).items.into_iter().map(|i| i.text).collect()
    };
    assert!(texts(&session, "toy_l").contains(&"toy_lamp".to_owned()));
    assert!(texts(&session, "cell.toy_l").contains(&"toy_lamp".to_owned()));
    assert_eq!(texts(&session, "create_bio_vm(\"x\", \"toy"), ["toy_cell"]);
    assert_eq!(texts(&session, "install_package(\"toy_l"), ["toy_light"]);
    assert_eq!(texts(&session, "figure_style(\""), ["toy_dark"]);
    let help = session.inspect("toy_lamp", 3, true).unwrap();
    assert!(
        help.contains("Lights a lamp in a VM.") && help.contains("transcripts a minute"),
        "{help}"
    );
    assert!(!session.catalogue().search("lights lamp").is_empty());
}

#[test]
fn names_that_are_taken_and_texts_that_do_more_are_refused_and_nothing_is_loaded() {
    for (file, cases) in [
        (
            "functions/toy.rhai",
            &[
                (
                    "fn toy_twice(",
                    "fn run(",
                    "`run` of plug-in `toy` has the name of a function of the language",
                ),
                ("fn toy_twice(", "fn len(", "has the name of a function of the language"),
                ("/// Twice", "let x = 1;\n/// Twice", "has a statement outside of its functions"),
                ("2 * x", "import \"x\" as y; 2 * x", "imports a script"),
                ("2 * x", "save_hypervisor(\"x\"); 2 * x", "calls `save_hypervisor` at"),
                ("2 * x", "read_csv(\"x.csv\")", "which takes the path of a file"),
                ("2 * x", "Fn(\"read_csv\").call(x)", "names a function by a text"),
                ("2 * x", "current_vm().execute(\"1\")", "runs a text"),
                ("2 * x", "input(\"?\")", "asks the user"),
                ("2 * x", "2 *", "cannot be read"),
                ("fn toy_twice(x)", "fn toy_lamp(x)", "can be called in two ways with 1 values"),
            ][..],
        ),
        (
            "styles/toy_dark.toml",
            &[
                ("theme", "them", "unknown option `them` of figure_style (did you mean `theme`?)"),
                ("\"dark\"", "\"drak\"", "did you mean `dark`?"),
            ][..],
        ),
        (
            "plugin.toml",
            &[(
                "[type]",
                "[requires]\nabsent = \"^1\"\n[type]",
                "needs `absent` ^1, and there is none",
            )][..],
        ),
    ] {
        for &(from, to, told) in cases {
            let folder = toy();
            change(folder.path(), file, from, to);
            let mut session = session(folder.path());
            let error = wrong(&mut session, "load_plugin(\"toy\")");
            assert!(error.contains(told), "{to}: {error}");
            assert_eq!(eval(&mut session, "plugins().len()"), "0");
            assert!(session.catalogue().named("toy_sum").is_empty());
        }
    }
}

#[test]
fn two_plugins_share_no_name_and_one_has_one_content() {
    let folder = toy();
    copy(&folder.path().join("toy"), &folder.path().join("other/toy"));
    change(&folder.path().join("other"), "README.md", "Toy", "Toys");
    let mut session = session(folder.path());
    eval(&mut session, "load_plugin(\"toy\"); load_plugin(\"toy\"); load_plugin(\"./toy\");");
    assert_eq!(eval(&mut session, "plugins().len()"), "1");
    let error = wrong(&mut session, "load_plugin(\"other/toy\")");
    assert!(
        error.contains("plug-in `toy` 1.2.3 (sha256 ")
            && error.contains("is loaded already, with other contents"),
        "{error}"
    );
    change(&folder.path().join("other"), "plugin.toml", "name = \"toy\"", "name = \"toy_too\"");
    refused(&mut session, "load_plugin(\"other/toy\")", "has the name of one of plug-in toy 1.2.3");
    assert_eq!(eval(&mut session, "toy_twice(2)"), "4");
    // After a reset the other one can be loaded.
    session.reset().unwrap();
    let error = wrong(&mut session, "toy_twice(2)");
    assert!(error.contains("not loaded") || error.contains("no function"), "{error}");
    assert!(session.catalogue().named("toy_twice").is_empty());
    assert_eq!(eval(&mut session, "load_plugin(\"other/toy\"); toy_twice(3)"), "6");
}

#[test]
fn nothing_is_reached_outside() {
    let folder = toy();
    fs::create_dir(folder.path().join("scripts")).unwrap();
    fs::write(folder.path().join("secret.csv"), "a,b\n1,2\n").unwrap();
    let mut session = session(&folder.path().join("scripts"));
    refused(
        &mut session,
        "load_plugin(\"../toy\")",
        "leads out of the folders from which scripts read",
    );
    refused(&mut session, "load_plugin(\"/etc\")", "leads out");
    // Files are closed while a function of a plug-in is under way, whatever it calls, and open again behind it.
    change(folder.path(), "functions/toy.rhai", "2 * x", "x.call()");
    let mut session = super::session(folder.path());
    eval(&mut session, "load_plugin(\"toy\");");
    for call in ["read_csv(\"secret.csv\")", "save_hypervisor(\"state\")", "load_plugin(\"toy\")"] {
        let error = wrong(&mut session, &format!("toy_twice(|| {call})"));
        assert!(error.contains("the functions of a plug-in reach no files"), "{call}: {error}");
    }
    assert_eq!(eval(&mut session, "read_csv(\"secret.csv\").rows().len()"), "1");
    assert!(!folder.path().join("out/state").exists());
}

/// What a function of a plug-in leaves behind reaches no files either, whoever calls it and when.
#[test]
fn closures_reach_nothing_outside() {
    let folder = toy();
    fs::copy(super::root().join("packages/repressilator.toml"), folder.path().join("mine.toml"))
        .unwrap();
    fs::write(folder.path().join("mine.csv"), "a,b\n1,2\n").unwrap();
    for (body, call) in [
        ("|| install_package(\"mine.toml\")", "leaky(1).call()"),
        ("|p, x| install_package(p)", "leaky(1).curry(\"mine.toml\").call(1)"),
        ("#{f: [|| inner()]}", "leaky(1).f[0].call()"),
        ("at(70.s, || install_package(\"mine.toml\")); 1", "leaky(1); run(2.min)"),
        (
            "when(|| packages().len() > 0, || install_package(\"mine.toml\")); 1",
            "install_package(\"gfp_reporter\"); leaky(1); run(2.min)",
        ),
        ("when(|| { install_package(\"mine.toml\"); true }, || 1); 1", "leaky(1); run(2.min)"),
        ("sweep([1], |x| { install_package(\"mine.toml\"); packages().len() })", "leaky(1)"),
        ("|x| { install_package(\"mine.toml\"); packages().len() }", "sweep([1], leaky(1))"),
        ("|x| { install_package(\"mine.toml\"); x }", "[1].map(leaky(1))"),
        (
            "|| create_bio_vm(\"q\", \"ecoli\", \"basic\", #{genome_file: \"toy/genomes/toy.genome\"})",
            "leaky(1).call()",
        ),
        ("|| toy_twice(|| 1)", "let f = leaky(1); f.call()"),
    ] {
        let folder_of = super::toy();
        fs::copy(folder.path().join("mine.toml"), folder_of.path().join("mine.toml")).unwrap();
        let text = format!(
            "fn inner() {{ install_package(\"mine.toml\") }}\n\nfn leaky(x) {{ {body} }}\n\n/// Twice"
        );
        change(folder_of.path(), "functions/toy.rhai", "/// Twice", &text);
        change(folder_of.path(), "functions/toy.rhai", "2 * x", "install_package(\"mine.toml\")");
        let mut session = session(folder_of.path());
        eval(
            &mut session,
            "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"ecoli\"); cell.start();",
        );
        let error = wrong(&mut session, call);
        assert!(error.contains("the functions of a plug-in reach no files: `"), "{body}: {error}");
        // What the user calls does, as ever.
        eval(
            &mut session,
            "install_package(\"mine.toml\"); let f = || install_package(\"mine.toml\");",
        );
    }
}

#[test]
fn endless_recursion_and_endless_loops_end_with_an_error() {
    let folder = toy();
    let deep = "/// Calls itself.\nfn toy_deep(vm, n) {\n    vm.toy_deep(n + 1)\n}\n\n/// Twice";
    change(folder.path(), "functions/toy.rhai", "/// Twice", deep);
    let mut options = options(folder.path());
    options.limits.operations.text = Some(100_000);
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    eval(&mut session, "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\");");
    let error = wrong(&mut session, "cell.toy_deep(1)");
    assert!(error.contains("deep") || error.contains("nest"), "{error}");
    let error = wrong(&mut session, "fn again(x) { again(x) } toy_later(|| again(1)).call()");
    assert!(!error.contains("BioXen itself has failed"), "{error}");
    assert_eq!(eval(&mut session, "1 + 1"), "2");
}

#[test]
fn a_path_that_is_not_written_out_works_from_the_next_text_on() {
    let folder = toy();
    let told = Rc::new(RefCell::new(Vec::new()));
    let sink = told.clone();
    let sink = move |output| {
        if let Output::Remark(text) = output {
            sink.borrow_mut().push(text);
        }
    };
    let mut session = Session::new(options(folder.path()), Box::new(sink)).unwrap();
    eval(&mut session, "let path = \"toy\"; load_plugin(path);");
    assert!(told.borrow()[0].contains("can be called from the next text on"), "{told:?}");
    assert_eq!(eval(&mut session, "toy_twice(4)"), "8");
    // What is registered is no function of a session that has not loaded it.
    let mut session = super::session(folder.path());
    refused(&mut session, "let x = toy_twice(2); load_plugin(\"toy\");", "which is not loaded now");
}

#[test]
fn sweeps_ensembles_and_events_have_them() {
    let (folder, mut session) = beside_toy();
    eval(&mut session, STARTED);
    let swept =
        eval(&mut session, "sweep([1, 2, 3], |x| #{y: toy_twice(x)}).rows().map(|row| row.y)");
    assert_eq!(swept, "[2, 4, 6]");
    let made = "sweep([1.0, 9.0], |s| { let c = create_bio_vm(`c${s.to_int()}`, \"toy_cell\"); c.start(); c.toy_lamp(s); \
                run(1.min); #{lamp: c.mrna(\"lamp\")} }).rows().len()";
    assert_eq!(eval(&mut session, made), "2");
    eval(&mut session, "let counts = #{n: 0}; cell.toy_watch(counts); run(3.min);");
    // Each point may load it for itself.
    let loading = "print(sweep([1, 2], |x| { load_plugin(\"toy\"); #{y: toy_twice(x)} }).rows().map(|row| row.y)); \
                   sweep([1, 2], |x| { load_plugin(\"toy\"); #{y: toy_twice(x)} }).rows().map(|row| row.y)";
    assert_eq!(eval(&mut super::session(folder.path()), loading), "[2, 4]");
}
