//! Whether a terminal is dark.

/// What `COLORFGBG` says, such as `15;0`: the last number is the background's among the sixteen
/// colours, of which 0 to 6 and 8 are dark.
pub(super) fn of_variable(value: &str) -> Option<bool> {
    let colour = value.rsplit(';').next()?.parse::<u8>().ok()?;
    Some(matches!(colour, 0..=6 | 8))
}

/// What an answer to OSC 11 says, such as `ESC ] 11 ; rgb:1e1e/1e1e/2e2e ESC \`.
pub(super) fn of_answer(answer: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(answer);
    let (_, colour) = text.split_once("]11;rgb:")?;
    let mut channels = colour.splitn(3, '/').map(|channel| {
        let digits: String = channel.chars().take_while(char::is_ascii_hexdigit).take(4).collect();
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
        let value = u32::from_str_radix(&digits, 16).ok()?;
        (most > 0).then(|| f64::from(value) / f64::from(most))
    });
    let mut next = || channels.next().flatten();
    let (red, green, blue) = (next()?, next()?, next()?);
    // The luma of ITU-R BT.709.
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_names_one_of_sixteen_colours() {
        assert_eq!(of_variable("15;0"), Some(true));
        assert_eq!(of_variable("0;15"), Some(false));
        assert_eq!(of_variable("0;default;7"), Some(false));
        assert_eq!(of_variable("default"), None);
    }

    #[test]
    fn the_answer_is_a_colour_of_x11() {
        assert_eq!(of_answer(b"\x1b]11;rgb:1e1e/1e1e/2e2e\x1b\\\x1b[?62c"), Some(true));
        assert_eq!(of_answer(b"\x1b]11;rgb:ff/fa/f0\x07\x1b[?62c"), Some(false));
        assert_eq!(of_answer(b"\x1b]11;rgb:0/f/0\x1b\\"), Some(false));
        for strange in ["", "\x1b[?62c", "\x1b]11;rgb:", "\x1b]11;rgb:1/2", "]11;rgb:x/y/z"] {
            assert_eq!(of_answer(strange.as_bytes()), None, "{strange:?}");
        }
    }
}
