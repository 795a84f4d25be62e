//! Concentrations.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    reason = "the plugin macro makes undocumented items and unwraps arguments it has checked"
)]

use rhai::plugin::*;

use crate::units::{Concentration, ConcentrationUnit as Unit};

/// Concentrations.
#[export_module]
pub mod functions {
    /// A concentration in millimoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// medium(#{lactose: 5.mM});
    /// ```
    #[rhai_fn(global, get = "mM", pure)]
    pub fn millimolar_of_integer(number: &mut i64) -> Concentration {
        Concentration::new(*number as f64, Unit::Millimolar)
    }
    /// A concentration in millimoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// medium(#{lactose: 0.5.mM});
    /// ```
    #[rhai_fn(global, get = "mM", pure)]
    pub fn millimolar_of_number(number: &mut f64) -> Concentration {
        Concentration::new(*number, Unit::Millimolar)
    }
    /// A concentration in micromoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 50.uM);
    /// ```
    #[rhai_fn(global, get = "uM", pure)]
    pub fn micromolar_of_integer(number: &mut i64) -> Concentration {
        Concentration::new(*number as f64, Unit::Micromolar)
    }
    /// A concentration in micromoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 2.5.uM);
    /// ```
    #[rhai_fn(global, get = "uM", pure)]
    pub fn micromolar_of_number(number: &mut f64) -> Concentration {
        Concentration::new(*number, Unit::Micromolar)
    }
    /// A concentration in nanomoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 10.nM);
    /// ```
    #[rhai_fn(global, get = "nM", pure)]
    pub fn nanomolar_of_integer(number: &mut i64) -> Concentration {
        Concentration::new(*number as f64, Unit::Nanomolar)
    }
    /// A concentration in nanomoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 0.5.nM);
    /// ```
    #[rhai_fn(global, get = "nM", pure)]
    pub fn nanomolar_of_number(number: &mut f64) -> Concentration {
        Concentration::new(*number, Unit::Nanomolar)
    }
    /// A concentration as a number of millimoles per litre.
    ///
    /// # Example
    /// ```rhai
    /// 50.uM.in_mM()
    /// ```
    #[rhai_fn(global, name = "in_mM")]
    pub fn in_millimolar(concentration: Concentration) -> f64 {
        concentration.millimolar()
    }

    #[rhai_fn(global, name = "+")]
    pub fn add(a: Concentration, b: Concentration) -> Concentration {
        a + b
    }
    #[rhai_fn(global, name = "-")]
    pub fn subtract(a: Concentration, b: Concentration) -> Concentration {
        a - b
    }
    #[rhai_fn(global, name = "*")]
    pub fn times_integer(a: Concentration, b: i64) -> Concentration {
        a * b as f64
    }
    #[rhai_fn(global, name = "*")]
    pub fn times_number(a: Concentration, b: f64) -> Concentration {
        a * b
    }
    #[rhai_fn(global, name = "/")]
    pub fn divided_by_integer(a: Concentration, b: i64) -> Concentration {
        a * (b as f64).recip()
    }
    #[rhai_fn(global, name = "/")]
    pub fn divided_by_number(a: Concentration, b: f64) -> Concentration {
        a * b.recip()
    }
    #[rhai_fn(global, name = "/")]
    pub fn ratio(a: Concentration, b: Concentration) -> f64 {
        a.millimolar() / b.millimolar()
    }
    #[rhai_fn(global, name = "==")]
    pub fn equal(a: Concentration, b: Concentration) -> bool {
        a == b
    }
    #[rhai_fn(global, name = "!=")]
    pub fn unequal(a: Concentration, b: Concentration) -> bool {
        a != b
    }
    #[rhai_fn(global, name = "<")]
    pub fn less(a: Concentration, b: Concentration) -> bool {
        a < b
    }
    #[rhai_fn(global, name = "<=")]
    pub fn at_most(a: Concentration, b: Concentration) -> bool {
        a <= b
    }
    #[rhai_fn(global, name = ">")]
    pub fn greater(a: Concentration, b: Concentration) -> bool {
        a > b
    }
    #[rhai_fn(global, name = ">=")]
    pub fn at_least(a: Concentration, b: Concentration) -> bool {
        a >= b
    }
    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn concentration_to_string(concentration: &mut Concentration) -> String {
        concentration.to_string()
    }
}
