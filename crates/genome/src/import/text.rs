//! From bytes to text: files of other programs come in several encodings.

use super::error::ImportError;
use super::remark::Remark;

/// The text of a file, its lines ended by LF, and what was assumed on the way.
pub(super) fn decode(bytes: &[u8], origin: &str) -> Result<(String, Option<Remark>), ImportError> {
    let (text, remark) = match bytes {
        [0xff, 0xfe, rest @ ..] => (utf16(rest, u16::from_le_bytes), None),
        [0xfe, 0xff, rest @ ..] => (utf16(rest, u16::from_be_bytes), None),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => (text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(), None),
            Err(_) if bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=26)) => {
                return Err(ImportError::Binary { origin: origin.to_owned() });
            }
            Err(error) => {
                let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                // In Latin-1 a byte is the number of its character.
                (
                    bytes.iter().copied().map(char::from).collect(),
                    Some(Remark::AssumedLatin1 { line }),
                )
            }
        },
    };
    if text.contains('\0') {
        return Err(ImportError::Binary { origin: origin.to_owned() });
    }
    // Old editors end lines in CR alone.
    let old = text.contains('\r') && !text.contains('\n');
    Ok((if old { text.replace('\r', "\n") } else { text }, remark))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = |bytes: &[u8]| decode(bytes, "t").map(|(text, remark)| (text, remark.is_some()));
        assert_eq!(text(b"\xef\xbb\xbfa\r\n"), Ok(("a\r\n".into(), false)));
        assert_eq!(text(b"\xff\xfea\0\n\0"), Ok(("a\n".into(), false)));
        assert_eq!(text(b"\xfe\xff\0a"), Ok(("a".into(), false)));
        assert_eq!(text(b"37 \xb0C\nx"), Ok(("37 \u{b0}C\nx".into(), true)));
        assert_eq!(text(b"a\rb"), Ok(("a\nb".into(), false)));
        assert!(text(b"\x09\0\0\x0e").is_err());
        assert!(text(b"\xff\0\x01").is_err());
    }
}
