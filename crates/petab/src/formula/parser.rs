//! From words to an expression, by precedence.

use super::FormulaError;
use super::lexer::{Token, tokens};
use bioxen_base::nearest::{hint, nearest};
use bioxen_network::{BinaryOp, Expr, NaryOp, UnaryOp};

/// How deep formulas may be nested.
const DEEPEST: usize = 200;

/// Other names of functions of one number.
const SHORT: [(&str, UnaryOp); 14] = [
    ("Abs", UnaryOp::Abs),
    ("ceil", UnaryOp::Ceil),
    ("asin", UnaryOp::Asin),
    ("acos", UnaryOp::Acos),
    ("atan", UnaryOp::Atan),
    ("asec", UnaryOp::Asec),
    ("acsc", UnaryOp::Acsc),
    ("acot", UnaryOp::Acot),
    ("asinh", UnaryOp::Asinh),
    ("acosh", UnaryOp::Acosh),
    ("atanh", UnaryOp::Atanh),
    ("asech", UnaryOp::Asech),
    ("acsch", UnaryOp::Acsch),
    ("acoth", UnaryOp::Acoth),
];

/// Functions of one number. A formula is negated by its sign.
fn unary() -> impl Iterator<Item = (&'static str, UnaryOp)> {
    UnaryOp::NAMED.into_iter().filter(|(_, op)| *op != UnaryOp::Neg).chain(SHORT)
}

/// Other functions, with the fewest and the most arguments.
const OTHERS: [(&str, usize, usize); 11] = [
    ("log", 1, 2),
    ("log2", 1, 1),
    ("log10", 1, 1),
    ("pow", 2, 2),
    ("sign", 1, 1),
    ("min", 1, usize::MAX),
    ("Min", 1, usize::MAX),
    ("max", 1, usize::MAX),
    ("Max", 1, usize::MAX),
    ("piecewise", 2, usize::MAX),
    ("root", 2, 2),
];

pub(super) fn parse(
    text: &str,
    resolve: &dyn Fn(&str) -> Result<Expr, String>,
) -> Result<Expr, FormulaError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0, resolve };
    let expr = parser.expression(0)?;
    match parser.next() {
        (Token::End, _) => Ok(expr),
        (token, column) => {
            Err(wrong(column, format!("{} where the formula should end", shown(&token))))
        }
    }
}

struct Parser<'r> {
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
    resolve: &'r dyn Fn(&str) -> Result<Expr, String>,
}

fn wrong(column: usize, reason: String) -> FormulaError {
    FormulaError { column, reason }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Number(number) => format!("the number {number}"),
        Token::Name(name) => format!("`{name}`"),
        Token::Sign(sign) => format!("`{sign}`"),
        Token::End => "the end".to_owned(),
    }
}

/// How tightly an operator between two operands binds.
fn level(token: &Token) -> Option<usize> {
    let Token::Sign(sign) = token else { return None };
    Some(match *sign {
        "&&" | "||" | "&" | "|" => 1,
        "<" | "<=" | ">" | ">=" | "==" | "!=" => 2,
        "+" | "-" => 3,
        "*" | "/" => 4,
        "^" | "**" => 6,
        _ => return None,
    })
}

/// The level of a sign before its operand.
const SIGNED: usize = 5;
/// The level of a power.
const POWER: usize = 6;

impl Parser<'_> {
    fn peek(&self) -> (&Token, usize) {
        let (token, column) = &self.tokens[self.at.min(self.tokens.len() - 1)];
        (token, *column)
    }

    fn next(&mut self) -> (Token, usize) {
        let (token, column) = self.peek();
        let next = (token.clone(), column);
        self.at += 1;
        next
    }

    fn is_next(&mut self, wanted: &str) -> bool {
        let found = matches!(self.peek().0, Token::Sign(sign) if *sign == wanted);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, wanted: &str) -> Result<(), FormulaError> {
        let (token, column) = self.next();
        match token {
            Token::Sign(sign) if sign == wanted => Ok(()),
            other => Err(wrong(column, format!("{} where `{wanted}` should be", shown(&other)))),
        }
    }

    /// An expression of operators that bind at least so tightly.
    fn expression(&mut self, least: usize) -> Result<Expr, FormulaError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let column = self.peek().1;
            return Err(wrong(
                column,
                format!("more than {DEEPEST} expressions within each other"),
            ));
        }
        let mut left = self.operand()?;
        while let Some(found) = level(self.peek().0).filter(|found| *found >= least.max(1)) {
            let (token, _) = self.next();
            let right = self.expression(if found == POWER { SIGNED } else { found + 1 })?;
            left = joined(&token, left, right);
        }
        self.depth -= 1;
        Ok(left)
    }

    fn operand(&mut self) -> Result<Expr, FormulaError> {
        let (token, column) = self.next();
        match token {
            Token::Number(number) => Ok(Expr::Const(number)),
            Token::Sign("+") => self.expression(SIGNED),
            Token::Sign("-") => match self.expression(SIGNED)? {
                Expr::Const(number) => Ok(Expr::Const(-number)),
                other => Ok(Expr::Unary(UnaryOp::Neg, Box::new(other))),
            },
            Token::Sign("!") => Ok(Expr::Unary(UnaryOp::Not, Box::new(self.expression(SIGNED)?))),
            Token::Sign("(") => {
                let inner = self.expression(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Name(name) if self.is_next("(") => self.call(&name, column),
            Token::Name(name) => self.named(&name, column),
            other => Err(wrong(column, format!("{} where a value should be", shown(&other)))),
        }
    }

    /// What a name stands for; the problem's own names come first.
    fn named(&self, name: &str, column: usize) -> Result<Expr, FormulaError> {
        (self.resolve)(name).or_else(|reason| match name {
            "true" => Ok(Expr::Const(1.0)),
            "false" => Ok(Expr::Const(0.0)),
            "inf" => Ok(Expr::Const(f64::INFINITY)),
            "time" => Ok(Expr::Time),
            "pi" => Ok(Expr::Const(std::f64::consts::PI)),
            "E" | "exponentiale" => Ok(Expr::Const(std::f64::consts::E)),
            _ => Err(wrong(column, reason)),
        })
    }

    fn call(&mut self, name: &str, column: usize) -> Result<Expr, FormulaError> {
        let mut all = Vec::new();
        if !self.is_next(")") {
            loop {
                all.push(self.expression(0)?);
                if !self.is_next(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        let names = || unary().map(|f| f.0).chain(OTHERS.iter().map(|f| f.0));
        let unary = unary().find(|f| f.0 == name);
        let range = unary.map(|_| (1, 1));
        let other = || OTHERS.iter().find(|f| f.0 == name).map(|f| (f.1, f.2));
        let Some((fewest, most)) = range.or_else(other) else {
            let near = hint(nearest(name, names()));
            return Err(wrong(column, format!("there is no function `{name}`{near}")));
        };
        if all.len() < fewest || all.len() > most {
            let wanted = match (fewest, most) {
                (1, 1) => "one argument".to_owned(),
                (fewest, usize::MAX) => format!("{fewest} or more arguments"),
                (fewest, most) if fewest == most => format!("{fewest} arguments"),
                (fewest, most) => format!("{fewest} to {most} arguments"),
            };
            return Err(wrong(column, format!("`{name}` takes {wanted}, not {}", all.len())));
        }
        if let Some((_, op)) = unary {
            return Ok(Expr::Unary(op, Box::new(all.remove(0))));
        }
        Ok(applied(name, all))
    }
}

fn binary(op: BinaryOp, a: Expr, b: Expr) -> Expr {
    Expr::Binary(op, Box::new(a), Box::new(b))
}

/// A function of several numbers, of which there are enough.
fn applied(name: &str, mut all: Vec<Expr>) -> Expr {
    let (zero, one) = (Expr::Const(0.0), Expr::Const(1.0));
    match (name, all.len()) {
        ("min" | "Min", _) => return Expr::Nary(NaryOp::Min, all),
        ("max" | "Max", _) => return Expr::Nary(NaryOp::Max, all),
        ("piecewise", count) => {
            let otherwise = if count % 2 == 1 { all.pop().map(Box::new) } else { None };
            let mut pieces = Vec::new();
            let mut rest = all.into_iter();
            while let (Some(value), Some(condition)) = (rest.next(), rest.next()) {
                pieces.push((value, condition));
            }
            return Expr::Piecewise(pieces, otherwise);
        }
        _ => {}
    }
    let first = all.remove(0);
    match (name, all.pop()) {
        ("log", Some(base)) => binary(BinaryOp::Log, base, first),
        ("log", None) => Expr::Unary(UnaryOp::Ln, Box::new(first)),
        ("log2", _) => binary(BinaryOp::Log, Expr::Const(2.0), first),
        ("log10", _) => binary(BinaryOp::Log, Expr::Const(10.0), first),
        ("pow", Some(power)) => binary(BinaryOp::Pow, first, power),
        ("root", Some(x)) => binary(BinaryOp::Root, first, x),
        _ => {
            let above = binary(BinaryOp::Gt, first.clone(), zero.clone());
            let below = binary(BinaryOp::Lt, first, zero.clone());
            let pieces = vec![(one, above), (Expr::Const(-1.0), below)];
            Expr::Piecewise(pieces, Some(Box::new(zero)))
        }
    }
}

/// Two operands with the operator between them. Long sums stay flat.
fn joined(token: &Token, left: Expr, right: Expr) -> Expr {
    let Token::Sign(sign) = token else { return left };
    let many = |op: NaryOp, mut left: Expr, right: Expr| {
        if let Expr::Nary(inner, all) = &mut left
            && *inner == op
        {
            all.push(right);
            return left;
        }
        Expr::Nary(op, vec![left, right])
    };
    match *sign {
        "+" => many(NaryOp::Add, left, right),
        "-" => many(NaryOp::Add, left, Expr::Unary(UnaryOp::Neg, Box::new(right))),
        "*" => many(NaryOp::Mul, left, right),
        "/" => binary(BinaryOp::Div, left, right),
        "&&" | "&" => many(NaryOp::And, left, right),
        "||" | "|" => many(NaryOp::Or, left, right),
        "<" => binary(BinaryOp::Lt, left, right),
        "<=" => binary(BinaryOp::Le, left, right),
        ">" => binary(BinaryOp::Gt, left, right),
        ">=" => binary(BinaryOp::Ge, left, right),
        "==" => binary(BinaryOp::Eq, left, right),
        "!=" => binary(BinaryOp::Ne, left, right),
        _ => binary(BinaryOp::Pow, left, right),
    }
}
