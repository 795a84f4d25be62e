//! Promoters that respond to proteins of their own VM.

mod guided;
mod looped;

pub(super) use guided::GuidedLaw;
pub(super) use looped::{LoopedLaw, Permease};

use crate::package::{Promoter, Regulator, RegulatorKind, Source};
use bioxen_genome::regulation::Concentrations;
use bioxen_network::{BinaryOp, Expr, NaryOp, QuantityId};

/// What acts on the promoter of a gene, in one medium.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Law {
    /// The gene that it transcribes.
    pub gene: usize,
    form: Form,
    /// RNAs that lead proteins to it, whoever controls it.
    guides: Vec<GuidedLaw>,
    /// Whether it holds of a promoter that is held open or shut, too.
    always: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Form {
    /// Of a package: `leak + (1 - leak) * product of f`; see [`crate::package::Promoter`].
    Hill { leak: f64, groups: Vec<Vec<Factor>> },
    /// Of an operon of the genome that loops shut.
    Looped(LoopedLaw),
    /// What something else has made of it.
    Held(f64),
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Factor {
    kind: RegulatorKind,
    amount: Amount,
    half: f64,
    n: f64,
    /// The part of the molecules that an inducer leaves active, if there is one.
    induced: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    /// The protein of a gene.
    Protein(usize),
    Constant(f64),
}

impl Law {
    /// The law of a promoter that transcribes `gene`, in a medium; none if nothing acts on it.
    /// `place` finds the genes of proteins; one that is nowhere has no molecules.
    pub(super) fn new(
        gene: usize,
        promoter: &Promoter,
        medium: &dyn Concentrations,
        place: impl Fn(&str) -> Option<usize>,
    ) -> Option<Self> {
        let factor = |regulator: &Regulator| Factor {
            kind: regulator.kind,
            amount: match &regulator.source {
                Source::Protein(name) => place(name).map_or(Amount::Constant(0.0), Amount::Protein),
                Source::Constant { molecules, .. } => Amount::Constant(*molecules),
            },
            half: regulator.half,
            n: regulator.n,
            induced: regulator.inducer.as_ref().map(|inducer| {
                let micromolar = 1000.0 * medium.millimolar(&inducer.substance);
                inducer.active(regulator.kind, micromolar)
            }),
        };
        // Each group stands where its first regulator does.
        let mut groups: Vec<Vec<Factor>> = Vec::new();
        for (at, regulator) in promoter.regulators.iter().enumerate() {
            match promoter.any.iter().find(|group| group.contains(&at)) {
                Some(group) if group.iter().any(|other| *other < at) => {}
                Some(group) => {
                    let mut members = group.clone();
                    members.sort_unstable();
                    groups.push(members.iter().map(|i| factor(&promoter.regulators[*i])).collect());
                }
                None => groups.push(vec![factor(regulator)]),
            }
        }
        let acted_on = !groups.is_empty();
        acted_on.then_some(Self::of(gene, Form::Hill { leak: promoter.leak, groups }))
    }

    /// The law of a looped promoter that transcribes `gene`.
    pub(super) fn looped(gene: usize, law: LoopedLaw) -> Self {
        Self::of(gene, Form::Looped(law))
    }

    /// The law of a promoter that transcribes `gene`, whose activity something else decides on.
    pub(super) fn held(gene: usize, activity: f64) -> Self {
        Self { always: true, ..Self::of(gene, Form::Held(activity)) }
    }

    fn of(gene: usize, form: Form) -> Self {
        Self { gene, form, guides: Vec::new(), always: false }
    }

    /// The same beside RNAs that lead proteins to it.
    pub(super) fn guided(self, guides: Vec<GuidedLaw>) -> Self {
        Self { guides, ..self }
    }

    /// The activity that something else decides on, if it does.
    pub(super) fn held_at(&self) -> Option<f64> {
        match self.form {
            Form::Held(activity) => Some(activity),
            Form::Hill { .. } | Form::Looped(_) => None,
        }
    }

    /// Whether it holds of a promoter that is held open or shut, too.
    pub(super) fn is_always(&self) -> bool {
        self.always
    }

    /// The same with other numbers for the genes of proteins.
    pub(super) fn renumbered(&self, place: impl Fn(usize) -> Option<usize>) -> Self {
        let form = match &self.form {
            Form::Hill { leak, groups } => {
                let renumber = |factor: &Factor| {
                    let Amount::Protein(gene) = factor.amount else { return *factor };
                    let amount = place(gene).map_or(Amount::Constant(0.0), Amount::Protein);
                    Factor { amount, ..*factor }
                };
                let groups = groups.iter().map(|group| group.iter().map(renumber).collect());
                Form::Hill { leak: *leak, groups: groups.collect() }
            }
            Form::Looped(law) => Form::Looped(law.renumbered(&place)),
            Form::Held(activity) => Form::Held(*activity),
        };
        let guides = self.guides.iter().filter_map(|guide| guide.renumbered(&place)).collect();
        Self { gene: self.gene, form, guides, always: self.always }
    }

    /// The genes whose proteins act on it, or whose RNA.
    pub(super) fn proteins(&self) -> impl Iterator<Item = usize> {
        let (groups, looped) = match &self.form {
            Form::Hill { groups, .. } => (groups.as_slice(), None),
            Form::Looped(law) => ([].as_slice(), Some(law)),
            Form::Held(_) => ([].as_slice(), None),
        };
        let proteins = groups.iter().flatten().filter_map(|factor| match factor.amount {
            Amount::Protein(gene) => Some(gene),
            Amount::Constant(_) => None,
        });
        let guided = self.guides.iter().flat_map(GuidedLaw::genes);
        proteins.chain(looped.into_iter().flat_map(LoopedLaw::proteins)).chain(guided)
    }

    /// How many molecules of each regulator that is made there are, beside so many of each protein: proteins, or
    /// the tetramers of a promoter that loops.
    pub(super) fn amounts(&self, protein: impl Fn(usize) -> f64) -> Vec<(usize, f64)> {
        match &self.form {
            Form::Hill { .. } | Form::Held(_) => {
                self.proteins().map(|gene| (gene, protein(gene))).collect()
            }
            Form::Looped(law) => law.tetramers(protein).into_iter().collect(),
        }
    }

    /// Activity beside so many molecules of each protein; 1 is open.
    pub(super) fn activity(&self, protein: impl Fn(usize) -> f64) -> f64 {
        let open = self.unguided(&protein);
        self.guides.iter().fold(open, |activity, guide| activity * guide.left(&protein))
    }

    fn unguided(&self, protein: impl Fn(usize) -> f64) -> f64 {
        let (leak, groups) = match &self.form {
            Form::Hill { leak, groups } => (*leak, groups),
            Form::Looped(law) => return law.activity(protein),
            Form::Held(activity) => return *activity,
        };
        let product = groups.iter().fold(1.0, |product, group| {
            product
                * match group.as_slice() {
                    [factor] => factor.value(&protein),
                    // Any one of them is enough.
                    all => 1.0 - all.iter().fold(1.0, |none, f| none * (1.0 - f.value(&protein))),
                }
        });
        leak + (1.0 - leak) * product
    }

    /// How the activity changes with the protein of a gene [1/molecule].
    pub(super) fn slope(&self, by: usize, protein: impl Fn(usize) -> f64) -> f64 {
        let there = protein(by).max(0.0);
        let h = 1e-6 * (1.0 + there);
        let at = |x: f64| self.activity(|gene| if gene == by { x } else { protein(gene) });
        (at(there + h) - at((there - h).max(0.0))) / (there + h - (there - h).max(0.0))
    }

    /// The activity as an expression of the proteins.
    pub(super) fn expr(&self, protein: impl Fn(usize) -> Expr) -> Expr {
        self.written(protein, &mut Expr::Const)
    }

    /// The numbers that another medium changes, in the order in which [`Self::written`] asks for them.
    pub(super) fn numbers(&self) -> Vec<f64> {
        self.taken_apart().1
    }

    /// Whether another law differs from this one by nothing but its numbers.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        (self.gene, self.always) == (other.gene, other.always)
            && self.taken_apart().0 == other.taken_apart().0
    }

    /// What stays in another medium, and its numbers.
    fn taken_apart(&self) -> (Expr, Vec<f64>) {
        let mut numbers = Vec::new();
        let at = |gene: usize| Expr::Quantity(QuantityId(gene as u32));
        let form = self.written(at, &mut |number| {
            numbers.push(number);
            Expr::Time
        });
        (form, numbers)
    }

    /// The activity as an expression of the proteins and of `number`, which is asked for each number that another
    /// medium changes.
    pub(super) fn written(
        &self,
        protein: impl Fn(usize) -> Expr,
        number: &mut dyn FnMut(f64) -> Expr,
    ) -> Expr {
        let open = self.unguided_expr(&protein, number);
        if self.guides.is_empty() {
            return open;
        }
        let mut product = vec![open];
        product.extend(self.guides.iter().map(|guide| guide.expr(&protein)));
        Expr::Nary(NaryOp::Mul, product)
    }

    fn unguided_expr(
        &self,
        protein: impl Fn(usize) -> Expr,
        number: &mut dyn FnMut(f64) -> Expr,
    ) -> Expr {
        let binary = |op, a: Expr, b: Expr| Expr::Binary(op, Box::new(a), Box::new(b));
        let (leak, groups) = match &self.form {
            Form::Hill { leak, groups } => (*leak, groups),
            Form::Looped(law) => return law.expr(protein, number),
            Form::Held(activity) => return number(*activity),
        };
        let mut value = |factor: &Factor| {
            // With p the active molecules, half^n / (half^n + p^n) or p^n / (half^n + p^n); both
            // divided by the active part, which is 0 where everything is induced.
            let x = match factor.amount {
                Amount::Protein(gene) => protein(gene),
                Amount::Constant(molecules) => Expr::Const(molecules),
            };
            let scale = match factor.induced {
                Some(active) => number(active / factor.half),
                None => Expr::Const(1.0 / factor.half),
            };
            let relative = Expr::Nary(NaryOp::Mul, vec![scale, x]);
            let power = binary(BinaryOp::Pow, relative, Expr::Const(factor.n));
            let top = match factor.kind {
                RegulatorKind::Repressor => Expr::Const(1.0),
                RegulatorKind::Activator => power.clone(),
            };
            let below = Expr::Nary(NaryOp::Add, vec![Expr::Const(1.0), power]);
            binary(BinaryOp::Div, top, below)
        };
        let without = |x: Expr| binary(BinaryOp::Sub, Expr::Const(1.0), x);
        let mut product = vec![Expr::Const(1.0 - leak)];
        for group in groups {
            product.push(match group.as_slice() {
                [factor] => value(factor),
                all => {
                    let none = all.iter().map(|factor| without(value(factor))).collect();
                    without(Expr::Nary(NaryOp::Mul, none))
                }
            });
        }
        Expr::Nary(NaryOp::Add, vec![Expr::Const(leak), Expr::Nary(NaryOp::Mul, product)])
    }
}

impl Factor {
    /// What it leaves of the activity, beside so many molecules of each protein.
    fn value(&self, protein: impl Fn(usize) -> f64) -> f64 {
        let molecules = match self.amount {
            Amount::Protein(gene) => protein(gene),
            Amount::Constant(molecules) => molecules,
        };
        let power = (self.induced.unwrap_or(1.0) * molecules.max(0.0) / self.half).powf(self.n);
        let bound = if power.is_finite() { power / (1.0 + power) } else { 1.0 };
        match self.kind {
            RegulatorKind::Repressor => 1.0 - bound,
            RegulatorKind::Activator => bound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hypervisor::Medium;
    use crate::package::{Inducer, Regulator, Strength};
    use bioxen_network::{Program, QuantityId};

    fn promoter(kind: RegulatorKind) -> Promoter {
        Promoter {
            name: "P".to_owned(),
            strength: Strength::MrnaPerMin(1.0),
            leak: 0.1,
            copies: None,
            regulators: vec![Regulator {
                kind,
                source: Source::Protein("r".to_owned()),
                half: 40.0,
                n: 2.0,
                inducer: Some(Inducer { substance: "aTc".to_owned(), half_um: 100.0, n: 1.0 }),
            }],
            any: Vec::new(),
        }
    }

    fn law(kind: RegulatorKind, millimolar: f64) -> Law {
        let mut medium = Medium::default();
        medium.set("aTc", millimolar).unwrap();
        Law::new(7, &promoter(kind), &medium, |_| Some(3)).unwrap()
    }

    #[test]
    fn half_of_the_effect_at_half() {
        let repressed = law(RegulatorKind::Repressor, 0.0);
        assert!((repressed.activity(|_| 40.0) - (0.1 + 0.9 * 0.5)).abs() < 1e-15);
        assert_eq!(repressed.activity(|_| 0.0), 1.0);
        // 100 uM of inducer leave half of the molecules active: 1/(1 + 0.25) = 0.8.
        let induced = law(RegulatorKind::Repressor, 0.1);
        assert!((induced.activity(|_| 40.0) - (0.1 + 0.9 * 0.8)).abs() < 1e-15);
        // An activator does nothing without its inducer.
        assert!((law(RegulatorKind::Activator, 0.0).activity(|_| 1e9) - 0.1).abs() < 1e-15);
        let active = law(RegulatorKind::Activator, 0.1);
        assert!((active.activity(|_| 80.0) - (0.1 + 0.9 * 0.5)).abs() < 1e-15);
    }

    #[test]
    fn the_expression_and_the_slope_say_the_same() {
        for kind in [RegulatorKind::Repressor, RegulatorKind::Activator] {
            let law = law(kind, 0.05);
            let program = Program::compile(&law.expr(|_| Expr::Quantity(QuantityId(0)))).unwrap();
            for p in [0.0, 1.0, 33.0, 1e4] {
                let value = program.eval(0.0, &[p], &mut Vec::new());
                assert!((value - law.activity(|_| p)).abs() < 1e-14);
            }
            // d/dx of x^2/(1+x^2) is 2x/(1+x^2)^2; x = 30/60 since two thirds are active here.
            let active = if kind == RegulatorKind::Repressor { 2.0 / 3.0 } else { 1.0 / 3.0 };
            let x: f64 = active * 30.0 / 40.0;
            let slope = 0.9 * 2.0 * x / (1.0 + x * x).powi(2) * active / 40.0;
            let sign = if kind == RegulatorKind::Repressor { -1.0 } else { 1.0 };
            assert!((law.slope(3, |_| 30.0) - sign * slope).abs() < 1e-8);
        }
    }

    /// A or B, and not C: with f of 0.5, 0.8 and 0.25, by hand.
    #[test]
    fn of_some_regulators_any_one_is_enough() {
        let one = |kind, name: &str, half| Regulator {
            kind,
            source: Source::Protein(name.to_owned()),
            half,
            n: 1.0,
            inducer: None,
        };
        let promoter = Promoter {
            regulators: vec![
                one(RegulatorKind::Activator, "a", 10.0),
                one(RegulatorKind::Repressor, "c", 10.0),
                one(RegulatorKind::Activator, "b", 5.0),
            ],
            any: vec![vec![2, 0]],
            ..promoter(RegulatorKind::Activator)
        };
        let place = |name: &str| ["a", "b", "c"].iter().position(|known| *known == name);
        let law = Law::new(7, &promoter, &Medium::default(), place).unwrap();
        let amounts = [10.0, 20.0, 30.0];
        let expected = 0.1 + 0.9 * (1.0 - 0.5 * 0.2) * 0.25;
        assert!((law.activity(|i| amounts[i]) - expected).abs() < 1e-15);
        let program =
            Program::compile(&law.expr(|i| Expr::Quantity(QuantityId(i as u32)))).unwrap();
        assert!((program.eval(0.0, &amounts, &mut Vec::new()) - expected).abs() < 1e-15);
        // Without any of both it is shut but for its leak, with one of them it is not.
        assert!((law.activity(|i| [0.0, 0.0, 0.0][i]) - 0.1).abs() < 1e-15);
        assert!((law.activity(|i| [1e9, 0.0, 0.0][i]) - 1.0).abs() < 1e-7);
        assert_eq!(law.proteins().collect::<Vec<_>>().len(), 3);
    }
}
