//! Measured growth of *E. coli*: ribosome content against growth, and growth against the burden of
//! unneeded protein.
//!
//! The numbers are those that the data tables of github.com/KSechkar/rc_e_coli (MIT)
//! compile from the papers named; nothing is fitted to them here.

/// Ribosomal protein as a fraction of all protein [1] against growth rate [1/h] in six media without
/// antibiotic: Scott et al., *Science* 330:1099 (2010), RNA/protein times 0.4558.
pub const SCOTT_RIBOSOME_FRACTION: [(f64, f64); 6] = [
    (0.4, 0.0806766),
    (0.57, 0.105),
    (0.71, 0.1020992),
    (1.0, 0.1308146),
    (1.31, 0.1887012),
    (1.58, 0.2124028),
];

/// One medium of Scott et al. with chloramphenicol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inhibited {
    /// The medium.
    pub medium: &'static str,
    /// `(chloramphenicol [uM], growth rate [1/h], ribosomal protein as a fraction of all [1])`.
    pub points: [(f64, f64, f64); 5],
}

/// Ribosome content against growth rate in six media, each with five concentrations of chloramphenicol:
/// Scott et al., *Science* 330:1099 (2010), RNA/protein times 0.4558. The six points without it are those
/// of [`SCOTT_RIBOSOME_FRACTION`]. The authors of the host model fitted its parameters, that of
/// chloramphenicol among them, to the points that grow faster than 0.3/h.
#[rustfmt::skip]
pub const SCOTT_CHLORAMPHENICOL: [Inhibited; 6] = [
    Inhibited { medium: "M63 + Glycerol", points: [(0.0, 0.4, 0.0806766), (2.0, 0.33, 0.1326378), (4.0, 0.24, 0.170925), (8.0, 0.19, 0.1887012), (12.0, 0.12, 0.2876098)] },
    Inhibited { medium: "M63 + Glucose", points: [(0.0, 0.57, 0.105), (2.0, 0.5, 0.1381074), (4.0, 0.39, 0.1691018), (8.0, 0.3, 0.182), (12.0, 0.23, 0.2260768)] },
    Inhibited { medium: "cAA + Glycerol", points: [(0.0, 0.71, 0.1020992), (2.0, 0.57, 0.1426654), (4.0, 0.38, 0.198273), (8.0, 0.23, 0.2155934), (12.0, 0.14, 0.2388392)] },
    Inhibited { medium: "cAA + Glucose", points: [(0.0, 1.0, 0.1308146), (2.0, 0.87, 0.155), (4.0, 0.67, 0.1704692), (8.0, 0.43, 0.2146818), (12.0, 0.28, 0.2629966)] },
    Inhibited { medium: "RDM + Glycerol", points: [(0.0, 1.31, 0.1887012), (2.0, 0.9, 0.2169608), (4.0, 0.46, 0.2816844), (8.0, 0.2, 0.325897), (12.0, 0.11, 0.357803)] },
    Inhibited { medium: "RDM + Glucose", points: [(0.0, 1.58, 0.2124028), (2.0, 1.18, 0.228), (4.0, 0.89, 0.2661872), (8.0, 0.31, 0.3149578), (12.0, 0.13, 0.3505102)] },
];

/// RNA over protein of Scott et al. [g/g] is their ribosomal fraction over this: how the table was made.
pub const RIBOSOMAL_PER_RNA: f64 = 0.4558;

/// One study of the burden of unneeded protein.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Burden {
    /// Who measured, and when.
    pub study: &'static str,
    /// Unneeded protein as a fraction of all protein [1], and the growth rate relative to that
    /// without it [1].
    pub points: &'static [(f64, f64)],
}

/// Growth against unneeded protein in four studies.
pub const BURDEN: [Burden; 4] = [
    Burden { study: "Bentley et al. 1990", points: &BENTLEY },
    Burden { study: "Dong et al. 1995", points: &DONG },
    Burden { study: "Scott et al. 2010", points: &SCOTT },
    Burden { study: "Basan et al. 2015", points: &BASAN },
];

/// Bentley et al., *Biotechnol. Bioeng.* 35:668 (1990).
#[rustfmt::skip]
const BENTLEY: [(f64, f64); 14] = [
    (0.002510631, 1.0), (0.074464918, 0.821002387), (0.099840539, 0.725536993), (0.184216867, 0.577565632),
    (0.0, 1.0), (0.1328, 0.816309231), (0.2112, 0.718869204), (0.2304, 0.548825973),
    (0.4, 0.417182334), (0.0, 1.0), (0.0528, 0.909856028), (0.0768, 0.860343099),
    (0.1248, 0.779224268), (0.1792, 0.689080295),
];

/// Dong, Nilsson and Kurland, *J. Bacteriol.* 177:1497 (1995).
#[rustfmt::skip]
const DONG: [(f64, f64); 34] = [
    (0.038198086, 1.0), (0.038160879, 0.978593272), (0.05051382, 0.978593272), (0.047898653, 0.996941896),
    (0.056599929, 0.926605505), (0.068123671, 0.957186544), (0.093467399, 0.816513761), (0.147290928, 0.816513761),
    (0.197436215, 0.73088685), (0.177019844, 0.660550459), (0.162827782, 0.617737003), (0.188192771, 0.489296636),
    (0.218777463, 0.318042813), (0.228759745, 0.47706422), (0.241102055, 0.470948012), (0.274434798, 0.357798165),
    (0.257234231, 0.107033639), (0.277496456, 0.088685015), (0.289886605, 0.110091743), (0.302117293, 0.039755352),
    (0.019934444, 1.0), (0.032287385, 1.0), (0.029608434, 0.984084881), (0.029581857, 0.970822281),
    (0.041079022, 0.984084881), (0.048068746, 0.949602122), (0.092919915, 0.875331565), (0.163997165, 0.679045093),
    (0.163093551, 0.668435013), (0.177057052, 0.591511936), (0.250712261, 0.360742706), (0.271553863, 0.193633952),
    (0.280366761, 0.188328912), (0.296020553, 0.074270557),
];

/// Scott et al., *Science* 330:1099 (2010).
#[rustfmt::skip]
const SCOTT: [(f64, f64); 28] = [
    (0.011205508, 1.0), (0.027341885, 1.022130014), (0.010006108, 0.975103734), (0.043128436, 0.869986169),
    (0.121972347, 0.637621024), (0.140329835, 0.621023513), (0.172397135, 0.562932227), (0.180265423, 0.474412172),
    (0.205536121, 0.466113416), (0.249108779, 0.413554633), (0.262818591, 0.372060858), (0.192675884, 0.358229599),
    (0.01025043, 1.0), (0.030840135, 0.905013193), (0.046920984, 0.894459103), (0.187906047, 0.519788918),
    (0.198073186, 0.350923483), (0.266960964, 0.277044855), (0.320922872, 0.218997361), (0.011072242, 1.0),
    (0.011005608, 0.908045977), (0.042056749, 0.931034483), (0.074174024, 0.83908046), (0.101604753, 0.624521073),
    (0.152023988, 0.409961686), (0.16255761, 0.670498084), (0.229052141, 0.432950192), (0.24281748, 0.394636015),
];

/// Basan et al., *Mol. Syst. Biol.* 11:836 (2015).
#[rustfmt::skip]
const BASAN: [(f64, f64); 33] = [
    (0.0, 1.0), (0.033656958, 0.900833224), (0.056957929, 0.864897714), (0.069902913, 0.824320169),
    (0.103559871, 0.770402261), (0.137216828, 0.734583901), (0.119093851, 0.680080247), (0.0, 1.0),
    (0.028478964, 0.915256571), (0.037540453, 0.926015183), (0.051779935, 0.87301396), (0.073786408, 0.830754136),
    (0.084142395, 0.820253731), (0.099676375, 0.740674436), (0.108737864, 0.740794932), (0.124271845, 0.709087153),
    (0.133333333, 0.677293306), (0.164401294, 0.640473035), (0.230420712, 0.455183929), (0.0, 1.0),
    (0.031067961, 0.931872399), (0.054368932, 0.89220527), (0.081553398, 0.841165049), (0.089320388, 0.772704577),
    (0.111326861, 0.710161812), (0.12815534, 0.664687933), (0.0, 1.0), (0.038834951, 0.917244568),
    (0.056957929, 0.863942826), (0.0802589, 0.769051472), (0.122977346, 0.68635383), (0.186407767, 0.609916782),
    (0.187702265, 0.556364617),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_can_be_a_fraction() {
        let growths = SCOTT_RIBOSOME_FRACTION.iter();
        assert!(growths.clone().all(|p| (0.0..3.0).contains(&p.0) && (0.0..0.5).contains(&p.1)));
        for study in BURDEN {
            for (unneeded, growth) in study.points {
                assert!((0.0..0.5).contains(unneeded) && (0.0..1.1).contains(growth), "{study:?}");
            }
        }
        assert_eq!(BURDEN.iter().map(|b| b.points.len()).sum::<usize>(), 109);
    }
}
