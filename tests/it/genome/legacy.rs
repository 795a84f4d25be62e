//! The form of the original project: read where it is consistent, refused by line where not.

use bioxen::genome::{self, GeneKind, Genome, Layout, Strand};

const PLAIN: &str = "\
# BioXen Genome Format v1.0
# Organism: Test organism
# Total genes: 3
# Genome size: 5,000 bp
# Format: start length end strand type gene_id description
#
     101    300      400  1  1  T_1                   first protein, of 99 aa
     450     76      525 -1  0  T_2                   a tRNA
     600    303      902 -1  1  T_3                   second protein
";

fn faults(text: &str, layout: Layout) -> Vec<String> {
    let all = genome::check(text.as_bytes(), "t", layout, 1000);
    let first = genome::read_with(text.as_bytes(), "t", layout).err();
    assert_eq!(first.map(|e| e.to_string()), all.first().map(ToString::to_string));
    all.iter().map(ToString::to_string).collect()
}

fn after(old: &str, new: &str) -> Vec<String> {
    assert!(PLAIN.contains(old), "{old}");
    faults(&PLAIN.replacen(old, new, 1), Layout::Plain)
}

/// The genes as the original project's shipped file holds them: midpoint, half-length and
/// distance from the midpoint before, each rounded down.
fn midpoints(genome: &Genome) -> String {
    let mut before = 0;
    let row = |gene: &genome::Gene| {
        let (middle, half) =
            ((gene.place.start + gene.place.end) / 2, (gene.place.end - gene.place.start) / 2);
        let distance = middle - std::mem::replace(&mut before, middle);
        let strand = if gene.place.strand == Strand::Forward { 1 } else { -1 };
        let kind = u8::from(gene.kind == GeneKind::Cds);
        format!(
            "{middle:8} {half:7} {distance:7} {strand:2}  {kind}  {}  Product\n",
            gene.locus_tag
        )
    };
    genome.genes().iter().map(row).collect()
}

#[test]
fn start_length_and_end_are_read() {
    let genome = genome::read(PLAIN.as_bytes(), "folder/old one.genome").unwrap();
    assert_eq!(genome.name, "old_one");
    assert_eq!(genome.metadata.organism, "Test organism");
    assert_eq!(genome.metadata.length_nt, 5000);
    let [first, second, third] = genome.genes() else { panic!("{:?}", genome.genes()) };
    assert_eq!((first.place.start, first.place.end, first.place.length_nt), (101, 400, 300));
    assert_eq!((first.kind, first.protein_length), (GeneKind::Cds, Some(99)));
    assert_eq!(first.product, "first protein, of 99 aa");
    assert_eq!((second.kind, second.place.strand), (GeneKind::Ncrna, Strand::Reverse));
    assert_eq!((second.protein_length, third.protein_length), (None, Some(100)));
    assert_eq!(first.part.essentiality, None);
    let copy = genome::write(&genome);
    assert_eq!(genome::read(copy.as_bytes(), "copy").unwrap(), genome);
    let bare: String =
        PLAIN.lines().filter(|l| !l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    assert_eq!(genome::read(bare.as_bytes(), "t").unwrap().metadata.length_nt, 902);
}

#[test]
fn inconsistent_rows_are_refused_by_line() {
    let cases = [
        (
            "      400 =>       401",
            "t:7:6: position: start 101, length 300 and end 401 contradict each other: a gene from 101 to 401 has length end - start + 1 = 301",
        ),
        (
            "      400 =>       100",
            "t:7:6: position: start 101, length 300 and end 100 contradict each other: a gene from 101 to 100 has length end - start + 1 = 0",
        ),
        (
            "101    300      400 =>   0      5        4",
            "t:7:8: position: a gene cannot start at 0: the first base is number 1",
        ),
        (
            "450     76 => 450    x76",
            "t:8:13: second field: `x76` is not a whole number in plain digits",
        ),
        (" -1  0 =>   0  0", "t:8:27: strand: `0` is not a strand: 1 or -1"),
        (
            "-1  0 => -1  9",
            "t:8:30: type: `9` is not a type: 1 protein, 0 RNA, 2 tRNA, 3 rRNA, 4 other RNA, 5 pseudogene",
        ),
        ("T_2 => T_1", "t:8:6: gene id: `T_1` is already the locus tag of the gene in line 7"),
        ("5,000 => 800", "t:9:6: end: position 902 lies beyond the genome, which is 800 bp long"),
        (
            "genes: 3 => genes: 4",
            "t:9:1: end of file: the header states 4 genes and the file has 3: lines were lost or added",
        ),
        (
            "a tRNA => ",
            "t:8:6: line: the row has 6 blank-separated fields where seven are needed: start, length, end, strand, type, gene id, description",
        ),
    ];
    for (change, message) in cases {
        let (old, new) = change.split_once(" => ").unwrap();
        assert_eq!(after(old, new)[0], message);
    }
    let two = PLAIN.replace("400", "401").replace("902", "903");
    assert_eq!(faults(&two, Layout::Plain).len(), 2);
}

#[test]
fn midpoints_are_recognised_and_refused() {
    let text = midpoints(&genome::shipped("syn3a").unwrap());
    let found = faults(&text, Layout::Plain);
    assert_eq!(found.len(), 1);
    assert!(
        found[0]
            .starts_with("t:1:1: line: the rows do not hold start, length and end: in 496 of 496"),
        "{}",
        found[0]
    );
    assert!(found[0].ends_with(
        "they hold midpoint, half-length and distance; give --legacy-midpoint to read them so"
    ));
    // Still when a row is lost or half the file is.
    let lines: Vec<&str> = text.lines().collect();
    let lost = [&lines[..10], &lines[11..]].concat().join("\n");
    assert!(faults(&lost, Layout::Plain)[0].contains("in 494 of 495"));
    assert!(faults(&lines[..248].join("\n"), Layout::Plain)[0].contains("in 248 of 248"));
}

#[test]
fn midpoints_are_read_when_asked_for() {
    let syn3a = genome::shipped("syn3a").unwrap();
    let coding_only = syn3a.genes().iter().filter(|gene| gene.kind == GeneKind::Cds);
    let text = midpoints(&syn3a);
    let read = genome::read_with(text.as_bytes(), "t", Layout::Midpoint).unwrap();
    assert_eq!(read.genes().len(), 496);
    for gene in coding_only {
        let found = read.gene(&gene.locus_tag).unwrap();
        assert_eq!(
            (found.place.start, found.place.end, found.place.strand),
            (gene.place.start, gene.place.end, gene.place.strand)
        );
        assert_eq!(found.protein_length, gene.protein_length);
    }
    for gene in syn3a.genes() {
        let found = read.gene(&gene.locus_tag).unwrap();
        assert_eq!(found.place.start, gene.place.start);
        assert!(gene.place.end - found.place.end <= 1);
    }
    // A row lost from the middle breaks the chain of distances.
    let lines: Vec<&str> = text.lines().collect();
    let lost = [&lines[..10], &lines[11..]].concat().join("\n");
    let found = faults(&lost, Layout::Midpoint);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("t:11:") && found[0].ends_with("a row is wrong or missing"),
        "{}",
        found[0]
    );
}

#[test]
fn midpoints_are_not_asked_for_in_vain() {
    let found = faults(PLAIN, Layout::Midpoint);
    assert_eq!(
        found,
        [
            "t:7:1: line: the rows do not hold midpoint, half-length and distance: in 3 of 3 they are start, length and end; leave out --legacy-midpoint"
        ]
    );
    let found = faults(super::format::SMALL, Layout::Midpoint);
    assert_eq!(
        found,
        ["t: is of BioXen's own format, which holds no midpoints; leave out --legacy-midpoint"]
    );
}

#[test]
fn midpoints_that_cannot_be_are_refused() {
    let row = |numbers: &str| format!("{numbers} 1 1 T_1 Product\n");
    let before = faults(&row("100 100 100"), Layout::Midpoint);
    assert_eq!(
        before,
        ["t:1:1: position: a gene with midpoint 100 and half-length 100 would start before base 1"]
    );
    let codons = faults(&row("100 30 100"), Layout::Midpoint);
    assert_eq!(
        codons,
        [
            "t:1:1: position: a protein-coding gene of half-length 30 has 61 or 62 nt, and neither is a whole number of codons"
        ]
    );
    assert!(genome::read_with(row("100 31 100").as_bytes(), "t", Layout::Midpoint).is_ok());
}
