use super::*;
use crate::package::read;

/// A package of one gene that says `more` about others.
fn package(name: &str, version: &str, more: &str) -> Arc<Package> {
    let text = format!(
        "name = \"{name}\"\nversion = \"{version}\"\ndescription = \"a test\"\n\
         licence = \"CC0-1.0\"\nsources = []\ntypes = [\"ecoli\"]\n\
         [[gene]]\nname = \"g_{name}\"\nlength_aa = 100\n\
         [[promoter]]\nname = \"P\"\nmrna_per_min = 1\n\
         [[operon]]\nname = \"o\"\npromoter = \"P\"\ngenes = [\"g_{name}\"]\n{more}"
    );
    Arc::new(read(&text, name, &|_| Err("none".to_owned())).unwrap())
}

fn order(all: &[Arc<Package>], installed: &[Arc<Package>]) -> Result<Vec<String>, PackageError> {
    let find = |name: &str| all.iter().find(|p| p.name == name).cloned();
    let order = resolve(&all[0], installed, &find)?;
    Ok(order.iter().map(|p| p.name.clone()).collect())
}

#[test]
fn what_is_needed_comes_first_and_once() {
    let all = [
        package("a", "1.0.0", "[dependencies]\nb = \"^1\"\nc = \"*\""),
        package("b", "1.2.0", "[dependencies]\nd = \"*\""),
        package("c", "0.1.0", "[dependencies]\nd = \"*\""),
        package("d", "3.0.0", ""),
    ];
    assert_eq!(order(&all, &[]).unwrap(), ["d", "b", "c", "a"]);
    assert_eq!(order(&all, &all[3..]).unwrap(), ["b", "c", "a"]);
}

#[test]
fn circles_are_named() {
    let all = [
        package("a", "1.0.0", "[dependencies]\nb = \"*\""),
        package("b", "1.0.0", "[dependencies]\nc = \"*\""),
        package("c", "1.0.0", "[dependencies]\nb = \"*\""),
    ];
    let circle = vec!["b".to_owned(), "c".to_owned(), "b".to_owned()];
    assert_eq!(order(&all, &[]), Err(PackageError::Circle { circle }));
}

#[test]
fn versions_and_missing_packages_are_told() {
    let all =
        [package("a", "1.0.0", "[dependencies]\nb = \">=1.3, <2\""), package("b", "1.2.0", "")];
    let error = order(&all, &[]).unwrap_err().to_string();
    assert_eq!(error, "package a 1.0.0 needs `b` >=1.3, <2, and b 1.2.0 is what there is");
    let alone = [package("a", "1.0.0", "[dependencies]\ngfp_reportr = \"*\"")];
    let error = order(&alone, &[]).unwrap_err().to_string();
    assert!(error.ends_with("in the catalogue (did you mean `gfp_reporter`?)"), "{error}");
}

#[test]
fn conflicts_hold_in_both_directions() {
    let plain = package("b", "2.0.0", "");
    let hostile = package("a", "1.0.0", "[conflicts]\nb = \"^2\"");
    let expected = PackageError::Conflict { package: "a 1.0.0".into(), with: "b 2.0.0".into() };
    let (plain, hostile) = ([plain], [hostile]);
    assert_eq!(order(&hostile, &plain), Err(expected.clone()));
    assert_eq!(order(&plain, &hostile), Err(expected));
    let milder = package("a", "1.0.0", "[conflicts]\nb = \"^1\"");
    assert_eq!(order(&[milder], &plain).unwrap(), ["a"]);
    assert!(matches!(order(&plain, &plain), Err(PackageError::Installed { .. })));
}
