//! Calibrates the expression of the genes on the host.

use super::super::error::HypervisorError;
use super::super::expression::{Expression, InternalPromoters, UnitExpression};
use super::Vm;
use crate::chassis::Chassis;
use std::sync::Arc;

impl Vm {
    pub(in super::super) fn calibrate(&mut self, settled: &Chassis) -> Result<(), HypervisorError> {
        // Plasmids are no part of the native genome that closes the account.
        let native = Expression::calibrate_with(
            &self.chromosome,
            self.biological_type,
            settled,
            self.internal_promoters,
        )?;
        let expression = native.with_replicon(&self.genome, self.chromosome.genes().len());
        self.express_by(Arc::new(expression));
        Ok(())
    }

    /// Tells promoters inside of operons apart, or not.
    pub(in super::super) fn take_internal_promoters(
        &mut self,
        internal: InternalPromoters,
        settled: &Chassis,
    ) -> Result<(), HypervisorError> {
        self.internal_promoters = internal;
        self.calibrate(settled)
    }

    /// The same for a new VM beside others; those of the same genome share what was calculated.
    pub(in super::super) fn calibrate_beside(
        &mut self,
        others: &[Self],
        settled: &Chassis,
    ) -> Result<(), HypervisorError> {
        let growth_per_h = settled.rates().growth_per_h;
        let alike = |other: &&Self| {
            Arc::ptr_eq(&other.genome, &self.genome)
                && Arc::ptr_eq(&other.chromosome, &self.chromosome)
                && other.biological_type == self.biological_type
                && other.internal_promoters == self.internal_promoters
                && other.unburdened_growth() == growth_per_h
        };
        match others.iter().rev().find(alike).and_then(|other| other.expression.clone()) {
            Some(expression) => {
                self.express_by(expression);
                Ok(())
            }
            None => self.calibrate(settled),
        }
    }

    pub(super) fn express_by(&mut self, expression: Arc<Expression>) {
        self.expression = Some(expression);
        self.calibrate_inserts();
        let units = self.population.units().iter().map(|unit| self.expression_of(unit));
        let units: Vec<Option<UnitExpression>> = units.collect();
        self.population.recalibrate(&units);
        self.feel_regulators();
    }
}
