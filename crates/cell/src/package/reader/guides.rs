//! RNAs that lead a protein to a promoter.

use super::{Known, MOST_LINKS, Table, needed, positive, tables, text_of};
use crate::package::model::{Guide, Promoter, Target};
use bioxen_base::nearest::{hint, nearest};
use bioxen_base::problem::Problems;

const KEYS: [&str; 7] = ["rna", "protein", "promoter", "gene", "max_fold", "half", "kd"];

/// The guides. Genes of other packages may be part of them if there are any.
pub(super) fn guides(
    found: &mut Problems,
    map: &Table,
    known: &Known<'_>,
    promoters: &[Promoter],
) -> Vec<Guide> {
    let all: Vec<Option<Guide>> = tables(found, map, "guide")
        .into_iter()
        .map(|(path, table)| guide(found, table, &path, known, promoters))
        .collect();
    if all.len() > MOST_LINKS {
        found.add("guide", &format!("there are more than {MOST_LINKS} guides"));
    }
    for (at, guide) in all.iter().enumerate() {
        let same = |other: &Guide| {
            guide.as_ref().is_some_and(|guide| {
                (&other.rna, &other.protein, &other.target)
                    == (&guide.rna, &guide.protein, &guide.target)
            })
        };
        if all[..at].iter().flatten().any(same) {
            let what = "leads the same RNA and protein to the same target as one before";
            found.add(&format!("guide[{at}]"), what);
        }
    }
    all.into_iter().flatten().collect()
}

fn guide(
    found: &mut Problems,
    table: &Table,
    path: &str,
    known: &Known<'_>,
    promoters: &[Promoter],
) -> Option<Guide> {
    found.keys(table, path, &KEYS);
    let mut gene = |key: &str, is_rna: bool| {
        needed(found, table, path, key)?;
        let name = text_of(found, table, path, key, false)?;
        let what = if is_rna { "of the kind RNA" } else { "of a protein" };
        match known.gene(&name) {
            Some(gene) if gene.is_rna != is_rna => {
                found
                    .add(&format!("{path}{key}"), &format!("is `{name}`, which is no gene {what}"));
            }
            None if !known.depends => {
                let near = known.near(&name, is_rna);
                let text = format!("is `{name}`, and this package has no such gene {what}{near}");
                found.add(&format!("{path}{key}"), &text);
            }
            _ => {}
        }
        Some(name)
    };
    let (rna, protein) = (gene("rna", true), gene("protein", false));
    let target = target(found, table, path, promoters);
    let more = |x: f64| x.is_finite() && x > 1.0 && x <= 1e6;
    needed(found, table, path, "max_fold");
    let max_fold = found.number(table, path, "max_fold", "above 1, up to a million", more);
    needed(found, table, path, "half");
    needed(found, table, path, "kd");
    let (half, kd) = (positive(found, table, path, "half"), positive(found, table, path, "kd"));
    Some(Guide {
        rna: rna?,
        protein: protein?,
        target: target?,
        max_fold: max_fold?,
        half: half?,
        kd: kd?,
    })
}

fn target(
    found: &mut Problems,
    table: &Table,
    path: &str,
    promoters: &[Promoter],
) -> Option<Target> {
    if table.contains_key("promoter") == table.contains_key("gene") {
        let what = "needs one target: a promoter of this package, or a gene of the genome";
        found.add(path.trim_end_matches('.'), what);
        return None;
    }
    if let Some(gene) = text_of(found, table, path, "gene", false) {
        return Some(Target::Gene(gene));
    }
    let name = text_of(found, table, path, "promoter", false)?;
    let names = || promoters.iter().map(|promoter| promoter.name.as_str());
    let at = names().position(|known| known == name);
    if at.is_none() {
        let near = hint(nearest(&name, names()));
        let what = format!("is `{name}`, and there is no such promoter{near}");
        found.add(&format!("{path}promoter"), &what);
    }
    at.map(Target::Promoter)
}

#[cfg(test)]
mod tests {
    use crate::package::read;

    #[test]
    fn a_guide_that_stands_there_twice_is_refused() {
        let guide = "[[guide]]\nrna = \"sg\"\nprotein = \"cas\"\npromoter = \"P\"\nmax_fold = 10.0\nhalf = 5.0\nkd = 1.0\n";
        let text = |guides: &str| {
            format!(
                "name = \"mine\"\nversion = \"1.0.0\"\ndescription = \"x\"\nlicence = \"CC0-1.0\"\n\
                 sources = [\"invented\"]\ntypes = [\"ecoli\"]\n\
                 [[gene]]\nname = \"cas\"\nlength_aa = 1000\n[[gene]]\nname = \"sg\"\nkind = \"RNA\"\nlength_nt = 100\nrna_half_life_min = 2.0\n\
                 [[promoter]]\nname = \"P\"\nmrna_per_min = 1.0\n\
                 [[operon]]\nname = \"one\"\npromoter = \"P\"\ngenes = [\"cas\"]\n\
                 [[operon]]\nname = \"two\"\npromoter = \"P\"\ngenes = [\"sg\"]\n{guides}"
            )
        };
        let read = |guides: &str| read(&text(guides), "mine.toml", &|_| Err("none".to_owned()));
        assert_eq!(read(guide).unwrap().effects.guides.len(), 1);
        let error = read(&guide.repeat(2)).unwrap_err().to_string();
        assert!(
            error.contains("guide[1] leads the same RNA and protein to the same target"),
            "{error}"
        );
        let other = guide.replace("promoter = \"P\"", "gene = \"lacZ\"");
        assert_eq!(read(&format!("{guide}{other}")).unwrap().effects.guides.len(), 2);
    }
}
