//! The slowest and the growing disturbances of a state of host and guests.
//!
//! With thousands of genes a dense matrix of derivatives `J` is out of the question, but the arrow solves systems with
//! `I - gamma J`. The eigenvalue `s` of `J` is the eigenvalue `1 / (1 - gamma s)` of the inverse. Those of
//! disturbances that decay lie in the disc between 0 and 1, and those of disturbances that grow lie outside of it, so
//! that Arnoldi's iteration finds these first (shift and invert; Saad, *Numerical Methods for Large Eigenvalue
//! Problems*, 2011, chapters 6 and 8).

use super::Arrow;
use bioxen_engine::EngineError;
use bioxen_engine::ode::System;
use bioxen_study::linear::{Eigenvalue, arnoldi};

/// How many eigenvalues are of interest.
const WANTED: usize = 6;
/// `gamma` times the growth rate: near one, and no number that an eigenvalue would be.
const SHIFT: f64 = 0.7317;
/// Eigenvalues of the inverse below this are of disturbances that change within seconds.
const FASTEST: f64 = 1e-3;
/// Values below this [molecules] count as this, where sizes are compared.
const SMALL: f64 = 1e-3;

impl Arrow {
    /// The eigenvalues of the derivatives at a state with the largest real parts [1/h], the largest first: those of
    /// all disturbances that grow, and the slowest others.
    pub(in super::super) fn slowest(
        &mut self,
        state: &[f64],
    ) -> Result<Vec<Eigenvalue>, EngineError> {
        // The growth since the beginning stands last, and nothing depends on it.
        let n = self.dim() - 1;
        let mut rates = vec![0.0; n + 1];
        self.rhs(0.0, state, &mut rates)?;
        let growth = rates[n];
        let gamma = SHIFT / if growth > 0.0 { growth } else { 1.0 };
        self.central = true;
        let factored = self.factor(0.0, state, gamma);
        self.central = false;
        factored?;
        let size: Vec<f64> = state[..n].iter().map(|x| x.abs().max(SMALL)).collect();
        let inverse = |v: &[f64]| {
            let mut b: Vec<f64> = v.iter().zip(&size).map(|(v, s)| v * s).collect();
            b.push(0.0);
            self.solve(&mut b);
            b.iter().zip(&size).map(|(b, s)| b / s).collect::<Vec<f64>>()
        };
        let found = arnoldi(n, inverse, |mu| growth_of(mu, gamma), WANTED);
        Ok(found.into_iter().map(|mu| back(mu, gamma)).collect())
    }
}

/// The eigenvalue of `J`, of one of the inverse of `I - gamma J`.
fn back(mu: Eigenvalue, gamma: f64) -> Eigenvalue {
    let square = mu.re * mu.re + mu.im * mu.im;
    Eigenvalue { re: (1.0 - mu.re / square) / gamma, im: mu.im / square / gamma }
}

/// How slowly a disturbance decays, or how fast it grows. What changes within seconds is left out: it follows all else,
/// and `mu` is nothing but rounding there.
fn growth_of(mu: Eigenvalue, gamma: f64) -> f64 {
    if mu.abs() < FASTEST { f64::NEG_INFINITY } else { back(mu, gamma).re }
}
