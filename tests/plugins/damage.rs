//! Ten thousand damaged plug-ins: none panics, none does harm, none leaves its folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{root, session};
use bioxen::lang::plugins::Loaded;
use bioxen::plugin::{Bundle, Plugin};

/// Numbers from a seed (xorshift of Marsaglia, J. Stat. Softw. 8:14, 2003).
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % below.max(1)
    }
}

type Files = BTreeMap<String, Vec<u8>>;

/// Texts that hostile hands put into files.
const WORDS: [&str; 24] = [
    "../../secret",
    "/etc/passwd",
    "nan",
    "-1",
    "1e308",
    "18446744073709551616",
    "",
    "\"",
    "[[",
    "]]",
    "\n#end 0\n",
    "\t",
    "fn f() { loop {} }",
    "loop {}",
    "import \"x\";",
    "${",
    "`",
    "\u{202e}",
    "\u{0}",
    "true",
    "[type]",
    "{}{}{}{}",
    "save_hypervisor(\"x\")",
    "= {",
];

fn damage(files: &mut Files, dice: &mut Dice) {
    for _ in 0..=dice.next(3) {
        let names: Vec<String> = files.keys().cloned().collect();
        let Some(name) = names.get(dice.next(names.len())).cloned() else { return };
        let mut bytes = files[&name].clone();
        let at = dice.next(bytes.len());
        match dice.next(11) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_within(at..),
            2 if !bytes.is_empty() => bytes[at] ^= 1 << dice.next(8),
            3 if !bytes.is_empty() => drop(bytes.remove(at)),
            4 | 5 => {
                let word = WORDS[dice.next(WORDS.len())].bytes();
                bytes.splice(at..at, word).for_each(drop);
            }
            6 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let mut lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    let (one, other) = (dice.next(lines.len()), dice.next(lines.len()));
                    match dice.next(3) {
                        0 => lines.swap(one, other),
                        1 => lines.insert(one, lines[other]),
                        _ => drop(lines.remove(one)),
                    }
                }
                bytes = lines.join("\n").into_bytes();
            }
            7 => {
                files.remove(&name);
                continue;
            }
            8 => {
                let other = names[dice.next(names.len())].clone();
                bytes = files[&other].clone();
            }
            9 => {
                let moved = format!("{name}{}", WORDS[dice.next(WORDS.len())]);
                files.insert(moved, bytes);
                continue;
            }
            _ => {
                // A number becomes another.
                let text = String::from_utf8_lossy(&bytes).into_owned();
                let digits: Vec<usize> = text
                    .char_indices()
                    .filter(|(_, c)| c.is_ascii_digit())
                    .map(|(at, _)| at)
                    .collect();
                if let Some(&at) = digits.get(dice.next(digits.len())) {
                    let word = WORDS[2 + dice.next(4)];
                    bytes.splice(at..=at, word.bytes()).for_each(drop);
                }
            }
        }
        files.insert(name, bytes);
    }
}

/// Writes what can be the name of a file below a folder; gives how many could.
fn write(folder: &Path, files: &Files) -> usize {
    let mut written = 0;
    for (name, bytes) in files {
        let plain = !name.contains("..") && !name.starts_with('/') && !name.contains('\0');
        let path = folder.join(name);
        let parent = path.parent().unwrap();
        if plain && fs::create_dir_all(parent).is_ok() && fs::write(&path, bytes).is_ok() {
            written += 1;
        }
    }
    written
}

/// `DAMAGED_PLUGINS` says how many; `make plugins-soak` takes 10 000.
#[test]
fn damaged_plugins_do_no_harm() {
    let many =
        std::env::var("DAMAGED_PLUGINS").ok().and_then(|n| n.parse().ok()).unwrap_or(1500_u64);
    let toy = Bundle::read(&root().join("tests/plugins/toy")).unwrap();
    let whole: Files =
        toy.names().map(|name| (name.to_owned(), toy.file(name).unwrap().to_vec())).collect();
    let home = tempfile::tempdir().unwrap();
    let secret = home.path().join("secret");
    fs::write(&secret, "nobody reads this").unwrap();
    let session = session(home.path());
    let (mut good, mut refused, mut lived) = (0, 0, 0);
    for seed in 1..=many {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut files = whole.clone();
        damage(&mut files, &mut dice);
        let folder = home.path().join("toy");
        write(&folder, &files);
        #[cfg(unix)]
        if seed % 7 == 0 {
            // A link out of it, in the place of a file or beside one.
            let names = ["genomes/toy.genome", "functions/more.rhai", "README.md", "packages"];
            let at = folder.join(names[dice.next(names.len())]);
            let _ = fs::remove_file(&at);
            let _ = std::os::unix::fs::symlink(&secret, &at);
        }
        match session.read_plugin(&folder) {
            Err(error) => {
                let text = error.to_string();
                assert!(!text.is_empty() && !text.contains("nobody reads this"), "{seed}: {text}");
                refused += 1;
            }
            Ok(loaded) => {
                good += 1;
                // What is accepted travels and is the same there.
                let packed = Arc::clone(loaded.plugin.bundle().packed());
                let again = Plugin::of(Bundle::unpack(&packed).unwrap(), "again").unwrap();
                assert_eq!(again.sha256(), loaded.plugin.sha256(), "{seed}");
                if lived < 40 {
                    lives(&folder, home.path(), &loaded, seed);
                    lived += 1;
                }
            }
        }
        // Packed contents are damaged, too.
        let mut packed = toy.packed().to_vec();
        let at = dice.next(packed.len());
        packed[at] ^= 1 << dice.next(8);
        packed.truncate(packed.len() - dice.next(3));
        assert!(Bundle::unpack(&packed).is_err(), "{seed}");
        fs::remove_dir_all(&folder).unwrap();
    }
    assert!(good > many / 100 && refused > many / 10, "{good} {refused}");
    // Nothing was written beside the plug-ins, and nothing changed.
    assert_eq!(fs::read_to_string(&secret).unwrap(), "nobody reads this");
    let left: Vec<String> = fs::read_dir(home.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left, ["secret"]);
}

/// Uses what was accepted: errors are errors, and nothing else happens.
fn lives(folder: &Path, home: &Path, loaded: &Loaded, seed: u64) {
    let mut options = super::options(home);
    options.load = vec![folder.to_owned()];
    options.limits.operations.text = Some(1_000_000);
    let mut session = bioxen::session::Session::new(options, Box::new(|_| {})).unwrap();
    let kind = loaded.plugin.type_facts().map_or("ecoli", |facts| facts.name.as_str());
    let text = format!(
        "let cell = create_bio_vm(\"cell\", \"{kind}\"); cell.start(); run(10.s); cell.install_package(\"toy_light\"); \
         cell.add_plasmid(\"toy_plasmid\"); run(10.s); cell.toy_lamp(2.0); toy_twice(4);"
    );
    if let Err(error) = session.eval(&text, "test") {
        let text = error.to_string();
        assert!(!text.contains("BioXen itself has failed"), "{seed}: {text}");
    }
}
