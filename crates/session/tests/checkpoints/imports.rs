//! Scripts that were imported come back as they were, and are not run again.

use super::life::Life;
use bioxen_lang::WorldOptions;

fn life(folder: &std::path::Path) -> Life {
    Life::with(WorldOptions { read_dir: folder.to_owned(), ..WorldOptions::default() })
}

#[test]
fn imported_scripts_come_back_without_their_files() {
    let folder = std::env::temp_dir().join(format!("bioxen-imports-{}", std::process::id()));
    std::fs::create_dir_all(folder.join("lib")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write(
        "lib/inner.rhai",
        "const K = 4; fn twice(x) { x * 2 * global::K } export const base = 3;",
    );
    write(
        "lib/outer.rhai",
        "import \"inner\" as inner; print(\"run\"); const SCALE = 10; export let start = now(); \
         fn broken() { import \"inner\" as late; late::twice(1) + [1][3] } private fn hidden(x) { x + global::SCALE } \
         fn made(n) { |x| inner::twice(x) + hidden(n) + inner::base } export const f = |x| x + 1;",
    );
    let before = [
        "import \"lib/outer\" as outer; let f = outer::made(1); every(1.min, || print(outer::made(2).call(1)));",
        "fn through(x) { outer::made(x).call(x) } let g = outer::f; f.call(1)",
        "create_bio_vm(\"a\", \"ecoli\").start(); run(70.s);",
    ];
    let after = [
        "f.call(2)",
        "through(5)",
        "g.call(1) + outer::f.call(2)",
        "outer::inner::twice(3)",
        "outer::start",
        "run(60.s);",
        "outer::hidden(1)",
        "outer::inner::twice(\"x\")",
    ];
    let mut one = life(&folder);
    before.iter().for_each(|text| drop(one.says(text)));
    let checkpoint = one.state();
    assert!(checkpoint.left_out.is_empty(), "{:?}", checkpoint.left_out);
    let broken = one.says("outer::broken()");
    assert!(broken.contains("lib/outer"), "{broken}");
    let expected: Vec<String> = after.iter().map(|text| one.says(text)).collect();
    assert!(expected[0].contains("30"), "{expected:?}");
    let again_imported = one.says("import \"lib/outer\" as other; other::f.call(1)");
    assert!(again_imported.contains('2') && !again_imported.contains("run"), "{again_imported}");
    let mut again = life(&folder);
    again.session.restore(&checkpoint.bytes).unwrap();
    assert!(again.state().bytes == checkpoint.bytes);
    assert_eq!(again.says("import \"lib/outer\" as other; other::f.call(1)"), again_imported);
    assert_eq!(again.says("outer::broken()"), broken);
    std::fs::remove_dir_all(&folder).unwrap();
    let mut again = life(&folder);
    again.session.restore(&checkpoint.bytes).unwrap();
    for (text, expected) in after.iter().zip(&expected) {
        assert_eq!(&again.says(text), expected, "{text}");
    }
}
