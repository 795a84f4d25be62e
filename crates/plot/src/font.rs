//! The embedded font: measuring, shortening and packing. No system font is ever looked at.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef};
use plotters::style::{FontStyle, register_font};

use crate::PlotError;

/// The font's family, in plotters and in SVG.
pub(crate) const FAMILY: &str = "BioXen Sans";
/// The family of an SVG's text, with what to take where the embedded font is not honoured.
pub(crate) const STACK: &str =
    "'BioXen Sans', Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
/// The height of a capital letter, as a part of the em: 2048 of Inter's 2816 units.
pub(crate) const CAP_HEIGHT: f64 = 2048.0 / 2816.0;

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/BioXenSans-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/BioXenSans-SemiBold.otf");
const REGULAR_WEB: &[u8] = include_bytes!("../../../assets/fonts/BioXenSans-Regular.woff2");
const BOLD_WEB: &[u8] = include_bytes!("../../../assets/fonts/BioXenSans-SemiBold.woff2");

/// The thickness of the letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// The two faces.
pub(crate) struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Fonts {
    /// The faces, read and registered with plotters at the first call.
    pub(crate) fn get() -> Result<&'static Self, PlotError> {
        static FONTS: OnceLock<Option<Fonts>> = OnceLock::new();
        FONTS
            .get_or_init(|| {
                register_font(FAMILY, FontStyle::Normal, REGULAR).ok()?;
                register_font(FAMILY, FontStyle::Bold, BOLD).ok()?;
                let regular = FontRef::try_from_slice(REGULAR).ok()?;
                let bold = FontRef::try_from_slice(BOLD).ok()?;
                Some(Self { regular, bold })
            })
            .as_ref()
            .ok_or(PlotError::Font { file: "assets/fonts/BioXenSans" })
    }

    /// The face of a weight.
    pub(crate) fn face(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The width of a text [px] at a size [px per em].
    pub(crate) fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        let face = self.face(weight);
        let units: f32 = text.chars().map(|c| face.h_advance_unscaled(face.glyph_id(c))).sum();
        f64::from(units) * size / units_per_em(face)
    }

    /// What plotters calls the size of a text of `size` px per em: from the deepest descent to the
    /// highest ascent.
    pub(crate) fn line_height(&self, size: f64, weight: Weight) -> f64 {
        let face = self.face(weight);
        size * f64::from(face.ascent_unscaled() - face.descent_unscaled()) / units_per_em(face)
    }

    /// The text in lines of at most `most` px, broken between words, and at most `lines` of them; what is
    /// still too long is cut as by [`Self::shorten`].
    pub(crate) fn wrap(
        &self,
        text: &str,
        (size, weight): (f64, Weight),
        most: f64,
        lines: usize,
    ) -> Vec<String> {
        let mut wrapped: Vec<String> = Vec::new();
        for word in text.split(' ') {
            let full = wrapped.len() >= lines;
            match wrapped.last_mut() {
                Some(line)
                    if full || self.width(&format!("{line} {word}"), size, weight) <= most =>
                {
                    // A hostile text is cut anyway.
                    if line.len() < 1000 {
                        line.push(' ');
                        line.push_str(word);
                    }
                }
                _ => wrapped.push(word.to_owned()),
            }
        }
        wrapped.iter().map(|line| self.shorten(line, size, weight, most)).collect()
    }

    /// The text if it is at most `most` px wide, else its beginning and an ellipsis, cut behind a word: for
    /// sentences, of which the end alone tells nothing.
    fn shorten(&self, text: &str, size: f64, weight: Weight, most: f64) -> String {
        // As in `elide`.
        const LONGEST: usize = 400;
        let letters: Vec<char> = text.chars().map(plain).take(LONGEST + 1).collect();
        let whole: String = letters.iter().collect();
        if letters.len() <= LONGEST && self.width(&whole, size, weight) <= most {
            return whole;
        }
        let fits = |keep: &usize| {
            let start: String = letters.iter().take(*keep).collect();
            self.width(&format!("{start}…"), size, weight) <= most
        };
        let keep = (0..letters.len().min(LONGEST)).rev().find(fits).unwrap_or(0);
        let ends = letters.get(keep).is_none_or(|next| *next == ' ');
        let word = letters[..keep].iter().rposition(|c| *c == ' ').filter(|_| !ends);
        // A word that is half of the line is cut itself.
        let keep = word.filter(|end| *end >= keep / 2).unwrap_or(keep);
        let start: String = letters.iter().take(keep).collect();
        format!("{}…", start.trim_end_matches([' ', ',', ';', ':']))
    }

    /// The text if it is at most `most` px wide, else its two ends around an ellipsis: the end of a
    /// name such as `demo.lacZ.protein` tells as much as its beginning.
    pub(crate) fn elide(&self, text: &str, size: f64, weight: Weight, most: f64) -> String {
        // A longer text would be cut anyway; this bounds the work on a hostile one.
        const LONGEST: usize = 400;
        let letters: Vec<char> = text.chars().map(plain).take(LONGEST + 1).collect();
        let whole: String = letters.iter().collect();
        if letters.len() <= LONGEST && self.width(&whole, size, weight) <= most {
            return whole;
        }
        let last: Vec<char> = {
            let mut tail: Vec<char> = text.chars().rev().take(LONGEST).map(plain).collect();
            tail.reverse();
            tail
        };
        let mut keep = letters.len().min(LONGEST).saturating_sub(1);
        loop {
            let head = keep.div_ceil(2);
            let tail = keep - head;
            let start: String = letters.iter().take(head).collect();
            let end: String = last.iter().skip(last.len().saturating_sub(tail)).collect();
            let short = format!("{}…{}", start.trim_end(), end.trim_start());
            if keep == 0 || self.width(&short, size, weight) <= most {
                return short;
            }
            keep -= 1;
        }
    }
}

/// The font's units of one em.
pub(crate) fn units_per_em(face: &FontRef<'static>) -> f64 {
    f64::from(face.units_per_em().unwrap_or(1000.0))
}

/// The letter, or a space for a line break and other control characters, which no line can show and
/// which XML does not allow.
pub(crate) fn plain(letter: char) -> char {
    if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') { ' ' } else { letter }
}

/// The style sheet that gives an SVG its font.
pub(crate) fn style_sheet() -> &'static str {
    static SHEET: OnceLock<String> = OnceLock::new();
    SHEET.get_or_init(|| {
        let face = |weight: u32, bytes: &[u8]| {
            format!(
                "@font-face{{font-family:'{FAMILY}';font-weight:{weight};src:url(data:font/woff2;base64,{}) format('woff2')}}",
                base64(bytes)
            )
        };
        format!("{}{}", face(400, REGULAR_WEB), face(600, BOLD_WEB))
    })
}

/// Base 64 with padding, RFC 4648 section 4.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let letter = DIGITS.get(digit as usize).copied().map_or('=', char::from);
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_follows_the_rfc() {
        // The test vectors of RFC 4648, section 10.
        for (plain, packed) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), packed);
        }
    }

    #[test]
    fn the_font_holds_the_signs_that_figures_use() {
        let fonts = Fonts::get().unwrap();
        for weight in [Weight::Regular, Weight::Bold] {
            let face = fonts.face(weight);
            for sign in "Az09µ×−·–…αΩ⁰⁻³₂±°%\u{202f}".chars() {
                assert_ne!(face.glyph_id(sign).0, 0, "{sign:?} in {weight:?}");
            }
        }
    }

    #[test]
    fn widths_add_up_and_bold_is_wider() {
        let fonts = Fonts::get().unwrap();
        let one = fonts.width("m", 10.0, Weight::Regular);
        assert!(one > 5.0 && one < 12.0, "{one}");
        assert!((fonts.width("mmm", 20.0, Weight::Regular) - 6.0 * one).abs() < 1e-3);
        assert!(
            fonts.width("ribosomes", 12.0, Weight::Bold)
                > fonts.width("ribosomes", 12.0, Weight::Regular)
        );
    }

    #[test]
    fn a_long_text_is_broken_between_words() {
        let fonts = Fonts::get().unwrap();
        let style = (12.0, Weight::Regular);
        let text = "median and quartiles of all the runs";
        assert_eq!(fonts.wrap(text, style, 1000.0, 3), [text]);
        let lines = fonts.wrap(text, style, 120.0, 3);
        assert!(lines.len() == 2 && lines.join(" ") == text, "{lines:?}");
        let cut = fonts.wrap(text, style, 60.0, 2);
        assert!(cut.len() == 2 && cut[1].contains('…'), "{cut:?}");
    }

    #[test]
    fn a_long_sentence_ends_behind_a_word() {
        let fonts = Fonts::get().unwrap();
        let text = "the expression of the operon, under many different conditions of growth";
        let style = (12.0, Weight::Regular);
        for most in [120.0, 160.0, 200.0, 240.0] {
            let short = fonts.shorten(text, style.0, style.1, most);
            assert!(fonts.width(&short, style.0, style.1) <= most, "{short}");
            let start = short.strip_suffix('…').unwrap();
            let next = text.strip_prefix(start).and_then(|rest| rest.chars().next());
            assert!(next.is_some_and(|c| matches!(c, ' ' | ',')), "{short}");
        }
        let word = fonts.shorten(&"x".repeat(100_000), style.0, style.1, 120.0);
        assert!(word.starts_with("xxxx") && word.ends_with('…'), "{word}");
        assert_eq!(fonts.shorten(text, style.0, style.1, 0.0), "…");
    }

    #[test]
    fn a_long_name_loses_its_middle() {
        let fonts = Fonts::get().unwrap();
        let name = "a_machine_with_a_long_name.lacZ.protein";
        let short = fonts.elide(name, 12.0, Weight::Regular, 120.0);
        assert!(fonts.width(&short, 12.0, Weight::Regular) <= 120.0);
        assert!(short.starts_with("a_mach") && short.ends_with("protein"), "{short}");
        assert_eq!(fonts.elide("lacZ", 12.0, Weight::Regular, 120.0), "lacZ");
        let endless = "x".repeat(100_000);
        assert!(fonts.elide(&endless, 12.0, Weight::Regular, 120.0).contains('…'));
        assert_eq!(fonts.elide("two\nlines", 12.0, Weight::Regular, 120.0), "two lines");
    }
}
