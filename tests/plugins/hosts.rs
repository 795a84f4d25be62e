//! What a type of a plug-in says of the host for which it is the first VM.

use std::path::Path;

use bioxen::session::Session;

use super::{change, eval, session, toy, wrong};

const HOST: &str =
    "[type.host]\nnutrient = 0.6\nmedium_mm = { glucose = 0.0, lactose = 4.5 }\n\n[type.limits]";

/// What is in the medium.
const STATE: &str = "medium()";

/// The quality of the medium of the VM `cell`, which its configuration tells.
fn nutrient(session: &mut Session, folder: &Path) -> String {
    eval(session, "cell.save_config(\"told.toml\");");
    let text = std::fs::read_to_string(folder.join("out/told.toml")).unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix("nutrient = "));
    line.unwrap_or_default().to_owned()
}

fn hosted() -> tempfile::TempDir {
    let folder = toy();
    change(folder.path(), "plugin.toml", "[type.limits]", HOST);
    folder
}

#[test]
fn the_first_vm_of_a_type_brings_its_host_and_users_decide_otherwise() {
    let folder = hosted();
    let mut first = session(folder.path());
    let usual = eval(&mut first, STATE);
    eval(&mut first, "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\");");
    let own = eval(&mut first, STATE);
    assert!(own != usual && own.contains("lactose") && !own.contains("glucose"), "{own}");
    assert_eq!(nutrient(&mut first, folder.path()), "0.6");
    // It is what the same said by hand gives, to the bit.
    let life = "VM.start(); VM.start_transcription([\"sugA\", \"big\"]); let t = run(5.min); \
                [t.final(\"big.mrna\"), t.final(\"sugA\"), cell.status().growth_rate]";
    let lived = eval(&mut first, &life.replace("VM", "cell"));
    let plain = toy();
    let mut by_hand = session(plain.path());
    eval(
        &mut by_hand,
        "load_plugin(\"toy\"); medium(#{glucose: 0.mM, lactose: 4.5.mM}); \
         let cell = create_bio_vm(\"cell\", \"toy_cell\", \"basic\", #{nutrient: 0.6});",
    );
    assert_eq!(eval(&mut by_hand, STATE), own);
    assert_eq!(eval(&mut by_hand, &life.replace("VM", "cell")), lived);
    // A chassis of its own is new, too; one that has VMs stays as it is, and that is told.
    eval(
        &mut first,
        "create_bio_vm(\"far\", \"toy_cell\", \"basic\", #{chassis: \"two\"}); use_chassis(\"two\");",
    );
    assert_eq!(eval(&mut first, STATE), own);
    // What a user says goes before what the type says.
    let mut asked = session(folder.path());
    eval(
        &mut asked,
        "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\", \"basic\", #{nutrient: 0.2});",
    );
    assert_eq!(nutrient(&mut asked, folder.path()), "0.2");
    let mut before = session(folder.path());
    eval(
        &mut before,
        "load_plugin(\"toy\"); set_nutrient(0.2); medium(#{arabinose: 1.mM}); \
         let cell = create_bio_vm(\"cell\", \"toy_cell\");",
    );
    assert_eq!(nutrient(&mut before, folder.path()), "0.2");
    assert!(eval(&mut before, "medium()").contains("arabinose"));
}

#[test]
fn what_a_type_does_not_get_is_told() {
    use std::sync::{Arc, Mutex};
    let folder = hosted();
    let told = Arc::new(Mutex::new(String::new()));
    let into = Arc::clone(&told);
    let hear = move |output: bioxen::lang::Output| {
        if let bioxen::lang::Output::Remark(text) = output {
            into.lock().unwrap().push_str(&text);
        }
    };
    let mut session =
        bioxen::session::Session::new(super::options(folder.path()), Box::new(hear)).unwrap();
    eval(&mut session, "load_plugin(\"toy\"); create_bio_vm(\"a\", \"ecoli\");");
    assert_eq!(*told.lock().unwrap(), "");
    let before = eval(&mut session, STATE);
    eval(&mut session, "create_bio_vm(\"b\", \"toy_cell\");");
    assert_eq!(eval(&mut session, STATE), before);
    let told = told.lock().unwrap();
    for text in
        ["toy_cell asks for a nutrient of 0.6", "`ecoli` keeps its own of 0.3", "lactose 4.5 mM"]
    {
        assert!(told.contains(text), "{text}: {told}");
    }
}

#[test]
fn the_host_of_a_type_travels_with_what_is_kept() {
    let folder = hosted();
    let mut first = session(folder.path());
    let make = "load_plugin(\"toy\"); let cell = create_bio_vm(\"cell\", \"toy_cell\"); cell.start(); \
                cell.start_transcription([\"big\"]); run(2.min);";
    eval(&mut first, make);
    eval(&mut first, "save_hypervisor(\"all.state\"); cell.save_config(\"cell.toml\");");
    let checkpoint = first.checkpoint().unwrap();
    let rest = "let t = run(3.min); [t.final(\"big.mrna\"), cell.status().growth_rate, medium()]";
    let expected = eval(&mut first, rest);
    let mut loaded = session(folder.path());
    eval(
        &mut loaded,
        "load_plugin(\"toy\"); load_hypervisor(\"all.state\"); let cell = vm(\"cell\");",
    );
    assert_eq!(eval(&mut loaded, rest), expected);
    let mut restored = session(folder.path());
    restored.restore(&checkpoint.bytes).unwrap();
    assert_eq!(eval(&mut restored, rest), expected);
    // The configuration lies in the output folder, and leads back to the plug-in beside the script.
    for path in ["cell.toml", "out/cell.toml"] {
        let mut again = session(folder.path());
        eval(&mut again, &format!("let cell = create_from_config(\"cell\", \"{path}\");"));
        assert!(eval(&mut again, STATE).contains("lactose"), "{path}");
        assert_eq!(nutrient(&mut again, folder.path()), "0.6", "{path}");
    }
    // A call that fails leaves the host as it was.
    let mut failed = session(folder.path());
    let before = eval(&mut failed, STATE);
    let call = "create_bio_vm(\"1 x\", \"toy_cell\")";
    wrong(&mut failed, &format!("load_plugin(\"toy\"); {call}"));
    assert_eq!(eval(&mut failed, STATE), before);
}
