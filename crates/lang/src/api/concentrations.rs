//! Concentrations.

use rhai::plugin::*;

use crate::error::raise;
use crate::{LangError, RhaiResultOf};
use bioxen_base::units::{Concentration, ConcentrationUnit as Unit};

fn written(number: f64, unit: Unit) -> RhaiResultOf<Concentration> {
    if number.is_finite() {
        return Ok(Concentration::new(number, unit));
    }
    let (what, expected) = ("a concentration".to_owned(), "a finite number");
    Err(raise(LangError::WrongType { what, expected, got: number.to_string() }))
}

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
    /// # Errors
    /// If the number is not finite.
    ///
    /// # Example
    /// ```rhai
    /// medium(#{lactose: 0.5.mM});
    /// ```
    #[rhai_fn(global, get = "mM", pure, return_raw)]
    pub fn millimolar_of_number(number: &mut f64) -> RhaiResultOf<Concentration> {
        super::written(*number, Unit::Millimolar)
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
    /// # Errors
    /// If the number is not finite.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 2.5.uM);
    /// ```
    #[rhai_fn(global, get = "uM", pure, return_raw)]
    pub fn micromolar_of_number(number: &mut f64) -> RhaiResultOf<Concentration> {
        super::written(*number, Unit::Micromolar)
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
    /// # Errors
    /// If the number is not finite.
    ///
    /// # Example
    /// ```rhai
    /// add_inducer("IPTG", 0.5.nM);
    /// ```
    #[rhai_fn(global, get = "nM", pure, return_raw)]
    pub fn nanomolar_of_number(number: &mut f64) -> RhaiResultOf<Concentration> {
        super::written(*number, Unit::Nanomolar)
    }
    /// A concentration as a plain number of millimoles per litre.
    ///
    /// * `concentration` - such as `50.uM`
    ///
    /// # Example
    /// ```rhai
    /// 50.uM.in_mM()
    /// ```
    #[rhai_fn(global, name = "in_mM")]
    pub fn in_millimolar(concentration: Concentration) -> f64 {
        concentration.number_of(Unit::Millimolar)
    }
    /// A concentration as a plain number of micromoles per litre.
    ///
    /// * `concentration` - such as `0.5.mM`
    ///
    /// # Example
    /// ```rhai
    /// 0.5.mM.in_uM()
    /// ```
    #[rhai_fn(global, name = "in_uM")]
    pub fn in_micromolar(concentration: Concentration) -> f64 {
        concentration.number_of(Unit::Micromolar)
    }
    /// A concentration as a plain number of nanomoles per litre.
    ///
    /// * `concentration` - such as `2.uM`
    ///
    /// # Example
    /// ```rhai
    /// 2.uM.in_nM()
    /// ```
    #[rhai_fn(global, name = "in_nM")]
    pub fn in_nanomolar(concentration: Concentration) -> f64 {
        concentration.number_of(Unit::Nanomolar)
    }
}
