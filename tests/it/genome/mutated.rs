//! Damaged files: no reader panics or hangs on them, and none of them is read as something else.

use std::path::Path;

use bioxen::genome::plasmid::PlasmidFacts;
use bioxen::genome::{self, ImportOptions, Layout, PlasmidOptions};
use proptest::prelude::*;

/// One kind of damage. The numbers choose where, wrapped to what there is.
#[derive(Debug, Clone)]
enum Damage {
    Flip(usize, u8),
    Insert(usize, Vec<u8>),
    Remove(usize, usize),
    Cut(usize),
    DropLine(usize),
    DoubleLine(usize),
    SwapLines(usize, usize),
    SwapFields(usize, usize, usize),
    SetField(usize, usize, &'static str),
}

/// What a field is replaced by.
const ODD: &[&str] = &[
    "",
    "0",
    "-1",
    "1e308",
    "NaN",
    "inf",
    "-0",
    "4294967295",
    "4294967296",
    "999999999999",
    "1000000000",
    "+",
    "-",
    "CDS",
    "\u{1F9EC}",
    "a b",
    "\"",
    ";",
    "join(1..9,complement(3))",
    "9..1",
    "x-",
    "#end 2",
    "#",
    ">",
    "1..-9223372036854775808",
    "%00",
    "=;=",
    "\r",
    "2147483648",
];

fn damage() -> impl Strategy<Value = Damage> {
    let at = 0_usize..10_000;
    prop_oneof![
        (at.clone(), any::<u8>()).prop_map(|(a, b)| Damage::Flip(a, b)),
        (at.clone(), prop::collection::vec(any::<u8>(), 1..12))
            .prop_map(|(a, b)| Damage::Insert(a, b)),
        (at.clone(), 1_usize..40).prop_map(|(a, b)| Damage::Remove(a, b)),
        at.clone().prop_map(Damage::Cut),
        at.clone().prop_map(Damage::DropLine),
        at.clone().prop_map(Damage::DoubleLine),
        (at.clone(), at.clone()).prop_map(|(a, b)| Damage::SwapLines(a, b)),
        (at.clone(), at.clone(), at.clone()).prop_map(|(a, b, c)| Damage::SwapFields(a, b, c)),
        (at.clone(), at, prop::sample::select(ODD)).prop_map(|(a, b, c)| Damage::SetField(a, b, c)),
    ]
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    prop::collection::vec(damage(), 1..6)
}

/// A file after its damage. Fields are separated by `separator`.
fn apply(text: impl AsRef<[u8]>, separator: u8, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_ref().to_vec();
    for damage in damages {
        let length = bytes.len().max(1);
        let mut lines: Vec<Vec<u8>> = bytes.split(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
        let count = lines.len();
        match damage {
            Damage::Flip(at, mask) => {
                if let Some(byte) = bytes.get_mut(at % length) {
                    *byte ^= mask;
                }
                continue;
            }
            Damage::Insert(at, new) => {
                let at = at % (bytes.len() + 1);
                bytes.splice(at..at, new.iter().copied());
                continue;
            }
            Damage::Remove(at, many) => {
                let at = at % length;
                bytes.drain(at.min(bytes.len())..(at + many).min(bytes.len()));
                continue;
            }
            Damage::Cut(at) => {
                bytes.truncate(at % length);
                continue;
            }
            Damage::DropLine(line) => drop(lines.remove(line % count)),
            Damage::DoubleLine(line) => {
                let double = lines[line % count].clone();
                lines.insert(line % count, double);
            }
            Damage::SwapLines(a, b) => lines.swap(a % count, b % count),
            Damage::SwapFields(line, a, b) => {
                edit(&mut lines[line % count], separator, |fields| {
                    let count = fields.len();
                    fields.swap(a % count, b % count);
                });
            }
            Damage::SetField(line, field, value) => {
                edit(&mut lines[line % count], separator, |fields| {
                    let count = fields.len();
                    fields[field % count] = value.as_bytes().to_vec();
                });
            }
        }
        bytes = lines.join(&b'\n');
    }
    bytes
}

fn edit(line: &mut Vec<u8>, separator: u8, change: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut fields: Vec<Vec<u8>> = line.split(|b| *b == separator).map(<[u8]>::to_vec).collect();
    change(&mut fields);
    *line = fields.join(&separator);
}

/// A file is either refused for a reason that can be printed, or read as a genome that can be
/// written and read again.
fn survives(bytes: &[u8], layout: Layout) -> Result<(), TestCaseError> {
    let faults = genome::check(bytes, "t", layout, 50);
    match genome::read_with(bytes, "t", layout) {
        Ok(genome) => {
            prop_assert!(faults.is_empty(), "{faults:?}");
            let copy = genome::read(genome::write(&genome).as_bytes(), "copy");
            prop_assert_eq!(copy.map_err(|error| error.to_string()), Ok(genome));
        }
        Err(error) => {
            let first = faults.first().map(ToString::to_string);
            prop_assert_eq!(Some(error.to_string()), first);
            for fault in &faults {
                let message = fault.to_string();
                prop_assert!(message.len() < 1000 && !message.contains('\n'), "{}", message);
            }
        }
    }
    Ok(())
}

const PLAIN: &str = "\
# BioXen Genome Format v1.0
# Organism: Test organism
# Total genes: 3
# Genome size: 5,000 bp
101 300 400 1 1 T_1 first protein
450 76 525 -1 0 T_2 a tRNA
600 303 902 -1 1 T_3 second protein
";

const MIDPOINT: &str = "\
100 31 100 1 1 T_1 Product
200 10 100 -1 0 T_2 Product
400 55 200 -1 1 T_3 Product
900 100 500 1 1 T_4 Product
";

fn import(folder: &Path, bytes: &[u8]) -> Result<(), TestCaseError> {
    let path = folder.join("damaged");
    std::fs::write(&path, bytes)?;
    match genome::import(&path, &ImportOptions::default()) {
        Ok(imported) => {
            let text = genome::write(&imported.genome);
            let copy = genome::read(text.as_bytes(), "copy").map_err(|error| error.to_string());
            prop_assert_eq!(copy, Ok(imported.genome));
        }
        Err(error) => prop_assert!(error.to_string().len() < 2000),
    }
    Ok(())
}

/// A file is either refused for a reason that can be printed, or a plasmid.
fn plasmid(folder: &Path, bytes: &[u8]) -> Result<(), TestCaseError> {
    let path = folder.join("damaged");
    std::fs::write(&path, bytes)?;
    match PlasmidFacts::open(&path, "damaged", PlasmidOptions::default()) {
        Ok((facts, remarks)) => {
            let text = genome::write(facts.genome());
            let copy = PlasmidFacts::read(text.as_bytes(), "copy").map_err(|e| e.to_string());
            prop_assert_eq!(copy, Ok(facts));
            prop_assert!(genome::telling(&remarks).len() < 200);
        }
        Err(error) => prop_assert!(error.to_string().len() < 2000),
    }
    Ok(())
}

fn sample(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(10_000))]

    #[test]
    fn genome_files(damages in damages()) {
        survives(&apply(super::format::SMALL, b'\t', &damages), Layout::Plain)?;
    }

    #[test]
    fn legacy_files(damages in damages()) {
        survives(&apply(PLAIN, b' ', &damages), Layout::Plain)?;
    }

    #[test]
    fn legacy_midpoint_files(damages in damages()) {
        survives(&apply(MIDPOINT, b' ', &damages), Layout::Midpoint)?;
    }
}

#[test]
fn genbank_files() {
    let (text, folder) = (sample("invented.gb"), tempfile::tempdir().unwrap());
    proptest!(config(3000), |(damages in damages())| {
        import(folder.path(), &apply(&text, b' ', &damages))?;
    });
}

#[test]
fn files_of_plasmid_editors() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["label_only.gb", "origin_span.gb", "snapgene_pDemo1.gb", "benchling_pDemo2.gb"];
    let texts = names.map(|name| sample(&format!("cases/files/{name}")));
    proptest!(config(3000), |(which in 0..texts.len(), damages in damages())| {
        let bytes = apply(&texts[which], b' ', &damages);
        import(folder.path(), &bytes)?;
        plasmid(folder.path(), &bytes)?;
    });
}

#[test]
fn snapgene_files() {
    let folder = tempfile::tempdir().unwrap();
    let bases = "atggctgcttaacc".repeat(20);
    let features = "<Features><Feature name=\"KanR\" type=\"CDS\" directionality=\"1\">\
        <Segment range=\"270-12\"/><Q name=\"note\"><V text=\"a &lt;b&gt;c\"/></Q></Feature>\
        <Feature name=\"ori\" type=\"rep_origin\" directionality=\"2\"><Segment range=\"20-90\"/></Feature></Features>";
    let packet = |kind: u8, contents: &[u8]| {
        let length = u32::try_from(contents.len()).unwrap().to_be_bytes();
        [&[kind][..], &length, contents].concat()
    };
    let file = [
        packet(9, b"SnapGene\0\x01\0\x0f\0\x13"),
        packet(0, format!("\u{1}{bases}").as_bytes()),
        packet(10, features.as_bytes()),
    ]
    .concat();
    import(folder.path(), &file).unwrap();
    proptest!(config(3000), |(damages in damages())| {
        let bytes = apply(&file, b' ', &damages);
        import(folder.path(), &bytes)?;
        plasmid(folder.path(), &bytes)?;
    });
}

#[test]
fn compressed_files() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(sample("cases/files/label_only.gb").as_bytes()).unwrap();
    let file = encoder.finish().unwrap();
    import(folder.path(), &file).unwrap();
    proptest!(config(3000), |(at in 0..file.len(), mask in 1_u8.., cut in 0..file.len())| {
        let mut bytes = file.clone();
        bytes[at] ^= mask;
        import(folder.path(), &bytes)?;
        bytes.truncate(cut);
        import(folder.path(), &bytes)?;
    });
}

#[test]
fn gff3_files() {
    let (text, folder) = (sample("invented.gff3"), tempfile::tempdir().unwrap());
    let text = format!("{text}##FASTA\n{}", sample("invented.fna"));
    proptest!(config(3000), |(damages in damages())| {
        import(folder.path(), &apply(&text, b'\t', &damages))?;
    });
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn random_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes, Layout::Plain)?;
        survives(&bytes, Layout::Midpoint)?;
        let headed = [b"#bioxen-genome 1\n", bytes.as_slice()].concat();
        survives(&headed, Layout::Plain)?;
    }

    #[test]
    fn a_shipped_file_cut_anywhere_is_refused(part in 0.0..1.0_f64) {
        let text = include_str!("../../../genomes/minimal.genome").trim_end();
        let end = (text.len() as f64 * part) as usize;
        prop_assert!(genome::read(&text.as_bytes()[..end], "t").is_err());
    }
}
