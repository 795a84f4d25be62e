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
    let all = [("a", "b"), ("b", "c"), ("c", "b")]
        .map(|(name, other)| package(name, "1.0.0", &format!("[dependencies]\n{other} = \"*\"")));
    let circle = vec!["b".to_owned(), "c".to_owned(), "b".to_owned()];
    assert_eq!(order(&all, &[]), Err(PackageError::Circle { circle }));
}

#[test]
fn versions_and_missing_packages_are_told() {
    let all =
        [package("a", "1.0.0", "[dependencies]\nb = \">=1.3, <2\""), package("b", "1.2.0", "")];
    let error = order(&all, &[]).unwrap_err().to_string();
    assert_eq!(error, "package a 1.0.0 needs `b` >=1.3, <2, but only b 1.2.0 is available");
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

proptest::proptest! {
    /// Whatever packages need, an order has each of them once and after what it needs, and without
    /// an order there is a circle.
    #[test]
    fn an_order_or_a_circle(
        needs in proptest::collection::vec(proptest::collection::vec(0_usize..7, 0..4), 7),
    ) {
        let name = |i: usize| format!("p{i}");
        let more = |i: usize| {
            let mut others = needs[i].clone();
            others.sort_unstable();
            others.dedup();
            let lines = others.into_iter().filter(|&o| o != i);
            let lines: Vec<String> = lines.map(|o| format!("{} = \"*\"", name(o))).collect();
            format!("[dependencies]\n{}", lines.join("\n"))
        };
        let all: Vec<Arc<Package>> =
            (0..7).map(|i| package(&name(i), "1.0.0", &more(i))).collect();
        match order(&all, &[]) {
            Ok(order) => {
                for (at, one) in order.iter().enumerate() {
                    let package = all.iter().find(|p| p.name == *one).unwrap();
                    for needed in &package.relations.dependencies {
                        proptest::prop_assert!(order[..at].contains(&needed.name));
                    }
                    proptest::prop_assert!(!order[at + 1..].contains(one));
                }
                proptest::prop_assert_eq!(order.last().unwrap(), "p0");
            }
            Err(PackageError::Circle { circle }) => {
                proptest::prop_assert_eq!(circle.first(), circle.last());
                for pair in circle.windows(2) {
                    let one = all.iter().find(|p| p.name == pair[0]).unwrap();
                    let needed = &one.relations.dependencies;
                    proptest::prop_assert!(needed.iter().any(|d| d.name == pair[1]));
                }
            }
            Err(other) => proptest::prop_assert!(false, "{}", other),
        }
    }
}
