//! The options of an integration, and its statistics.

/// The accuracy asked of an integration and its limits.
///
/// A step is accepted when the root mean square of `error / (rtol * |y| + atol)` over the
/// components is estimated to be at most 1.
///
/// # Examples
/// ```
/// use bioxen_engine::ode::Options;
///
/// let options = Options { rtol: 1e-8, ..Options::default() };
/// assert_eq!(options.atol, 1e-9);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The tolerance relative to each component's size.
    pub rtol: f64,
    /// The tolerance of a component near zero, in its own unit.
    pub atol: f64,
    /// One absolute tolerance for each component, in place of `atol`; empty for none. Components
    /// beyond its end take `atol`.
    pub atol_components: Vec<f64>,
    /// The longest step, in the unit of time.
    pub max_step: Option<f64>,
    /// The first step; found from the equations if there is none.
    pub initial_step: Option<f64>,
    /// How many steps may be taken before the solver gives up, between two starts.
    pub max_steps: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rtol: 1e-6,
            atol: 1e-9,
            atol_components: Vec::new(),
            max_step: None,
            initial_step: None,
            max_steps: 10_000_000,
        }
    }
}

/// How much work an integration has been so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Accepted steps.
    pub steps: usize,
    /// Steps that were repeated because the estimated error was too large.
    pub error_failures: usize,
    /// Steps that were repeated because the corrector did not converge.
    pub convergence_failures: usize,
    /// Evaluations of the right hand side by the solver itself.
    pub rhs: usize,
    /// Factorisations of `I - gamma * df/dy`, among them those with a new `df/dy`.
    pub factorisations: usize,
    /// Evaluations of `df/dy`.
    pub jacobians: usize,
    /// Solutions of a linear system.
    pub solves: usize,
}
