//! Names and messages as digits, which break no line.

/// As digits.
pub(crate) fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Back; nothing if these are no digits of a text.
pub(crate) fn unhex(digits: &str) -> Option<String> {
    let pair = |pair: &[u8]| {
        let digits = std::str::from_utf8(pair).ok()?;
        let right = digits.len() == 2 && digits.chars().all(|c| c.is_ascii_hexdigit());
        u8::from_str_radix(digits, 16).ok().filter(|_| right)
    };
    String::from_utf8(digits.as_bytes().chunks(2).map(pair).collect::<Option<_>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back() {
        for text in ["", "lacZ", "Größe\n:"] {
            assert_eq!(unhex(&hex(text)).as_deref(), Some(text));
        }
        for wrong in ["1", "zz", "ff", "+1"] {
            assert_eq!(unhex(wrong), None, "{wrong}");
        }
    }
}
