//! Redistributes allocated ribosomes to the VMs that can use them.

use super::Hypervisor;
use super::error::HypervisorError;
use super::limits::Resource;
use super::run::surroundings;
use super::state::VmState;
use super::vm::LogKind;
use crate::chassis::{Competition, HostRates, Tenant};

/// The fewest ribosomes that a VM keeps.
const FEWEST: f64 = 1.0;
/// Allocations that differ by less than this part are the same.
const SAME: f64 = 1e-9;
/// Halvings of the interval in which the common speed lies.
const HALVINGS: usize = 60;

/// What [`Hypervisor::optimize_allocation`] did to one VM.
#[derive(Debug, Clone, PartialEq)]
pub struct Reallocation {
    /// The VM.
    pub id: String,
    /// Ribosomes that it was allocated.
    pub before: f64,
    /// Ribosomes that it is allocated now.
    pub after: f64,
    /// Its translation relative to what it would be without a quota, before.
    pub speed_before: f64,
    /// The same as it is predicted for the new allocation.
    pub speed_after: f64,
}

impl Hypervisor {
    /// Divides the ribosomes that are allocated to all running VMs anew among them, so that all
    /// translate at the same speed relative to what their mRNA asks for, as far as their limits
    /// allow. The sum does not grow; what nobody can use now is divided in proportion.
    ///
    /// # Errors
    /// When no VM runs that has anything to translate.
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::chassis::Nutrient;
    /// use bioxen_cell::hypervisor::Hypervisor;
    /// let mut empty = Hypervisor::new(Nutrient::new(0.3)?)?;
    /// assert!(empty.optimize_allocation().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn optimize_allocation(&mut self) -> Result<Vec<Reallocation>, HypervisorError> {
        let (rates, mut tenants, competition) = surroundings(&self.chassis, &self.vms);
        // Who is limited by the host alone is so by what the host has now.
        let host = self.capacity()?;
        let host_ribosomes = host.ribosomes;
        for tenant in &mut tenants {
            tenant.quota = tenant.quota.min(host_ribosomes);
        }
        let ids: Vec<String> =
            self.vms.iter().filter(|vm| vm.is_live()).map(|vm| vm.id().to_owned()).collect();
        let takes_part: Vec<bool> = ids
            .iter()
            .zip(&tenants)
            .map(|(id, t)| {
                t.weight > 0.0 && self.vm(id).is_ok_and(|vm| vm.state() == VmState::Running)
            })
            .collect();
        let budget: f64 =
            tenants.iter().zip(&takes_part).filter(|(_, p)| **p).map(|(t, _)| t.quota).sum();
        if budget <= 0.0 {
            let mut running = self.vms.iter().filter(|vm| vm.state() == VmState::Running);
            return Err(match running.any(|vm| !vm.transcribing().is_empty()) {
                true => HypervisorError::NothingTranscribedYet,
                false => HypervisorError::NothingToOptimize,
            });
        }
        let limits: Vec<f64> = ids
            .iter()
            .map(|id| {
                let limits = self.vm(id).map(|vm| vm.limits().on_host(&host));
                limits.map_or(host_ribosomes, |limits| limits.max_ribosomes)
            })
            .collect();
        let quotas = self.equal_speeds(&rates, &tenants, &takes_part, &limits, budget);
        let mut wanted = tenants.clone();
        for (tenant, quota) in wanted.iter_mut().zip(&quotas) {
            tenant.quota = *quota;
        }
        let (_, predicted) = self.chassis.rates_with(&wanted);
        let mut done = Vec::new();
        for (i, id) in ids.iter().enumerate().filter(|(i, _)| takes_part[*i]) {
            let vm = self.vm_mut(id)?;
            let before = vm.allocation().on_host(&host).ribosomes;
            // A difference that rounding made is none, and is not told.
            let stays = (quotas[i] - before).abs() <= SAME * before;
            if !stays {
                vm.reallocate_ribosomes(quotas[i]);
                let what =
                    format!("{:.1} {} by optimize_allocation", quotas[i], Resource::Ribosomes);
                vm.note(LogKind::Allocation, what);
            }
            let shown = vm.allocation().on_host(&host).ribosomes;
            done.push(Reallocation {
                id: id.clone(),
                before: if stays { shown } else { before },
                after: shown,
                speed_before: competition.ribosomes.throttle[i],
                speed_after: predicted.ribosomes.throttle[i],
            });
        }
        Ok(done)
    }

    /// The quotas with which all that take part have the same throttle, or are at their limits.
    fn equal_speeds(
        &self,
        rates: &HostRates,
        tenants: &[Tenant],
        takes_part: &[bool],
        limits: &[f64],
        budget: f64,
    ) -> Vec<f64> {
        // At a common speed u the weights count for u as much.
        let engaged = |u: f64| -> Vec<f64> {
            let slowed: Vec<Tenant> = tenants
                .iter()
                .zip(takes_part)
                .zip(limits)
                .map(|((t, part), limit)| match part {
                    true => Tenant { weight: u * t.weight, quota: *limit, ..*t },
                    false => *t,
                })
                .collect();
            let mut competition = Competition::default();
            crate::chassis::competition::compete(
                self.chassis.state().ribosomes,
                rates.elongation_aa_per_h,
                rates.host_weight,
                rates.atp_production_per_h,
                &slowed,
                &mut competition,
            );
            competition.ribosomes.engaged
        };
        let sum = |held: &[f64]| -> f64 {
            held.iter().zip(takes_part).filter(|(_, p)| **p).map(|(e, _)| e).sum()
        };
        let full = engaged(1.0);
        let held = if sum(&full) <= budget {
            // Everybody can have all it can use, and what is left in proportion, up to its limit.
            let times = |spare: f64| -> Vec<f64> {
                full.iter().zip(limits).map(|(e, limit)| (e * spare).min(*limit)).collect()
            };
            let least = full.iter().copied().filter(|e| *e > 0.0).fold(f64::INFINITY, f64::min);
            let (mut low, mut high) = (1.0, (budget / least).max(1.0));
            if sum(&times(high)) <= budget {
                low = high;
            }
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if sum(&times(middle)) > budget { high = middle } else { low = middle }
            }
            times(low)
        } else {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..HALVINGS {
                let middle = 0.5 * (low + high);
                if sum(&engaged(middle)) > budget { high = middle } else { low = middle }
            }
            engaged(low)
        };
        let bounded = held.iter().zip(limits).map(|(e, limit)| e.max(FEWEST).min(*limit));
        bounded
            .zip(tenants)
            .zip(takes_part)
            .map(|((q, t), part)| if *part { q } else { t.quota })
            .collect()
    }
}
