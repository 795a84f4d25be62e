//! Lists and searches in the front ends.

use crate::repl::fed;

/// Whether it went well, and what the command says on both ways, with lines for its input.
fn bioxen(arguments: &[&str], input: &str) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = fed(folder.path(), arguments, input.as_bytes());
    let both = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(both).unwrap())
}

#[test]
fn the_dialogue_lists_variables_and_finds_words() {
    let input =
        "let dose = 50.uM;\nlet text = \"two\\nlines\";\n:who\n?oscillates\n?xylophone\n:help\n";
    let (_, said) = bioxen(&["repl"], input);
    assert!(said.contains("dose  Concentration  50 uM"), "{said}");
    assert!(said.contains("text  string         two .."), "{said}");
    assert!(said.contains("period(trace, quantity)"), "{said}");
    assert!(said.contains("nothing is known of `xylophone`"), "{said}");
    assert!(said.contains(":who") && said.contains("docs/language.md"), "{said}");
    let (_, none) = bioxen(&["repl"], ":who\n");
    assert!(none.contains("There is no variable"), "{none}");
}

#[test]
fn the_command_finds_functions_by_words() {
    let (well, found) = bioxen(&["docs", "--search", "fold change"], "");
    assert!(well && found.starts_with("fold_change("), "{found}");
    let (well, none) = bioxen(&["docs", "--search", "xylophone"], "");
    assert!(!well && none.contains("no function has `xylophone`"), "{none}");
}
