//! What models mean, and what is refused with its cause.

use bioxen::network::sbml::read;

use super::{close, document, end, integrate, math, model, refusal, table};

#[test]
fn amounts_far_below_one_have_all_their_digits() {
    let out =
        table("small_amount_assigned.xml", &["--t-end", "4", "--points", "5", "--solver", "ode"]);
    for (t, a) in out.column("time").iter().zip(out.column("A")) {
        assert!(close(a, 1e-17 / (1.0 + t), 1e-4), "{a} at {t}");
    }
}

#[test]
fn the_size_of_the_compartment_does_not_matter() {
    let text = std::fs::read_to_string(super::case("small_amount_assigned.xml")).unwrap();
    for size in ["1e-30", "1e-20", "1e-14", "1e-9", "1", "1e6"] {
        let model = read(&text.replace("1e-14", size)).unwrap();
        let amount = end(&integrate(&model, &[0.0, 4.0]), "A");
        let want = 2e-4 * size.parse::<f64>().unwrap();
        assert!(close(amount, want, 1e-6), "{amount}, {want}");
    }
}

#[test]
fn a_population_that_recovers_from_next_to_nothing_is_followed() {
    // Predators and prey: the prey falls to 10^-14 and comes back. What is conserved tells.
    let rate = |id: &str, formula: &str| {
        format!("<rateRule variable=\"{id}\">{}</rateRule>", math(formula))
    };
    let content = format!(
        "<listOfParameters><parameter id=\"x\" value=\"20\" constant=\"false\"/>\
         <parameter id=\"y\" value=\"20\" constant=\"false\"/></listOfParameters><listOfRules>{}{}</listOfRules>",
        rate("x", "<apply><times/><ci>x</ci><apply><minus/><cn>1</cn><ci>y</ci></apply></apply>"),
        rate("y", "<apply><times/><ci>y</ci><apply><minus/><ci>x</ci><cn>1</cn></apply></apply>"),
    );
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("prey.xml");
    std::fs::write(&file, document(&content)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"));
    let arguments = ["--t-end", "60", "--points", "601", "--solver", "ode"];
    let output =
        command.args(["sbml", "run", file.to_str().unwrap()]).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let conserved = |x: f64, y: f64| x - x.ln() + y - y.ln();
    let mut least = f64::INFINITY;
    for line in text.lines().skip(1) {
        let v: Vec<f64> = line.split(',').map(|v| v.parse().unwrap()).collect();
        least = least.min(v[1]);
        assert!(close(conserved(v[1], v[2]), conserved(20.0, 20.0), 0.01), "{line}");
    }
    assert!(least < 1e-12, "{least}");
}

#[test]
fn a_package_that_is_not_used_does_not_matter() {
    let out =
        table("comp_declared_unused.xml", &["--t-end", "1", "--points", "2", "--solver", "ode"]);
    assert!(close(out.last("x"), 8.0 / std::f64::consts::E, 1e-4));
    let wrap = |package: &str, inside: &str| {
        format!(
            "<sbml xmlns=\"http://www.sbml.org/sbml/level3/version2/core\" level=\"3\" version=\"2\" \
             xmlns:p=\"http://www.sbml.org/sbml/level3/version1/{package}/version1\" p:required=\"true\">\
             <model id=\"m\"><listOfParameters><parameter id=\"x\" value=\"1\" constant=\"true\"/>\
             </listOfParameters>{inside}</model></sbml>"
        )
    };
    for package in ["comp", "arrays", "multi", "qual", "spatial", "distrib", "layout", "unheard"] {
        assert!(read(&wrap(package, "")).is_ok(), "{package}");
    }
    for (package, element) in
        [("comp", "submodel"), ("arrays", "listOfDimensions"), ("qual", "listOfQualitativeSpecies")]
    {
        let error = read(&wrap(package, &format!("<p:{element}/>"))).unwrap_err().to_string();
        assert!(error.contains(element) && error.contains(package), "{error}");
    }
}

#[test]
fn what_has_no_value_is_named() {
    for solver in ["ode", "ssa"] {
        let arguments = ["--t-end", "1", "--points", "2", "--solver", solver];
        let message = refusal("no_initial_value.xml", &arguments);
        assert!(message.contains("`B` has no value at the start"), "{message}");
    }
    let content = |k: &str| {
        document(&format!(
            "<listOfParameters><parameter id=\"k\" {k} constant=\"true\"/>\
             <parameter id=\"x\" value=\"1\" constant=\"false\"/></listOfParameters>\
             <listOfRules><rateRule variable=\"x\">{}</rateRule></listOfRules>",
            math("<apply><times/><ci>k</ci><ci>x</ci></apply>")
        ))
    };
    let run = |text: &str| {
        let model = read(text).unwrap();
        bioxen::engine::simulate::deterministic(
            &model.network,
            &[0.0, 1.0],
            &Default::default(),
            &bioxen::engine::StopToken::new(),
        )
    };
    let error = run(&content("")).unwrap_err().to_string();
    assert!(error.contains("`k` has no value") && error.contains("`x` needs it"), "{error}");
    assert!(run(&content("value=\"2\"")).is_ok());
}

#[test]
fn a_model_without_rates_is_not_simulated() {
    for solver in ["ode", "ssa"] {
        let message =
            refusal("fbc_flat_zero.xml", &["--t-end", "1", "--points", "2", "--solver", solver]);
        assert!(message.contains("kinetic law") && message.contains("flux balance"), "{message}");
    }
}

#[test]
fn an_algebraic_rule_determines_the_same_however_it_is_written() {
    for name in ["algebraic_boundary.xml", "algebraic_boundary_swapped.xml"] {
        let out = table(name, &["--t-end", "1", "--points", "2", "--solver", "ode"]);
        assert_eq!((out.column("S1"), out.column("S2")), (vec![3.0; 2], vec![3.0; 2]), "{name}");
    }
    let content = |a: &str, b: &str| {
        format!(
            "<listOfParameters><parameter id=\"p\" value=\"4\" constant=\"false\"/>\
             <parameter id=\"q\" constant=\"false\"/></listOfParameters>\
             <listOfRules><algebraicRule>{}</algebraicRule></listOfRules>",
            math(&format!("<apply><minus/><ci>{a}</ci><ci>{b}</ci></apply>"))
        )
    };
    for (a, b) in [("p", "q"), ("q", "p")] {
        let run = integrate(&model(&content(a, b)), &[0.0, 1.0]);
        assert_eq!((end(&run, "p"), end(&run, "q")), (4.0, 4.0));
    }
}

#[test]
fn a_local_parameter_does_not_change() {
    let out = table("rateof_local.xml", &["--t-end", "1", "--points", "2", "--solver", "ode"]);
    assert_eq!(out.last("S1"), 1.0);
}

#[test]
fn a_stoichiometry_that_is_not_stated_is_one() {
    let reference = |species: &str, rest: &str| {
        format!("<speciesReference species=\"{species}\" {rest} constant=\"true\"/>")
    };
    for rest in ["", "stoichiometry=\"1\"", "id=\"n\""] {
        let content = format!(
            "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
             <listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"10\" hasOnlySubstanceUnits=\"true\" \
             boundaryCondition=\"false\" constant=\"false\"/></listOfSpecies><listOfReactions>\
             <reaction id=\"J\" reversible=\"false\"><listOfReactants>{}</listOfReactants><kineticLaw>{}</kineticLaw>\
             </reaction></listOfReactions>",
            reference("A", rest),
            math("<ci>A</ci>")
        );
        let a = end(&integrate(&model(&content), &[0.0, 1.0]), "A");
        assert!(close(a, 10.0 * (-1f64).exp(), 1e-6), "{rest}: {a}");
    }
}

/// A decay of `A` from 10, with these attributes of the species and this formula of the rate.
fn decay(species: &str, rate: &str) -> String {
    format!(
        "<listOfCompartments><compartment id=\"c\" size=\"1\" constant=\"true\"/></listOfCompartments>\
         <listOfSpecies><species id=\"A\" compartment=\"c\" initialAmount=\"10\" \
         hasOnlySubstanceUnits=\"true\" {species}/></listOfSpecies><listOfReactions>\
         <reaction id=\"J\" reversible=\"false\"><listOfReactants><speciesReference species=\"A\" \
         stoichiometry=\"1\" constant=\"true\"/></listOfReactants><kineticLaw>{}</kineticLaw></reaction>\
         </listOfReactions>",
        math(rate)
    )
}

const FREE: &str = "boundaryCondition=\"false\" constant=\"false\"";

#[test]
fn comments_in_a_formula_do_not_matter() {
    for rate in [
        "<ci><!-- what decays -->A</ci>",
        "<ci> <!-- what decays --> A </ci>",
        "<apply><times/><cn><!-- per second --> 1 </cn><ci>A<!-- . --></ci></apply>",
        "<apply><times/><cn type=\"e-notation\">1<!-- -->0<sep/>-1</cn><ci>A</ci></apply>",
    ] {
        let a = end(&integrate(&model(&decay(FREE, rate)), &[0.0, 1.0]), "A");
        assert!(close(a, 10.0 * (-1f64).exp(), 1e-6), "{rate}: {a}");
    }
}

#[test]
fn what_is_not_watched_is_told() {
    let constraint = format!(
        "<listOfConstraints><constraint>{}</constraint></listOfConstraints>",
        math("<apply><gt/><ci>A</ci><cn>9</cn></apply>")
    );
    let content = decay(FREE, "<ci>A</ci>")
        .replace("<listOfReactions>", &format!("{constraint}<listOfReactions>"));
    let remarks = model(&content).remarks;
    assert!(remarks.len() == 1 && remarks[0].contains("constraint at line 1"), "{remarks:?}");
    assert!(model(&decay(FREE, "<ci>A</ci>")).remarks.is_empty());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("m.xml");
    std::fs::write(&file, document(&content)).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"));
    command.args(["sbml", "run", file.to_str().unwrap(), "--t-end", "1", "--solver", "ode"]);
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && told.contains("is not watched"), "{told}");
    let package = "name = \"m\"\nversion = \"1.0.0\"\ndescription = \"d\"\nlicence = \"l\"\nsources = []\n\
                   types = [\"ecoli\"]\n[model]\nfile = \"m.xml\"\nminutes_per_time_unit = 1.0\n";
    let toml = dir.path().join("m.toml");
    std::fs::write(&toml, package).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bioxen"));
    let output = command.args(["package", "validate", toml.to_str().unwrap()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("note: the constraint") && text.contains("good"), "{text}");
}

#[test]
fn what_sbml_would_read_over_is_named() {
    let content = decay(FREE, "<ci>A</ci>");
    let told = |from: &str, to: &str| {
        let text = document(&content.replace(from, to));
        read(&text).unwrap_err().to_string()
    };
    let error = told("<listOfReactions>", "<listOfReactions xmlns=\"http://example.org/x\">");
    assert!(error.contains("listOfReactions") && error.contains("example.org/x"), "{error}");
    // What packages add is theirs.
    let own = content.replace("<listOfReactions>", "<x:list xmlns:x=\"u\"/><listOfReactions>");
    assert!(read(&document(&own)).is_ok());
}

#[test]
fn elements_that_are_misspelt_or_misplaced_are_named() {
    let content = decay(FREE, "<ci>A</ci>");
    for (from, to, parts) in [
        (
            "istOfReactions>",
            "istofReactions>",
            ["<listofReactions>", "did you mean `listOfReactions`"],
        ),
        ("kineticLaw>", "kineticlaw>", ["<kineticlaw>", "did you mean `kineticLaw`"]),
        ("<listOfSpecies>", "<listOfSpecies><rateRule/>", ["<rateRule>", "in <listOfSpecies>"]),
    ] {
        let error = read(&document(&content.replace(from, to))).unwrap_err().to_string();
        assert!(parts.iter().all(|part| error.contains(part)), "{error}");
    }
}

#[test]
fn a_constant_is_not_used_up() {
    let constant = decay("boundaryCondition=\"false\" constant=\"true\"", "<ci>A</ci>");
    let error = read(&document(&constant)).unwrap_err().to_string();
    assert!(
        error.contains("`A`") && error.contains("constant") && error.contains("boundaryCondition"),
        "{error}"
    );
    let boundary = decay("boundaryCondition=\"true\" constant=\"true\"", "<ci>A</ci>");
    assert!(read(&document(&boundary)).is_ok());
}

#[test]
fn what_stands_in_an_annotation_is_no_part_of_the_model() {
    let note = format!(
        "<species id=\"A\" compartment=\"c\"><annotation><initialAssignment symbol=\"A\">{}\
         </initialAssignment></annotation></species>",
        math("<cn>3</cn>")
    );
    let content = decay(FREE, "<ci>A</ci>")
        .replace("<listOfReactions>", "<annotation>NOTE</annotation><listOfReactions>");
    let content = content.replace("NOTE", &note);
    let a = end(&integrate(&model(&content), &[0.0, 1.0]), "A");
    assert!(close(a, 10.0 * (-1f64).exp(), 1e-6), "{a}");
}

#[test]
fn a_species_begins_with_an_amount_or_with_a_concentration() {
    let both = decay(&format!("{FREE} initialConcentration=\"3\""), "<ci>A</ci>");
    let error = read(&document(&both)).unwrap_err().to_string();
    assert!(error.contains("`A`") && error.contains("initialConcentration"), "{error}");
}

#[test]
fn a_rate_in_units_of_its_own_is_told() {
    let content = decay(FREE, "<ci>A</ci>");
    let text = "<sbml level=\"2\" version=\"1\"><model id=\"m\">CONTENT</model></sbml>";
    let own = content.replace("<kineticLaw>", "<kineticLaw timeUnits=\"minute\">");
    let remarks = read(&text.replace("CONTENT", &own)).unwrap().remarks;
    assert!(remarks.len() == 1 && remarks[0].contains("<kineticLaw> at line 1"), "{remarks:?}");
    assert!(read(&text.replace("CONTENT", &content)).unwrap().remarks.is_empty());
}
