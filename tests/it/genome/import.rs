//! Annotated sequences become genomes.

use std::path::{Path, PathBuf};

use bioxen::genome::{
    self, About, GeneKind, Genome, GenomeError, ImportError, ImportOptions, Imported, Molecule,
    Remark, Strand, Topology,
};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn options() -> ImportOptions {
    ImportOptions::default()
}

/// Options that say something of the sequence.
fn of(molecule: Molecule) -> ImportOptions {
    ImportOptions { molecule, ..options() }
}

fn import(path: &Path, options: &ImportOptions) -> Result<Imported, String> {
    genome::import(path, options).map_err(|error| error.to_string())
}

/// Imports a text as if it were in a file.
fn import_text(text: &str, options: &ImportOptions) -> Result<Imported, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, text).unwrap();
    let shown = path.display().to_string();
    import(&path, options).map_err(|message| message.replace(&shown, "text"))
}

fn genbank() -> String {
    std::fs::read_to_string(data("invented.gb")).unwrap()
}

fn gff() -> String {
    std::fs::read_to_string(data("invented.gff3")).unwrap()
}

/// What both samples hold.
fn check(genome: &Genome) {
    assert_eq!(genome.name, "invented");
    let metadata = &genome.metadata;
    assert_eq!(metadata.organism, "Inventia exempli");
    assert_eq!(metadata.accession, "TEST0001.1");
    assert_eq!((metadata.length_nt, metadata.topology), (1200, Topology::Circular));
    assert_eq!(metadata.translation_table, 11);
    assert_eq!(metadata.statements.licences, ["not stated"]);
    let found: Vec<_> = genome
        .genes()
        .iter()
        .map(|g| {
            let place = (g.place.start, g.place.end, g.place.strand, g.place.length_nt);
            (g.locus_tag.as_str(), g.kind, place, g.protein_length)
        })
        .collect();
    use GeneKind::{Cds, Pseudogene, Rrna, Trna};
    use Strand::{Forward, Reverse};
    assert_eq!(
        found,
        [
            ("INV_0001", Cds, (101, 199, Forward, 99), Some(32)),
            ("INV_0002", Cds, (301, 423, Reverse, 123), Some(40)),
            ("INV_0003", Cds, (501, 592, Forward, 92), Some(30)),
            ("INV_0004", Trna, (650, 724, Reverse, 75), None),
            ("INV_0005", Pseudogene, (800, 900, Forward, 101), None),
            ("INV_0006", Rrna, (910, 1000, Forward, 91), None),
            ("INV_0007", Cds, (1150, 48, Forward, 99), Some(32)),
        ]
    );
    let first = &genome.genes()[0];
    assert_eq!(first.names.symbol.as_deref(), Some("abcA"));
    assert_eq!(first.names.synonyms, ["oldA", "olderA"]);
    let product = "first invented protein, which has a name long enough to go on to the next line";
    assert_eq!(first.product, product);
    // abcA stands for two genes here.
    assert_eq!(first.name(), "INV_0001");
    assert_eq!(genome.gene("trnX").unwrap().product, "tRNA-Xaa");
    assert_eq!(first.tpm, None);
}

/// The base counts of three genes, counted by another program.
fn check_bases(genome: &Genome) {
    let bases = |name| {
        let count = genome.gene(name).unwrap().composition.unwrap();
        [count.a, count.c, count.g, count.u]
    };
    assert_eq!(bases("INV_0001"), [21, 17, 32, 29]);
    assert_eq!(bases("INV_0002"), [33, 33, 34, 23]);
    assert_eq!(bases("INV_0007"), [28, 14, 22, 35]);
}

/// Two genes of the example have one name.
fn shared() -> Remark {
    let genes = vec!["INV_0001".into(), "INV_0007".into()];
    Remark::Shared { name: "abcA".into(), genes }
}

#[test]
fn genbank_is_imported() {
    let imported = genome::import(data("invented.gb"), &options()).unwrap();
    check(&imported.genome);
    check_bases(&imported.genome);
    assert_eq!(imported.remarks, [shared()]);
}

#[test]
fn gff3_is_imported() {
    let imported = genome::import(data("invented.gff3"), &options()).unwrap();
    check(&imported.genome);
    assert_eq!(imported.genome.genes()[0].composition, None);
    assert_eq!(imported.remarks, [shared()]);
    let fasta = Some(data("invented.fna"));
    let imported = genome::import(data("invented.gff3"), &ImportOptions { fasta, ..options() });
    check(&imported.as_ref().unwrap().genome);
    check_bases(&imported.unwrap().genome);
    // The same with the sequence inside.
    let sequence = std::fs::read_to_string(data("invented.fna")).unwrap();
    let both = import_text(&format!("{}##FASTA\n{sequence}", gff()), &options()).unwrap();
    check_bases(&both.genome);
}

#[test]
fn what_is_given_by_hand_goes_first() {
    let given = ImportOptions {
        about: About {
            name: Some("mine".into()),
            organism: Some("Another  name".into()),
            licence: Some("CC0".into()),
        },
        molecule: Molecule { translation_table: Some(4), ..Molecule::default() },
        ..options()
    };
    let genome = genome::import(data("invented.gb"), &given).unwrap().genome;
    assert_eq!(genome.name, "mine");
    assert_eq!(genome.metadata.organism, "Another name");
    assert_eq!(genome.metadata.statements.licences, ["CC0"]);
    assert_eq!(genome.metadata.translation_table, 4);
}

#[test]
fn a_record_is_chosen_among_several() {
    let two = format!("{}{}", genbank(), genbank().replace("TEST0001", "TEST0002"));
    let error = import_text(&two, &options()).unwrap_err();
    assert_eq!(
        error,
        "text: has 2 sequences; choose one with --record: TEST0001.1, TEST0002.1; for a script, `bioxen genome import text --record TEST0001.1 -o one.genome` makes a file of it"
    );
    let ask = |name: &str| ImportOptions { record: Some(name.into()), ..options() };
    let genome = import_text(&two, &ask("TEST0002")).unwrap().genome;
    assert_eq!(genome.metadata.accession, "TEST0002.1");
    let error = import_text(&two, &ask("TEST003.1")).unwrap_err();
    assert!(
        error.ends_with("it has TEST0001.1, TEST0002.1 (did you mean `TEST0001.1`?)"),
        "{error}"
    );
}

#[test]
fn a_length_is_needed() {
    let bare: String = gff()
        .lines()
        .filter(|line| !line.starts_with("##sequence") && !line.contains("\tregion\t"))
        .map(|line| format!("{line}\n"))
        .collect();
    let error = import_text(&bare, &options()).unwrap_err();
    assert!(
        error.contains("give its sequence with --fasta or its length with --length"),
        "{error}"
    );
    let length_nt = Some(1200);
    let error = import_text(&bare, &of(Molecule { length_nt, ..Molecule::default() })).unwrap_err();
    assert_eq!(
        error,
        "text:18: gene INV_0007 ends at 1248, and the sequence has 1200 bp; only on a circular one (--topology circular) may it go on"
    );
    let longer = of(Molecule { length_nt: Some(1300), ..Molecule::default() });
    let linear = import_text(&bare, &longer).unwrap();
    assert_eq!(linear.remarks, [Remark::AssumedLinear, shared()]);
    let topology = Some(Topology::Circular);
    let circular =
        import_text(&bare, &of(Molecule { length_nt, topology, ..Molecule::default() })).unwrap();
    assert_eq!(circular.genome.genes().len(), 7);
}

#[test]
fn a_sequence_of_another_length_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.fna");
    std::fs::write(&path, ">TEST0001.1\nACGT\n").unwrap();
    let other = ImportOptions { fasta: Some(path), ..options() };
    let error = genome::import(data("invented.gff3"), &other).unwrap_err();
    let wanted = |error: &GenomeError| {
        matches!(
            error,
            GenomeError::Import(ImportError::OtherSequence { stated: 1200, found: 4, .. })
        )
    };
    assert!(wanted(&error), "{error}");
}

#[test]
fn odd_genes_are_remarked_on() {
    let same = genbank().replace("INV_0002", "INV_0001");
    let imported = import_text(&same, &options()).unwrap();
    let renamed = Remark::Renamed { name: "INV_0001".into(), given: "INV_0001_2".into() };
    assert_eq!(imported.remarks, [renamed, shared()]);
    assert_eq!(imported.genome.genes().len(), 7);
    let scattered = genbank().replace("join(501..560,560..592)", "join(560..592,501..560)");
    let left_out = |remarks: &[Remark]| match remarks {
        [Remark::LeftOut { gene, reason }, Remark::Shared { .. }] => {
            Some(format!("{gene}: {reason}"))
        }
        _ => None,
    };
    let circular = import_text(&scattered, &options()).unwrap();
    assert_eq!(
        left_out(&circular.remarks),
        Some("INV_0003: its parts are not in the order of the chromosome".into())
    );
    let strands =
        genbank().replace("join(501..560,560..592)", "join(501..560,complement(570..592))");
    let imported = import_text(&strands, &options()).unwrap();
    assert_eq!(left_out(&imported.remarks), Some("INV_0003: its parts lie on both strands".into()));
    let nameless: String = gff()
        .lines()
        .map(|line| if line.contains("\trRNA\t") { line.split_inclusive('\t').take(8).collect::<String>() + "." } else { line.to_owned() } + "\n")
        .collect();
    let imported = import_text(&nameless, &options()).unwrap();
    assert_eq!(imported.remarks, [Remark::Named { name: "rRNA_910_1000f".into() }, shared()]);
}

#[test]
fn files_that_cannot_be_imported_say_why() {
    let error = |text: &str| import_text(text, &options()).unwrap_err();
    assert!(error("hello").starts_with("text is neither GenBank"));
    assert!(error("").starts_with("text is neither GenBank"));
    assert!(
        error(super::format::SMALL)
            .ends_with("is a genome file already; there is nothing to import")
    );
    assert_eq!(error("##gff-version 2\n"), "text:1: version 2 of GFF is not read; 3 is");
    assert_eq!(error("##gff-version 3\n"), "text: has no annotated sequence");
    let broken = gff().replace("\t301\t423\t.\t-\t.\t", "\t301\tx\t.\t-\t.\t");
    assert!(error(&broken).starts_with("text:8: "), "{}", error(&broken));
    let bad_locus = genbank().replace("1200 bp", "many bp");
    assert!(error(&bad_locus).contains("LOCUS line"), "{}", error(&bad_locus));
    let beyond = genbank().replace("910..1000", "910..5000");
    assert_eq!(error(&beyond), "text:63: gene INV_0006 ends at 5000, and the sequence has 1200 bp");
    let deep = genbank().replace("910..1000", &"complement(".repeat(100_000));
    assert!(error(&deep).contains("is no location of a sequence"));
    let text = genbank();
    for part in 1..20 {
        let half = &text[..text.len() * part / 20];
        assert!(import_text(half, &options()).is_err(), "cut after {part} of 20 parts");
    }
    let missing = import(&data("none.gb"), &options()).unwrap_err();
    assert!(missing.contains("cannot be read"), "{missing}");
    let folder = import(&data(""), &options()).unwrap_err();
    assert!(folder.contains("is a directory"), "{folder}");
}

#[test]
fn the_original_projects_form_is_imported() {
    let text = "100 31 100 1 1 T_1 Product\n200 10 100 -1 0 T_2 Product\n";
    let error = import_text(text, &options()).unwrap_err();
    assert!(error.ends_with("give --legacy-midpoint to read them so"), "{error}");
    let layout = genome::Layout::Midpoint;
    let given =
        ImportOptions { layout, ..of(Molecule { length_nt: Some(1000), ..Molecule::default() }) };
    let imported = import_text(text, &given).unwrap();
    assert_eq!(imported.genome.metadata.length_nt, 1000);
    assert_eq!(imported.genome.genes()[0].place.length_nt, 63);
    assert_eq!(imported.remarks.len(), 2);
    let short =
        ImportOptions { layout, ..of(Molecule { length_nt: Some(150), ..Molecule::default() }) };
    assert!(
        import_text(text, &short)
            .unwrap_err()
            .contains("lies beyond the genome, which is 150 bp long")
    );
}

#[test]
fn a_genome_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.genome");
    let genome = genome::import(data("invented.gb"), &options()).unwrap().genome;
    genome::write_file(&genome, &path, false).unwrap();
    assert_eq!(genome::read_file(&path).unwrap(), genome);
    let syn3a = genome::shipped("syn3a").unwrap();
    let error = genome::write_file(&syn3a, &path, false).unwrap_err();
    assert!(matches!(error, GenomeError::Exists { .. }), "{error}");
    assert_eq!(genome::read_file(&path).unwrap(), genome);
    genome::write_file(&syn3a, &path, true).unwrap();
    assert_eq!(genome::read_file(&path).unwrap(), *syn3a);
    let error = genome::write_file(&genome, folder.path(), true).unwrap_err();
    assert!(matches!(error, GenomeError::Exists { .. }), "{error}");
    let error = genome::write_file(&genome, folder.path().join("no/such/file"), true).unwrap_err();
    assert!(matches!(error, GenomeError::Unwritable { .. }), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
