//! The differential equations of a network.

mod initial;
mod jacobian;
mod laws;
mod layout;
mod order;
mod rates;

#[cfg(test)]
mod tests;

use jacobian::Jacobian;
use layout::Layout;
use rates::Rates;

use super::{Bdf, EngineError, Options, SparseLu, System};
use crate::StopToken;
use bioxen_network::{Network, QuantityId, Rule};

/// The deterministic limit of a network as a [`System`]: `dx/dt = sum over reactions of
/// stoichiometry * rate`, with a sparse analytic Jacobian.
///
/// The components are the species that no assignment rule determines and the quantities that
/// change by a rate rule, in the network's order. What an assignment rule determines is
/// eliminated by the linear solver, as an unknown of its own, so that a sum over thousands of
/// species which enters thousands of rates does not fill the Jacobian.
///
/// # Examples
/// ```
/// use bioxen_engine::StopToken;
/// use bioxen_engine::ode::{NetworkOde, Options, solve};
/// use bioxen_network::{Network, RateLaw};
///
/// let mut network = Network::default();
/// let m = network.species("m", 0.0);
/// let law = |k| RateLaw::MassAction { k, factors: vec![] };
/// network.reaction("make", &[], &[(m, 1)], law(10.0));
/// network.reaction("decay", &[(m, 1)], &[], law(0.5));
///
/// let mut system = NetworkOde::new(&network)?;
/// let start = system.initial_state().to_vec();
/// let grid = [0.0, 2.0];
/// let solution = solve(&mut system, 0.0, &start, &grid, Options::default(), &StopToken::new())?;
/// let want = 20.0 * (1.0 - (-1f64).exp());
/// assert!((solution.row(1)[0] - want).abs() < 1e-4);
/// # Ok::<(), bioxen_engine::EngineError>(())
/// ```
#[derive(Debug, Clone)]
pub struct NetworkOde {
    layout: Layout,
    rates: Rates,
    jacobian: Jacobian,
    lu: SparseLu,
    initial: Vec<f64>,
    /// All quantities in the layout's order.
    q: Vec<f64>,
    /// The numbers of the matrix that is factored.
    matrix: Vec<f64>,
    /// A right hand side with the eliminated unknowns behind the components.
    extended: Vec<f64>,
}

impl NetworkOde {
    /// Prepares the equations of a network.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] for events, algebraic rules, and mass action with a
    /// stoichiometry that is not a whole number; [`EngineError::Network`] for references to
    /// nothing, rules in a circle, and expressions that cannot be evaluated.
    pub fn new(network: &Network) -> Result<Self, EngineError> {
        match network.events.first() {
            Some(event) => Err(layout::unsupported("events", &event.name)),
            None => Self::without_events(network),
        }
    }

    /// As [`NetworkOde::new`], but leaves the events to the caller.
    ///
    /// # Errors
    /// As [`NetworkOde::new`] but for events.
    pub fn without_events(network: &Network) -> Result<Self, EngineError> {
        if network.rules.iter().any(|rule| matches!(rule, Rule::Algebraic(_))) {
            return Err(layout::unsupported("algebraic rules", ""));
        }
        let layout = Layout::new(network)?;
        let rates = Rates::new(network, &layout)?;
        let jacobian = Jacobian::new(&layout, &rates)?;
        let lu = SparseLu::new(jacobian.extended(), jacobian.coordinates())
            .ok_or_else(|| layout::unsupported("a Jacobian with so many entries", ""))?;
        let values = initial::values(network)?;
        let mut q = layout.arrange(&values);
        rates.assign_constants(&mut q, &mut Vec::new());
        Ok(Self {
            initial: q[..layout.dim()].to_vec(),
            matrix: vec![0.0; jacobian.coordinates().len()],
            extended: vec![0.0; jacobian.extended()],
            layout,
            rates,
            jacobian,
            lu,
            q,
        })
    }

    /// The components at the start, after initial assignments.
    pub fn initial_state(&self) -> &[f64] {
        &self.initial
    }

    /// Which quantity each component is.
    pub fn states(&self) -> &[QuantityId] {
        self.layout.states()
    }

    /// Which component a quantity is, if it is one.
    pub fn component(&self, id: QuantityId) -> Option<usize> {
        let place = self.layout.place(id)? as usize;
        (place < self.layout.dim()).then_some(place)
    }

    /// Sets a parameter from now on; false if there is none such, or if it is a component or
    /// determined by a rule.
    ///
    /// An integration that goes on over a large change of a parameter should be restarted, see
    /// [`super::Bdf::restart`].
    pub fn set(&mut self, id: QuantityId, value: f64) -> bool {
        match self.layout.place(id) {
            Some(place) if !self.layout.is_determined(place) => {
                self.q[place as usize] = value;
                self.rates.assign_constants(&mut self.q, &mut Vec::new());
                true
            }
            _ => false,
        }
    }

    /// How many numbers the factors of the matrix of the implicit equations have: what a step
    /// costs grows with it.
    pub fn factor_entries(&self) -> usize {
        self.lu.fill()
    }

    /// All quantities of a network after a time of its own life, in its order.
    ///
    /// # Errors
    /// Those of [`Self::new`] and of [`Bdf::integrate_to`].
    ///
    /// # Examples
    /// ```
    /// use bioxen_engine::StopToken;
    /// use bioxen_engine::ode::{NetworkOde, Options};
    /// use bioxen_network::{Network, RateLaw};
    ///
    /// let mut network = Network::default();
    /// let m = network.species("m", 8.0);
    /// network.reaction("lose", &[(m, 1)], &[], RateLaw::MassAction { k: 2f64.ln(), factors: vec![] });
    /// let all = NetworkOde::after(&network, 3.0, Options::default(), &StopToken::new())?;
    /// assert!((all[0] - 1.0).abs() < 1e-4);
    /// # Ok::<(), bioxen_engine::EngineError>(())
    /// ```
    pub fn after(
        network: &Network,
        time: f64,
        options: Options,
        stop: &StopToken,
    ) -> Result<Vec<f64>, EngineError> {
        let mut system = Self::new(network)?;
        let mut solver = Bdf::new(0.0, system.initial_state(), options);
        solver.integrate_to(&mut system, time, stop)?;
        let mut all = vec![0.0; network.quantities.len()];
        system.quantities(time, solver.y(), &mut all);
        Ok(all)
    }

    /// Writes all quantities at a state into `out`, in the network's order.
    pub fn quantities(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.rates.set_state(t, y, &mut self.q);
        self.layout.collect(&self.q, out);
    }

    /// Writes the rates of all reactions at a state into `out`, in the network's order [1/time].
    pub fn reaction_rates(&mut self, t: f64, y: &[f64], out: &mut [f64]) {
        self.rates.set_state(t, y, &mut self.q);
        self.rates.evaluate(t, &self.q);
        self.rates.collect(out);
    }

    /// Writes the Jacobian at a state into `out`, row by row, without eliminated unknowns: for
    /// small systems and checks.
    ///
    /// # Errors
    /// When a rate is not finite.
    pub fn dense_jacobian(
        &mut self,
        t: f64,
        y: &[f64],
        out: &mut [f64],
    ) -> Result<(), EngineError> {
        self.evaluate(t, y)?;
        self.jacobian.evaluate(t, &self.q, &mut self.rates);
        self.jacobian.dense(out);
        Ok(())
    }

    fn evaluate(&mut self, t: f64, y: &[f64]) -> Result<(), EngineError> {
        self.rates.set_state(t, y, &mut self.q);
        self.rates.evaluate(t, &self.q);
        self.rates.check(t)
    }
}

impl System for NetworkOde {
    fn dim(&self) -> usize {
        self.layout.dim()
    }

    fn rhs(&mut self, t: f64, y: &[f64], dy: &mut [f64]) -> Result<(), EngineError> {
        self.evaluate(t, y)?;
        self.rates.derivatives(t, &self.q, dy);
        Ok(())
    }

    fn factor(&mut self, t: f64, y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.evaluate(t, y)?;
        self.jacobian.evaluate(t, &self.q, &mut self.rates);
        self.refactor(t, y, gamma)
    }

    fn refactor(&mut self, t: f64, _y: &[f64], gamma: f64) -> Result<(), EngineError> {
        self.jacobian.matrix(gamma, &mut self.matrix);
        if self.lu.factor(&self.matrix) {
            return Ok(());
        }
        let reason = "the matrix of the implicit equations is singular";
        Err(EngineError::StepFailure { time: t, step: gamma, reason })
    }

    fn solve(&mut self, b: &mut [f64]) {
        if self.extended.len() == self.layout.dim() {
            return self.lu.solve(b);
        }
        let (components, eliminated) = self.extended.split_at_mut(self.layout.dim());
        components.copy_from_slice(b);
        eliminated.fill(0.0);
        self.lu.solve(&mut self.extended);
        b.copy_from_slice(&self.extended[..b.len()]);
    }
}
