//! Whether chains agree, and how many independent samples they are worth (Vehtari, Gelman, Simpson, Carpenter & Bürkner,
//! *Bayesian Anal.* 16:667, 2021).

use crate::statistics::{mean, normal_quantile, quantile, sorted, variance};

/// What the samples say of one parameter.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diagnostics {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub sd: f64,
    /// The median.
    pub median: f64,
    /// 2.5 % of the samples are below.
    pub q025: f64,
    /// 2.5 % of the samples are above.
    pub q975: f64,
    /// How much wider the chains are together than each alone: the larger of the rank-normalised split R-hat and that of the
    /// distance to the median. Above 1.01 they do not agree. Not a number for chains that do not move.
    pub r_hat: f64,
    /// How many independent samples the chains are worth for the mean; below 100 for each chain nothing is to be trusted.
    pub ess_bulk: f64,
    /// The same for the quantiles of 5 % and 95 %, whichever is less.
    pub ess_tail: f64,
    /// The standard error of the mean by the samples' correlation.
    pub mcse: f64,
}

/// The diagnostics of chains of equal length.
pub fn diagnose(chains: &[Vec<f64>]) -> Diagnostics {
    let all: Vec<f64> = chains.iter().flatten().copied().collect();
    let order = sorted(&all);
    let median = quantile(&order, 0.5);
    let halves = split(chains);
    let folded: Vec<Vec<f64>> =
        halves.iter().map(|c| c.iter().map(|v| (v - median).abs()).collect()).collect();
    let bulk = normalised(&halves);
    let r_hat = worse(r_hat(&bulk), r_hat(&normalised(&folded)), f64::max);
    let below = |p: f64| {
        let limit = quantile(&order, p);
        let at = |v: &f64| if *v <= limit { 1.0 } else { 0.0 };
        ess(&halves.iter().map(|c| c.iter().map(at).collect()).collect::<Vec<Vec<f64>>>())
    };
    let sd = variance(&all).sqrt();
    Diagnostics {
        mean: mean(&all),
        sd,
        median,
        q025: quantile(&order, 0.025),
        q975: quantile(&order, 0.975),
        r_hat,
        ess_bulk: ess(&bulk),
        ess_tail: worse(below(0.05), below(0.95), f64::min),
        mcse: sd / ess(&halves).sqrt(),
    }
}

fn worse(a: f64, b: f64, of: fn(f64, f64) -> f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { of(a, b) }
}

/// Each chain as two, so that one that drifts disagrees with itself.
fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let half = |c: &Vec<f64>| {
        let n = c.len() / 2;
        [c[..n].to_vec(), c[c.len() - n..].to_vec()]
    };
    chains.iter().flat_map(half).collect()
}

/// Normal scores of the ranks over all chains (equation 14), equals with their mean rank.
fn normalised(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (m, chain) in chains.iter().enumerate() {
        all.extend(chain.iter().enumerate().map(|(n, &v)| (v, m, n)));
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let total = all.len() as f64;
    let mut scores = chains.to_vec();
    let mut start = 0;
    while start < all.len() {
        let mut end = start + 1;
        while end < all.len() && all[end].0 == all[start].0 {
            end += 1;
        }
        let rank = 0.5 * (start + 1 + end) as f64;
        let score = normal_quantile((rank - 0.375) / (total + 0.25));
        all[start..end].iter().for_each(|&(_, m, n)| scores[m][n] = score);
        start = end;
    }
    scores
}

/// Variance within chains, and of all by within and between (equations 1 to 3).
fn variances(chains: &[Vec<f64>]) -> (f64, f64) {
    let n = chains.first().map_or(0, Vec::len) as f64;
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    let within = mean(&chains.iter().map(|c| variance(c)).collect::<Vec<_>>());
    let between = if chains.len() > 1 { variance(&means) } else { 0.0 };
    (within, within * (n - 1.0) / n + between)
}

fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let (within, all) = variances(chains);
    if within > 0.0 { (all / within).sqrt() } else { f64::NAN }
}

/// Effective samples (equation 10), by Geyer's initial monotone sequence. Not a number for chains that do not move.
fn ess(chains: &[Vec<f64>]) -> f64 {
    let n = chains.first().map_or(0, Vec::len);
    let (within, all) = variances(chains);
    if n < 4 || within.is_nan() || within <= 0.0 {
        return f64::NAN;
    }
    let means: Vec<f64> = chains.iter().map(|c| mean(c)).collect();
    let rho = |lag: usize| {
        let covariance = |(c, m): (&Vec<f64>, &f64)| {
            let sum: f64 = c[..n - lag].iter().zip(&c[lag..]).map(|(a, b)| (a - m) * (b - m)).sum();
            sum / (n - 1) as f64
        };
        let mean = chains.iter().zip(&means).map(covariance).sum::<f64>() / chains.len() as f64;
        1.0 - (within - mean) / all
    };
    let (mut sum, mut before, mut lag) = (0.0, f64::INFINITY, 0);
    while lag + 1 < n {
        let pair = if lag == 0 { 1.0 + rho(1) } else { rho(lag) + rho(lag + 1) };
        if pair.is_nan() || pair <= 0.0 {
            break;
        }
        before = pair.min(before);
        sum += before;
        lag += 2;
    }
    let total = (n * chains.len()) as f64;
    // Chains that swing are worth more than independent samples, but not without end (section 3.2).
    let tau = (2.0 * sum - 1.0).max(1.0 / total.log10());
    total / tau
}
