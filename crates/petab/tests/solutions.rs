//! Problems whose solutions are known.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bioxen_engine::StopToken;
use bioxen_petab::{Evaluated, FitOptions, Fitted, Options, Petab, Wish};
use common::{changed, files};
use std::f64::consts::{LN_10, PI};

fn read(name: &str) -> Petab {
    changed(name, &[]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn evaluate(problem: &Petab) -> Evaluated {
    problem.evaluate(&problem.nominal().unwrap(), &Options::default(), &StopToken::new()).unwrap()
}

fn fit(problem: &Petab, starts: usize) -> Fitted {
    let options = FitOptions { starts, ..FitOptions::default() };
    problem.fit(&options, &StopToken::new(), &|_| {}).unwrap()
}

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1e-3),
        "{found} for {expected}"
    );
}

#[test]
fn a_decay_is_simulated_and_its_likelihood_is_that_of_the_normal_distribution() {
    let evaluated = evaluate(&read("decay"));
    let (mut llh, mut chi2) = (0.0, 0.0);
    for (i, point) in evaluated.points.iter().enumerate() {
        let x = 10.0 * (-0.25 * i as f64).exp();
        close(point.simulation, x, 1e-8);
        let r = (x - point.measurement) / 0.2;
        close(point.residual, r, 1e-6);
        chi2 += r * r;
        llh -= 0.5 * r * r + 0.2f64.ln() + 0.5 * (2.0 * PI).ln();
    }
    assert_eq!(evaluated.points.len(), 8);
    close(evaluated.chi2, chi2, 1e-6);
    close(evaluated.log_likelihood, llh, 1e-6);
}

#[test]
fn a_fit_ends_where_the_likelihood_is_greatest() {
    let problem = read("decay");
    let fitted = fit(&problem, 8);
    assert!(fitted.end.is_optimum, "{}", fitted.end.why);
    assert!(fitted.reached >= 4, "{} of {}", fitted.reached, fitted.runs.len());
    // At the best size of normal noise, its square is the mean of the squares.
    let sigma = fitted.estimates.values[2];
    let squares: f64 =
        fitted.best.points.iter().map(|p| (p.simulation - p.measurement).powi(2)).sum();
    close(sigma * sigma, squares / 8.0, 1e-6);
    close(fitted.best.chi2, 8.0, 1e-6);
    // Its Fisher information is 2 n / sigma^2, and it goes with nothing else.
    close(fitted.estimates.found[2].error, sigma / 4.0, 1e-3);
    // Nothing nearby is more likely; standard errors are those of the likelihood's curvature, with all else at its best.
    let objective = |values: &[f64]| {
        let evaluated = problem.evaluate(values, &Options::default(), &StopToken::new()).unwrap();
        -evaluated.log_likelihood
    };
    for i in 0..3 {
        for sign in [-1.0, 1.0] {
            let mut moved = fitted.estimates.values.clone();
            moved[i] += sign * 0.02 * fitted.estimates.found[i].error;
            assert!(objective(&moved) > fitted.objective, "{i}");
        }
    }
    close(fitted.criteria.aic, 6.0 + 2.0 * fitted.objective, 1e-12);
    close(fitted.criteria.bic, 3.0 * 8f64.ln() + 2.0 * fitted.objective, 1e-12);
    assert!(fitted.estimates.undetermined.is_empty());
}

#[test]
fn a_fit_is_the_same_on_any_number_of_threads() {
    let problem = read("decay");
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| fit(&problem, 5))
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one, three);
    let other = problem.fit(
        &FitOptions { starts: 5, seed: 2, ..FitOptions::default() },
        &StopToken::new(),
        &|_| {},
    );
    assert_ne!(one.runs, other.unwrap().runs);
}

#[test]
fn what_the_data_do_not_determine_is_told() {
    let product = changed(
        "decay",
        &[
            ("observables.tsv", "\tX\t => \tfactor * X\t"),
            ("parameters.tsv", "sigma\t => factor\tlog10\t0.01\t100\t1\t1\nsigma\t"),
            ("parameters.tsv", "x0\tlin\t0\t => x0\tlog10\t0.01\t"),
        ],
    );
    let fitted = fit(&product.unwrap(), 3);
    let told = fitted.estimates.undetermined.join("; ");
    assert!(told.contains("x0") && told.contains("factor") && !told.contains("`k`"), "{told}");
    let error = |id: &str| fitted.estimates.found.iter().find(|f| f.id == id).unwrap().error;
    assert!(error("x0").is_nan() && error("factor").is_nan() && error("k") > 0.0);
}

#[test]
fn a_bound_holds_a_fit() {
    let problem =
        changed("decay", &[("parameters.tsv", "0.001\t100\t0.5 => 0.6\t100\t0.7")]).unwrap();
    let fitted = fit(&problem, 3);
    assert_eq!((fitted.estimates.values[0], fitted.estimates.found[0].at), (0.6, Some("lower")));
    assert!(fitted.estimates.found[0].error.is_nan() && fitted.estimates.found[1].at.is_none());
}

/// A of `A <-> B` at a time.
fn analytic(t: f64, a: f64, b: f64, k1: f64, k2: f64) -> f64 {
    let rest = k2 * (a + b) / (k1 + k2);
    rest + (a - rest) * (-(k1 + k2) * t).exp()
}

#[test]
fn conditions_and_preequilibration_set_what_they_say() {
    let found: Vec<f64> =
        evaluate(&read("conversion")).points.iter().map(|p| p.simulation).collect();
    let k2 = 0.6;
    let (rest, rest_b) = (0.6 / 0.9, 0.3 / 0.9);
    let expected = [
        // The initial assignment of the model.
        1.0,
        analytic(1.0, 1.0, 0.0, 0.8, k2),
        analytic(1e3, 1.0, 0.0, 0.8, k2),
        // A concentration of 1 in a volume of 2.
        2.0,
        2.0,
        analytic(2.5, 2.0, 0.25, 1.7, k2),
        // In a volume of 4, which the condition sets.
        4.0 * 2.25,
        analytic(1.5, 3.0, 0.0, 0.8, k2),
        // After the preequilibration A is kept, and B is 1.
        rest,
        analytic(1.0, rest, 1.0, 0.8, k2),
        // Nothing changes what is at rest.
        rest,
        // Another volume: concentrations are kept.
        rest,
        6.0 * (rest + rest_b),
        analytic(1e3, rest, 1.0, 0.8, k2),
    ];
    assert_eq!(found.len(), expected.len());
    for (place, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() < 1e-8, "{place}: {found} for {expected}");
    }
}

#[test]
fn what_never_rests_is_an_error_that_says_so() {
    // Made without end.
    let problem = changed(
        "two_models",
        &[
            ("other.xml", "<apply><times/><ci>k</ci><ci>Y</ci></apply> => <cn>0</cn>"),
            (
                "other.xml",
                "<parameter id=\"k\" value=\"1\" constant=\"true\"/> => <parameter id=\"q\" value=\"1\" constant=\"true\"/>",
            ),
        ],
    );
    let problem = problem.unwrap();
    let nominal = problem.nominal().unwrap();
    let error = problem.evaluate(&nominal, &Options::default(), &StopToken::new()).unwrap_err();
    assert!(
        error.to_string().contains("no steady state") && error.to_string().contains("other.xml"),
        "{error}"
    );
}

#[test]
fn all_distributions_have_their_likelihood() {
    let evaluated = evaluate(&read("outputs"));
    let (x1, x2) = (8.0 * (-0.5f64).exp(), 8.0 * (-1f64).exp());
    let normal = |r: f64, s: f64| -0.5 * (r / s).powi(2) - s.ln() - 0.5 * (2.0 * PI).ln();
    let laplace = |r: f64, s: f64| -r.abs() / s - (2.0 * s).ln();
    let simulated = [1.2 * x1 + 2.0, 1.5 * x2 + 1.0, x1, x2, x1 + 1.0, x1 + 2.0, x1, x2];
    let expected = [
        normal(9.5 - simulated[0], 0.5),
        normal(5.0 - simulated[1], 0.5),
        normal(5.5f64.ln() - x1.ln(), 0.3) - 5.5f64.ln(),
        normal(2f64.log10() - x2.log10(), 0.5) - 2f64.ln() - LN_10.ln(),
        laplace(5.1 - simulated[4], 0.1 + 0.1 * x1),
        laplace(6.5 - simulated[5], 0.5 + 0.1 * x1),
        laplace(4f64.ln() - x1.ln(), 0.2) - 4f64.ln(),
        laplace(3.3f64.log10() - x2.log10(), 0.4) - 3.3f64.ln() - LN_10.ln(),
    ];
    for (i, point) in evaluated.points.iter().enumerate() {
        close(point.simulation, simulated[i], 1e-8);
        close(point.log_likelihood, expected[i], 1e-7);
    }
    close(evaluated.log_likelihood, expected.iter().sum(), 1e-7);
    // On the decadic scale, of the logarithm, plain, plain.
    let prior = normal(0.5f64.log10() + 0.3, 0.2) + normal(1.2f64.ln() - 0.1, 0.5) - 1.2f64.ln()
        + laplace(0.5, 2.0)
        + normal(0.1, 0.3);
    close(evaluated.log_prior, prior, 1e-9);
}

#[test]
fn a_fit_with_priors_and_all_distributions_ends_at_an_optimum() {
    let problem = read("outputs");
    let fitted = fit(&problem, 10);
    let objective = |values: &[f64]| {
        let e = problem.evaluate(values, &Options::default(), &StopToken::new()).unwrap();
        -e.log_likelihood - e.log_prior
    };
    close(objective(&fitted.estimates.values), fitted.objective, 1e-12);
    for i in 0..4 {
        for part in [-3e-2, -3e-3, 3e-3, 3e-2] {
            let mut moved = fitted.estimates.values.clone();
            moved[i] *= 1.0 + part;
            // Beyond its bound it might be better.
            if fitted.estimates.found[i].at.is_some() && part < 0.0 {
                continue;
            }
            assert!(
                objective(&moved) > fitted.objective - 2e-4,
                "{i} {part}: {} {}",
                objective(&moved),
                fitted.objective
            );
        }
    }
}

#[test]
fn laplace_noise_gives_the_median() {
    let problem = changed(
        "two_models",
        &[
            ("one_observables.tsv", "X\ts => level\tb"),
            ("one_observables.tsv", "noiseFormula => noiseFormula\tnoiseDistribution"),
            ("one_observables.tsv", "\tb => \tb\tlaplace"),
            ("more_parameters.tsv", "\tnominalValue => \tlowerBound\tupperBound\tnominalValue"),
            (
                "more_parameters.tsv",
                "s\tlin => level\tlin\t-10\t10\t1\t1\nb\tlog10\t0.01\t10\t1\t1\ns\tlin\t\t",
            ),
        ],
    );
    let problem = problem.unwrap();
    let fitted = fit(&problem, 4);
    let value = |id: &str| fitted.estimates.found.iter().find(|f| f.id == id).unwrap().value;
    // Of 2.4, 1.5 and 0.9, and the mean distance from it.
    close(value("level"), 1.5, 1e-3);
    close(value("b"), 0.5, 1e-3);
}

#[test]
fn two_models_share_a_parameter() {
    let problem = read("two_models");
    let found: Vec<f64> = evaluate(&problem).points.iter().map(|p| p.simulation).collect();
    let x = |t: f64| 4.0 * (-0.5 * t).exp();
    for (found, expected) in
        found.iter().zip([x(1.0), x(2.0), x(3.0), 6.0, 6.0 * (1.0 - (-0.5f64).exp())])
    {
        close(*found, expected, 1e-8);
    }
    close(fit(&problem, 2).estimates.values[0], 0.5, 0.02);
}

#[test]
fn tables_are_written_as_they_were_read() {
    let problem = read("outputs");
    let table = problem.simulation_table(&evaluate(&problem));
    let lines: Vec<Vec<&str>> = table.lines().map(|line| line.split('\t').collect()).collect();
    let header = [
        "observableId",
        "simulationConditionId",
        "time",
        "simulation",
        "observableParameters",
        "noiseParameters",
        "datasetId",
        "replicateId",
    ];
    assert_eq!(lines[0], header);
    assert_eq!((lines.len(), lines[1][0], lines[8][0]), (9, "lin_n", "log10_l"));
    assert_eq!((lines[1][4], lines[1][6], lines[8][7]), ("scale;2", "one", "1"));
    close(lines[7][3].parse().unwrap(), 8.0 * (-0.5f64).exp(), 1e-8);
    let fitted = fit(&problem, 2);
    let table = problem.parameter_table(&fitted);
    assert!(table.starts_with("parameterId\tparameterName\tparameterScale"));
    assert!(table.lines().next().unwrap().ends_with("\tstandardError"));
    let row: Vec<&str> = table.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!((row[0], row[1], row[5].parse()), ("k", "rate", Ok(fitted.estimates.values[0])));
}

#[test]
fn time_courses_are_a_problem_without_files() {
    let model = files("conversion")["model.xml"].clone();
    let mut data = "time,[A],B\n".to_owned();
    for i in 0..8 {
        let t = f64::from(i) * 0.4;
        let a = analytic(t, 1.0, 0.0, 1.3, 0.6);
        let off = 0.004 * f64::from((i * 7) % 5 - 2);
        // B is an amount, in a volume of 2; one was not measured.
        let b = if i == 3 { String::new() } else { format!("{}", 2.0 * (1.0 - a) - off) };
        data.push_str(&format!("{t},{},{b}\n", a + off));
    }
    let wishes: Vec<Wish> = ["k1", "k2=1:0.01..50"].iter().map(|w| w.parse().unwrap()).collect();
    let problem = Petab::of_courses(("model.xml", &model), ("data.csv", &data), &wishes).unwrap();
    let options = FitOptions { starts: 4, from_nominal: true, ..FitOptions::default() };
    let fitted = problem.fit(&options, &StopToken::new(), &|_| {}).unwrap();
    let ids: Vec<&str> = fitted.estimates.found.iter().map(|f| f.id.as_str()).collect();
    assert_eq!(ids, ["k1", "k2", "sigma_A_2", "sigma_B"]);
    assert_eq!(fitted.best.points.len(), 15);
    for (found, expected) in fitted.estimates.found.iter().zip([1.3, 0.6]) {
        assert!(
            (found.value - expected).abs() < 4.0 * found.error && found.error < 0.1,
            "{found:?}"
        );
    }
    // The start of a species.
    let wishes = ["B:-1..5".parse::<Wish>().unwrap(), "k1=1.3:1.2999..1.3001".parse().unwrap()];
    let problem = Petab::of_courses(("model.xml", &model), ("data.csv", &data), &wishes).unwrap();
    let fitted = problem.fit(&options, &StopToken::new(), &|_| {}).unwrap();
    assert_eq!(fitted.estimates.found[0].id, "start_of_B");
    assert!(fitted.estimates.found[0].value.abs() < 0.02, "{:?}", fitted.estimates.found[0]);
    // All that is wrong at once.
    let wishes: Vec<Wish> =
        ["k3", "k1:2..1", "there", "k2", "k2"].iter().map(|w| w.parse().unwrap()).collect();
    let wrong = "time,[AA],k1,k1\n0,1,2,3\nx,y\n";
    let error = Petab::of_courses(("model.xml", &model), ("data.csv", wrong), &wishes)
        .unwrap_err()
        .to_string();
    for part in [
        "data.csv, line 1: the column `[AA]` is nothing that the model has",
        "data.csv, line 1: the column `k1` is there twice",
        "data.csv, line 3, column `time`: is `x`",
        "--fit k3: the model has nothing called `k3`",
        "--fit k1: must lie between 2 and 1",
        "--fit there: is no parameter",
        "--fit k2: is there twice",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
}

#[test]
fn a_stop_ends_a_fit() {
    let stop = StopToken::new();
    stop.stop();
    let error = read("decay").fit(&FitOptions::default(), &stop, &|_| {}).unwrap_err();
    assert!(error.is_stop(), "{error}");
}
