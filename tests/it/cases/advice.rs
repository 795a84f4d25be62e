//! What is said of texts that are wrong: in the words of the language, and so that it helps.

use bioxen::lang::{Limits, WorldOptions};
use bioxen::session::{Diagnostic, Session};

use crate::desk::{cells, desk};

fn session() -> Session {
    Session::new(WorldOptions::default(), Box::new(|_| {})).unwrap()
}

fn wrong(text: &str) -> Diagnostic {
    *session().eval(text, "case.rhai").unwrap_err()
}

#[test]
fn what_is_said_helps() {
    for [text, message, help] in cells(
        r#"
        Fn("nix").call() | there is no function `nix` |
        Fn("runn").call(1.min) | there is no function `runn` (did you mean `run`?) |
        Fn("").call() | a function has a name, and this one has none | Fn("run")
        fn twice(x) { 2 * x } 3.twice() | `twice` takes one argument, not 0 | `twice(3)`
        div(-9223372036854775807 - 1, -1) | div(-9223372036854775808, -1) is beyond |
        range(0, 10, 0) | a range cannot go on by steps of 0 | range(0, 10, 2)
        -(-9223372036854775807 - 1) | the result of -(-9223372036854775808) is too large |
        mean([1, "a"]) | entry 1 of the array given to mean must be a number |
        sum([1.min, "a"]) | entry 1 of the array given to sum must be a number |
        sum([9223372036854775807, 1]) | the result of sum is beyond the largest |
        let x = 99999999999999999999; | `99999999999999999999` is too large for a whole | .0
        quick_start_vm("ecoli"); at(5.min, stop()) | `at` cannot be called | `|| stop()`
        "ab".set(0, "x") | `set` cannot be called with | single quotes
        type_of() | `type_of` takes one argument, not 0 |
        print "a" | `print` is a function and is called with brackets | print("a")
        catch (e) {} | `catch` must follow the `}` of a `try` |
        let x = 1; else { 2 } | `else` must follow the `}` of an `if` |
        let if = 5; | `if` is a word of the language and cannot be a name | my_if
        fn f() { global::X } f() | there is no constant `X` outside of the function | const X
        print(1, 2) | `print` takes no or one argument, not 2 | ${a} and ${b}
        let cell = quick_start_vm("ecoli"); cell.allocate_ribosomes() | `allocate_ribosomes` takes one argument, not 0 |
        parse_int("x") | `x` is no whole number |
        parse_int("1", 99) | the base must be a whole number from 2 to 36 |
        parse_float("") | `` is no number |
        let s = "a"; loop { s += s; } | this string would become too large | --max-string
        let a = [1]; loop { a += a; } | this array would become too large | --max-array
        fn f() { f() } f() | functions are nested too deeply | --max-call-depth
        "#,
    ) {
        let error = wrong(text);
        assert!(error.message.starts_with(message), "{text}: {error}");
        assert!(help.is_empty() || error.help.iter().any(|h| h.contains(help)), "{text}: {error}");
    }
}

#[test]
fn what_is_said_fits_what_was_written() {
    let vm = "quick_start_vm(\"ecoli\"); ";
    for [text, message, help] in cells(
        r#"
        run(10 min) | a dot is missing between `10` and its unit `min` | write `10.min`
        [1.5 kb] | a dot is missing between `1.5` and its unit `kb` | write `1.5.kb`
        sd([1]) | sd needs at least 2 values |
        table([[1]], ["a", "b"]) | row 0 of table (counted from 0) must be |
        genes_making("") | the product of genes_making must be a part of |
        start_batch(0.1); start_batch(0.2) | the cells grow in a batch already; end_batch() |
        vm("default").save("") | `` could not be written: the path is empty; give the name of a file |
        install_package("m.xml", #{time_unit: 0.s}) | a unit of time of 0 s is not possible; time_unit is above zero |
        allocate_memory(2.kb); start_transcription(["lacZ"]) | mapping lacA, lacY, lacZ needs 5.057 kb of DNA memory more; 0 of the allocated 2 kb are in use; allocate_memory(5.06.kb) would be enough |
        plot_histogram(ensemble(2, 1.min), "host.ribosomes", #{mean: -1}) | mean must be a number of 0 or more, not -1 |
        plot_histogram(ensemble(2, 1.min), "host.ribosomes", #{curve: "poisson", variance: 2}) | variance must be left away |
        "#,
    ) {
        let error = wrong(&format!("{vm}{text}"));
        assert!(error.message.contains(message), "{text}: {error}");
        assert!(help.is_empty() || error.help.iter().any(|h| h.contains(help)), "{text}: {error}");
    }
    let told = wrong("max(\"a\", 1)").message;
    assert!(told.contains("both must be of one kind"), "{told}");
    let told = wrong("1.mM == 1.0").message;
    assert!(told.contains("give both a unit of concentration, such as 1.mM"), "{told}");
}

#[test]
fn numbers_at_the_ends_are_right() {
    desk().transcript(
        r#"
        (-9223372036854775807 - 1) % -1 => 0
        let x = -9223372036854775807 - 1; x %= -1; x => 0
        7 % 3 => 1
        -7 % 3 => -1
        cumsum([]) => []
        mean([9223372036854775807, 9223372036854775807]) => 9.223372036854776e18
        9223372036854775807 => 9223372036854775807
        parse_int(" -42 ") => -42
        parse_int("ff", 16) => 255
        parse_float("1e3") => 1000.0
        "#,
    );
    assert!(wrong("7 % 0").message.contains("divided by zero"));
}

/// A limit must not be caught, and says all the same where in cell time it was reached.
#[test]
fn a_limit_in_an_event_names_the_event_and_the_function() {
    let begin = "quick_start_vm(\"ecoli\");\nfn f(x) {\n    f(x + 1)\n}\n";
    for (set, event) in [
        ("at(1.min, || f(0));", "the event at(1 min), set in line 5, at 1 min of cell time"),
        ("every(1.min, || f(0));", "the event every(1 min), set in line 5, at 1 min of cell time"),
        ("when(|| f(0) > 2, || 1);", "the event when(..), set in line 5, at 0 s of cell time"),
        ("at(1.min, || { try { f(0) } catch { } });", "the event at(1 min), set in line 5"),
    ] {
        let found = wrong(&format!("{begin}{set}\nrun(2.min);"));
        assert_eq!(found.message, "functions are nested too deeply");
        assert_eq!(found.position.map(|at| at.0), Some(5), "{found}");
        assert_eq!(found.help[0], "`f` calls itself in line 3");
        let [frame] = found.trace.as_slice() else { panic!("{found}") };
        assert!(frame.what.starts_with(event), "{found}");
        assert_eq!(frame.position, Some((6, 1)), "{found}");
    }
    let text = "quick_start_vm(\"ecoli\"); at(1.min, || { loop { } }); run(2.min);";
    let mut limits = Limits::default();
    limits.operations.text = Some(1000);
    let options = WorldOptions { limits, ..WorldOptions::default() };
    let mut session = Session::new(options, Box::new(|_| {})).unwrap();
    let found = session.eval(text, "case.rhai").unwrap_err();
    assert!(found.message.contains("used up the operations"), "{found}");
    assert!(found.trace[0].what.starts_with("the event at(1 min)"), "{found}");
    // What comes later has no part in it.
    let found = session.eval("loop { }", "case.rhai").unwrap_err();
    assert!(found.trace.is_empty(), "{found}");
}

#[test]
fn what_tables_can_is_said_of_arrays() {
    for rows in ["[#{a: 1}]", "[[1, 2]]"] {
        let found = wrong(&format!("let rows = {rows}; rows.to_csv(\"x.csv\");"));
        assert_eq!(found.message, "an array has no method `to_csv`");
        assert!(found.help[0].contains("`table(rows).to_csv(..)`"), "{found}");
    }
}

/// The same is said by a check and by a run.
#[test]
fn a_check_sees_keys_that_no_function_knows() {
    let begin =
        "quick_start_vm(\"ecoli\"); solver(\"deterministic\");\nlet t = run(1.min);\nlet x = 1;\n";
    for [call, key, near] in cells(
        r#"
        ensemble(2, 1.min, #{quantitis: "host.ribosomes"}) | quantitis | quantities
        install_package("gfp_reporter", #{time_unt: 1.min}) | time_unt | time_unit
        start_transcription(["lacZ"], #{strenght: x}) | strenght | strength
        set_limits(#{max_ribosome: 50}) | max_ribosome | max_ribosomes
        create_bio_vm("a", "ecoli", #{sed: 1}) | sed | seed
        create_bio_vm("a", "ecoli", "basic", #{sed: x}) | sed | seed
        create_bio_vm("a", "ecoli", #{resource_limits: #{max_at: x}}) | max_at | max_atp
        create_bio_vms("a_{}", 2, "ecoli", #{sed: 1}) | sed | seed
        quick_start_vm("ecoli", "b", #{sed: 1}) | sed | seed
        plot(t, "host.ribosomes", #{titel: "a"}) | titel | title
        t.plot("host.ribosomes", #{titel: "a"}) | titel | title
        plot([1, 2], [1, 2], #{stile: "line"}) | stile | style
        plot_heatmap(t, "host.*", #{valus: "a"}) | valus | values
        plot_phase(t, "host.ribosomes", "host.atp_percent", #{wdth: 300}) | wdth | width
        plot_resources(t, #{hight: 300}) | hight | height
        plot_burden(#{titel: "a"}) | titel | title
        plot_genome(#{colour: "a"}) | colour | color
        plot_growth_law(#{theem: "dark"}) | theem | theme
        plot_histogram(t, "host.ribosomes", #{curv: "none"}) | curv | curve
        "#,
    ) {
        let text = format!("{begin}{call};");
        let found = session().check(&text, "case.rhai").expect_err(call);
        let said = |message: &str| {
            let of = format!("unknown option `{key}` of ");
            let hint = format!(" (did you mean `{near}`?)");
            let (head, valid) = message.split_once("; valid options: ").unwrap_or_default();
            let mut valid: Vec<String> = valid.split(", ").map(str::to_owned).collect();
            valid.sort();
            assert!(head.starts_with(&of) && head.ends_with(&hint), "{call}: {message}");
            valid
        };
        assert_eq!(found.len(), 1, "{call}: {found:?}");
        assert!(found[0].line[found[0].position.unwrap().1 - 1..].starts_with(key), "{}", found[0]);
        let run = wrong(&text);
        let known = said(&found[0].message);
        assert!(said(&run.message).iter().all(|key| known.contains(key)), "{call}: {run}");
    }
    let right = "quick_start_vm(\"ecoli\"); let o = #{};\n\
                 start_transcription([\"lacZ\"], o); let m = #{plot: |x| x};\n\
                 m.plot(#{any: 1}); plot(run(1.min), \"host.ribosomes\", #{title: \"a\", scale: 2.0});\n\
                 create_bio_vm(\"b\", \"ecoli\", #{resource_limits: #{max_atp: 5.percent}, seed: 1, tpm: 1.0});";
    let found = session().check(right, "case.rhai");
    assert!(found.is_ok(), "{found:?}");
}

#[test]
fn a_check_sees_imports_of_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("there.rhai"), "fn f() { 1 }").unwrap();
    let options = || WorldOptions { read_dir: folder.path().to_owned(), ..WorldOptions::default() };
    let check =
        |text: &str| Session::new(options(), Box::new(|_| {})).unwrap().check(text, "case.rhai");
    let found = check("import \"there\" as t;\nimport \"ther\" as u;\n").unwrap_err();
    assert!(found[0].message.contains("there is no file `ther.rhai`"), "{}", found[0]);
    assert_eq!((found.len(), found[0].position), (1, Some((2, 8))));
    for text in [
        "try { import \"ther\" as u; } catch { }",
        "fn f() { import \"ther\" as u; }",
        "let name = \"ther\"; import name as u;",
        "import \"there.rhai\" as u;",
    ] {
        assert!(check(text).is_ok(), "{text}");
    }
}

#[test]
fn a_check_sees_what_is_written_out_wrongly() {
    for (text, message) in [
        ("run(10.minutes);", "a number has no unit `minutes` (did you mean `min`?)"),
        ("run(10);", "`run` takes a time, such as 10.min"),
        ("every(2.5, || 1);", "`every` takes a time, such as 2.5.min"),
        (
            "solver(\"determinstic\");",
            "unknown solver `determinstic` (did you mean `deterministic`?)",
        ),
        ("install_package(\"gfp\");", "unknown package `gfp`"),
        ("at(5.min, |x| x);", "the closure given to `at` has a parameter"),
    ] {
        let found = session().check(text, "case.rhai").expect_err(text);
        assert!(found[0].message.starts_with(message), "{text}: {}", found[0].message);
    }
    let right = "quick_start_vm(\"ecoli\"); run(10.min); at(5.min, || 1); let x = 3; every(1.s, || print(x));\n\
                 solver(\"deterministic\"); install_package(\"gfp_reporter\"); let y = 2.5.min.minutes; 3.abs();";
    let found = session().check(right, "case.rhai");
    assert!(found.is_ok(), "{found:?}");
}
