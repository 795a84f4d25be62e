//! Numbers as text, by a specification of the kind that Python's `format` and C's `printf` take.

use rhai::Dynamic;

use super::error::LangError;
use super::number::kind;
use super::series::Unit;

/// The widest text that is made [characters].
const WIDEST: usize = 1000;
/// The most digits behind the point.
const FINEST: usize = 100;

/// Where a text stands in its width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Align {
    Left,
    Right,
    Centre,
    /// The sign to the left, the digits to the right.
    Inside,
}

/// How a value is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    fill: char,
    align: Option<Align>,
    /// What stands before a number that is not negative.
    sign: &'static str,
    width: usize,
    /// What stands between thousands.
    group: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Spec {
    /// Reads a specification: `[[fill]align][sign][0][width][,][.digits][kind]`, with or without a
    /// `%` before it.
    ///
    /// # Errors
    /// When it is none; the error says where it stops being one.
    pub fn read(given: &str) -> Result<Self, LangError> {
        let wrong = |why: String| LangError::Format { given: given.to_owned(), why };
        let mut rest: Vec<char> = given.chars().collect();
        // `%.2f` is the form of C, `%` alone and `.1%` a percentage.
        let of_c = rest.len() > 1 && rest[0] == '%';
        if of_c {
            rest.remove(0);
        }
        let mut spec = Self {
            fill: ' ',
            align: None,
            sign: "",
            width: 0,
            group: None,
            precision: None,
            kind: None,
        };
        let align = |c: Option<&char>| match c {
            Some('<') => Some(Align::Left),
            Some('>') => Some(Align::Right),
            Some('^') => Some(Align::Centre),
            Some('=') => Some(Align::Inside),
            _ => None,
        };
        let mut at = 0;
        if align(rest.get(1)).is_some() {
            (spec.fill, spec.align, at) = (rest[0], align(rest.get(1)), 2);
        } else if align(rest.first()).is_some() {
            (spec.align, at) = (align(rest.first()), 1);
        }
        while let Some(sign) = rest.get(at).filter(|c| matches!(c, '+' | '-' | ' ')) {
            match sign {
                '+' => spec.sign = "+",
                ' ' => spec.sign = " ",
                _ if of_c => spec.align = Some(Align::Left),
                _ => spec.sign = "",
            }
            at += 1;
        }
        if rest.get(at) == Some(&'0') {
            if spec.align.is_none() {
                (spec.fill, spec.align) = ('0', Some(Align::Inside));
            }
            at += 1;
        }
        let digits = |at: &mut usize| -> Option<usize> {
            let start = *at;
            while rest.get(*at).is_some_and(char::is_ascii_digit) {
                *at += 1;
            }
            // More digits than a number can have are more than is allowed, too.
            let text: String = rest[start..*at].iter().collect();
            (*at > start).then(|| text.parse().unwrap_or(usize::MAX))
        };
        spec.width = digits(&mut at).unwrap_or(0);
        if let Some(c) = rest.get(at).filter(|c| matches!(c, ',' | '_')) {
            (spec.group, at) = (Some(*c), at + 1);
        }
        if rest.get(at) == Some(&'.') {
            at += 1;
            let precision = digits(&mut at);
            spec.precision =
                Some(precision.ok_or_else(|| wrong("a number belongs behind its point".into()))?);
        }
        if let Some(c) = rest.get(at) {
            if !"dfFeEgGs%".contains(*c) {
                return Err(wrong(format!("`{c}` is no kind of number")));
            }
            (spec.kind, at) = (Some(*c), at + 1);
        }
        if at < rest.len() {
            let rest: String = rest[at..].iter().collect();
            return Err(wrong(format!("`{rest}` follows where it ends")));
        }
        if spec.width > WIDEST || spec.precision.is_some_and(|p| p > FINEST) {
            return Err(wrong(format!(
                "a text is at most {WIDEST} wide, with at most {FINEST} digits behind the point"
            )));
        }
        Ok(spec)
    }

    /// A value as text.
    ///
    /// # Errors
    /// When it is no number, quantity or string, or of another kind than the specification is for.
    pub fn write(&self, value: &Dynamic) -> Result<String, LangError> {
        if let Some(text) = value.read_lock::<rhai::ImmutableString>() {
            if !matches!(self.kind, None | Some('s')) {
                return Err(self.wrong_for(value));
            }
            let cut = self.precision.unwrap_or(usize::MAX);
            let text: String = text.chars().take(cut).collect();
            return Ok(self.pad("", &text, Align::Left));
        }
        let Some((x, unit)) = Unit::of(value) else { return Err(self.wrong_for(value)) };
        let (sign, body) = match (self.kind, value.as_int()) {
            (Some('s'), _) => return Err(self.wrong_for(value)),
            (None | Some('d'), Ok(n)) if self.precision.is_none() => {
                (n < 0, n.unsigned_abs().to_string())
            }
            (Some('d'), _) => {
                if self.precision.is_some() || x.fract() != 0.0 {
                    return Err(self.wrong_for(value));
                }
                (x < 0.0, format!("{:.0}", x.abs()))
            }
            (Some('%'), _) => match unit {
                Unit::Plain => (x < 0.0, format!("{}%", self.number(x.abs() * 100.0))),
                Unit::Percent => (x < 0.0, format!("{}%", self.number(x.abs()))),
                _ => return Err(self.wrong_for(value)),
            },
            _ => (x.is_sign_negative() && !x.is_nan(), self.number(x.abs())),
        };
        let shown = if sign { "-" } else { self.sign };
        let symbol = Some(unit.symbol()).filter(|_| !unit.is_plain() && self.kind != Some('%'));
        let behind = symbol.map_or(0, |symbol| symbol.chars().count() + 1);
        let mut body = self.group.map_or_else(
            || body.clone(),
            |c| {
                // Zeros that fill are grouped, too.
                let zeros = self.fill == '0' && self.align == Some(Align::Inside);
                let room = self.width.saturating_sub(shown.len() + behind);
                grouped(&if zeros { filled(&body, room) } else { body.clone() }, c)
            },
        );
        if !unit.is_plain() && self.kind != Some('%') {
            body = format!("{body} {}", unit.symbol());
        }
        Ok(self.pad(shown, &body, Align::Right))
    }

    fn wrong_for(&self, value: &Dynamic) -> LangError {
        let expected = match self.kind {
            Some('d') => "a whole number; .0f rounds others",
            Some('s') => "a string",
            Some('%') => "a plain number or a percentage",
            Some(_) => "a number or a quantity",
            None => "a number, a quantity or a string",
        };
        LangError::WrongType { what: "the value of format".to_owned(), expected, got: kind(value) }
    }

    /// A number that is not negative.
    fn number(&self, x: f64) -> String {
        if x.is_nan() {
            return "NaN".to_owned();
        }
        if x.is_infinite() {
            return "inf".to_owned();
        }
        let precision = self.precision.unwrap_or(6);
        match self.kind {
            Some('f' | 'F' | '%') => format!("{x:.precision$}"),
            Some('e') => scientific(x, precision),
            Some('E') => scientific(x, precision).to_uppercase(),
            Some('G') => general(x, precision).to_uppercase(),
            Some(_) => general(x, precision),
            // As it is printed, unless digits are asked for.
            None => self.precision.map_or_else(|| format!("{x:?}"), |p| general(x, p)),
        }
    }

    fn pad(&self, sign: &str, body: &str, usual: Align) -> String {
        let missing = self.width.saturating_sub(sign.len() + body.chars().count());
        let fill = |n: usize| self.fill.to_string().repeat(n);
        match self.align.unwrap_or(usual) {
            Align::Left => format!("{sign}{body}{}", fill(missing)),
            Align::Right => format!("{}{sign}{body}", fill(missing)),
            Align::Inside => format!("{sign}{}{body}", fill(missing)),
            Align::Centre => {
                format!("{}{sign}{body}{}", fill(missing / 2), fill(missing - missing / 2))
            }
        }
    }
}

/// `1.5e+03`: the exponent with its sign and two digits at least.
fn scientific(x: f64, precision: usize) -> String {
    let text = format!("{x:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// To so many significant digits, without zeros at the end; scientific where that is shorter, by the
/// rule of C: an exponent below -4, or not below the number of digits.
fn general(x: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let text = scientific(x, precision - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "+00"));
    let power: i64 = exponent.parse().unwrap_or(0);
    let bare = |text: &str| {
        if !text.contains('.') {
            return text.to_owned();
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if power < -4 || power >= precision as i64 {
        return format!("{}e{exponent}", bare(mantissa));
    }
    let behind = usize::try_from(precision as i64 - 1 - power).unwrap_or(0);
    bare(&format!("{x:.behind$}"))
}

/// With a mark between the thousands before the point.
fn grouped(text: &str, mark: char) -> String {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(mark);
        }
        out.push(digit);
    }
    out + rest
}

/// With zeros before it, so many that it is at least `room` wide with marks between its thousands; as in
/// Python, no mark is the first.
fn filled(text: &str, room: usize) -> String {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end == 0 {
        return text.to_owned();
    }
    let behind = text.len() - end;
    let mut digits = end;
    while digits + (digits - 1) / 3 + behind < room {
        digits += 1;
    }
    format!("{}{text}", "0".repeat(digits - end))
}

/// A number rounded to so many digits behind the point, or with a negative number before it; halves
/// go away from zero. It is rounded as it is, and not as it is after a multiplication.
pub fn rounded(x: f64, digits: i64) -> f64 {
    if !x.is_finite() || x == 0.0 || digits > 400 {
        return x;
    }
    // All digits that a number can have.
    let text = format!("{:.1074}", x.abs());
    let (whole, behind) = text.split_once('.').unwrap_or((&text, ""));
    let all: Vec<u8> = whole.bytes().chain(behind.bytes()).map(|b| b - b'0').collect();
    let Some(kept) = (whole.len() as i64).checked_add(digits).filter(|k| *k >= 0) else {
        return 0.0;
    };
    let kept = usize::try_from(kept).unwrap_or(usize::MAX).min(all.len());
    let mut number: Vec<u8> = std::iter::once(0).chain(all[..kept].iter().copied()).collect();
    if all.get(kept).is_some_and(|d| *d >= 5) {
        for digit in number.iter_mut().rev() {
            if *digit < 9 {
                *digit += 1;
                break;
            }
            *digit = 0;
        }
    }
    let number: String = number.iter().map(|d| char::from(b'0' + d)).collect();
    let result: f64 = format!("{number}e{}", -digits).parse().unwrap_or(x.abs());
    if result == 0.0 { 0.0 } else { result * x.signum() }
}

/// A whole number rounded to a power of ten; nothing when that is too large.
pub fn rounded_whole(n: i64, digits: i64) -> Option<i64> {
    if digits >= 0 {
        return Some(n);
    }
    let Some(unit) = u32::try_from(digits.unsigned_abs()).ok().and_then(|d| 10_i128.checked_pow(d))
    else {
        return Some(0);
    };
    let n = i128::from(n);
    let size = (n.abs() + unit / 2) / unit * unit;
    i64::try_from(size * n.signum()).ok()
}

#[cfg(test)]
mod tests;
