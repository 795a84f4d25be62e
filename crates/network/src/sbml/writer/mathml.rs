//! Expressions as MathML.

use std::fmt::Write;

use crate::sbml::operator::{binary_name, nary_name, unary_name};
use crate::{BinaryOp, Expr, NaryOp, QuantityId, UnaryOp};

const SYMBOLS: &str = "http://www.sbml.org/sbml/symbols/";

/// A `<math>` element; `id` gives the id of a quantity.
pub(super) fn math(expr: &Expr, id: &dyn Fn(QuantityId) -> String) -> String {
    let mut out = String::from("<math xmlns=\"http://www.w3.org/1998/Math/MathML\">");
    write_expr(&mut out, expr, id);
    out.push_str("</math>");
    out
}

/// A number as an attribute.
pub(super) fn attribute(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "INF" } else { "-INF" }.to_owned()
    } else {
        decimal(value)
    }
}

/// The shortest decimal number that reads back as the same.
fn decimal(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        format!("{value}")
    } else {
        format!("{value:e}")
    }
}

fn number(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("<notanumber/>");
    } else if value.is_infinite() {
        out.push_str(match value > 0.0 {
            true => "<infinity/>",
            false => "<apply><minus/><infinity/></apply>",
        });
    } else {
        let text = decimal(value);
        // Writing to a string cannot fail.
        let _ = match text.split_once('e') {
            Some((m, e)) => write!(out, "<cn type=\"e-notation\"> {m} <sep/> {e} </cn>"),
            // Integers of SBML have 32 bits; libSBML cuts larger ones off.
            None if value.fract() == 0.0 && value.abs() <= f64::from(i32::MAX) => {
                write!(out, "<cn type=\"integer\"> {text} </cn>")
            }
            None => write!(out, "<cn> {text} </cn>"),
        };
    }
}

fn symbol(out: &mut String, name: &str) {
    let _ = write!(
        out,
        "<csymbol encoding=\"text\" definitionURL=\"{SYMBOLS}{name}\"> {name} </csymbol>"
    );
}

fn write_expr(out: &mut String, expr: &Expr, id: &dyn Fn(QuantityId) -> String) {
    let apply = |out: &mut String, name: &str, operands: &[&Expr]| {
        let _ = write!(out, "<apply><{name}/>");
        operands.iter().for_each(|e| write_expr(out, e, id));
        out.push_str("</apply>");
    };
    match expr {
        Expr::Const(value) => number(out, *value),
        Expr::Quantity(q) => {
            let _ = write!(out, "<ci> {} </ci>", id(*q));
        }
        Expr::Time => symbol(out, "time"),
        Expr::Unary(UnaryOp::Neg, a) => apply(out, "minus", &[a]),
        Expr::Unary(op, a) => apply(out, unary_name(*op).unwrap_or("root"), &[a]),
        Expr::Binary(op @ (BinaryOp::Log | BinaryOp::Root), a, b) => {
            let (name, qualifier) =
                if *op == BinaryOp::Log { ("log", "logbase") } else { ("root", "degree") };
            let _ = write!(out, "<apply><{name}/><{qualifier}>");
            write_expr(out, a, id);
            let _ = write!(out, "</{qualifier}>");
            write_expr(out, b, id);
            out.push_str("</apply>");
        }
        Expr::Binary(op, a, b) => apply(out, binary_name(*op), &[a, b]),
        Expr::Nary(NaryOp::Min | NaryOp::Max, all) if all.is_empty() => {
            number(out, f64::NAN);
        }
        Expr::Nary(op, all) => apply(out, nary_name(*op), &all.iter().collect::<Vec<_>>()),
        Expr::Piecewise(pieces, otherwise) => {
            out.push_str("<piecewise>");
            for (value, condition) in pieces {
                out.push_str("<piece>");
                write_expr(out, value, id);
                write_expr(out, condition, id);
                out.push_str("</piece>");
            }
            if let Some(otherwise) = otherwise {
                out.push_str("<otherwise>");
                write_expr(out, otherwise, id);
                out.push_str("</otherwise>");
            }
            out.push_str("</piecewise>");
        }
        Expr::Delay(value, lag) => {
            out.push_str("<apply>");
            symbol(out, "delay");
            write_expr(out, value, id);
            write_expr(out, lag, id);
            out.push_str("</apply>");
        }
        Expr::RateOf(q) => {
            out.push_str("<apply>");
            symbol(out, "rateOf");
            let _ = write!(out, "<ci> {} </ci></apply>", id(*q));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_exact() {
        assert_eq!(attribute(0.1), "0.1");
        assert_eq!(attribute(-3.0), "-3");
        assert_eq!(attribute(6.02214076e23), "6.02214076e23");
        assert_eq!(attribute(f64::NEG_INFINITY), "-INF");
        let mut out = String::new();
        number(&mut out, 2.5e-7);
        assert_eq!(out, "<cn type=\"e-notation\"> 2.5 <sep/> -7 </cn>");
    }
}
