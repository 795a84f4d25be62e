//! Nonlinear regression against the Statistical Reference Datasets of NIST: all data sets, from both starts, with
//! derivatives by differences.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use bioxen_engine::StopToken;
use bioxen_study::least_squares::{Differences, Ended, Options, fit};
use bioxen_study::{Parameter, Space};
use std::f64::consts::PI;

struct Dataset {
    name: String,
    rss: f64,
    sd: f64,
    /// Both starts, the certified value and its standard deviation.
    parameters: Vec<[f64; 4]>,
    y: Vec<f64>,
    x: Vec<f64>,
    x2: Vec<f64>,
}

fn datasets() -> Vec<Dataset> {
    let mut all: Vec<Dataset> = Vec::new();
    for line in include_str!("data/nist.txt").lines().filter(|l| !l.starts_with('#')) {
        let mut words = line.split_whitespace();
        let key = words.next().unwrap();
        if key == "dataset" {
            let name = words.next().unwrap().to_owned();
            let (parameters, y, x, x2) = (vec![], vec![], vec![], vec![]);
            all.push(Dataset { name, rss: 0.0, sd: 0.0, parameters, y, x, x2 });
            continue;
        }
        let numbers: Vec<f64> = words.map(|w| w.parse().unwrap()).collect();
        let set = all.last_mut().unwrap();
        match key {
            "rss" => set.rss = numbers[0],
            "sd" => set.sd = numbers[0],
            "parameter" => set.parameters.push(numbers.try_into().unwrap()),
            "y" => set.y.extend(numbers),
            "x" => set.x.extend(numbers),
            "x2" => set.x2.extend(numbers),
            other => panic!("{other}"),
        }
    }
    all
}

/// The model of a data set at one point.
fn model(name: &str, b: &[f64], x: f64, x2: f64) -> f64 {
    let rational = |p: usize, q: usize| {
        let top: f64 = (0..=p).rev().fold(0.0, |s, i| s * x + b[i]);
        let bottom: f64 = (0..q).rev().fold(0.0, |s, i| s * x + b[p + 1 + i]);
        top / (1.0 + bottom * x)
    };
    let bell = |h: f64, m: f64, w: f64| h * (-((x - m) / w).powi(2)).exp();
    let wave = |c: f64, s: f64, period: f64| {
        let angle = 2.0 * PI * x / period;
        c * angle.cos() + s * angle.sin()
    };
    match name {
        "MGH09" => b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]),
        "MGH10" => b[0] * (b[1] / (x + b[2])).exp(),
        "MGH17" => b[0] + b[1] * (-x * b[3]).exp() + b[2] * (-x * b[4]).exp(),
        "Thurber" | "Hahn1" => rational(3, 3),
        "Kirby2" => rational(2, 2),
        "BoxBOD" | "Misra1a" => b[0] * (1.0 - (-b[1] * x).exp()),
        "Misra1b" => b[0] * (1.0 - (1.0 + b[1] * x / 2.0).powi(-2)),
        "Misra1c" => b[0] * (1.0 - (1.0 + 2.0 * b[1] * x).powf(-0.5)),
        "Misra1d" => b[0] * b[1] * x / (1.0 + b[1] * x),
        "Rat42" => b[0] / (1.0 + (b[1] - b[2] * x).exp()),
        "Rat43" => b[0] / (1.0 + (b[1] - b[2] * x).exp()).powf(1.0 / b[3]),
        "Eckerle4" => b[0] / b[1] * (-0.5 * ((x - b[2]) / b[1]).powi(2)).exp(),
        "Bennett5" => b[0] * (b[1] + x).powf(-1.0 / b[2]),
        "Lanczos1" | "Lanczos2" | "Lanczos3" => {
            (0..3).map(|i| b[2 * i] * (-b[2 * i + 1] * x).exp()).sum()
        }
        "Gauss1" | "Gauss2" | "Gauss3" => {
            b[0] * (-b[1] * x).exp() + bell(b[2], b[3], b[4]) + bell(b[5], b[6], b[7])
        }
        "Roszman1" => b[0] - b[1] * x - (b[2] / (x - b[3])).atan() / PI,
        "Nelson" => b[0] - b[1] * x * (-b[2] * x2).exp(),
        "ENSO" => b[0] + wave(b[1], b[2], 12.0) + wave(b[4], b[5], b[3]) + wave(b[7], b[8], b[6]),
        "Chwirut2" => (-b[0] * x).exp() / (b[1] + b[2] * x),
        "DanWood" => b[0] * x.powf(b[1]),
        other => panic!("{other}"),
    }
}

impl Dataset {
    fn residuals(&self, b: &[f64]) -> Result<Vec<f64>, String> {
        let one = |i: usize| {
            let x2 = self.x2.get(i).copied().unwrap_or(0.0);
            let y = if self.name == "Nelson" { self.y[i].ln() } else { self.y[i] };
            model(&self.name, b, self.x[i], x2) - y
        };
        Ok((0..self.y.len()).map(one).collect())
    }

    fn space(&self, start: usize) -> Space {
        let parameter =
            |(i, p): (usize, &[f64; 4])| Parameter::new(format!("b{}", i + 1), p[start]);
        Space::new(self.parameters.iter().enumerate().map(parameter).collect()).unwrap()
    }
}

/// How many digits agree.
fn digits(found: f64, certified: f64) -> f64 {
    -((found - certified).abs() / certified.abs()).max(1e-12).log10()
}

fn certify(differences: Differences) {
    let mut wrong = Vec::new();
    let sets = datasets();
    assert_eq!(sets.len(), 26);
    for set in &sets {
        for start in 0..2 {
            let options = Options { differences, ..Options::default() };
            let result =
                fit(&set.space(start), |b: &[f64]| set.residuals(b), &options, &StopToken::new());
            let label = format!("{} start {}", set.name, start + 1);
            let fit = match result {
                Ok(fit) => fit,
                Err(error) => {
                    wrong.push(format!("{label}: {error}"));
                    continue;
                }
            };
            let each = |f: &dyn Fn(usize) -> f64| (0..fit.values.len()).map(f).fold(12.0, f64::min);
            let values = each(&|i| digits(fit.values[i], set.parameters[i][2]));
            let errors = each(&|i| digits(fit.errors.standard[i], set.parameters[i][3]));
            let (rss, sd) = (digits(fit.misfit.rss, set.rss), digits(fit.sigma, set.sd));
            println!(
                "{label:20} digits: values {values:4.1} errors {errors:4.1} rss {rss:4.1}; {} steps, {} evaluations: {}",
                fit.iterations, fit.evaluations, fit.ended
            );
            // The sum of squares of Lanczos1 is that of the thirteenth digit of its data, which is rounding: numbers in
            // double precision have no more.
            let (errors, rss, sd) = match set.name.as_str() {
                "Lanczos1" => (9.0, 9.0, 9.0),
                _ => (errors, rss, sd),
            };
            let good = values >= 6.0 && errors >= 6.0 && rss >= 9.0 && sd >= 9.0;
            if !good || !fit.ended.is_optimum() || fit.ended == Ended::AtBounds {
                wrong.push(label);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn central_differences_give_the_certified_values() {
    certify(Differences::Central);
}

#[test]
fn differences_that_choose_themselves_give_the_certified_values() {
    certify(Differences::Automatic);
}
