//! Networks that several tests run.

use bioxen::network::{BinaryOp, Expr, NaryOp, Network, QuantityId, RateLaw};

pub(super) fn mass_action(k: f64) -> RateLaw {
    RateLaw::MassAction { k, factors: Vec::new() }
}

pub(super) fn q(id: QuantityId) -> Expr {
    Expr::Quantity(id)
}

pub(super) fn add(terms: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Nary(NaryOp::Add, terms.into_iter().collect())
}

pub(super) fn mul(factors: impl IntoIterator<Item = Expr>) -> Expr {
    Expr::Nary(NaryOp::Mul, factors.into_iter().collect())
}

pub(super) fn div(a: Expr, b: Expr) -> Expr {
    Expr::Binary(BinaryOp::Div, Box::new(a), Box::new(b))
}

pub(super) fn c(x: f64) -> Expr {
    Expr::Const(x)
}

/// `count` genes that take RNA polymerases and ribosomes from shared pools; time in seconds.
pub(super) fn genes(count: usize) -> Network {
    let mut network = Network::default();
    let n = count as f64;
    let rnap = network.species("RNAP", (0.6 * n).round());
    let ribosome = network.species("Ribo", (1.5 * n).round());
    let ln2 = std::f64::consts::LN_2;
    for i in 0..count {
        // One decade of constants whose mean is 0.15/N.
        let decade = if count > 1 { i as f64 / (n - 1.0) } else { 0.5 };
        let on = 0.15 / n * 10f64.powf(decade) * std::f64::consts::LN_10 / 9.0;
        let gene = network.species(format!("G{i}"), 1.0);
        let mut zero = |name: &str| network.species(format!("{name}{i}"), 0.0);
        let (rg, m, rm, p) = (zero("RG"), zero("M"), zero("RM"), zero("P"));
        let mut add = |name: &str, from: &[QuantityId], to: &[QuantityId], k: f64| {
            let ones = |ids: &[QuantityId]| ids.iter().map(|&id| (id, 1)).collect::<Vec<_>>();
            network.reaction(format!("{name}{i}"), &ones(from), &ones(to), mass_action(k));
        };
        add("bind", &[rnap, gene], &[rg], on);
        add("transcribe", &[rg], &[rnap, gene, m], 1.0 / 40.0);
        add("decay", &[m], &[], ln2 / 180.0);
        add("load", &[ribosome, m], &[rm], 0.1 / n);
        add("translate", &[rm], &[ribosome, m, p], 1.0 / 20.0);
        add("degrade", &[p], &[], ln2 / 3600.0);
    }
    network
}
