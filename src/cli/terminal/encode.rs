//! Pictures for terminals that read PNG.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The longest piece of a picture in one command of kitty's protocol [characters].
const PIECE: usize = 4096;

/// Kitty's graphics protocol: transmit and show (`a=T`) a PNG (`f=100`) over so many columns, with
/// no answer whatever happens (`q=2`), in pieces of which all but the last say `m=1`.
pub(super) fn kitty(png: &[u8], columns: usize) -> String {
    let data = STANDARD.encode(png);
    let mut text = String::with_capacity(data.len() + data.len() / 100 + 64);
    let mut rest = data.as_str();
    let mut head = format!("a=T,f=100,q=2,c={columns},");
    loop {
        let (piece, after) = rest.split_at(rest.len().min(PIECE));
        let more = u8::from(!after.is_empty());
        // Writing to a string cannot fail.
        let _ = write!(text, "\x1b_G{head}m={more};{piece}\x1b\\");
        head.clear();
        rest = after;
        if rest.is_empty() {
            return text;
        }
    }
}

/// iTerm2's inline images: a file to be shown (`inline=1`), its size in bytes, and its width in
/// columns.
pub(super) fn iterm2(png: &[u8], columns: usize) -> String {
    let (size, data) = (png.len(), STANDARD.encode(png));
    format!("\x1b]1337;File=inline=1;size={size};width={columns};preserveAspectRatio=1:{data}\x07")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kitty_gets_pieces_that_make_the_picture() {
        let png: Vec<u8> = (0..8000_u32).map(|n| (n % 251) as u8).collect();
        let text = kitty(&png, 84);
        let pieces: Vec<&str> =
            text.split_terminator("\x1b\\").map(|p| p.strip_prefix("\x1b_G").unwrap()).collect();
        assert_eq!(pieces.len(), 3);
        let parts: Vec<(&str, &str)> = pieces.iter().map(|p| p.split_once(';').unwrap()).collect();
        let heads: Vec<&str> = parts.iter().map(|p| p.0).collect();
        assert_eq!(heads, ["a=T,f=100,q=2,c=84,m=1", "m=1", "m=0"]);
        // All pieces but the last must be a multiple of 4 characters and not above 4096.
        assert!(parts[..2].iter().all(|p| p.1.len() == 4096));
        let data: String = parts.iter().map(|p| p.1).collect();
        assert_eq!(STANDARD.decode(data).unwrap(), png);
    }

    #[test]
    fn a_small_picture_is_one_piece() {
        assert_eq!(kitty(b"abc", 40), "\x1b_Ga=T,f=100,q=2,c=40,m=0;YWJj\x1b\\");
    }

    #[test]
    fn iterm2_gets_a_file() {
        let expected = "\x1b]1337;File=inline=1;size=3;width=40;preserveAspectRatio=1:YWJj\x07";
        assert_eq!(iterm2(b"abc", 40), expected);
    }
}
