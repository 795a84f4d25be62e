//! The meaning of the ids of a document.

use std::collections::HashMap;

use super::error::{Position, SbmlError};
use super::math::Names;
use crate::{BinaryOp, Expr, NaryOp, QuantityId, Role};

/// How a quantity is determined other than by its initial value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ruled {
    Assignment,
    Rate,
}

/// A species.
#[derive(Debug, Clone)]
pub(super) struct Species<'a> {
    pub(super) amount: QuantityId,
    /// The size to divide the amount by to get what the id means.
    pub(super) per: Option<QuantityId>,
    /// Whether that size may change.
    pub(super) per_varies: bool,
    pub(super) boundary: bool,
    pub(super) constant: bool,
    pub(super) conversion: Option<&'a str>,
}

/// What an id stands for.
#[derive(Debug, Clone)]
pub(super) enum Entry<'a> {
    /// A compartment, a parameter or a species reference.
    Plain {
        quantity: QuantityId,
        constant: bool,
        what: &'static str,
    },
    Species(Species<'a>),
    /// A reaction, with the quantity that holds its rate if a formula refers to it.
    Reaction {
        rate: Option<QuantityId>,
    },
    /// A function or an event.
    Other,
}

impl Entry<'_> {
    /// Whether rules and events may change it.
    pub(super) fn is_constant(&self) -> bool {
        match self {
            Entry::Plain { constant, .. } => *constant,
            Entry::Species(s) => s.constant,
            Entry::Reaction { .. } | Entry::Other => true,
        }
    }

    /// The quantity which rules and events change in its stead.
    pub(super) fn target(&self) -> Option<QuantityId> {
        match self {
            Entry::Plain { quantity, .. } => Some(*quantity),
            Entry::Species(s) => Some(s.amount),
            Entry::Reaction { .. } | Entry::Other => None,
        }
    }
}

/// The ids of a document.
#[derive(Debug, Default)]
pub(super) struct Table<'a> {
    entries: HashMap<&'a str, Entry<'a>>,
    pub(super) ruled: HashMap<&'a str, Ruled>,
}

impl<'a> Table<'a> {
    /// Adds an id.
    ///
    /// # Errors
    /// [`SbmlError::DuplicateId`].
    pub(super) fn add(
        &mut self,
        id: &'a str,
        entry: Entry<'a>,
        at: impl FnOnce() -> Position,
    ) -> Result<(), SbmlError> {
        if self.entries.contains_key(id) {
            return Err(SbmlError::DuplicateId { id: id.to_owned(), at: at() });
        }
        self.entries.insert(id, entry);
        Ok(())
    }

    /// What an id stands for.
    pub(super) fn get(&self, id: &str) -> Option<&Entry<'a>> {
        self.entries.get(id)
    }

    /// What an id stands for, which must be a species.
    pub(super) fn species(&self, id: &str) -> Option<&Species<'a>> {
        match self.entries.get(id) {
            Some(Entry::Species(s)) => Some(s),
            _ => None,
        }
    }

    /// The error for an id that is not what it should be.
    pub(super) fn unknown(&self, id: &str, expected: &'static str, at: Position) -> SbmlError {
        let fits = |entry: &Entry<'_>| match entry {
            Entry::Plain { what, .. } => expected.ends_with(what) || expected == "a variable",
            Entry::Species(_) => expected == "a species" || expected == "a variable",
            _ => false,
        };
        let candidates = self.entries.iter().filter(|(_, e)| fits(e)).map(|(id, _)| *id);
        SbmlError::UnknownId {
            id: super::xml::shorten(id),
            expected,
            nearest: closest(id, candidates),
            at,
        }
    }

    /// Whether an id must keep the role of a parameter: its value is not a count that reactions
    /// change.
    pub(super) fn role(&self, id: &str, boundary: bool, constant: bool) -> Role {
        if boundary || constant || self.ruled.contains_key(id) {
            Role::Parameter
        } else {
            Role::Species
        }
    }
}

impl Names for Table<'_> {
    fn value(&self, id: &str) -> Option<Expr> {
        match self.entries.get(id)? {
            Entry::Plain { quantity, .. } => Some(Expr::Quantity(*quantity)),
            Entry::Species(s) => Some(match s.per {
                Some(size) => div(Expr::Quantity(s.amount), Expr::Quantity(size)),
                None => Expr::Quantity(s.amount),
            }),
            Entry::Reaction { rate } => Some(rate.map_or(Expr::Const(0.0), Expr::Quantity)),
            Entry::Other => None,
        }
    }

    fn rate(&self, id: &str) -> Option<Result<Expr, &'static str>> {
        let entry = self.entries.get(id)?;
        match entry {
            Entry::Plain { constant: true, .. }
            | Entry::Species(Species { constant: true, per_varies: false, .. }) => {
                Some(Ok(Expr::Const(0.0)))
            }
            Entry::Plain { quantity, .. } => Some(Ok(Expr::RateOf(*quantity))),
            Entry::Species(s) => {
                let change = Expr::RateOf(s.amount);
                Some(Ok(match s.per {
                    None => change,
                    Some(size) if !s.per_varies => div(change, Expr::Quantity(size)),
                    // (A/V)' = (A' - A/V * V')/V
                    Some(size) => {
                        let value = div(Expr::Quantity(s.amount), Expr::Quantity(size));
                        let growth = mul(value, Expr::RateOf(size));
                        let sub = Expr::Binary(BinaryOp::Sub, Box::new(change), Box::new(growth));
                        div(sub, Expr::Quantity(size))
                    }
                }))
            }
            Entry::Reaction { .. } | Entry::Other => {
                Some(Err("rateOf takes a compartment, a species, a parameter or a stoichiometry"))
            }
        }
    }

    fn nearest(&self, id: &str) -> Option<String> {
        let names = self.entries.iter().filter(|(_, e)| !matches!(e, Entry::Other));
        closest(id, names.map(|(id, _)| *id))
    }
}

/// The id that comes closest, the same whatever the order of the candidates.
pub(super) fn closest<'a>(id: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut candidates: Vec<&str> = candidates.collect();
    candidates.sort_unstable();
    bioxen_base::nearest::nearest(id, candidates).map(str::to_owned)
}

/// A product.
pub(super) fn mul(a: Expr, b: Expr) -> Expr {
    Expr::Nary(NaryOp::Mul, vec![a, b])
}

/// A quotient.
pub(super) fn div(a: Expr, b: Expr) -> Expr {
    Expr::Binary(BinaryOp::Div, Box::new(a), Box::new(b))
}
