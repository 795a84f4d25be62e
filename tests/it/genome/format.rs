//! Faults in a genome file are found where they are.

use bioxen::genome::{self, GenomeError, Layout, Strand};

use crate::desk::cells;

/// Three genes on a circle of 1000 bp, the last across the origin.
pub(super) const SMALL: &str = "\
#bioxen-genome 1
#name: tiny
#organism: Test organism
#accession: none
#length: 1000 bp
#topology: circular
#translation_table: 11
#source: written by hand
#licence: none needed
#note: lengths in bp
#x-lab: 7
locus_tag\tsymbol\tkind\tstart[nt]\tend[nt]\tstrand\tprotein_length[aa]\ttpm[TPM]\toperon\trna_a[nt]\trna_c[nt]\trna_g[nt]\trna_u[nt]\tx-colour
T_1\tabcA\tCDS\t101\t199\t+\t32\t12.5\tabc\t20\t30\t40\t9\tred
T_2\tabcB\tCDS\t250\t300\t+\t16\t0\tabc\t\t\t\t\t
T_3\t\ttRNA\t951\t30\t-\t\t1e3\t\t20\t20\t20\t20\tdark blue
#end 3
";

/// The messages of everything wrong with a file.
fn faults(text: &str) -> Vec<String> {
    let all = genome::check(text.as_bytes(), "t", Layout::Plain, 100);
    let first = genome::read(text.as_bytes(), "t").err().map(|error| error.to_string());
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(first, all.first().cloned(), "read gives the first fault, check gives all");
    all
}

/// A cell of a table in which tabs and ends of lines are written as in strings.
fn plain(cell: &str) -> String {
    cell.replace(r"\t", "\t").replace(r"\n", "\n")
}

/// The messages after `old` is replaced by `new`, which must be there.
fn after(old: &str, new: &str) -> Vec<String> {
    assert!(SMALL.contains(old), "{old}");
    faults(&SMALL.replacen(old, new, 1))
}

#[test]
fn a_small_file_is_read() {
    let genome = genome::read(SMALL.as_bytes(), "t").unwrap();
    assert_eq!(genome.name, "tiny");
    assert_eq!(genome.metadata.extra, [("x-lab".to_owned(), "7".to_owned())]);
    let [first, second, third] = genome.genes() else { panic!("{:?}", genome.genes()) };
    assert_eq!((first.name(), first.place.length_nt, first.tpm), ("abcA", 99, Some(12.5)));
    assert_eq!((second.composition, second.extra[0].as_deref()), (None, None));
    assert_eq!(
        (third.name(), third.place.length_nt, third.place.strand),
        ("T_3", 80, Strand::Reverse)
    );
    assert_eq!(genome.operon_of(1), [0, 1]);
    assert_eq!(genome.transcription_unit_length(0), 200);
    let windows = SMALL.replace('\n', "\r\n");
    assert_eq!(genome::read(windows.as_bytes(), "t").unwrap(), genome);
    let marked = format!("\u{feff}{SMALL}");
    assert_eq!(genome::read(marked.as_bytes(), "t").unwrap(), genome);
}

#[test]
fn what_is_written_is_read_back() {
    let genome = genome::read(SMALL.as_bytes(), "t").unwrap();
    assert_eq!(genome::write(&genome).replace("\t1000\t", "\t1e3\t"), SMALL);
    for name in genome::shipped_names() {
        let genome = genome::shipped(name).unwrap();
        let text = genome::write(&genome);
        assert_eq!(genome::read(text.as_bytes(), "copy").unwrap(), *genome);
    }
}

#[test]
fn fields_are_checked_one_by_one() {
    for [old, new, message] in cells(
        r"
        \t12.5\t | \tNaN\t | t:13:27: tpm[TPM]: `NaN` is not a number such as 12, 0.5 or 1e3
        \t12.5\t | \t-1\t | t:13:27: tpm[TPM]: -1 is not between 0 and 1000000 TPM
        \t12.5\t | \t1e9\t | t:13:27: tpm[TPM]: 1e9 is not between 0 and 1000000 TPM
        \t101\t | \t1o1\t | t:13:14: start[nt]: `1o1` is not a whole number in plain digits
        \t101\t | \t\t | t:13:14: start[nt]: the field is empty; it needs a whole number in plain digits
        \t101\t | \t0\t | t:13:14: start[nt]: 0 is not between 1 and 1000000000 nt
        \t199\t | \t1001\t | t:13:18: end[nt]: position 1001 lies beyond the genome, which is 1000 bp long
        \t32\t | \t34\t | t:13:24: protein_length[aa]: a protein of 34 aa needs 102 nt, and the gene has 99
        \t20\t30 | \t21\t30 | t:13:1: rna_a to rna_u: A, C, G and U add up to 100 nt, and the gene has 99
        \t20\t30 | \t\t30 | t:13:1: rna_a to rna_u: give A, C, G and U of a gene, or none of them
        tRNA | trna | t:15:6: kind: `trna` is not one of CDS, rRNA, tRNA, tmRNA, ncRNA, pseudogene, other (did you mean `tRNA`?)
        \t30\t- | \t30\t. | t:15:18: strand: `.` is not one of +, -
        T_2 | T_1 | t:14:1: locus_tag: `T_1` is already the locus tag of the gene in line 13
        T_2 |  | t:14:1: locus_tag: the field is empty; it needs a name that no other gene has
        T_2 | T 2 | t:14:1: locus_tag: `T 2` contains ' ', which is not allowed here
        dark blue | dark blue  | t:15:38: x-colour: `dark blue ` begins or ends with a blank; remove it
        300\t+ | 300\t- | t:14:29: operon: the genes of operon `abc` lie on both strands; line 13 has the other
        \tred |  | t:13:1: line: the line has 13 tab-separated fields where there are 14 columns
        ",
    ) {
        assert_eq!(after(&plain(old), &plain(new)), [message]);
    }
}

#[test]
fn the_column_names_are_checked() {
    for [old, new, message] in cells(
        r"
        tpm[TPM] | tpm | t:12:67: column names: the column is written `tpm[TPM]`, not `tpm`
        tpm[TPM] | tmp[TPM] | t:12:67: column names: the column `tmp[TPM]` is not known (did you mean `tpm[TPM]`?); a column of your own starts with `x-`
        \toperon\t | \ttpm[TPM]\t | t:12:76: tpm[TPM]: the column is named twice
        ",
    ) {
        assert_eq!(after(&plain(old), &plain(new))[0], message);
    }
    let missing = after("\tstrand\t", "\tx-strand\t");
    assert_eq!(missing, ["t:12:1: column names: the column `strand` is missing"]);
    let many: String = (0..2000).map(|number| format!("\tx-{number}")).collect();
    let wide = after("\tx-colour", &format!("\tx-colour{many}"));
    assert!(wide.iter().any(|line| line.contains("more than 16 columns")), "{wide:?}");
}

#[test]
fn the_metadata_are_checked() {
    for [old, new, message] in cells(
        r"
        #bioxen-genome 1 | #bioxen-genome 2 | t:1:1: line: version `2` is not known; this program reads version 1
        #organism | #organsim | t:3:2: metadata: the key `organsim` is not known (did you mean `organism`?); a key of your own starts with `x-`
        #accession: none | #name: other | t:4:8: name: the key is already given in line 2
        1000 bp | 1000 kb | t:5:10: length: `1000 kb` is not a whole number in plain digits
        1000 bp | 99999999999 bp | t:5:10: length: 99999999999 is not between 1 and 1000000000 bp
        circular | round | t:6:12: topology: `round` is not one of circular, linear
        table: 11 | table: 7 | t:7:21: translation_table: `7` is not the number of an NCBI genetic code; 7, 8 and 17 to 20 do not exist
        #note: lengths | # lengths | t:10:1: metadata: `# lengths in bp` is not of the form `#key: value`
        #licence: none needed\n |  | t:11:1: licence: the line `#licence: ...` is missing above the column names
        circular | linear | t:15:15: end[nt]: the gene starts at 951 and ends before that, at 30; only on a circular genome may a gene do so
        ",
    ) {
        assert_eq!(after(&plain(old), &plain(new))[0], message);
    }
}

#[test]
fn a_file_that_was_cut_is_noticed_wherever_it_was_cut() {
    let whole = SMALL.trim_end();
    for end in 0..whole.len() {
        assert!(!faults(&whole[..end]).is_empty(), "cut after byte {end}");
    }
    assert_eq!(faults(whole), [] as [&str; 0]);
    let half = &SMALL[..SMALL.find("T_3").unwrap()];
    assert_eq!(
        faults(half),
        [
            "t:15:1: end of file: the file stops after 2 genes without its last line, `#end 2`: it was cut off"
        ]
    );
    let lost = after("T_2\tabcB\tCDS\t250\t300\t+\t16\t0\tabc\t\t\t\t\t\n", "");
    assert_eq!(
        lost,
        ["t:15:1: line: the last line states 3 genes and the file has 2: lines were lost or added"]
    );
    assert_eq!(
        after("#end 3\n", "#end 3\nT_4\n"),
        ["t:17:1: line: there is text after the last line, `#end ...`"]
    );
}

#[test]
fn everything_that_is_wrong_is_listed() {
    let text = SMALL.replace("circular", "round").replace("\t12.5\t", "\tNaN\t").replace("T_2", "");
    assert_eq!(faults(&text).len(), 3);
    let limited = genome::check(text.as_bytes(), "t", Layout::Plain, 2);
    assert_eq!(limited.len(), 2);
}

#[test]
fn what_is_no_genome_is_told_so() {
    assert_eq!(faults(""), ["t: is empty; a genome file starts with the line `#bioxen-genome 1`"]);
    assert_eq!(faults("\n \n").len(), 1);
    assert!(
        faults("LOCUS  X")[0]
            .ends_with("this looks like GenBank: `bioxen genome import` makes a genome file of it")
    );
    assert!(faults(">chr\nACGT")[0].ends_with("this looks like FASTA, which has no genes"));
    let binary = genome::read(b"#bioxen-genome 1\n#name: \xff", "t").unwrap_err().to_string();
    assert_eq!(
        binary,
        "t:2:8: text: the byte 0xff is not valid UTF-8 here; save the file as UTF-8"
    );
    let long = format!("{}\n", "x".repeat(1 << 20));
    assert!(faults(&long)[0].len() < 200);
}

#[test]
fn paths_that_are_no_genome_file_are_told_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = genome::read_file(folder.path()).unwrap_err();
    assert!(matches!(error, GenomeError::NotAFile { found: "a directory", .. }), "{error}");
    let error = genome::read_file(folder.path().join("none.genome")).unwrap_err();
    assert!(matches!(error, GenomeError::Unreadable { .. }), "{error}");
    #[cfg(unix)]
    {
        let error = genome::read_file("/dev/zero").unwrap_err();
        assert!(matches!(error, GenomeError::NotAFile { .. }), "{error}");
    }
    let path = folder.path().join("small.genome");
    std::fs::write(&path, SMALL).unwrap();
    assert_eq!(genome::read_file(&path).unwrap().genes().len(), 3);
    let big = std::fs::File::create(&path).unwrap();
    big.set_len(genome::MAX_BYTES as u64 + 1).unwrap();
    let error = genome::read_file(&path).unwrap_err();
    assert!(matches!(error, GenomeError::TooLarge { .. }), "{error}");
}
