//! The host's equations as rules; see [`crate::chassis::host`] and
//! [`crate::chassis::competition`] for what they say.

use super::super::losses::Placed;
use super::super::population::{GuestUnit, Population, opened, transcription};
use super::super::promoter::Law;
use super::super::vm::Vm;
use super::{Shared, add as plus, dissociation, div, mul, number, sub, weight};
use crate::chassis::energy::{self, EnergyCoupling};
use crate::chassis::polymerase::Pool;
use crate::chassis::{Chassis, Kinetics, Tenant, competition, host, measured, parameters as p};
use bioxen_network::{BinaryOp, Expr, NaryOp, Network, QuantityId, Rule};

/// The guests as the host feels them.
pub(super) struct Guests<'a> {
    pub(super) population: &'a Population,
    /// The transcripts of each unit.
    pub(super) transcripts: &'a [QuantityId],
    /// The protein of each gene.
    pub(super) proteins: &'a [QuantityId],
    /// Promoters that answer to proteins, by the places of their units.
    pub(super) laws: &'a [(usize, Law)],
    /// What molecules lose to proteases and small RNAs.
    pub(super) losses: &'a Placed,
    /// Weight of the other VMs, throttled.
    pub(super) others: f64,
    /// Amino acids of the other VMs' proteins that are degraded [1/h].
    pub(super) others_decayed: f64,
    /// RNA polymerases that the other VMs need, throttled.
    pub(super) others_polymerases: f64,
}

impl Guests<'_> {
    /// Amino acids of proteins that are degraded [1/h].
    fn decayed_aa(&self) -> Expr {
        let unstable = self.population.genes().iter().zip(self.proteins);
        let unstable = unstable.filter(|(g, _)| g.rates.protein_decay_per_h > 0.0);
        let mut sum = vec![number(self.others_decayed)];
        sum.extend(unstable.map(|(g, protein)| {
            let of_one = g.rates.protein_decay_per_h * g.rates.length_aa;
            mul([number(of_one), Expr::Quantity(*protein)])
        }));
        for queue in &self.losses.queues {
            sum.extend(queue.substrates.iter().map(|&gene| {
                let length = number(self.population.genes()[gene].rates.length_aa);
                mul([length, queue.expr(gene, |gene| self.proteins[gene])])
            }));
        }
        Expr::Nary(NaryOp::Add, sum)
    }

    /// RNA that is made while the cell grows by a factor of e [nt].
    fn rna_nt(&self, unburdened_growth_per_h: f64) -> Expr {
        let answers = |at: usize| self.laws.iter().any(|(of, _)| *of == at);
        let share = |unit: &GuestUnit| unit.rates.length_nt / unburdened_growth_per_h;
        let all = self.population.units().iter().enumerate();
        let constant: f64 =
            all.filter(|(at, _)| !answers(*at)).map(|(_, u)| transcription(u) * share(u)).sum();
        let mut sum = vec![number(constant)];
        for (at, law) in self.laws {
            let unit = &self.population.units()[*at];
            let activity = law.expr(|i| Expr::Quantity(self.proteins[i]));
            sum.push(mul([number(opened(unit) * share(unit)), activity]));
        }
        Expr::Nary(NaryOp::Add, sum)
    }
}

/// Adds quantities with rules to a network.
struct Writer<'a>(&'a mut Network);

impl Writer<'_> {
    /// A quantity that always is `value`.
    fn set(&mut self, name: &str, value: Expr) -> Expr {
        let id = self.0.parameter(format!("host.{name}"), 0.0);
        self.0.rules.push(Rule::Assignment(id, value));
        Expr::Quantity(id)
    }

    fn state(&mut self, name: &str, initial: f64) -> QuantityId {
        self.0.parameter(format!("host.{name}"), initial)
    }

    fn rate(&mut self, id: QuantityId, rate: Expr) {
        self.0.rules.push(Rule::Rate(id, rate));
    }
}

/// Adds the host and gives what the guests' reactions need of it.
pub(super) fn add(
    network: &mut Network,
    chassis: &Chassis,
    vm: &Vm,
    guests: &Guests<'_>,
) -> Shared {
    let mut w = Writer(network);
    let s = chassis.state();
    let ids = [
        w.state("m_a", s.m_a),
        w.state("m_r", s.m_r),
        w.state("p_a", s.p_a),
        w.state("ribosomes", s.ribosomes),
        w.state("t_c", s.t_c),
        w.state("t_u", s.t_u),
        w.state("atp", s.atp),
    ];
    let [m_a, m_r, p_a, ribosomes, t_c, t_u, atp] = ids.map(Expr::Quantity);
    let saturated = |x: &Expr, half: f64| div(x.clone(), plus([x.clone(), number(half)]));
    let inactivation = chassis.conditions().inhibition.inactivation_per_h();
    let sigma = number(chassis.nutrient().value());
    let kinetics = chassis.conditions().kinetics;
    let half = kinetics.trna_half_saturation;
    let full = mul([number(kinetics.elongation_max_aa_per_h), saturated(&t_c, half)]);
    let elongation = w.set(
        "elongation",
        match chassis.energy() {
            EnergyCoupling::Published => full,
            EnergyCoupling::Coupled => {
                let steepness = f64::from(energy::ELONGATION_STEEPNESS);
                let relative = div(atp.clone(), number(energy::ELONGATION_HALF_SATURATION));
                let ratio = Expr::Binary(BinaryOp::Pow, relative.into(), number(steepness).into());
                mul([full, saturated(&ratio, 1.0)])
            }
        },
    );
    let charging = mul([
        number(kinetics.charging_max_per_h),
        sigma.clone(),
        saturated(&t_u, half),
        p_a.clone(),
    ]);
    let charging = w.set("charging", charging);
    let parity = div(t_c.clone(), t_u.clone());
    let regulation = w.set("regulation", saturated(&parity, kinetics.flux_parity));
    let maintenance = w.set("maintenance", maintenance(&kinetics, &atp));
    let adp = sub(number(energy::POOL), atp);
    let production = mul([
        number(kinetics.atp_capacity_per_h),
        p_a.clone(),
        sigma,
        saturated(&adp, energy::ADP_HALF_SATURATION),
    ]);
    let production = w.set("atp_production", production);

    // The competition for ribosomes.
    let own = 1.0 - p::HOUSEKEEPING;
    let host_weight = w.set(
        "weight",
        plus([
            div(m_a.clone(), dissociation(&elongation, p::METABOLIC_LENGTH, inactivation)),
            div(m_r.clone(), dissociation(&elongation, p::RIBOSOME_LENGTH, inactivation)),
            number(guests.others),
        ]),
    );
    let weights = guests.population.genes().iter().map(|gene| {
        mul([Expr::Quantity(guests.transcripts[gene.unit]), weight(gene, &elongation)])
    });
    let guest_weight = w.set("guest_weight", Expr::Nary(NaryOp::Add, weights.collect()));
    let unburdened = vm.unburdened_growth();
    let rna_nt = guests.rna_nt(unburdened);
    let (transcription, host_transcription) = polymerases(&mut w, vm, guests, &rna_nt);
    let rna_nt = w.set("guest_rna_nt", mul([rna_nt, transcription.clone()]));
    let cap = cap(vm, &elongation, &host_weight, &ribosomes, &production, &rna_nt);
    let cap = w.set("cap", cap);
    let d = |weight: Expr| plus([number(1.0), div(weight, number(own))]);
    let open = w.set("d_open", d(plus([host_weight.clone(), guest_weight.clone()])));
    let engaged_open = div(mul([ribosomes.clone(), guest_weight.clone()]), open.clone());
    let capped = Expr::Binary(BinaryOp::Gt, engaged_open.into(), cap.clone().into());
    let held = div(cap.clone(), mul([ribosomes.clone(), number(own)]));
    let d_capped = div(d(host_weight), sub(number(1.0), held));
    let choose =
        |yes: Expr, no: Expr| Expr::Piecewise(vec![(yes, capped.clone())], Some(no.into()));
    let d = w.set("d", choose(d_capped, open));
    let throttle = div(mul([cap, d.clone()]), mul([ribosomes.clone(), guest_weight]));
    let throttle = w.set("throttle", choose(throttle, number(1.0)));
    let free = w.set("free_ribosomes", div(ribosomes.clone(), d.clone()));
    let translating = mul([ribosomes.clone(), sub(number(1.0), div(number(1.0), d))]);
    let turnover = w.set("turnover", mul([elongation.clone(), translating.clone()]));
    let decayed = w.set("decayed", guests.decayed_aa());
    let least = mul([number(host::LEAST_NET), turnover.clone()]);
    let net = Expr::Nary(NaryOp::Max, vec![sub(turnover.clone(), decayed), least]);
    let growth = w.set("growth", div(net, number(p::CELL_MASS)));

    // The rates of change.
    let dilution = |x: &Expr| mul([growth.clone(), x.clone()]);
    // What an inhibitor takes away; without one there is no such term.
    let inactivated = |change: Expr, ribosomes: Expr| match inactivation {
        0.0 => change,
        _ => sub(change, mul([number(inactivation), ribosomes])),
    };
    let bound = |mrna: &Expr, length: f64| {
        let dissociation = dissociation(&elongation, length, inactivation);
        mul([div(mrna.clone(), dissociation), free.clone()])
    };
    let transcribed = |limit: f64, length: f64, mrna: &Expr, factor: Expr| {
        let made = mul([number(limit), growth.clone(), host_transcription.clone(), factor]);
        let lost = mul([plus([number(kinetics.mrna_decay_per_h), growth.clone()]), mrna.clone()]);
        inactivated(sub(made, lost), bound(mrna, length))
    };
    let one = number(1.0);
    w.rate(ids[0], transcribed(kinetics.metabolic_transcription, p::METABOLIC_LENGTH, &m_a, one));
    let opened = regulation.clone();
    w.rate(ids[1], transcribed(kinetics.ribosomal_transcription, p::RIBOSOME_LENGTH, &m_r, opened));
    let translated = |mrna: &Expr, length: f64, protein: &Expr| {
        let made = mul([
            div(elongation.clone(), number(length)),
            div(mrna.clone(), dissociation(&elongation, length, inactivation)),
            free.clone(),
        ]);
        sub(made, dilution(protein))
    };
    w.rate(ids[2], translated(&m_a, p::METABOLIC_LENGTH, &p_a));
    let made = translated(&m_r, p::RIBOSOME_LENGTH, &ribosomes);
    w.rate(ids[3], inactivated(made, translating.clone()));
    if chassis.is_inhibited() {
        let id = w.state("inactivated_ribosomes", chassis.inactivated());
        let lost = dilution(&Expr::Quantity(id));
        w.rate(id, sub(mul([number(inactivation), translating]), lost));
    }
    w.rate(ids[4], sub(sub(charging.clone(), dilution(&t_c)), turnover.clone()));
    let made = mul([number(kinetics.trna_synthesis), regulation, growth.clone()]);
    let spent = plus([dilution(&t_u), charging]);
    w.rate(ids[5], sub(plus([made, turnover.clone()]), spent));
    let used = plus([
        mul([number(energy::PER_AMINO_ACID), turnover]),
        maintenance,
        mul([number(energy::PER_NUCLEOTIDE * p::CELL_MASS), host_rna(&growth)]),
        mul([number(energy::PER_NUCLEOTIDE), rna_nt, growth.clone()]),
    ]);
    w.rate(ids[6], sub(production, used));

    let relative_growth = w.set("relative_growth", div(growth.clone(), number(unburdened)));
    let transcription = mul([relative_growth, transcription]);
    let ribosomes = w.set("guest_ribosomes", mul([throttle, free]));
    Shared { growth, transcription, elongation, ribosomes }
}

/// The competition for RNA polymerases: transcription of the VM and of the host relative to that without
/// guests, where the VM makes so much RNA while the cell grows by a factor of e [nt].
fn polymerases(w: &mut Writer<'_>, vm: &Vm, guests: &Guests<'_>, rna_nt: &Expr) -> (Expr, Expr) {
    let unburdened = vm.unburdened_growth();
    let mut one = Tenant::IDLE;
    one.transcribe(unburdened, unburdened);
    let need = w.set("polymerases_needed", mul([rna_nt.clone(), number(one.polymerases)]));
    let for_mrna = Pool::at(unburdened).for_mrna();
    let others = for_mrna + guests.others_polymerases;
    let open = div(number(for_mrna), plus([number(others), need.clone()]));
    let quota = vm.allocation().polymerase_quota().min(competition::TENANTS_LIMIT * for_mrna);
    let quota_binds = vm.allocation().polymerase_quota().is_finite();
    let own = if quota_binds {
        let held = Expr::Nary(NaryOp::Max, vec![need.clone(), number(f64::MIN_POSITIVE)]);
        Expr::Nary(NaryOp::Min, vec![open, div(number(quota), held)])
    } else {
        open
    };
    let own = w.set("guest_transcription", own);
    // What the VM does not hold is there for all others.
    let left = sub(number(for_mrna), mul([own.clone(), need]));
    (own, w.set("transcription", div(left, number(others))))
}

/// ATP that maintenance takes [1/h]; see [`energy::maintenance`].
fn maintenance(kinetics: &Kinetics, atp: &Expr) -> Expr {
    let power = |half: f64, exponent: i32| {
        let relative = div(atp.clone(), number(half));
        Expr::Binary(BinaryOp::Pow, relative.into(), number(f64::from(exponent)).into())
    };
    let left = power(energy::MAINTENANCE_HALF_SATURATION, energy::ELONGATION_STEEPNESS);
    let left = div(left.clone(), plus([left, number(1.0)]));
    let paid = power(energy::MAINTENANCE_YIELDS_BELOW, energy::MAINTENANCE_STEEPNESS);
    let paid = Expr::Nary(NaryOp::Min, vec![paid, number(1.0)]);
    mul([number(kinetics.maintenance_atp_per_h), left, paid])
}

/// The most ribosomes the VM may hold.
fn cap(
    vm: &Vm,
    elongation: &Expr,
    host_weight: &Expr,
    ribosomes: &Expr,
    production: &Expr,
    rna_nt: &Expr,
) -> Expr {
    let own = 1.0 - p::HOUSEKEEPING;
    let most = mul([number(competition::TENANTS_LIMIT * own), ribosomes.clone()]);
    let mut bounds = vec![number(vm.allocation().ribosomes), most];
    let share = vm.allocation().atp_percent / 100.0;
    if share < 1.0 {
        let d = plus([number(1.0), div(host_weight.clone(), number(own))]);
        let translating = mul([ribosomes.clone(), sub(number(1.0), div(number(1.0), d))]);
        let growth = div(mul([elongation.clone(), translating]), number(p::CELL_MASS));
        let rna = mul([number(energy::PER_NUCLEOTIDE), rna_nt.clone(), growth]);
        let atp = sub(mul([number(share), production.clone()]), rna);
        let atp = Expr::Nary(NaryOp::Max, vec![atp, number(0.0)]);
        bounds.push(div(atp, mul([number(energy::PER_AMINO_ACID), elongation.clone()])));
    }
    Expr::Nary(NaryOp::Min, bounds)
}

/// RNA that the host makes [nt/h/aa]: linear between the measurements.
fn host_rna(growth: &Expr) -> Expr {
    let nodes = measured::rna_synthesis_nodes();
    let mut pieces = Vec::new();
    let (mut x0, mut y0) = (0.0, 0.0);
    for (x1, y1) in nodes {
        let slope = number((y1 - y0) / (x1 - x0));
        let line = plus([number(y0), mul([slope, sub(growth.clone(), number(x0))])]);
        let below = Expr::Binary(BinaryOp::Le, growth.clone().into(), number(x1).into());
        pieces.push((line, below));
        (x0, y0) = (x1, y1);
    }
    Expr::Piecewise(pieces, Some(number(y0).into()))
}
