//! The equations of a network, with all quantities that depend on the state through rules.

use super::machine::Machine;
use crate::EngineError;
use crate::ode::{DenseLu, NetworkOde, System};
use bioxen_network::QuantityId;

/// The equations as the integrator sees them.
#[derive(Debug, Clone)]
pub(super) struct Equations<'p> {
    pub(super) machine: Machine<'p>,
    /// The same equations with a sparse Jacobian, if they are of the kind that has one.
    sparse: Option<NetworkOde>,
    /// What the sparse equations were told of each quantity.
    told: Vec<f64>,
    jacobian: Vec<f64>,
    lu: DenseLu,
}

impl<'p> Equations<'p> {
    pub(super) fn new(machine: Machine<'p>, sparse: Option<NetworkOde>, quantities: usize) -> Self {
        let told = vec![f64::NAN; if sparse.is_some() { quantities } else { 0 }];
        let mut equations =
            Equations { machine, sparse, told, jacobian: Vec::new(), lu: DenseLu::default() };
        equations.tell();
        equations
    }

    /// Takes over what has changed other than the state.
    pub(super) fn tell(&mut self) {
        let Some(sparse) = &mut self.sparse else { return };
        for (index, told) in self.told.iter_mut().enumerate() {
            let now = self.machine.q[index];
            if now != *told {
                *told = now;
                // Says no for components and for what rules determine: those are not told.
                sparse.set(QuantityId(index as u32), now);
            }
        }
    }

    /// Forward differences, column by column.
    fn differences(&mut self, t: f64, y: &[f64]) -> Result<(), EngineError> {
        let n = y.len();
        let (mut base, mut moved) = (vec![0.0; n], vec![0.0; n]);
        self.rhs(t, y, &mut base)?;
        self.jacobian.resize(n * n, 0.0);
        let scale = y.iter().fold(0.0_f64, |scale, y| scale.max(y.abs()));
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let mut y = y.to_vec();
        for j in 0..n {
            let here = y[j];
            let there = here + f64::EPSILON.sqrt() * here.abs().max(1e-6 * scale);
            y[j] = there;
            self.rhs(t, &y, &mut moved)?;
            y[j] = here;
            for i in 0..n {
                self.jacobian[i * n + j] = (moved[i] - base[i]) / (there - here);
            }
        }
        Ok(())
    }
}

impl System for Equations<'_> {
    fn dim(&self) -> usize {
        self.machine.plan.states.len()
    }

    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        if let Some(sparse) = &mut self.sparse {
            return sparse.rhs(t, y, dy);
        }
        self.machine.load(y);
        self.machine.update(t)?;
        self.machine.change(dy);
        Ok(())
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        if let Some(sparse) = &mut self.sparse {
            return sparse.factor(t, y, gamma);
        }
        self.differences(t, y)?;
        self.refactor(t, y, gamma)
    }

    fn refactor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        if let Some(sparse) = &mut self.sparse {
            return sparse.refactor(t, y, gamma);
        }
        self.lu.take_step(&self.jacobian, y.len(), t, gamma)
    }

    fn solve(&mut self, b: &mut [f64]) {
        match &mut self.sparse {
            Some(sparse) => sparse.solve(b),
            None => self.lu.solve(b),
        }
    }
}
