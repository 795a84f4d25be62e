//! Noise against mean, gene by gene.

use crate::figure::{Axis, Figure, Panel, Scale, Series, Style};

/// The molecules of a gene over all cells.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GeneNoise {
    /// The gene.
    pub name: String,
    /// The mean [molecules].
    pub mean: f64,
    /// Variance over squared mean; not finite where there are none.
    pub cv2: f64,
}

/// Genes that were measured, to compare with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measured {
    /// What the legend calls them.
    pub name: String,
    /// What they are and who measured them.
    pub source: String,
    /// Mean and noise of each.
    pub genes: Vec<(f64, f64)>,
}

/// The squared coefficient of variation against the mean on logarithmic axes, with the line of pure
/// chance in cells of one size (Poisson: 1 over the mean), and measured genes as a grey cloud behind.
///
/// Up to eight genes have a colour each. Genes without molecules, or with the same number in all cells, have no
/// place on these axes; the heading names them.
///
/// ```
/// use bioxen_plot::{Axis, GeneNoise, Options, noise};
///
/// let gene = GeneNoise { name: "dnaK".into(), mean: 1000.0, cv2: 0.06 };
/// let figure = noise(&[gene], Axis::new("Mean", "molecules"), None, "Noise");
/// assert_eq!(figure.panels[0].series[1].name, "1/mean (Poisson)");
/// assert!(figure.to_svg(&Options::default()).is_ok());
/// ```
pub fn noise(genes: &[GeneNoise], mean: Axis, measured: Option<Measured>, title: &str) -> Figure {
    /// The most genes that have a colour and a name each.
    const NAMED: usize = 8;
    /// The most genes that a heading names.
    const LISTED: usize = 6;
    let has_place = |v: f64| v > 0.0 && v.is_finite();
    let (shown, hidden): (Vec<&GeneNoise>, Vec<&GeneNoise>) =
        genes.iter().partition(|gene| has_place(gene.mean) && has_place(gene.cv2));
    let of = |name: String, genes: &[&GeneNoise]| {
        let (x, y) = genes.iter().map(|gene| (gene.mean, gene.cv2)).unzip();
        Series::line(name, x, y).with_style(Style::Points)
    };
    let mut series: Vec<Series> = match shown.len() {
        0 => Vec::new(),
        few if few <= NAMED => shown.iter().map(|gene| of(gene.name.clone(), &[gene])).collect(),
        many => vec![of(format!("{many} genes of these cells"), &shown)],
    };
    let cloud = measured.iter().flat_map(|measured| &measured.genes).map(|gene| gene.0);
    let all = shown.iter().map(|gene| gene.mean).chain(cloud).filter(|mean| has_place(*mean));
    let (low, high) =
        all.fold((f64::INFINITY, 0.0_f64), |(low, high), mean| (low.min(mean), high.max(mean)));
    if low.is_finite() {
        // What lies far below all genes would only make them small.
        let cloud = measured.iter().flat_map(|measured| &measured.genes).map(|gene| gene.1);
        let noise = shown.iter().map(|gene| gene.cv2).chain(cloud).filter(|cv2| has_place(*cv2));
        let least = noise.fold(f64::INFINITY, f64::min);
        let ends = [low / 2.0, (high * 2.0).min(3.0 / least).max(low)];
        let line = Series::line("1/mean (Poisson)", ends.to_vec(), ends.map(|x| 1.0 / x).to_vec());
        series.push(Series { dashed: true, muted: true, ..line });
    }
    let mut heading = Vec::new();
    if let Some(Measured { name, source, genes }) = measured {
        heading.push(format!("Grey: {source}"));
        let (x, y) = genes.into_iter().unzip();
        let cloud = Series::line(name, x, y).with_style(Style::Points);
        series.push(Series { muted: true, ..cloud });
    }
    if !hidden.is_empty() {
        let names: Vec<&str> = hidden.iter().take(LISTED).map(|gene| &*gene.name).collect();
        let more = hidden.len().saturating_sub(LISTED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        let names = names.join(", ");
        heading.push(format!("not shown, without molecules or without scatter: {names}{rest}"));
    }
    let panel = Panel {
        title: (!heading.is_empty()).then(|| heading.join("; ")),
        x: Axis { scale: Scale::Log, ..mean },
        y: Axis { scale: Scale::Log, ..Axis::new("CV² over cells", "") },
        series,
    };
    Figure { title: title.to_owned(), panels: vec![panel] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, Theme};

    fn gene(name: &str, mean: f64, cv2: f64) -> GeneNoise {
        GeneNoise { name: name.to_owned(), mean, cv2 }
    }

    #[test]
    fn few_genes_have_names_and_many_share_one() {
        let axis = || Axis::new("Mean", "molecules");
        let few = noise(&[gene("a", 1.0, 1.0), gene("b", 9.0, 0.2)], axis(), None, "");
        let names: Vec<&str> = few.panels[0].series.iter().map(|s| &*s.name).collect();
        assert_eq!(names, ["a", "b", "1/mean (Poisson)"]);
        let many: Vec<GeneNoise> = (1..20).map(|i| gene("x", f64::from(i), 0.5)).collect();
        let cloud = Measured {
            name: "measured".into(),
            source: "those".into(),
            genes: vec![(1e4, 0.1), (0.1, 10.0)],
        };
        let many = noise(&many, axis(), Some(cloud), "");
        let series = &many.panels[0].series;
        assert_eq!((series.len(), series[0].name.as_str()), (3, "19 genes of these cells"));
        assert_eq!(series[1].x, [0.05, 30.0]);
        assert!(series[2].muted && series[1].muted && !series[0].muted);
        // Grey takes no colour from the others: the first has the first.
        let light = Options { theme: Theme::Light, ..Options::default() };
        let svg = many.to_svg(&light).unwrap().to_lowercase();
        assert!(svg.contains("#0072b2") && !svg.contains("#d55e00"), "one colour");
    }

    #[test]
    fn genes_that_cannot_be_shown_are_named() {
        let genes = [gene("none", 0.0, f64::NAN), gene("same", 5.0, 0.0), gene("a", 5.0, 0.1)];
        let figure = noise(&genes, Axis::new("Mean", "molecules"), None, "");
        let heading = figure.panels[0].title.clone().unwrap();
        assert!(heading.ends_with("without scatter: none, same"), "{heading}");
        assert!(figure.to_svg(&Options::default()).is_ok());
        let nothing = noise(&genes[..2], Axis::new("Mean", "molecules"), None, "");
        assert!(nothing.to_svg(&Options::default()).is_err());
    }
}
