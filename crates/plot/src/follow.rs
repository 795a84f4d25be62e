//! An SVG whose colours follow the page it stands in.
//!
//! The shapes keep their light colours as attributes, for programs without style sheets. A style sheet
//! gives each of these colours a variable, which is set for dark themes: on pages that declare a dark
//! theme, as those of JupyterLab, VS Code and Sphinx do, and otherwise by the reader's own choice
//! (`prefers-color-scheme`). Prints stay light.

use std::fmt::Write;
use std::sync::OnceLock;

use crate::palette::Palette;
use crate::vega::hex;

/// The attribute by which the style sheet finds its picture.
pub(crate) const MARK: &str = "data-bioxen-theme";

/// What is around a picture on a dark page, and on a light one.
const DARK: [&str; 4] =
    ["[data-jp-theme-light=false]", ".vscode-dark", "[data-theme=dark]", "[theme=dark]"];
const LIGHT: [&str; 4] =
    ["[data-jp-theme-light=true]", ".vscode-light", "[data-theme=light]", "[theme=light]"];

/// The style sheet; nothing in it needs escaping in XML.
pub(crate) fn style_sheet() -> &'static str {
    static SHEET: OnceLock<String> = OnceLock::new();
    SHEET.get_or_init(|| {
        let own = format!("svg[{MARK}]");
        let around = |places: [&str; 4]| {
            places.map(|place| format!("{place} {own}")).join(",")
        };
        let (mut dark, mut light, mut rules) = (String::new(), String::new(), String::new());
        for (i, (day, night)) in Palette::pairs().into_iter().map(|(l, d)| (hex(l), hex(d))).enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(dark, "--bioxen-{i}:{night};");
            let _ = write!(light, "--bioxen-{i}:initial;");
            let _ = write!(rules, "{own} [fill='{day}']{{fill:var(--bioxen-{i},{day})}}");
            if i > 0 {
                let _ = write!(rules, "{own} [stroke='{day}']{{stroke:var(--bioxen-{i},{day})}}");
            }
        }
        // Pages with a colour of their own shine through.
        let clear = around([DARK[0], DARK[1], LIGHT[0], LIGHT[1]]).replace(&own, &format!("{own} [data-role=background] rect"));
        format!(
            "{rules}@media screen{{@media(prefers-color-scheme:dark){{{own}{{{dark}}}}}{}{{{dark}}}{}{{{light}}}{clear}{{fill:none}}}}",
            around(DARK),
            around(LIGHT),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::colormap::{LEVELS, color};

    #[test]
    fn every_colour_has_a_dark_one() {
        let sheet = style_sheet();
        for (day, night) in Palette::pairs() {
            assert!(sheet.contains(&format!("[fill='{}']", hex(day))), "{day:?}");
            assert!(sheet.contains(&format!(":{};", hex(night))), "{night:?}");
        }
        assert!(!sheet.contains(['<', '&', '>']) && sheet.len() < 4_000, "{}", sheet.len());
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
    }

    #[test]
    fn colours_of_numbers_are_none_of_the_palette_and_stay() {
        let pairs = Palette::pairs();
        for level in 0..LEVELS {
            assert!(pairs.iter().all(|p| hex(p.0) != hex(color(level))), "{level}");
        }
    }
}
