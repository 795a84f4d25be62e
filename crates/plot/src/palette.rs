//! The colours.
//!
//! Series take the eight colours of Okabe and Ito, *Color Universal Design* (2008), which people with
//! any of the common forms of colour blindness can tell apart. In the light theme yellow is darkened, as
//! a thin yellow line cannot be seen on white; in the dark theme black becomes near-white and the darker
//! colours are lightened, each keeping its hue and its place, so that a series keeps its colour.

use plotters::style::RGBColor;

use crate::Theme;

/// The colours of one theme.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    pub(crate) background: RGBColor,
    pub(crate) ink: RGBColor,
    /// For axis lines and what is less important than the data.
    pub(crate) muted: RGBColor,
    pub(crate) grid: RGBColor,
    series: [RGBColor; 8],
}

const LIGHT: Palette = Palette {
    background: RGBColor(255, 255, 255),
    ink: RGBColor(31, 35, 40),
    muted: RGBColor(101, 109, 118),
    grid: RGBColor(229, 232, 236),
    series: [
        RGBColor(0, 114, 178),   // blue
        RGBColor(213, 94, 0),    // vermillion
        RGBColor(0, 158, 115),   // bluish green
        RGBColor(204, 121, 167), // reddish purple
        RGBColor(230, 159, 0),   // orange
        RGBColor(86, 180, 233),  // sky blue
        RGBColor(0, 0, 0),       // black
        RGBColor(184, 168, 0),   // yellow, darkened from (240, 228, 66)
    ],
};

const DARK: Palette = Palette {
    background: RGBColor(22, 27, 34),
    ink: RGBColor(230, 237, 243),
    muted: RGBColor(145, 152, 161),
    grid: RGBColor(45, 51, 59),
    series: [
        RGBColor(61, 155, 224),  // blue, lightened from (0, 114, 178)
        RGBColor(240, 122, 46),  // vermillion, lightened from (213, 94, 0)
        RGBColor(31, 194, 152),  // bluish green, lightened from (0, 158, 115)
        RGBColor(224, 156, 196), // reddish purple, lightened from (204, 121, 167)
        RGBColor(242, 177, 52),  // orange, lightened from (230, 159, 0)
        RGBColor(140, 203, 242), // sky blue, lightened from (86, 180, 233)
        RGBColor(230, 230, 230), // black
        RGBColor(240, 228, 66),  // yellow
    ],
};

impl Palette {
    /// The colours of a theme.
    pub(crate) fn of(theme: Theme) -> Self {
        match theme {
            Theme::Light | Theme::Auto => LIGHT,
            Theme::Dark => DARK,
        }
    }

    /// Each light colour beside the dark one of the same meaning; the background comes first.
    pub(crate) fn pairs() -> Vec<(RGBColor, RGBColor)> {
        let (l, d) = (LIGHT, DARK);
        let plain =
            [(l.background, d.background), (l.ink, d.ink), (l.muted, d.muted), (l.grid, d.grid)];
        plain.into_iter().chain(l.series.into_iter().zip(d.series)).collect()
    }

    /// The place of all series of the background.
    pub(crate) const MUTED: usize = usize::MAX;

    /// The colour of the series at this place; after the eighth they begin again.
    pub(crate) fn series(&self, place: usize) -> RGBColor {
        if place == Self::MUTED {
            return self.muted;
        }
        self.series.get(place % self.series.len()).copied().unwrap_or(self.ink)
    }

    /// How often the colours were used up before this place: a line of a later round is dashed, a
    /// marker of a later round has another form.
    pub(crate) fn round(place: usize) -> usize {
        if place == Self::MUTED { 0 } else { place / LIGHT.series.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance, WCAG 2.2.
    fn luminance(c: RGBColor) -> f64 {
        let part = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(c.0) + 0.7152 * part(c.1) + 0.0722 * part(c.2)
    }

    fn contrast(a: RGBColor, b: RGBColor) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        (a / b).max(b / a)
    }

    #[test]
    fn text_and_lines_stand_out_from_the_background() {
        for theme in [Theme::Auto, Theme::Light, Theme::Dark] {
            let p = Palette::of(theme);
            // WCAG: 4.5 for text.
            assert!(contrast(p.ink, p.background) > 7.0);
            assert!(contrast(p.muted, p.background) > 4.5);
            for place in 0..8 {
                let found = contrast(p.series(place), p.background);
                assert!(found > 2.2, "{theme:?} {place}: {found}");
            }
        }
    }

    #[test]
    fn the_ninth_series_takes_the_first_colour_in_another_form() {
        let p = Palette::of(Theme::Light);
        assert_eq!(p.series(8), p.series(0));
        assert_eq!((Palette::round(7), Palette::round(8), Palette::round(17)), (0, 1, 2));
    }
}
