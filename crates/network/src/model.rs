//! The network itself: plain data, in the order in which it was built.

use super::expr::Expr;

/// The number of a quantity in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuantityId(pub u32);

impl QuantityId {
    /// As an index into the network's quantities.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a reaction in its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReactionId(pub u32);

impl ReactionId {
    /// As an index into the network's reactions.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a quantity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// An amount of molecules that reactions change; a whole number under exact simulation.
    Species,
    /// A number that reactions do not change: a constant, the target of a rule or an event, or
    /// one that the caller sets while the simulation runs.
    Parameter,
}

/// One entry of the state vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// A name, unique in the network.
    pub name: String,
    /// What it is.
    pub role: Role,
    /// Its value at the start.
    pub initial: f64,
}

/// How many of a species a reaction takes or makes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stoichiometry {
    /// A fixed number.
    Const(f64),
    /// The value of a quantity at the time.
    Quantity(QuantityId),
}

/// A species with its stoichiometry.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Term {
    /// Which species.
    pub quantity: QuantityId,
    /// How many.
    pub stoichiometry: Stoichiometry,
}

/// How fast a reaction goes, in events per unit of time.
#[derive(Debug, Clone, PartialEq)]
pub enum RateLaw {
    /// `k * product(factors) * product over reactants of C(x, n)`: the number of distinct
    /// combinations of molecules (Gillespie 1977). In an ODE, `x^n/n!` takes the place of
    /// `C(x, n)`.
    ///
    /// The factors are parameters which many reactions share and which may vary in time, such as
    /// the growth rate of the host: changing one costs nothing for each reaction that carries it.
    MassAction {
        /// The rate constant.
        k: f64,
        /// Parameters to multiply with.
        factors: Vec<QuantityId>,
    },
    /// `vmax * s / (km + s)` (Michaelis and Menten 1913).
    MichaelisMenten {
        /// The limiting rate.
        vmax: f64,
        /// The half-saturation amount.
        km: f64,
        /// The substrate.
        substrate: QuantityId,
    },
    /// `basal + (vmax - basal) * x^n / (k^n + x^n)`; a negative `n` makes it a repression.
    Hill {
        /// The rate without regulator (of an activator).
        basal: f64,
        /// The limiting rate.
        vmax: f64,
        /// The half-saturation amount.
        k: f64,
        /// The Hill coefficient.
        n: f64,
        /// The regulator.
        regulator: QuantityId,
    },
    /// Any expression.
    Expr(Expr),
}

/// A reaction.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// A name, unique among the reactions.
    pub name: String,
    /// What it takes.
    pub reactants: Vec<Term>,
    /// What it makes.
    pub products: Vec<Term>,
    /// How fast it goes.
    pub law: RateLaw,
    /// Whether its rate may be negative, so that it goes backwards.
    pub reversible: bool,
}

/// A rule, as in SBML.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// The quantity has this value at all times.
    Assignment(QuantityId, Expr),
    /// The quantity changes at this rate.
    Rate(QuantityId, Expr),
    /// The expression is zero at all times.
    Algebraic(Expr),
}

/// What an event, or the start of a simulation, sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// Which quantity.
    pub quantity: QuantityId,
    /// To what.
    pub value: Expr,
    /// The value is multiplied by this quantity: that is how a concentration in a volume that may
    /// change is set through its amount. In an event it is the volume just before any of the
    /// assignments is made, even where the value itself was computed when the event fired.
    pub scale: Option<QuantityId>,
}

impl Assignment {
    /// Sets a quantity to a value.
    pub fn new(quantity: QuantityId, value: Expr) -> Self {
        Assignment { quantity, value, scale: None }
    }
}

/// What makes an event fire: a condition, as an expression or compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger<C = Expr> {
    /// The event fires when this turns from false to true.
    pub condition: C,
    /// Whether the condition counts as true before the start.
    pub initial_value: bool,
    /// Whether an event that waits goes on waiting when the condition turns false.
    pub persistent: bool,
}

impl<C> Trigger<C> {
    /// One that turns true only after the start, and an event that then happens whatever comes.
    pub fn after_start(condition: C) -> Self {
        Self { condition, initial_value: true, persistent: true }
    }
}

/// When an event that has fired makes its assignments, and with which values.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// How long to wait.
    pub delay: Option<Expr>,
    /// Among simultaneous events the highest goes first.
    pub priority: Option<Expr>,
    /// Whether the values are computed when the trigger fires, not when the assignments are made.
    pub use_values_from_trigger_time: bool,
}

impl Default for Timing {
    /// At once, in any order.
    fn default() -> Self {
        Self { delay: None, priority: None, use_values_from_trigger_time: true }
    }
}

/// A discontinuous change of the state, as in SBML L3V2.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// A name, possibly empty.
    pub name: String,
    /// What makes it fire.
    pub trigger: Trigger,
    /// When it sets something.
    pub timing: Timing,
    /// What it sets.
    pub assignments: Vec<Assignment>,
}

/// A well-mixed reaction network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Species and parameters.
    pub quantities: Vec<Quantity>,
    /// Values at the start that are computed, in any order.
    pub initial_assignments: Vec<Assignment>,
    /// Reactions.
    pub reactions: Vec<Reaction>,
    /// Rules.
    pub rules: Vec<Rule>,
    /// What the algebraic rules determine: as many quantities as there are such rules.
    pub unknowns: Vec<QuantityId>,
    /// Events.
    pub events: Vec<Event>,
}

impl Network {
    /// Adds a species and gives its number.
    pub fn species(&mut self, name: impl Into<String>, initial: f64) -> QuantityId {
        self.quantity(Quantity { name: name.into(), role: Role::Species, initial })
    }

    /// Adds a parameter and gives its number.
    pub fn parameter(&mut self, name: impl Into<String>, value: f64) -> QuantityId {
        self.quantity(Quantity { name: name.into(), role: Role::Parameter, initial: value })
    }

    fn quantity(&mut self, quantity: Quantity) -> QuantityId {
        let id = QuantityId(self.quantities.len() as u32);
        self.quantities.push(quantity);
        id
    }

    /// Adds a reaction whose stoichiometries are whole numbers and gives its number.
    pub fn reaction(
        &mut self,
        name: impl Into<String>,
        reactants: &[(QuantityId, u32)],
        products: &[(QuantityId, u32)],
        law: RateLaw,
    ) -> ReactionId {
        let terms = |side: &[(QuantityId, u32)]| {
            side.iter()
                .map(|&(quantity, n)| Term {
                    quantity,
                    stoichiometry: Stoichiometry::Const(f64::from(n)),
                })
                .collect()
        };
        let id = ReactionId(self.reactions.len() as u32);
        self.reactions.push(Reaction {
            name: name.into(),
            reactants: terms(reactants),
            products: terms(products),
            law,
            reversible: false,
        });
        id
    }
}
