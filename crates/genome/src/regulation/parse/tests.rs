//! What a table of regulation may say.

use super::*;
use proptest::prelude::*;

const COLUMNS: &str = "operon\tgenes\tregulator\tkind\teffectors\tlog2_fold\tby_gene\tbasis";

fn of_row(row: &str) -> String {
    parse(&format!("{COLUMNS}\n{row}")).unwrap_err().to_string()
}

fn fault(kind: &str, effectors: &str, log2_fold: &str) -> String {
    of_row(&format!("lac\tlacZ\tLacI\t{kind}\t{effectors}\t{log2_fold}\t\tx"))
}

#[test]
fn what_is_wrong_is_said_with_its_line_and_the_right_form() {
    let error = parse(&format!("#x\n{COLUMNS}\nlac\tlacZ\n")).unwrap_err();
    let expected = "line 3 of the table of regulation: 2 cells in place of 8";
    assert!(error.to_string().starts_with(expected), "{error}");
    let cases = [
        ("represser", "IPTG=hill:1:1:1", "1", "did you mean `repressor`?"),
        ("repressor", "IPTG=hil:1:1:1", "1", "did you mean `hill`?"),
        ("repressor", "IPTG=hill:1:1", "1", "is to be written hill:KD[uM]:N:ACCUMULATION"),
        ("repressor", "IPTG", "1", "is to be written SUBSTANCE=LAW:NUMBERS"),
        ("repressor", "IPTG=hill:1:x:1", "1", "`x` is no number"),
        ("repressor", "IPTG=hill:1:1:1", "inf", "`inf` is no number"),
        ("activator", "cAMP=cline:1.8:18:50:52", "1", "must be above 0 and up to 1"),
        ("activator", "cAMP=cline:0.8:60:50:52", "1", "must be above 1 and up to the fold"),
        ("activator", "cAMP=cline:0.8:18:50:0", "1", "Kd is 0; it must be from 1e-9"),
        ("looping:lacI:11", "IPTG=hill:1:1:1", "10", "looping:GENE:TETRAMERS"),
        ("looping:lacI:11:-15.3:-13.9:4.6e6", "IPTG=hill:1:1:1", "3", "leaves no loop"),
        ("repressor", "IPTG=hill:0:1:1", "1", "Kd is 0; it must be from 1e-9 to 1e9 uM"),
        ("repressor", "IPTG=hill:1:-1:1", "1", "the number of sites is -1"),
        ("repressor", "IPTG=hill:1:1:-5", "1", "the accumulation is -5"),
        ("repressor", "IPTG=hill:100:1e300:1", "1", "from 0.1 to 20"),
        ("repressor", "IPTG=mwc:-1:0.5:4:2", "1", "Kd of the active state is -1"),
        ("repressor", "IPTG=mwc:139:0:4:2", "1", "Kd of the inactive state is 0"),
        ("repressor", "IPTG=mwc:139:0.5:1e5:2", "1", "the energy is 100000"),
        ("repressor", "IPTG=mwc:139:0.5:4:0", "1", "the number of sites is 0"),
        ("activator", "IPTG=hill:1:1:1", "-2", "a fold is -2; it must be from 0 to 40"),
        (
            "repressor",
            "IPTG=hill:1:1:1;IPTG=hill:2:1:1",
            "1",
            "the effector IPTG stands there twice",
        ),
        ("repressor", "=hill:1:1:1", "1", "the cell of the effector is empty"),
    ];
    for (kind, effectors, fold, expected) in cases {
        let found = fault(kind, effectors, fold);
        assert!(found.contains(expected), "{found}");
    }
    for (row, expected) in [
        ("a\tx,x\tR\trepressor\tc=hill:1:1:1\t1\t\ts", "the gene x stands there twice"),
        ("a\tx,\tR\trepressor\tc=hill:1:1:1\t1\t\ts", "the cell of the gene is empty"),
        ("a\t\tR\trepressor\tc=hill:1:1:1\t1\t\ts", "the cell of the genes is empty"),
        ("\tx\tR\trepressor\tc=hill:1:1:1\t1\t\ts", "the cell of the operon is empty"),
        (
            "a\tx\tR\trepressor\tc=hill:1:1:1\t1\ty:3\ts",
            "names y, which the operon a does not have",
        ),
        ("a\tx\tR\trepressor\tc=hill:1:1:1\t1\tx:3,x:2\ts", "`by_gene` x stands there twice"),
        ("a\tx\tR\trepressor\tc=hill:1:1:1\t1\tx:-3\ts", "a fold is -3"),
        (
            "a\tx\tR\trepressor\tc=hill:1:1:1\t1\t\ts\na\ty\tS\trepressor\tc=hill:1:1:1\t1\t\ts",
            "line 3 of the table of regulation: operon a has other genes",
        ),
        (
            "a\tx\tR\trepressor\tc=hill:1:1:1\t1\t\ts\nb\ty,x\tS\trepressor\tc=hill:1:1:1\t1\t\ts",
            "line 3 of the table of regulation: the gene x is in the operons a and b",
        ),
    ] {
        let found = of_row(row);
        assert!(found.contains(expected), "{found}");
    }
}

/// What is around the rows counts, too: nonsense is no table without rows.
#[test]
fn a_table_is_whole_or_refused() {
    let row = "a\tx\tR\trepressor\tc=hill:1:1:1\t1\t\ts";
    for (text, expected) in [
        (
            "hello".to_owned(),
            "line 1 of the table of regulation: the columns must be operon, genes",
        ),
        (String::new(), "the columns must be"),
        ("#bioxen-regulation 2\n".to_owned(), "the columns must be"),
        (format!("#bioxen-regulation 3\n{COLUMNS}\n{row}\n"), "version 3 of the format"),
        (format!("{COLUMNS}\n"), "there are no rows"),
        (format!("{COLUMNS}\n{row}\n#end 2\n"), "`#end 2` ends a table with 1 rows"),
        (format!("{COLUMNS}\n#end 1\n{row}\n"), "`#end 1` ends a table with 0 rows"),
        (format!("{row}\n{COLUMNS}\n"), "the columns must be"),
    ] {
        let found = parse(&text).unwrap_err().to_string();
        assert!(found.contains(expected), "{text}: {found}");
    }
    for text in [
        format!("{COLUMNS}\n{row}"),
        format!("#bioxen-regulation 2\n#x\n{COLUMNS}\n{row}\n#end 1\n"),
    ] {
        assert_eq!(parse(&text).unwrap().len(), 1);
    }
}

proptest! {
    /// Whatever passes acts within its bounds, at all concentrations.
    #[test]
    fn what_is_read_gives_activities(
        numbers in prop::array::uniform4(-3.0..3.0_f64), law in 0..2_usize, kind in 0..4_usize,
        log2 in 0.0..40.0_f64, mm in 0.0..1e3_f64,
    ) {
        struct One(f64);
        impl super::super::Concentrations for One {
            fn millimolar(&self, _: &str) -> f64 {
                self.0
            }
        }
        let [a, b, c, d] = numbers.map(|x| 10f64.powf(x));
        let effector = match law {
            0 => format!("c=hill:{a}:{b}:{c}"),
            _ => format!("c=mwc:{a}:{b}:{}:{d}", 10.0 * numbers[2]),
        };
        let text = format!("{COLUMNS}\na\tx\tR\t{}\t{effector}\t{log2}\t\ts", KINDS[kind]);
        if let Ok(operons) = parse(&text) {
            for mm in [0.0, mm, 1e12] {
                let medium = One(mm);
                let around = super::super::Circumstances::of_wild_type(&medium);
                let activity = operons[0].activity("x", &around);
                prop_assert!((0.0..=1.0 + 1e-12).contains(&activity), "{text}: {activity}");
            }
        }
    }
}
