//! Tests.

use super::*;
use std::fs;

fn plugin(name: &str, version: &str, requires: &str) -> Arc<Plugin> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "name = \"{name}\"\nversion = \"{version}\"\ndescription = \"d\"\nlicence = \"l\"\nsources = [\"s\"]\n\
         [requires]\n{requires}\n"
    );
    fs::write(folder.path().join("plugin.toml"), text).unwrap();
    Arc::new(Plugin::read(folder.path()).unwrap())
}

fn order(first: &Arc<Plugin>, others: &[Arc<Plugin>]) -> Result<Vec<String>, String> {
    let find = |name: &str| others.iter().find(|p| p.name() == name).cloned().map(Ok);
    let known: Vec<String> = others.iter().map(|p| p.name().to_owned()).collect();
    let order = with_required(first, &[], &known, &find).map_err(|e| e.to_string())?;
    Ok(order.iter().map(|plugin| plugin.name().to_owned()).collect())
}

#[test]
fn what_is_needed_comes_first_and_once() {
    let a = plugin("a", "1.0.0", "b = \"^1\"\nc = \"*\"");
    let all = [plugin("b", "1.5.0", "c = \"^2\""), plugin("c", "2.0.0", ""), a.clone()];
    assert_eq!(order(&a, &all).unwrap(), ["c", "b", "a"]);
}

#[test]
fn what_is_missing_old_or_goes_in_a_circle_is_told() {
    let a = plugin("a", "1.0.0", "beta = \"^1\"");
    let told = order(&a, &[plugin("betta", "1.0.0", "")]).unwrap_err();
    assert_eq!(told, "plug-in `a` needs `beta` ^1, and there is none (did you mean `betta`?)");
    let told = order(&a, &[plugin("beta", "2.0.0", "")]).unwrap_err();
    assert_eq!(told, "plug-in `a` needs `beta` ^1, and there is 2.0.0");
    let told = order(
        &a,
        &[plugin("beta", "1.0.0", "gamma = \"*\""), plugin("gamma", "1.0.0", "a = \"*\"")],
    );
    assert_eq!(
        told.unwrap_err(),
        "plug-ins need each other in a circle: a needs beta needs gamma needs a"
    );
}
