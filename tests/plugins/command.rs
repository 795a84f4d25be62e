//! `bioxen plugin` and the options of other commands.

use std::path::Path;
use std::process::{Command, Output};

use super::{change, root, toy};

fn bioxen(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(arguments).current_dir(folder).env_remove("BIOXEN_PLUGINS");
    command.output().unwrap()
}

fn told(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_new_plugin_passes_its_test() {
    let folder = tempfile::tempdir().unwrap();
    let made = bioxen(&["plugin", "new", "mine"], folder.path());
    assert!(made.status.success(), "{:?}", told(&made));
    let tried = bioxen(&["plugin", "test", "mine"], folder.path());
    let (out, err) = told(&tried);
    assert!(tried.status.success(), "{out}{err}");
    assert!(
        out.contains("mine: tests/works.rhai: good") && out.contains("2 passed, 0 failed"),
        "{out}"
    );
    let again = bioxen(&["plugin", "new", "mine"], folder.path());
    assert_eq!(again.status.code(), Some(2));
    assert!(told(&again).1.contains("something of that name is there already"));
}

#[test]
fn a_test_that_fails_is_told_with_its_error() {
    let folder = toy();
    let tried = bioxen(&["plugin", "test", "toy"], folder.path());
    assert!(tried.status.success(), "{:?}", told(&tried));
    change(folder.path(), "tests/lives.rhai", "!= 8", "== 8");
    let tried = bioxen(&["plugin", "test", "toy"], folder.path());
    let (out, _) = told(&tried);
    assert_eq!(tried.status.code(), Some(1), "{out}");
    assert!(
        out.contains("tests/lives.rhai: failed\n") && out.contains("twice four is eight"),
        "{out}"
    );
}

#[test]
fn all_problems_are_checked_and_listed() {
    let folder = toy();
    let good = bioxen(&["plugin", "check", "toy"], folder.path());
    let (out, _) = told(&good);
    assert!(good.status.success());
    assert!(
        out.contains("toy 1.2.3 brings 1 biological type, 2 packages, 1 plasmid, 5 functions"),
        "{out}"
    );
    let listed = bioxen(&["plugin", "list", "--plugins", "."], folder.path());
    assert!(told(&listed).0.starts_with("toy 1.2.3"), "{:?}", told(&listed));
    change(folder.path(), "plugin.toml", "licence", "license");
    change(folder.path(), "styles/toy_dark.toml", "\"dark\"", "[[1]]");
    let wrong = bioxen(&["plugin", "check", "toy"], folder.path());
    let (out, err) = told(&wrong);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        out.contains("did you mean `licence`?") && out.contains("styles/toy_dark.toml"),
        "{out}"
    );
    assert!(err.contains("1 of 1 plug-ins cannot be used"), "{err}");
    let json = bioxen(&["plugin", "list", "--plugins", ".", "--json"], folder.path());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json[0]["problems"][0].as_str().unwrap().contains("licen"), "{json}");
}

#[test]
fn scripts_find_plugins_by_name_and_by_option() {
    let folder = toy();
    std::fs::write(
        folder.path().join("by_name.rhai"),
        "load_plugin(\"toy\"); print(toy_twice(21));",
    )
    .unwrap();
    std::fs::write(folder.path().join("there.rhai"), "print(toy_twice(21));").unwrap();
    std::fs::create_dir(folder.path().join("other")).unwrap();
    for name in ["by_name.rhai", "there.rhai"] {
        let path = folder.path().join(name);
        std::fs::rename(&path, folder.path().join("other").join(name)).unwrap();
    }
    let run = |arguments: &[&str]| {
        let output = bioxen(arguments, folder.path());
        (output.status.success(), told(&output))
    };
    for arguments in [
        ["run", "other/by_name.rhai", "--plugins", "."],
        ["run", "other/there.rhai", "--plugin", "toy"],
    ] {
        let (good, (out, err)) = run(&arguments);
        assert!(good && out.contains("42"), "{arguments:?} {out}{err}");
    }
    for arguments in [
        ["check", "other/by_name.rhai", "--plugins", "."],
        ["check", "other/there.rhai", "--plugin", "toy"],
    ] {
        let (good, (out, err)) = run(&arguments);
        assert!(good, "{arguments:?} {out}{err}");
    }
    let (good, (_, err)) = run(&["run", "other/by_name.rhai"]);
    assert!(!good && err.contains("`toy` is no plug-in: there is no folder of that name"), "{err}");
    let variable = Command::new(env!("CARGO_BIN_EXE_bioxen"))
        .args(["run", "other/by_name.rhai"])
        .current_dir(folder.path())
        .env("BIOXEN_PLUGINS", folder.path())
        .output()
        .unwrap();
    assert!(told(&variable).0.contains("42"), "{:?}", told(&variable));
}

#[test]
fn a_plugin_has_a_reference() {
    let shown = bioxen(&["docs", "--plugin", "tests/plugins/toy"], &root());
    let (out, err) = told(&shown);
    assert!(
        out.starts_with("# toy 1.2.3\n") && out.contains("toy_lamp(strength) -> any"),
        "{out}{err}"
    );
    assert!(
        out.contains("Lights a lamp in a VM.")
            && out.contains("| packages | toy_base, toy_light |"),
        "{out}"
    );
    let json = bioxen(&["docs", "--plugin", "tests/plugins/toy", "--json"], &root());
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["functions"][0]["topic"], "toy");
}

/// A plug-in that needs another is checked with it, and tells when it is not there.
#[test]
fn what_a_plugin_needs_is_looked_for() {
    let folder = tempfile::tempdir().unwrap();
    for (name, requires) in [("first", "second"), ("second", "first"), ("third", "absent")] {
        let made = bioxen(&["plugin", "new", name], folder.path());
        assert!(made.status.success(), "{:?}", told(&made));
        let path = folder.path().join(name).join("plugin.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}\n[requires]\n{requires} = \"^0.1\"\n")).unwrap();
    }
    for command in ["check", "test"] {
        for (name, expected) in [("first", "second"), ("third", "absent")] {
            let tried = bioxen(&["plugin", command, name], folder.path());
            let (out, _) = told(&tried);
            assert_eq!(tried.status.code(), Some(1), "{command} {name}: {out}");
            assert!(out.contains(expected) && !out.contains("good"), "{out}");
        }
    }
    // Where it is found, all is well.
    let path = folder.path().join("second/plugin.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("first = ", "# first = ")).unwrap();
    std::fs::rename(folder.path().join("second"), folder.path().join("elsewhere")).unwrap();
    std::fs::create_dir(folder.path().join("more")).unwrap();
    std::fs::rename(folder.path().join("elsewhere"), folder.path().join("more/second")).unwrap();
    let alone = bioxen(&["plugin", "check", "first"], folder.path());
    assert_eq!(alone.status.code(), Some(1), "{:?}", told(&alone));
    let found = bioxen(&["plugin", "check", "first", "--plugins", "more"], folder.path());
    assert!(found.status.success(), "{:?}", told(&found));
}

/// Configurations and saved states with a plug-in's type are read by the commands for them.
#[test]
fn configurations_and_states_find_their_plugin() {
    let folder = toy();
    let config = "biological_type = \"toy_cell\"\nplugins = [\"../toy\"]\n";
    std::fs::create_dir(folder.path().join("configs")).unwrap();
    std::fs::write(folder.path().join("configs/cell.toml"), config).unwrap();
    for command in [["config", "validate"], ["config", "show"]] {
        let read = bioxen(&[command[0], command[1], "configs/cell.toml"], folder.path());
        assert!(read.status.success(), "{:?}", told(&read));
    }
    for (wrong, expected) in [("../toys", "toys"), ("/etc", "etc")] {
        let text = config.replace("../toy", wrong);
        std::fs::write(folder.path().join("configs/wrong.toml"), text).unwrap();
        let read = bioxen(&["config", "validate", "configs/wrong.toml"], folder.path());
        let (out, _) = told(&read);
        assert_eq!(read.status.code(), Some(1), "{out}");
        assert!(out.contains("plugins: ") && out.contains(expected), "{out}");
    }
    let script = "load_plugin(\"toy\"); create_bio_vm(\"cell\", \"toy_cell\"); save_hypervisor(\"all.state\");";
    std::fs::write(folder.path().join("make.rhai"), script).unwrap();
    let made = bioxen(&["run", "make.rhai"], folder.path());
    assert!(made.status.success(), "{:?}", told(&made));
    let without = bioxen(&["top", "out/all.state", "--once"], folder.path());
    assert!(!without.status.success());
    let with = bioxen(&["top", "out/all.state", "--once", "--plugin", "toy"], folder.path());
    assert!(with.status.success() && told(&with).0.contains("cell"), "{:?}", told(&with));
}

/// What a check says is good can be used: calls of what is not there, escape sequences and tests that end early are not.
#[test]
fn a_check_sees_what_a_call_would_meet() {
    for (file, from, to, expected) in [
        (
            "functions/toy.rhai",
            "2 * x",
            "nosuch(x)",
            "functions/toy.rhai: line 23: there is no function `nosuch`",
        ),
        (
            "functions/toy.rhai",
            "/// Twice",
            "/// \u{1b}[31mTwice",
            "functions/toy.rhai has the control character U+001B",
        ),
        (
            "plugin.toml",
            "a small organism",
            "a \\u001b]0;x\\u0007organism",
            "plugin.toml: description has the control character U+001B",
        ),
        (
            "packages/toy_light.toml",
            "licence = \"",
            "licence = \"\\u009b",
            "packages/toy_light.toml: licence has the control character U+009B",
        ),
        (
            "styles/toy_dark.toml",
            "title = \"toy",
            "title = \"\\u001btoy",
            "styles/toy_dark.toml: title has the control character",
        ),
        (
            "regulation/toy.regulation",
            "6\t\tinvented",
            "-6\t\tinvented",
            "the binary logarithm of a fold is -6",
        ),
    ] {
        let folder = toy();
        change(folder.path(), file, from, to);
        let checked = bioxen(&["plugin", "check", "toy"], folder.path());
        let (out, err) = told(&checked);
        assert_eq!(checked.status.code(), Some(1), "{to}: {out}{err}");
        assert!(out.contains(expected) && !out.contains('\u{1b}'), "{out}");
    }
    let folder = toy();
    let path = folder.path().join("toy/tests/ends.rhai");
    std::fs::write(path, "exit(3);").unwrap();
    let tried = bioxen(&["plugin", "test", "toy"], folder.path());
    let (out, _) = told(&tried);
    assert_eq!(tried.status.code(), Some(1), "{out}");
    assert!(out.contains("tests/ends.rhai: failed") && out.contains("ends by exit()"), "{out}");
}

/// Values of parameters of packages are no unknown options; those that a package does not have are.
#[test]
fn scripts_with_parameters_of_packages_are_checked() {
    let folder = toy();
    let script = "load_plugin(\"toy\");\nlet cell = create_bio_vm(\"cell\", \"toy_cell\");\n\
                  cell.install_package(\"toy_light\", #{strength: 5.0});\ninstall_package(\"mine.toml\", #{any: 2.0});\n\
                  let map = #{name: \"m\"};\ninstall_package(map, #{any: 1.0});\ninstall_package(#{name: \"m\"});\n";
    std::fs::write(folder.path().join("good.rhai"), script).unwrap();
    let checked = bioxen(&["check", "good.rhai"], folder.path());
    assert!(checked.status.success(), "{:?}", told(&checked));
    let wrong = script.replace("strength: 5.0", "strenght: 5.0");
    std::fs::write(folder.path().join("wrong.rhai"), wrong).unwrap();
    let checked = bioxen(&["check", "wrong.rhai"], folder.path());
    let (out, err) = told(&checked);
    assert!(!checked.status.success());
    assert!(
        err.contains("`strenght` of the package toy_light (did you mean `strength`?)"),
        "{out}{err}"
    );
    // The test that a new plug-in has passes its check, too.
    let made = bioxen(&["plugin", "new", "mine"], folder.path());
    assert!(made.status.success());
    let checked = bioxen(&["check", "mine/tests/works.rhai", "--plugin", "mine"], folder.path());
    assert!(checked.status.success(), "{:?}", told(&checked));
}

/// Who does not wait for the end of a test leaves no folder behind.
#[cfg(unix)]
#[test]
fn an_interrupted_test_leaves_nothing() {
    let folder = toy();
    std::fs::write(folder.path().join("toy/tests/lives.rhai"), "print(1); loop { }").unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["plugin", "test", "toy"]).current_dir(folder.path());
    command.env("TMPDIR", temporary.path()).stdout(std::process::Stdio::null());
    let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    let left = || std::fs::read_dir(temporary.path()).unwrap().count();
    while left() == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ends by itself");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(left(), 0);
}

/// A script that loads its plug-in by name finds it loaded where the command line has named its folder.
#[test]
fn a_script_may_load_what_is_loaded() {
    let folder = toy();
    std::fs::create_dir(folder.path().join("away")).unwrap();
    std::fs::write(
        folder.path().join("away/twice.rhai"),
        "load_plugin(\"toy\"); print(toy_twice(4));",
    )
    .unwrap();
    let alone = bioxen(&["run", "away/twice.rhai"], folder.path());
    assert_eq!(alone.status.code(), Some(1), "{:?}", told(&alone));
    for command in ["run", "check"] {
        let given = bioxen(&[command, "away/twice.rhai", "--plugin", "toy"], folder.path());
        assert!(given.status.success(), "{command}: {:?}", told(&given));
    }
}
