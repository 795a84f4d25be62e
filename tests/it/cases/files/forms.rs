//! One sequence in many forms.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A file of SnapGene: the packets of the program, the bases and the features.
pub(super) fn dna(circular: bool, bases: &str, features: &str) -> Vec<u8> {
    let mut file = Vec::new();
    let mut packet = |kind: u8, contents: &[u8]| {
        file.push(kind);
        file.extend(u32::try_from(contents.len()).unwrap().to_be_bytes());
        file.extend(contents);
    };
    packet(9, b"SnapGene\0\x01\0\x0f\0\x13");
    packet(0, &[&[u8::from(circular)], bases.as_bytes()].concat());
    packet(8, b"a packet that nobody needs");
    let features =
        format!("<?xml version=\"1.0\"?><Features nextValidID=\"2\">{features}</Features>");
    packet(10, features.as_bytes());
    packet(6, b"<Notes><Organism>Inventia exempli</Organism></Notes>");
    file
}

pub(super) fn feature(name: &str, kind: &str, direction: u8, range: &str) -> String {
    format!(
        "<Feature name=\"{name}\" type=\"{kind}\" directionality=\"{direction}\"><Segment range=\"{range}\" color=\"#fff\"/><Q name=\"product\"><V text=\"&lt;html&gt;a &lt;b&gt;thing&lt;/b&gt;&lt;/html&gt;\"/></Q></Feature>"
    )
}

/// The same file through a change that means nothing gives the same genes.
#[test]
fn what_means_nothing_changes_nothing() {
    let tabs = |text: &str| {
        let line = |line: &str| match line.strip_prefix("                     ") {
            Some(rest) => format!("\t\t{rest}\n"),
            None => format!("{}\n", line.replacen("     CDS             ", "     CDS\t", 1)),
        };
        text.lines().map(line).collect::<String>()
    };
    let utf16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let lower = |text: &str| {
        let keys = ["LOCUS", "DEFINITION", "FEATURES", "ORIGIN\n", "CDS"];
        keys.iter().fold(text.to_owned(), |text, key| text.replace(key, &key.to_lowercase()))
    };
    for name in [
        "label_only.gb",
        "origin_span.gb",
        "no_stop.gb",
        "upper_circular.gb",
        "blank_line.gb",
        "snapgene_pDemo1.gb",
        "benchling_pDemo2.gb",
    ] {
        let text = text(name);
        let expected = genes(&import(name).genome);
        assert!(!expected.is_empty());
        let forms: [(&str, Vec<u8>); 13] = [
            ("CR LF", text.replace('\n', "\r\n").into_bytes()),
            ("CR", text.replace('\n', "\r").into_bytes()),
            ("BOM", format!("\u{feff}{text}").into_bytes()),
            ("UTF-16", utf16(&text)),
            ("tabs", tabs(&text).into_bytes()),
            ("blank lines", text.replace('\n', "\n\n").into_bytes()),
            ("blanks at the ends", text.replace('\n', "   \n").into_bytes()),
            ("lower case", lower(&text).into_bytes()),
            ("capitals", text.replace("circular", "CIRCULAR").into_bytes()),
            ("without the last line", text.replace("//\n", "").into_bytes()),
            ("a mail before it", format!("From: me\nSubject: plasmid\n\n{text}").into_bytes()),
            ("gzip", gzip(text.as_bytes())),
            ("two members of gzip", {
                let (first, second) = text.as_bytes().split_at(text.len() / 2);
                [gzip(first), gzip(second)].concat()
            }),
        ];
        for (form, bytes) in forms {
            let imported = import_bytes("t.gb", &bytes, &ImportOptions::default());
            let imported = imported.unwrap_or_else(|error| panic!("{name}, {form}: {error}"));
            assert_eq!(genes(&imported.genome), expected, "{name}, {form}");
        }
    }
    let latin1: Vec<u8> = text("label_only.gb")
        .replace("ampicillin", "37 \u{b0}C")
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    let imported = import_bytes("t.gb", &latin1, &ImportOptions::default()).unwrap();
    assert_eq!(imported.genome.genes()[0].product, "37 \u{b0}C resistance");
    assert!(told(&imported).contains("line 6 is not UTF-8"), "{}", told(&imported));
}

#[test]
fn a_snapgene_file_is_read_as_its_export_is() {
    let bases = format!("{}{}{}", &frame(30)[30..], "c".repeat(40), &frame(30)[..30]);
    let features = [
        feature("Amp R", "CDS", 1, "101-60"),
        feature("ori", "rep_origin", 2, "70-90"),
        feature("rev", "CDS", 2, "61-99"),
    ];
    let file = dna(true, &bases, &features.concat());
    let imported = import_bytes("mine.dna", &file, &ImportOptions::default()).unwrap();
    let exported =
        [cds("101..60", &["/label=\"Amp R\""]), cds("complement(61..99)", &["/label=\"rev\""])]
            .concat();
    let text = import_text(&record("circular", &exported, &bases)).unwrap();
    assert_eq!(genes(&imported.genome), genes(&text.genome));
    assert_eq!(imported.genome.gene("Amp_R").unwrap().protein_length, Some(29));
    assert_eq!(imported.genome.gene("Amp_R").unwrap().product, "a thing");
    assert_eq!(imported.genome.metadata.organism, "Inventia exempli");
    let packed = import_bytes("mine.dna.gz", &gzip(&file), &ImportOptions::default()).unwrap();
    assert_eq!(genes(&packed.genome), genes(&imported.genome));
}

#[test]
fn names_in_a_snapgene_file_are_plain_however_often_they_are_escaped() {
    for (written, name) in [
        ("lac&amp;amp;Z", "lac&Z"),
        ("&lt;i&gt;lacZ&lt;/i&gt;&amp;alpha;", "lacZ\u{3b1}"),
        ("&amp;lt;i&amp;gt;lacZ&amp;lt;/i&amp;gt;", "lacZ"),
        ("a &lt; b and c &gt; d", "a_<_b_and_c_>_d"),
    ] {
        let file = dna(true, &frame(30), &feature(written, "CDS", 1, "1-90"));
        let imported = import_bytes("mine.dna", &file, &ImportOptions::default()).unwrap();
        assert_eq!(imported.genome.genes()[0].name(), name, "{written}");
    }
}

#[test]
fn a_damaged_snapgene_file_says_what_to_do() {
    let file = dna(true, &frame(20), &feature("g", "CDS", 1, "1-60"));
    let error = |bytes: &[u8]| {
        import_bytes("t.dna", bytes, &ImportOptions::default()).map(|_| ()).unwrap_err().to_string()
    };
    for end in (19..file.len() - 70).step_by(7) {
        let error = error(&file[..end]);
        assert!(
            error.contains("export it as GenBank") || error.contains("annotates no gene"),
            "{error}"
        );
    }
    let mut huge = file.clone();
    huge[20..24].copy_from_slice(&[0xff; 4]);
    assert!(error(&huge).contains("cut off"), "{}", error(&huge));
    let twice = [&file[..], &file[19..]].concat();
    assert!(error(&twice).contains("two sequences"));
    let bad = dna(true, &frame(20), &feature("g", "CDS", 1, "1-x"));
    assert!(error(&bad).contains("`1-x` is no range"), "{}", error(&bad));
    let entities = dna(true, &frame(20), "<!DOCTYPE a [<!ENTITY b \"c\">]>&b;");
    assert!(error(&entities).contains("its XML"));
}

#[test]
fn other_files_are_named_with_what_to_do() {
    let error = |name: &str, bytes: &[u8]| {
        import_bytes(name, bytes, &ImportOptions::default()).map(|_| ()).unwrap_err().to_string()
    };
    for (bytes, words) in [
        (&b"PK\x03\x04 ..."[..], "unzip"),
        (b"\xfd7zXZ\0...", "xz -d"),
        (b"BZh91AY&SY", "bzip2 -d"),
        (b"\x28\xb5\x2f\xfd...", "zstd -d"),
        (b"%PDF-1.4", "as GenBank"),
        (b"\x00\x01\x02\x03", "is no text"),
        (b">seq 1\nACGT\n", "bioxen genome import annotation.gff3 --fasta"),
        (b"ID   X1; SV 1; linear; DNA\n", "EMBL"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x1f\x8b\x08\0broken", "cut off or damaged"),
        (b"chr\tme\tgene\t1\t90\t.\t+\t.\tgene_id \"a\"; gene_name \"b\";\n", "GTF"),
    ] {
        let error = error("t.xyz", bytes);
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("UTF-8"), "{error}");
    }
    let bomb = gzip(&vec![b'A'; genome::MAX_BYTES + 1]);
    assert!(error("t.gb.gz", &bomb).contains("larger than"), "{}", error("t.gb.gz", &bomb));
}

#[test]
fn genes_of_proteins_without_rows_of_coding_sequences_are_read_and_told() {
    let row = |place: &str, id: &str, kind: &str| {
        format!("chr1\tme\tgene\t{place}\t.\t+\t.\tID={id};Name={id};{kind}\n")
    };
    let rows = [
        row("100\t999", "alpha", "gene_biotype=protein_coding"),
        row("1200\t1300", "beta", "biotype=protein_coding"),
        row("1400\t1499", "gamma", "gene_biotype=tRNA"),
        "chr1\tme\tgene\t1600\t2199\t.\t+\t.\tID=g1;Name=delta;gene_biotype=protein_coding\n"
            .to_owned(),
        "chr1\tme\tCDS\t1603\t2199\t.\t+\t0\tID=c1;Parent=g1\n".to_owned(),
    ];
    let gff = format!("##gff-version 3\n##sequence-region chr1 1 5000\n{}", rows.concat());
    let import =
        |text: &str| import_bytes("t.gff3", text.as_bytes(), &ImportOptions::default()).unwrap();
    let found = import(&gff);
    let length =
        |imported: &Imported, name: &str| imported.genome.gene(name).unwrap().protein_length;
    assert_eq!(length(&found, "alpha"), Some(299));
    assert_eq!(length(&found, "delta"), Some(198));
    assert!(["beta", "gamma"].iter().all(|name| length(&found, name).is_none()));
    let told = told(&found);
    assert!(
        told.contains("alpha is annotated as the gene of a protein, without a CDS; the whole"),
        "{told}"
    );
    assert!(
        told.contains("beta is annotated as the gene of a protein")
            && told.contains("no protein here"),
        "{told}"
    );
    assert!(!told.contains("gamma is") && !told.contains("delta is"), "{told}");
    // With bases it has to read as a coding sequence.
    let bases = format!("{}{}{}", "c".repeat(99), frame(300), "c".repeat(5000 - 999));
    assert_eq!(length(&import(&format!("{gff}##FASTA\n>chr1\n{bases}\n")), "alpha"), Some(299));
    let none = "c".repeat(5000);
    assert_eq!(length(&import(&format!("{gff}##FASTA\n>chr1\n{none}\n")), "alpha"), None);
}

#[test]
fn gff3_finds_its_sequence_beside_it_or_within() {
    let gff = text("mini.gff3");
    let bases = format!("{}{}{}", "c".repeat(99), frame(300), "c".repeat(5000 - 999));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mini.fna.gz");
    std::fs::write(&path, gzip(format!(">chr1 all\n{bases}\n").as_bytes())).unwrap();
    let options = ImportOptions { fasta: Some(path), ..ImportOptions::default() };
    let beside = import_bytes("mini.gff3", gff.as_bytes(), &options).unwrap();
    let within = format!("{gff}##FASTA\n>chr1\n{bases}\n");
    let within = import_bytes("mini.gff3", within.as_bytes(), &ImportOptions::default()).unwrap();
    assert_eq!(genes(&beside.genome), genes(&within.genome));
    let alpha = beside.genome.gene("alpha").unwrap();
    assert_eq!((alpha.protein_length, alpha.product.as_str()), (Some(299), "alpha protein"));
    assert!(alpha.composition.is_some());
    let wrong = gff.replace("\t1200\t2099\t.\t-\t0", "\tx\t2099\t.\t-\t0");
    let error = import_bytes("t", wrong.as_bytes(), &ImportOptions::default()).unwrap_err();
    assert!(error.to_string().contains(":6: its start is `x`"), "{error}");
}

#[test]
fn one_of_several_records_is_chosen() {
    let two = format!("{}{}", text("label_only.gb"), text("no_stop.gb").replace("pDemo", "pOther"));
    let error = import_text(&two).unwrap_err();
    assert!(error.contains("has 2 sequences; choose one with --record: pDemo, pOther"), "{error}");
    let options = ImportOptions { record: Some("pOther".into()), ..ImportOptions::default() };
    let imported = import_bytes("t.gb", two.as_bytes(), &options).unwrap();
    assert_eq!(imported.genome.genes()[0].name(), "tagA");
}

#[test]
fn a_large_record_is_read() {
    let bases = "acgt".repeat(100_000);
    let many = |number: usize, place: fn(usize) -> String| {
        let feature = |i: usize| cds(&place(i), &[&format!("/label=\"g{i}\"")]);
        let features: String = (0..number).map(feature).collect();
        import_text(&record("linear", &features, &bases)).unwrap()
    };
    let imported = many(19_000, |i| format!("{}..{}", i * 20 + 1, i * 20 + 18));
    assert_eq!(imported.genome.genes().len(), 19_000);
    assert!(genome::telling(&imported.remarks).len() < 40);
    // Genes that lie over each other are not read for ever, and are all there.
    let imported = many(2_000, |_| "1..399999".to_owned());
    assert_eq!(imported.genome.genes().len(), 2_000);
    assert!(told(&imported).contains("lie over each other"));
}
