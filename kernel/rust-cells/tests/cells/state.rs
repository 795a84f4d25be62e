//! What stays from cell to cell, errors, and what is shown.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use bioxen_rust::RustCells;
use bioxen_rust::protocol::{End, Why};

use super::session::{Notes, PROGRAM, Rust};

#[test]
fn state_errors_and_what_is_shown() {
    let mut rust = Rust::start();
    // Variables, functions, types and uses are there for later cells.
    assert_eq!(
        rust.value("let mut counts = vec![1, 2, 3]; fn double(x: i32) -> i32 { 2 * x }"),
        ""
    );
    assert_eq!(
        rust.value("use std::collections::BTreeMap;\ncounts.push(double(2));\ncounts.len()"),
        "4"
    );
    assert_eq!(
        rust.value(
            "let map: BTreeMap<i32, i32> = counts.iter().map(|x| (*x, x * x)).collect(); map[&4]"
        ),
        "16"
    );
    let listed = rust.value(":vars");
    assert!(listed.contains("counts: ") && !listed.contains("bioxen_reached"), "{listed}");

    // Text comes as it was printed.
    rust.value(
        "print!(\"a\"); print!(\"b\\n\"); eprintln!(\"no\"); println!(\"c\"); print!(\"d\");",
    );
    assert_eq!((rust.notes.out.as_str(), rust.notes.err.as_str()), ("ab\nc\nd", "no\n"));
    assert_eq!(rust.value("print!(\"half\"); 7"), "7");
    assert_eq!(rust.notes.out, "half");

    // Errors stand at the lines of the cell, and change nothing.
    let (why, message, rendered) = rust.fails("let é = \"é\";\n  let n: i32 = é;\nn");
    assert_eq!((why, message.as_str()), (Why::Compile, "mismatched types (E0308)"));
    for part in
        ["error[E0308]", "In[7]:2:16", "2 |   let n: i32 = é;", "^ expected `i32`, found `&str`"]
    {
        assert!(rendered.contains(part), "{part}\n{rendered}");
    }
    let (_, _, rendered) = rust.fails("counts.nothing()");
    assert!(rendered.contains("In[8]:1:8") && rendered.contains("nothing"), "{rendered}");
    let (_, _, rendered) = rust.fails(":dep nothing_like_this = \"1\"");
    assert!(rendered.contains("nothing_like_this"), "{rendered}");
    assert_eq!(rust.value("counts.len()"), "4");

    // A panic and a `?` end the cell; what there was before stays.
    let (why, message, rendered) = rust.fails("let fresh = 1;\nlet at = 17;\ncounts[at]");
    assert_eq!(why, Why::Panic);
    assert!(message.contains("index out of bounds"), "{message}");
    assert!(rendered.contains("In[11]:3:1") && rendered.contains("counts[at]"), "{rendered}");
    let (why, message, rendered) =
        rust.fails("let late = 1; \"x\".parse::<i32>()?; println!(\"never\");");
    assert_eq!((why, rust.notes.out.as_str()), (Why::Early, ""), "{rendered}");
    assert!(message.contains("invalid digit"), "{message}");
    let (_, _, rendered) = rust.fails("fresh + late");
    assert!(rendered.contains("fresh"), "a variable of a cell that failed is none: {rendered}");
    assert_eq!(rust.value("std::panic::catch_unwind(|| panic!(\"caught\")).is_err()"), "true");
    assert_eq!(rust.value("counts.len()"), "4");

    // Forms.
    let figure = "struct Figure; impl Figure { fn evcxr_display(&self) { \
                  println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n<svg/>\\nEVCXR_END_CONTENT\"); } } Figure";
    match rust.run(figure) {
        End::Done { forms } => assert_eq!(forms["image/svg+xml"], "<svg/>"),
        end => panic!("{end:?}"),
    }
    rust.value("bioxen::display(\"text/html\", \"<b>1</b>\"); bioxen::display(\"image/png\", [0x89, b'P']);");
    let shown: Vec<&str> =
        rust.notes.shown.iter().flat_map(|forms| forms.values()).map(String::as_str).collect();
    assert_eq!(shown, ["<b>1</b>", "iVA="]);
    assert_eq!(rust.value("bioxen::input(\"name: 1?\")?"), "\"answer to name: 1?\"");

    // Completion and what a name is.
    let code = "counts.pus";
    let (range, items) = rust.cells.complete(code, code.len(), &mut rust.notes).unwrap();
    assert_eq!(&code[range], "pus");
    assert!(items.iter().any(|item| item.code.starts_with("push")), "{items:?}");
    let found = rust.cells.inspect("double(1)", 3, &mut rust.notes).unwrap();
    let (text, _) = found.unwrap();
    assert!(text.contains("fn double(x: i32) -> i32"), "{text}");

    // A crate in a folder.
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("mine");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"mine\"\nversion = \"0.1.0\"\n")
        .unwrap();
    fs::write(folder.join("src/lib.rs"), "pub fn seven() -> i32 { 7 }\n").unwrap();
    assert_eq!(rust.value(&format!(":dep mine = {{ path = {folder:?} }}\nmine::seven()")), "7");
    assert_eq!(rust.value("mine::seven() + counts.len() as i32"), "11");

    // A cell that ends its process takes the variables with it, and says so.
    let (why, message, rendered) = rust.fails("println!(\"last\"); std::process::exit(3);");
    assert_eq!((why, rust.notes.out.as_str()), (Why::Died, "last\n"));
    assert!(message.contains("exit status: 3"), "{message}");
    assert!(rendered.contains("`counts`") && rendered.contains("are lost"), "{rendered}");
    assert_eq!(rust.value("double(mine::seven())"), "14");
    let (_, _, rendered) = rust.fails("panic!(\"again\")");
    assert!(rendered.contains("the cell panicked: again"), "{rendered}");
}

#[test]
fn the_engine_runs_a_network_of_the_user() {
    let mut rust = Rust::start();
    let code =
        "use bioxen::network::Network;\nlet network = Network::default();\nnetwork.reactions.len()";
    assert_eq!(rust.value(code), "0");
    assert_eq!(rust.value("use bioxen::engine::Interrupt; Interrupt::new().is_stopped()"), "false");
}

#[test]
fn missing_tools_are_named() {
    let home = tempfile::tempdir().unwrap();
    let script = home.path().join("without");
    let text = format!(
        "#!/bin/sh\nPATH=/nonexistent HOME=/nonexistent CARGO_HOME= RUSTUP_HOME= exec {PROGRAM} \"$@\"\n"
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let error = RustCells::start_program(&script, &mut Notes::default()).unwrap_err().to_string();
    assert!(error.contains("`cargo` is not on PATH") && error.contains("rustup.rs"), "{error}");
}
