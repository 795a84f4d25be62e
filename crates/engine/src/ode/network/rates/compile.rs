//! From the rate laws of a network to laws over places.

use super::Pair;
use crate::EngineError;
use crate::ode::network::laws::Law;
use crate::ode::network::layout::{Layout, unsupported};
use bioxen_network::derivative::gradient;
use bioxen_network::{Expr, NetworkError, QuantityId, RateLaw, Reaction, Stoichiometry};

/// The largest number of molecules of one species that a mass-action reaction may take.
const MAX_ORDER: u32 = 64;

/// A reaction's law over the places.
pub(super) fn compile(reaction: &Reaction, layout: &Layout) -> Result<Law, EngineError> {
    let place = |id: QuantityId| {
        layout.place(id).ok_or_else(|| NetworkError::UnknownQuantity {
            context: reaction.name.clone(),
            id: id.index(),
            count: layout.one() as usize,
        })
    };
    Ok(match &reaction.law {
        RateLaw::MassAction { k, factors } => {
            let mut powers: Vec<(u32, i32)> = Vec::new();
            let mut add = |place: u32, n: i32| match powers.iter_mut().find(|p| p.0 == place) {
                Some((_, power)) => *power += n,
                None => powers.push((place, n)),
            };
            for term in &reaction.reactants {
                match term.stoichiometry {
                    Stoichiometry::Const(n)
                        if n.fract() == 0.0 && (0.0..=f64::from(MAX_ORDER)).contains(&n) =>
                    {
                        add(place(term.quantity)?, n as i32);
                    }
                    _ => {
                        let construct = "mass action with a stoichiometry that is no whole number";
                        return Err(unsupported(construct, &reaction.name));
                    }
                }
            }
            // x^n/n! is the limit of the number of combinations.
            let ways: f64 =
                powers.iter().flat_map(|&(_, n)| (2..=n).map(f64::from)).product::<f64>();
            for &id in factors {
                let place = place(id)?;
                match powers.iter_mut().find(|p| p.0 == place) {
                    Some((_, power)) => *power += 1,
                    None => powers.push((place, 1)),
                }
            }
            powers.retain(|&(_, n)| n > 0);
            Law::Product { k: k / ways, factors: powers }
        }
        &RateLaw::MichaelisMenten { vmax, km, substrate } => {
            Law::MichaelisMenten { vmax, km, s: place(substrate)? }
        }
        &RateLaw::Hill { basal, vmax, k, n, regulator } => {
            Law::Hill { basal, vmax, k, n, x: place(regulator)? }
        }
        RateLaw::Expr(expr) => program(&reaction.name, expr, layout)?,
    })
}

/// An expression with its derivatives by the components and what depends on them.
pub(super) fn program(context: &str, expr: &Expr, layout: &Layout) -> Result<Law, EngineError> {
    let program = layout.compile(context, expr)?;
    if let Some((k, places)) = program.as_product() {
        let mut factors: Vec<(u32, i32)> = Vec::new();
        for &place in places {
            match factors.iter_mut().find(|f| f.0 == place) {
                Some((_, power)) => *power += 1,
                None => factors.push((place, 1)),
            }
        }
        return Ok(Law::Product { k, factors });
    }
    let varies = |id: QuantityId| layout.place(id).is_some_and(|place| layout.is_determined(place));
    let mut slopes = Vec::new();
    for (id, slope) in gradient(expr, &varies)? {
        if let Some(place) = layout.place(id) {
            slopes.push((place, layout.compile_derivative(&slope)?));
        }
    }
    Ok(Law::Program { program, slopes })
}

/// The law as a pair, if it is one; `one` is the place that holds 1.
pub(super) fn as_pair(law: &Law, one: u32) -> Option<Pair> {
    let Law::Product { k, factors } = law else { return None };
    let (a, b) = match factors.as_slice() {
        [] => (one, one),
        [(a, 1)] => (*a, one),
        [(a, 2)] => (*a, *a),
        [(a, 1), (b, 1)] => (*a, *b),
        _ => return None,
    };
    Some(Pair { k: *k, a, b })
}
